import type { DatasetVersionView } from '@sillage/contracts';
import styles from './challenge-list.module.css';
import { VersionCard } from './version-card';

/** The dataset versions of a challenge, newest first. */
export function VersionList({ versions }: { versions: readonly DatasetVersionView[] }) {
  const current = versions.find(({ isCurrent }) => isCurrent)?.version ?? null;
  return (
    <section className={styles.section} aria-labelledby="versions">
      <h2 id="versions">Dataset versions</h2>
      {versions.map((version) => (
        <VersionCard key={version.id} version={version} currentVersion={current} />
      ))}
    </section>
  );
}
