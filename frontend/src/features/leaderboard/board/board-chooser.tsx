import { SCORE_TABLE, METRICS_OF_PROTOCOL } from '@sillage/contracts';
import { MetricSymbol } from '../../../components/scores/metric-heading';
import { paths } from '../../../lib/paths';
import { scenarioGroups } from '../../../lib/scenario-groups';
import { boardParameters, METRIC_SORT_KEYS, type BoardQuery } from '../board-view';
import styles from './board-chooser.module.css';
import { chooseBoard, type BoardChallenge, type BoardChoice } from '../choose-board';
import { ChipRow, type BoardChip } from './chip-row';

type Props = {
  challenge: BoardChallenge;
  choice: BoardChoice;
  query: BoardQuery;
  onIntent: (choice: BoardChoice) => void;
  /** Where a chip leads on another page than the boards. */
  hrefOf?: (choice: BoardChoice) => string;
};

/**
 * Areas × observations × metrics as chips, the noise ladders in rows of their own. An area keeps the observations where it
 * has them; observations that the area lacks are shown and cannot be followed, so that the choice is whole. Everything else
 * of the view stays when the board changes.
 */
export function BoardChooser({ challenge, choice, query, onIntent, hrefOf: hrefElsewhere }: Props) {
  const { plain, ladders } = scenarioGroups(challenge.scenarios);
  const hrefOf = (board: BoardChoice, next: BoardQuery = query) =>
    hrefElsewhere?.(board) ?? paths.leaderboard(challenge.id, { ...board, ...boardParameters(next) });
  const chipOf = (key: string, name: string, board: BoardChoice | null, isHere: boolean): BoardChip => ({
    key,
    name,
    isHere,
    href: board === null ? null : hrefOf(board),
    absence: 'this area has no such board',
    onIntent: () => {
      if (board !== null && !isHere) onIntent(board);
    },
  });
  const scenarioChip = (scenario: string, name: string) => {
    const board = { area: choice.area, scenario };
    const exists = challenge.tasks.some((task) => task.area === board.area && task.scenario === scenario);
    return chipOf(scenario, name, exists ? board : null, scenario === choice.scenario);
  };

  return (
    <div className={styles.chooser}>
      <ChipRow
        label="Area"
        chips={challenge.areas.map((area) => {
          const { board } = chooseBoard(challenge, { area: area.id, scenario: choice.scenario });
          return chipOf(area.id, area.name, board, area.id === choice.area);
        })}
      />
      <ChipRow
        label="Observations"
        chips={plain.map((scenario) => scenarioChip(scenario.id, scenario.name))}
      />
      {ladders.map(({ base, rungs }) => (
        <ChipRow
          key={base.id}
          label="Noise ladder"
          about={`${base.name}, with`}
          chips={rungs.map(({ scenario, name }) => scenarioChip(scenario.id, name))}
        />
      ))}
      {challenge.isInstalled && query.view === 'board' && hrefElsewhere === undefined ? (
        <ChipRow
          label="Metric"
          chips={METRICS_OF_PROTOCOL[challenge.protocol].map((metric) => {
            const sort = METRIC_SORT_KEYS[metric];
            return {
              key: metric,
              name: <MetricSymbol metric={metric} />,
              title: `Best ${SCORE_TABLE[metric].label} first`,
              isHere: query.sort === sort,
              href: hrefOf(choice, { ...query, sort, order: 'natural' }),
            };
          })}
        />
      ) : null}
    </div>
  );
}
