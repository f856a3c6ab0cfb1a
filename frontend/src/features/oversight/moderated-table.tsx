'use client';

import type { SubmissionView } from '@sillage/contracts';
import Link from 'next/link';
import { useState } from 'react';
import { Chip } from '../../components/chip';
import { formatInstant } from '../../lib/format-time';
import { paths } from '../../lib/paths';
import { ModerationPanel } from './moderation-panel';
import styles from './oversight.module.css';

/** Submissions with what can be decided of each. */
export function ModeratedTable({ submissions }: { submissions: readonly SubmissionView[] }) {
  const [changed, setChanged] = useState<ReadonlyMap<string, SubmissionView>>(new Map());
  const [status, setStatus] = useState('');
  if (submissions.length === 0) return <p className="lede">No submission is like that.</p>;
  return (
    <>
      <div className={styles.scroller} role="region" aria-label="Submissions" tabIndex={0}>
        <table className={styles.table}>
          <caption className="visually-hidden">Submissions of all challenges, newest first</caption>
          <thead>
            <tr>
              <th scope="col">Method</th>
              <th scope="col">Author</th>
              <th scope="col">State</th>
              <th scope="col">Submitted</th>
              <th scope="col">Decide</th>
            </tr>
          </thead>
          <tbody>
            {submissions.map((submission) => (
              <Row
                key={submission.id}
                submission={changed.get(submission.id) ?? submission}
                onModerated={(next) => {
                  setChanged((known) => new Map(known).set(next.id, next));
                  setStatus(`Done: ${next.card.name}`);
                }}
              />
            ))}
          </tbody>
        </table>
      </div>
      <p role="status" className="visually-hidden">
        {status}
      </p>
    </>
  );
}

function Row({
  submission,
  onModerated,
}: {
  submission: SubmissionView;
  onModerated: (submission: SubmissionView) => void;
}) {
  const { moderation, evaluations, visibility, withdrawal } = submission;
  const states = [...new Set(evaluations.map(({ state }) => state))];
  const mark = moderation.disqualified ?? moderation.hidden ?? moderation.verified;
  return (
    <tr>
      <th scope="row">
        <Link href={paths.submission(submission.id)} prefetch={false} className={styles.name}>
          {submission.card.name}
        </Link>
        <span className={styles.below}>
          {submission.challenge}, {evaluations.length} {evaluations.length === 1 ? 'task' : 'tasks'}
        </span>
      </th>
      <td>
        {submission.author}
        {submission.people.length === 0 || submission.people[0]?.name === submission.author ? null : (
          <span className={styles.below}>{submission.people.map(({ name }) => name).join(', ')}</span>
        )}
      </td>
      <td>
        <span className={styles.actions}>
          {states.map((state) => (
            <Chip key={state} tone={state === 'failed' || state === 'rejected' ? 'danger' : 'plain'}>
              {state}
            </Chip>
          ))}
          {visibility.kind === 'public' ? null : <Chip>{visibility.kind}</Chip>}
          {withdrawal === null ? null : <Chip>withdrawn</Chip>}
          {moderation.hidden === null ? null : <Chip tone="warning">hidden</Chip>}
          {moderation.verified === null ? null : <Chip tone="accent">verified</Chip>}
          {moderation.disqualified === null ? null : <Chip tone="danger">disqualified</Chip>}
        </span>
        {mark === null ? null : (
          <span className={styles.below}>
            {mark.by === null ? '' : `${mark.by}: `}
            {mark.reason}
          </span>
        )}
      </td>
      <td className={styles.nowrap}>
        <time dateTime={submission.createdAt}>{formatInstant(submission.createdAt)}</time>
      </td>
      <td>
        {submission.kind === 'reference' ? (
          <span className="muted">reference</span>
        ) : (
          <ModerationPanel submission={submission} onModerated={onModerated} isCompact />
        )}
      </td>
    </tr>
  );
}
