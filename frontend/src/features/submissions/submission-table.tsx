import {
  METRICS_OF_PROTOCOL,
  REJECTION_TITLES,
  type Metric,
  type Scores,
  type SubmissionView,
} from '@sillage/contracts';
import Link from 'next/link';
import { Chip } from '../../components/chip';
import { MetricSymbol } from '../../components/scores/metric-heading';
import { UNRESOLVED_MARKS } from '../../components/scores/unresolved-marks';
import { scoreTextWithUnit } from '../../lib/format-score';
import { formatInstant } from '../../lib/format-time';
import { paths } from '../../lib/paths';
import { newestOfTasks, submissionSummary } from './evaluation-texts';
import styles from './submission-table.module.css';

/** Submissions to all kinds of challenges share these columns: λx in degrees or in km, by the protocol. */
const COLUMNS: readonly (readonly Metric[])[] = [
  ['mu'],
  ['sigma'],
  ['lambdaXDeg', 'lambdaXKm'],
  ['lambdaTDays'],
];

export function SubmissionTable({ submissions }: { submissions: readonly SubmissionView[] }) {
  if (submissions.length === 0) {
    return (
      <p className="lede">
        You have not submitted anything yet. <Link href={paths.challenges}>Choose a challenge</Link>, or read{' '}
        <Link href={paths.aboutSubmit}>how to submit</Link>.
      </p>
    );
  }
  return (
    <div className={styles.scroller} role="region" aria-label="My submissions" tabIndex={0}>
      <table className={styles.table}>
        <caption className="visually-hidden">Your submissions, newest first</caption>
        <thead>
          <tr>
            <th scope="col">Method</th>
            <th scope="col">State</th>
            {COLUMNS.map(([metric]) =>
              metric === undefined ? null : (
                <th key={metric} scope="col" className={styles.number}>
                  <MetricSymbol metric={metric} />
                </th>
              ),
            )}
            <th scope="col" className={styles.number}>
              Rank
            </th>
            <th scope="col">Submitted</th>
          </tr>
        </thead>
        <tbody>
          {submissions.map((submission) => (
            <SubmissionRow key={submission.id} submission={submission} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function SubmissionRow({ submission }: { submission: SubmissionView }) {
  const evaluations = newestOfTasks(submission.evaluations);
  const [first, ...others] = evaluations;
  const scores = others.length === 0 ? (first?.scores ?? null) : null;
  const rejection = evaluations.find((evaluation) => evaluation.rejection !== null)?.rejection ?? null;
  const tone = evaluations.some(({ state }) => state === 'rejected' || state === 'failed')
    ? 'danger'
    : evaluations.every(({ state }) => state === 'scored')
      ? 'accent'
      : 'plain';
  return (
    <tr>
      <th scope="row">
        <Link href={paths.submission(submission.id)} prefetch={false} className={styles.name}>
          {submission.card.name}
        </Link>
        <span className={styles.challenge}>
          {submission.challengeName}
          {first === undefined
            ? ''
            : others.length === 0
              ? `, ${first.area} × ${first.scenario}`
              : `, ${evaluations.length} tasks`}
        </span>
      </th>
      <td>
        <Chip tone={tone}>{submissionSummary({ evaluations })}</Chip>
        {rejection === null ? null : (
          <span className={styles.challenge}>{REJECTION_TITLES[rejection.code]}</span>
        )}
      </td>
      {COLUMNS.map((metrics) => (
        <td key={metrics[0]} className={styles.number}>
          {first === undefined || scores === null ? (
            <NoValue text="no score" />
          ) : (
            <Value
              scores={scores}
              metric={METRICS_OF_PROTOCOL[first.protocol].find((metric) => metrics.includes(metric))}
            />
          )}
        </td>
      ))}
      <td className={styles.number}>
        {others.length === 0 && first?.rank ? first.rank : <NoValue text="no rank" />}
      </td>
      <td className={styles.date}>
        <time dateTime={submission.createdAt}>{formatInstant(submission.createdAt)}</time>
      </td>
    </tr>
  );
}

function Value({ scores, metric }: { scores: Scores; metric: Metric | undefined }) {
  if (metric === undefined) return <NoValue text="not a score of this protocol" />;
  const text = scoreTextWithUnit(scores, metric);
  if (text !== null) return text.replace(' days', ' d');
  return <i className="muted">{UNRESOLVED_MARKS[scores.unresolved ?? 'undefined-spectrum']}</i>;
}

function NoValue({ text }: { text: string }) {
  return (
    <span className="muted">
      –<span className="visually-hidden">{text}</span>
    </span>
  );
}
