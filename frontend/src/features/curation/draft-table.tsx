'use client';

import type { DraftSummary, InspectionState } from '@sillage/contracts';
import Link from 'next/link';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { Notice } from '../../components/notice';
import { browserCurationGateway } from '../../lib/api/browser-curation-gateway';
import { formFaultOf, type FormFault } from '../../lib/api/form-fault';
import { countOf } from '../../lib/format-number';
import { formatInstant } from '../../lib/format-time';
import { paths } from '../../lib/paths';
import styles from './challenge-list.module.css';
import stepStyles from './steps.module.css';
import { forgetUnsaved } from './unsaved-draft';

const INSPECTION_NAMES: Record<InspectionState, string> = {
  none: 'not inspected',
  queued: 'waiting for inspection',
  running: 'being inspected',
  done: 'inspected',
  failed: 'inspection failed',
  outdated: 'changed since its inspection',
};

/** What is being written, the newest change first. */
export function DraftTable({ drafts }: { drafts: readonly DraftSummary[] }) {
  const router = useRouter();
  const [asking, setAsking] = useState<DraftSummary | null>(null);
  const [fault, setFault] = useState<FormFault | null>(null);
  const [isSending, setIsSending] = useState(false);

  async function remove(draft: DraftSummary) {
    setIsSending(true);
    setFault(null);
    try {
      await browserCurationGateway.deleteDraft(draft.id);
      forgetUnsaved(draft.id);
      setAsking(null);
      router.refresh();
    } catch (error) {
      setFault(formFaultOf(error));
    } finally {
      setIsSending(false);
    }
  }

  return (
    <>
      {fault === null ? null : (
        <Notice tone="danger" title={fault.title} announce>
          {fault.text === '' ? null : <p>{fault.text}</p>}
        </Notice>
      )}
      <div className={stepStyles.scroller} tabIndex={0} role="region" aria-label="Table of drafts">
        <table className={stepStyles.table}>
          <thead>
            <tr>
              <th scope="col">Draft</th>
              <th scope="col">State</th>
              <th scope="col">Changed</th>
              <th scope="col">
                <span className="visually-hidden">What to do</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {drafts.map((draft) => (
              <tr key={draft.id}>
                <th scope="row">
                  <Link href={paths.adminDraft(draft.id)}>
                    {draft.name || draft.challengeId || 'A challenge without a name'} {draft.version}
                  </Link>
                  <div className="muted small">
                    {draft.basedOn === null
                      ? 'a new challenge'
                      : `from ${draft.basedOn.version} of ${draft.basedOn.challengeId}`}
                  </div>
                </th>
                <td>
                  {draft.problemCount === 0
                    ? INSPECTION_NAMES[draft.inspectionState]
                    : countOf(draft.problemCount, 'problem', 'problems')}
                  , {countOf(draft.fileCount, 'file', 'files')}
                </td>
                <td>
                  {formatInstant(draft.changedAt)}
                  <div className="muted small">{draft.changedBy}</div>
                </td>
                <td>
                  <button
                    type="button"
                    className="button button-small button-danger"
                    onClick={() => setAsking(draft)}
                  >
                    Delete…<span className="visually-hidden"> {draft.name}</span>
                  </button>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {asking === null ? null : (
        <div className={styles.confirm} role="group" aria-label="Delete a draft">
          <p>
            Delete the draft of {asking.name || asking.challengeId || 'a challenge without a name'}{' '}
            {asking.version}? What was written and its uploaded files are gone; versions are not touched.
          </p>
          <p className="button-row">
            <button
              type="button"
              className="button button-danger"
              disabled={isSending}
              onClick={() => void remove(asking)}
            >
              Delete the draft
            </button>
            <button
              type="button"
              className="button"
              autoFocus
              disabled={isSending}
              onClick={() => setAsking(null)}
            >
              Keep it
            </button>
          </p>
        </div>
      )}
    </>
  );
}
