import { REJECTION_TITLES, type RejectionReason } from '@sillage/contracts';
import type { ReactNode } from 'react';
import { Notice } from './notice';
import styles from './rejection-notice.module.css';

/** What the server will say of a file, found out before it is sent. */
export function ExpectedRejection({ reason, children }: { reason: RejectionReason; children?: ReactNode }) {
  const title = REJECTION_TITLES[reason.code];
  return (
    <Notice
      tone="danger"
      title={`The server would reject it: ${title.charAt(0).toLowerCase()}${title.slice(1)}`}
    >
      <dl className={styles.reason} data-testid="expected-rejection" data-code={reason.code}>
        <dt>Where</dt>
        <dd>{reason.where}</dd>
        <dt>Found</dt>
        <dd>{reason.found}</dd>
        <dt>Needed</dt>
        <dd>{reason.expected}</dd>
        <dt>What to do</dt>
        <dd>{reason.fix}</dd>
      </dl>
      {children}
    </Notice>
  );
}
