import styles from './page-skeleton.module.css';

/** The shape of a page while its data are on the way. */
export function PageSkeleton({ label }: { label: string }) {
  return (
    <div className="page" role="status">
      <span className="visually-hidden">{label}</span>
      <div className={styles.title} />
      <div className={styles.block} />
      <div className={styles.block} />
    </div>
  );
}
