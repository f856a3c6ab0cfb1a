import { REJECTION_TITLES, type RejectionReason } from '@sillage/contracts';
import Link from 'next/link';
import { paths } from '../../../lib/paths';
import styles from './rejection-card.module.css';

export function RejectionCard({ reason, challenge }: { reason: RejectionReason; challenge: string }) {
  return (
    <section className={styles.card} aria-labelledby="rejection">
      <h2 id="rejection">{REJECTION_TITLES[reason.code]}</h2>
      <dl className={styles.facts}>
        <div>
          <dt>Where</dt>
          <dd>{reason.where}</dd>
        </div>
        <div>
          <dt>Found</dt>
          <dd>{reason.found}</dd>
        </div>
        <div>
          <dt>Expected</dt>
          <dd>{reason.expected}</dd>
        </div>
        <div className={styles.fix}>
          <dt>What to do</dt>
          <dd>{reason.fix}</dd>
        </div>
      </dl>
      <p className={styles.actions}>
        <Link href={paths.submit(challenge)} className="button button-primary">
          Submit a corrected file
        </Link>
        <span className="muted small">
          Reason code <code>{reason.code}</code>. A rejected file costs you nothing.
        </span>
      </p>
    </section>
  );
}
