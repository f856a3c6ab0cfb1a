import {
  SCORE_TABLE,
  METRICS_OF_PROTOCOL,
  type Leaderboard,
  type LeaderboardRow,
  type Metric,
} from '@sillage/contracts';
import Link from 'next/link';
import { Chip } from '../../../components/chip';
import { Inputs } from '../../../components/inputs';
import { metricDirection, MetricSymbol, ScoreHelp } from '../../../components/scores/metric-heading';
import { ScoreValue } from '../../../components/scores/score-value';
import { shownDifference, type DifferenceUnit, type ShownDifference } from '../../../lib/format-difference';
import { countOf, formatMetric } from '../../../lib/format-number';
import { errorText } from '../../../lib/format-score';
import { formatDay, formatInstant } from '../../../lib/format-time';
import { paths } from '../../../lib/paths';
import { BoardLink } from '../board-link';
import { NO_FACETS } from '../facets';
import {
  bestRows,
  boardParameters,
  boardView,
  METRIC_SORT_KEYS,
  PHYSICS_SORT_KEYS,
  placeLabel,
  placeOf,
  positionInColumn,
  rankedMetric,
  rankIntervalText,
  sharedPlaces,
  sortDirection,
  sortedBy,
  type BoardQuery,
  type SortKey,
} from '../board-view';
import { CompareTick } from './compare-tick';
import { costDetail, costText } from '../cost-text';
import styles from './leaderboard-table.module.css';
import { handleOf } from '../method-identity';
import { PhysicsValue } from '../physics-column';
import { shownErrors, shownPhysics, uncertaintySentence } from '../export/view-table';

type Props = { board: Leaderboard; query: BoardQuery; caption: string };

const VERDICT_WORDS: Record<ShownDifference['verdict'], string> = {
  better: ', better than the zero line',
  worse: ', worse than the zero line',
  close: ' to the zero line within the decimals shown',
  equal: ' to the zero line',
  unknown: ', like the zero line',
};

