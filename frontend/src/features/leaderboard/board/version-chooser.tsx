import type { PublicVersion } from '@sillage/contracts';
import { formatDay } from '../../../lib/format-time';
import { paths } from '../../../lib/paths';
import { boardParameters, type BoardQuery } from '../board-view';
import styles from './chip-row.module.css';
import type { BoardChallenge, BoardChoice } from '../choose-board';
import noteStyles from './version-chooser.module.css';

type Props = {
  challenge: BoardChallenge;
  choice: BoardChoice;
  query: BoardQuery;
  versions: readonly PublicVersion[];
};

/**
 * Which dataset version's boards, and what is new in it. These links load the page again, unlike the others: another version may
 * have other areas and observations.
 */
export function VersionChooser({ challenge, choice, query, versions }: Props) {
  const shown = versions.find(({ version }) => version === challenge.datasetVersion);
  const hasNews = shown !== undefined && (shown.changes !== '' || shown.rescores.length > 0);
  if (versions.length < 2 && !hasNews) return null;
  return (
    <div className={noteStyles.versions}>
      {versions.length < 2 ? null : (
        <nav aria-label="Dataset version" className={styles.row}>
          <span className={styles.label} aria-hidden="true">
            Dataset
          </span>
          <ul className={styles.chips}>
            {versions.map(({ version, isCurrent }) => (
              <li key={version}>
                <a
                  href={paths.leaderboard(challenge.id, {
                    ...choice,
                    ...boardParameters({ ...query, version: isCurrent ? null : version, entries: [] }),
                  })}
                  className={styles.chip}
                  aria-current={version === challenge.datasetVersion ? 'true' : undefined}
                >
                  {version}
                  {isCurrent ? ' (current)' : ''}
                </a>
              </li>
            ))}
          </ul>
        </nav>
      )}
      {shown === undefined || !hasNews ? null : (
        <p className={noteStyles.note}>
          {shown.changes === '' ? null : (
            <span>
              New in {shown.version}, {formatDay(new Date(shown.publishedAt))}: {shown.changes}
            </span>
          )}
          {shown.rescores.map(({ at, changes }) => (
            <span key={at}>
              Scored again by a newer evaluator, {formatDay(new Date(at))}: {changes}
            </span>
          ))}
        </p>
      )}
    </div>
  );
}
