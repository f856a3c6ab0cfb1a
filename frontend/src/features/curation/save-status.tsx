'use client';

import { formatClock } from '../../lib/format-time';
import styles from './draft-wizard.module.css';
import type { DraftEditor } from './use-draft';

/** Whether what stands in the fields is on the server. */
export function SaveStatus({ editor }: { editor: DraftEditor }) {
  const { saving, view, retry } = editor;
  return (
    <p className={`${styles.saving} ${saving.kind === 'saved' ? '' : styles.unsaved}`} role="status">
      {saving.kind === 'saved' ? (
        <>
          Saved, {formatClock(view.changedAt)}
          {view.revision > 1 ? `, revision ${view.revision}` : ''}
        </>
      ) : saving.kind === 'waiting' ? (
        'Not saved yet'
      ) : saving.kind === 'saving' ? (
        'Saving…'
      ) : saving.kind === 'unreachable' ? (
        <>
          Not saved: the service does not answer. Your changes are kept here and sent when it is back.{' '}
          <button type="button" className="button button-small" onClick={retry}>
            Try now
          </button>
        </>
      ) : saving.kind === 'conflict' ? (
        'Not saved: somebody else changed the draft'
      ) : (
        'Not saved'
      )}
    </p>
  );
}