export function LeaderboardTable({ board, query, caption }: Props) {
  const view = boardView(board, query);
  const hrefOf = (next: BoardQuery) =>
    paths.leaderboard(board.challenge, {
      area: board.area,
      scenario: board.scenario,
      ...boardParameters(next),
    });
  const { protocol } = board;
  const shared = sharedPlaces(protocol, query, board.rows);
  const ranked = rankedMetric(protocol, query);
  const errors = shownErrors(board, query);
  const physics = shownPhysics(board, query);
  const hasCosts = query.columns === 'all' && board.rows.some((row) => row.cost !== null);
  const columns = METRICS_OF_PROTOCOL[protocol].map((metric) => ({
    metric,
    best: bestRows(board.rows, metric),
    positions: positionInColumn(board.rows, metric),
  }));

  const columnCount = columns.length + errors.length + physics.length + (hasCosts ? 1 : 0) + 6;

  const row = (entry: LeaderboardRow) => (
    <tr key={entry.submissionId} className={entry === view.zero ? styles.zero : undefined}>
      <td className={styles.tick}>
        <CompareTick
          handle={handleOf(board.rows, entry)}
          isTicked={query.entries.includes(handleOf(board.rows, entry))}
          method={entry.method}
          hrefOf={hrefOf}
        />
      </td>
      <td className={styles.rank}>
        {placeLabel(shared, placeOf(protocol, query, entry))}
        {ranked === 'mu' ? <RankInterval row={entry} /> : null}
      </td>
      <th scope="row" className={styles.method}>
        <span className={styles.name}>
          <Link href={paths.submission(entry.submissionId)} prefetch={false}>
            {entry.method}
          </Link>
          {entry.kind === 'reference' ? <Chip tone="signal">reference</Chip> : null}
          {entry.verified === null ? null : (
            <Chip tone="accent" title={`Verified by the organisers: ${entry.verified}`}>
              verified
            </Chip>
          )}
          {entry.form === 'network' ? (
            <Chip title="The platform ran this network itself, on the public observations.">network</Chip>
          ) : null}
        </span>
        <span className={styles.author}>
          {entry.author}
          {entry.codeUrl === null ? null : (
            <>
              {' · '}
              <a href={entry.codeUrl} rel="noopener nofollow">
                code<span className="visually-hidden"> of {entry.method}</span>
              </a>
            </>
          )}
          {entry.paperUrl === null ? null : (
            <>
              {' · '}
              <a href={entry.paperUrl} rel="noopener nofollow">
                paper<span className="visually-hidden"> on {entry.method}</span>
              </a>
            </>
          )}
        </span>
      </th>
      {columns.map(({ metric, best, positions }) => (
        <td key={metric} className={styles.score}>
          <Score
            row={entry}
            metric={metric}
            query={query}
            zero={view.zero}
            isBest={best.has(entry.submissionId) && board.rows.length > 1}
            position={positions.get(entry.submissionId) ?? null}
            zeroPosition={view.zero === null ? null : (positions.get(view.zero.submissionId) ?? null)}
          />
        </td>
      ))}
      {errors.map((key) => (
        <td key={key} className={styles.physics}>
          {errorText(entry.scores, key) ?? '–'}
        </td>
      ))}
      {physics.map((column) => (
        <td key={column} className={styles.physics}>
          <PhysicsValue row={entry} column={column} />
        </td>
      ))}
      {hasCosts ? (
        <td className={styles.cost}>
          {entry.cost === null ? (
            <span className="muted" title="Computed elsewhere: its cost is not known here">
              –<span className="visually-hidden">not known</span>
            </span>
          ) : (
            <>
              {costText(entry.cost)}
              <span className={styles.costDetail}>{costDetail(entry.cost)}</span>
            </>
          )}
        </td>
      ) : null}
      <td className={styles.inputs}>
        <Inputs inputs={entry.inputs} />
      </td>
      <td className={styles.date}>
        <time dateTime={entry.scoredAt} title={formatInstant(entry.scoredAt)}>
          {formatDay(new Date(entry.scoredAt))}
        </time>
      </td>
      <td className={styles.choose}>
        {entry === view.zero ? (
          <span className={styles.isZero}>zero line</span>
        ) : (
          <BoardLink
            href={hrefOf({ ...query, zero: handleOf(board.rows, entry) })}
            className={styles.setZero}
          >
            set as zero<span className="visually-hidden"> line: {entry.method}</span>
          </BoardLink>
        )}
      </td>
    </tr>
  );

  const sortHead = (sort: SortKey, label: string, className?: string) => (
    <th scope="col" className={className} aria-sort={sortDirection(protocol, query, sort) ?? undefined}>
      <SortLink href={hrefOf(sortedBy(query, sort))} direction={sortDirection(protocol, query, sort)}>
        {label}
      </SortLink>
    </th>
  );

  return (
    <div className={styles.scroller} role="region" aria-label="Leaderboard" tabIndex={0}>
      <table className={styles.table}>
        <caption className="visually-hidden">{caption}</caption>
        <thead>
          <tr>
            <th scope="col" className={styles.tick}>
              <span className="visually-hidden">Compare</span>
            </th>
            <th scope="col" className={styles.rank}>
              <abbr title={rankTitle(board, ranked)}>#</abbr>
            </th>
            {sortHead('method', 'Method', styles.method)}
            {columns.map(({ metric }) => {
              const sort = METRIC_SORT_KEYS[metric];
              return (
                <th
                  key={metric}
                  scope="col"
                  className={styles.score}
                  aria-sort={sortDirection(protocol, query, sort) ?? undefined}
                >
                  <span className={styles.head}>
                    <ScoreHelp score={metric} protocol={protocol} id={`definition-${metric}`} />
                    <SortLink
                      href={hrefOf(sortedBy(query, sort))}
                      direction={sortDirection(protocol, query, sort)}
                    >
                      <MetricSymbol metric={metric} />
                    </SortLink>
                  </span>
                  <span className={styles.direction}>{metricDirection(metric)}</span>
                </th>
              );
            })}
            {errors.map((key) => (
              <th key={key} scope="col" className={styles.physics}>
                <span className={styles.head}>
                  <ScoreHelp score={key} protocol={protocol} id={`definition-${key}`} />
                  {SCORE_TABLE[key].label}
                </span>
                <span className={styles.direction}>{SCORE_TABLE[key].better} is better</span>
              </th>
            ))}
            {physics.map((column) => (
              <th
                key={column}
                scope="col"
                className={styles.physics}
                aria-sort={sortDirection(protocol, query, PHYSICS_SORT_KEYS[column]) ?? undefined}
              >
                <span className={styles.head}>
                  <ScoreHelp score={column} protocol={protocol} id={`definition-${column}`} />
                  <SortLink
                    href={hrefOf(sortedBy(query, PHYSICS_SORT_KEYS[column]))}
                    direction={sortDirection(protocol, query, PHYSICS_SORT_KEYS[column])}
                  >
                    {SCORE_TABLE[column].label}
                  </SortLink>
                </span>
                <span className={styles.direction}>
                  {column === 'spectralSlope' ? "truth's is best" : '1 is best'}
                </span>
              </th>
            ))}
            {hasCosts ? sortHead('cost', 'Time to map', styles.cost) : null}
            <th scope="col">Inputs</th>
            {sortHead('scored', 'Scored', styles.date)}
            <th scope="col" className={styles.choose}>
              <span className="visually-hidden">Zero line</span>
            </th>
          </tr>
        </thead>
        <tbody className={styles.pinned}>{view.pinned.map(row)}</tbody>
        <tbody>
          {view.ordered.map(row)}
          {view.hiddenCount > 0 ? (
            <tr>
              <td colSpan={columnCount} className={styles.empty}>
                <BoardLink href={hrefOf({ ...query, extent: 'all' })}>
                  Show {countOf(view.hiddenCount, 'more method', 'more methods')}
                </BoardLink>
              </td>
            </tr>
          ) : null}
          {view.ordered.length === 0 && view.filteredCount > 0 ? (
            <tr>
              <td colSpan={columnCount} className={styles.empty}>
                <span className={styles.emptyText}>
                  No other method of this board passes the filter.{' '}
                  <BoardLink href={hrefOf({ ...query, facets: NO_FACETS })}>Show all</BoardLink>
                </span>
              </td>
            </tr>
          ) : null}
          {view.ordered.length === 0 && view.filteredCount === 0 ? (
            <tr>
              <td colSpan={columnCount} className={styles.empty}>
                <span className={styles.emptyText}>
                  No participant stands on this board yet.{' '}
                  <Link href={paths.submit(board.challenge)}>Submit the first reconstruction</Link>
                </span>
              </td>
            </tr>
          ) : null}
        </tbody>
      </table>
    </div>
  );
}

