import { apiPaths } from '@sillage/client';
import { paths } from '../../../lib/paths';
import { boardParameters, type BoardQuery } from '../board-view';
import type { BoardChallenge, BoardChoice } from '../choose-board';
import { CopyPermalink } from './copy-permalink';
import styles from './export-panel.module.css';
import { PngLink } from './png-link';
import { VIEW_FILES } from './view-files';

type Props = { challenge: BoardChallenge; choice: BoardChoice; query: BoardQuery };

/** The view as it stands, to take away: numbers, a table for a paper, what to cite, a figure, its address. */
export function ExportPanel({ challenge, choice, query }: Props) {
  const view = { ...choice, ...boardParameters({ ...query, entries: [] }) };
  const hrefOf = (format: string) => paths.leaderboardDownload(challenge.id, { ...view, format });
  const permalink = paths.leaderboard(challenge.id, { ...view, version: challenge.datasetVersion });
  return (
    <div className={styles.panel} role="group" aria-label="Take this view away">
      <span className={styles.label}>This view as</span>
      {VIEW_FILES.map(({ format, name, title }) => (
        <a key={format} href={hrefOf(format)} title={title} download>
          {name}
        </a>
      ))}
      <PngLink href={hrefOf('svg')} />
      <CopyPermalink path={permalink} />
      <a href={apiPaths.snapshot(challenge.id)} className={styles.apart} download>
        Every public score (zip)
      </a>
    </div>
  );
}
