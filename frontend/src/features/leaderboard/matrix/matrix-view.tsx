import type { LeaderboardRow } from '@sillage/contracts';
import { paths } from '../../../lib/paths';
import { MetricSymbol } from '../../../components/scores/metric-heading';
import { boardParameters, METRIC_KEYS, type BoardQuery, type MetricKey } from '../board-view';
import { BoardLink } from '../board-link';
import { BoardFilters } from '../board/board-filters';
import { ChipRow } from '../board/chip-row';
import type { BoardChallenge, BoardChoice } from '../choose-board';
import { ExportPanel } from '../export/export-panel';
import styles from './matrix-view.module.css';
import { methodKey } from '../method-identity';
import { ScorecardLegend } from './scorecard-legend';
import { ScorecardTable } from './scorecard-table';
import { metricOfKey, type Boards } from './scorecard-view';
import { significanceQuestions } from './significance';
import { useSignificance } from './use-significance';
import { viewCards } from '../export/view-table';
import { SegmentedLinks } from '../segmented-links';
import { scenarioGroups } from '../../../lib/scenario-groups';
import { countOf } from '../../../lib/format-number';

type Props = { challenge: BoardChallenge; choice: BoardChoice; query: BoardQuery; boards: Boards };

/** Every board of the challenge at once, a table for each chosen metric. */
export function MatrixView({ challenge, choice, query, boards }: Props) {
  const { protocol } = challenge;
  const hrefOf = (next: Partial<BoardQuery>) =>
    paths.leaderboard(challenge.id, { ...choice, ...boardParameters({ ...query, ...next }) });
  const metrics = METRIC_KEYS.flatMap((key) => {
    const metric = metricOfKey(protocol, key);
    return metric === null ? [] : [{ key, metric }];
  });
  const [first] = viewCards({ challenge, boards, query, choice });
  const significance = useSignificance(
    challenge.id,
    challenge.olderVersion,
    significanceQuestions(first?.columns ?? [], boards),
  );
  const cards = viewCards({ challenge, boards, query, choice, significance });
  const rows = methodRows(boards);
  const pendingCount = Object.values(boards).reduce((sum, board) => sum + board.pendingCount, 0);
  const { ladders } = scenarioGroups(challenge.scenarios);
  return (
    <div className={styles.matrix} data-view="matrix">
      <ChipRow
        label="Metrics"
        chips={metrics.map(({ key, metric }) => ({
          key,
          name: <MetricSymbol metric={metric} />,
          isHere: query.metrics.includes(key),
          href: hrefOf({ metrics: toggled(query.metrics, key) }),
        }))}
      />
      <BoardFilters challenge={challenge} choice={choice} query={query} rows={rows} />
      <div className={styles.tools}>
        <ScorecardLegend challenge={challenge} choice={choice} query={query} cards={cards} />
        <SegmentedLinks
          label="Cells"
          segments={[
            {
              key: 'value',
              name: 'values',
              isHere: query.cells === 'value',
              href: hrefOf({ cells: 'value' }),
            },
            {
              key: 'difference',
              name: 'per cent',
              isHere: query.cells === 'difference',
              href: hrefOf({ cells: 'difference' }),
            },
          ]}
        />
      </div>
      {cards.map((card) => (
        <ScorecardTable
          key={card.metric}
          challenge={challenge}
          protocol={protocol}
          card={card}
          query={query}
          choice={choice}
        />
      ))}
      <div className={styles.foot}>
        <p>
          A cell opens the submission, a heading sorts by its board. A dot is a board that the method did not
          enter, hatching an area that has no such board: neither counts against anybody.
          {pendingCount === 0
            ? ''
            : ` ${countOf(pendingCount, 'entry is', 'entries are')} being checked and scored.`}{' '}
          Protocol {protocol}, dataset {challenge.datasetVersion}.{' '}
          {ladders.length === 0 ? null : (
            <BoardLink href={hrefOf({ ladder: query.ladder === 'open' ? 'folded' : 'open' })}>
              {query.ladder === 'open' ? 'Fold the noise ladder away' : 'Show the noise ladder'}
            </BoardLink>
          )}
        </p>
        <ExportPanel challenge={challenge} choice={choice} query={query} />
      </div>
    </div>
  );
}

/** One row for each method and way of entering: what the filters count. */
function methodRows(boards: Boards): LeaderboardRow[] {
  const rows = Object.values(boards).flatMap((board) => board.rows);
  const kinds = new Map(
    rows.map((row) => [`${methodKey(row)} ${row.form} ${row.family ?? ''} ${row.inputs.join()}`, row]),
  );
  return [...kinds.values()];
}

/** One metric more or less; the last one stays. */
function toggled(metrics: readonly MetricKey[], key: MetricKey): MetricKey[] {
  const next = METRIC_KEYS.filter((item) => (item === key) !== metrics.includes(item));
  return next.length === 0 ? [key] : next;
}
