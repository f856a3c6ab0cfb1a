import { formatFixed } from '../../../lib/format-number';
import { paths } from '../../../lib/paths';
import { BoardLink } from '../board-link';
import { boardParameters, COLOUR_RANGES, type BoardQuery } from '../board-view';
import type { BoardChallenge, BoardChoice } from '../choose-board';
import styles from './scorecard-legend.module.css';
import type { Scorecard } from './scorecard-view';

type Props = {
  challenge: BoardChallenge;
  choice: BoardChoice;
  query: BoardQuery;
  cards: readonly Scorecard[];
};

/** What the colours and the marks of the matrix mean, and how far the scale reaches. */
export function ScorecardLegend({ challenge, choice, query, cards }: Props) {
  const zero = cards[0]?.zero ?? null;
  const hasTests = cards.some((card) =>
    card.rows.some((row) => row.cells.some((cell) => cell.state === 'value' && cell.isSeparable !== null)),
  );
  const hrefOf = (next: Partial<BoardQuery>) =>
    paths.leaderboard(challenge.id, { ...choice, ...boardParameters({ ...query, ...next }) });
  const [first, ...others] = [...new Set(cards.map((card) => card.rangePercent))];
  const end = others.length === 0 && first !== undefined ? `${formatFixed(first, 0)}\u202f%` : 'the largest';
  return (
    <div className={styles.legend}>
      {zero === null ? (
        <p>No reference stands on these boards: values are shown without colours.</p>
      ) : (
        <>
          <div className={styles.scale}>
            <span>worse</span>
            <span className={styles.end}>{others.length === 0 ? `≥ ${end}` : ''}</span>
            <i aria-hidden="true" />
            <span className={styles.end}>{others.length === 0 ? `≥ ${end}` : ''}</span>
            <span>better</span>
            <span className={styles.than}>
              than <strong>{zero.method}</strong> on the same board
            </span>
          </div>
          <p className={styles.marks}>
            {hasTests ? <span>▲ ▼ significant at 95 %</span> : null}
            <span>△ ▽ {hasTests ? 'not significant, or not tested' : 'better, worse (not tested)'}</span>
            <span>○ no difference in the decimals shown</span>
          </p>
          <nav aria-label="End of the colour scale" className={styles.ranges}>
            <span>Scale to</span>
            <BoardLink href={hrefOf({ range: null })} isHere={query.range === null}>
              fit
            </BoardLink>
            {COLOUR_RANGES.filter((range) => range >= 2).map((range) => (
              <BoardLink key={range} href={hrefOf({ range })} isHere={query.range === range}>
                {`${range}\u202f%`}
              </BoardLink>
            ))}
          </nav>
        </>
      )}
    </div>
  );
}