const SORT_GLYPHS = { ascending: '▴', descending: '▾', other: '◆' } as const;

function rankTitle(board: Leaderboard, ranked: Metric): string {
  if (ranked !== 'mu') return `Place by ${SCORE_TABLE[ranked].symbol} alone; equal values share it`;
  return board.uncertainty === null
    ? 'Rank by µ(RMSE); equal values share a rank'
    : uncertaintySentence(board.uncertainty);
}

function RankInterval({ row }: { row: LeaderboardRow }) {
  const text = rankIntervalText(row);
  if (text === null) return null;
  return (
    <span className={styles.rankInterval} title="The ranks that this row may have, at 95 %">
      <span className="visually-hidden">may rank </span>
      {text}
    </span>
  );
}

function SortLink({
  href,
  direction,
  children,
}: {
  href: string;
  direction: 'ascending' | 'descending' | 'other' | null;
  children: React.ReactNode;
}) {
  return (
    <BoardLink href={href} className={styles.sort}>
      <span className="visually-hidden">Sort by </span>
      {children}
      <span className={styles.arrow} aria-hidden="true">
        {direction === null ? '' : SORT_GLYPHS[direction]}
      </span>
    </BoardLink>
  );
}

type ScoreProps = {
  row: LeaderboardRow;
  metric: Metric;
  query: BoardQuery;
  zero: LeaderboardRow | null;
  isBest: boolean;
  position: number | null;
  zeroPosition: number | null;
};

function Score({ row, metric, query, zero, isBest, position, zeroPosition }: ScoreProps) {
  return (
    <>
      <span className={`${styles.value} ${isBest ? styles.best : ''}`}>
        {isBest ? <span className="visually-hidden">best: </span> : null}
        <ScoreValue metric={metric} scores={row.scores} id={`row-${row.submissionId}`} />
      </span>
      <Interval row={row} metric={metric} />
      {position === null ? null : (
        <span className={styles.strip} aria-hidden="true">
          {zeroPosition === null ? null : (
            <i className={styles.stripZero} style={{ left: `${100 * zeroPosition}%` }} />
          )}
          <i className={styles.stripDot} style={{ left: `${100 * position}%` }} />
        </span>
      )}
      {query.difference === 'off' || zero === null || zero === row || row.scores[metric] === null ? null : (
        <DifferenceText row={row} zero={zero} metric={metric} unit={query.difference} />
      )}
    </>
  );
}

/** The 95 % interval of µ or σ over days. */
function Interval({ row, metric }: { row: LeaderboardRow; metric: Metric }) {
  if (row.intervals === null || (metric !== 'mu' && metric !== 'sigma')) return null;
  const [low, high] = row.intervals[metric];
  return (
    <span className={styles.interval} title="95 % interval over days">
      {formatMetric(metric, low)}–{formatMetric(metric, high)}
    </span>
  );
}

type DifferenceProps = { row: LeaderboardRow; zero: LeaderboardRow; metric: Metric; unit: DifferenceUnit };

function DifferenceText({ row, zero, metric, unit }: DifferenceProps) {
  const difference = shownDifference(metric, row.scores, zero.scores, unit);
  if (difference === null) return <span className={styles.difference}>no value to compare</span>;
  const { verdict, glyph, text } = difference;
  return (
    <span className={`${styles.difference} ${styles[verdict] ?? ''}`}>
      {glyph === '' ? null : <span aria-hidden="true">{glyph} </span>}
      {text}
      <span className="visually-hidden">{VERDICT_WORDS[verdict]}</span>
    </span>
  );
}
