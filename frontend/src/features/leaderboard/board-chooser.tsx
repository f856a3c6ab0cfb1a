'use client';

import { paths } from '../../lib/paths';
import { scenarioGroups } from '../../lib/scenario-groups';
import styles from './board-chooser.module.css';
import { BoardLink } from './board-link';
import { chooseBoard, type BoardChallenge, type BoardChoice } from './choose-board';

type Props = {
  challenge: BoardChallenge;
  choice: BoardChoice;
  /** Sorting and difference mode stay when the board changes; the zero line does not: it is a row of one board. */
  keep: Record<string, string | null>;
  onIntent: (choice: BoardChoice) => void;
};

/**
 * Areas × observations as chips, the noise ladders in rows of their own. An area keeps the observations where it has them;
 * observations that the area lacks are shown and cannot be followed, so that the choice is whole.
 */
export function BoardChooser({ challenge, choice, keep, onIntent }: Props) {
  const { plain, ladders } = scenarioGroups(challenge.scenarios);
  const chipOf = (name: string, board: BoardChoice | null, isHere: boolean) => ({
    name,
    isHere,
    href: board === null ? null : paths.leaderboard(challenge.id, { ...board, ...keep }),
    onIntent: () => {
      if (board !== null && !isHere) onIntent(board);
    },
  });
  const scenarioChip = (scenario: string, name: string) => {
    const board = { area: choice.area, scenario };
    const exists = challenge.tasks.some((task) => task.area === board.area && task.scenario === scenario);
    return chipOf(name, exists ? board : null, scenario === choice.scenario);
  };

  return (
    <div className={styles.chooser}>
      <ChipRow
        label="Area"
        chips={challenge.areas.map((area) => {
          const { board } = chooseBoard(challenge, { area: area.id, scenario: choice.scenario });
          return chipOf(area.name, board, area.id === choice.area);
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
    </div>
  );
}

type Chip = { name: string; isHere: boolean; href: string | null; onIntent: () => void };

function ChipRow({ label, about, chips }: { label: string; about?: string; chips: readonly Chip[] }) {
  return (
    <nav aria-label={about === undefined ? label : `${label}: ${about}`} className={styles.row}>
      <span className={styles.label} aria-hidden="true">
        {label}
      </span>
      <ul className={styles.chips}>
        {about === undefined ? null : (
          <li className={styles.about} aria-hidden="true">
            {about}
          </li>
        )}
        {chips.map((chip) => (
          <li key={chip.name}>
            {chip.href === null ? (
              <span className={styles.absent} title="This area has no such board">
                {chip.name}
                <span className="visually-hidden"> (this area has no such board)</span>
              </span>
            ) : (
              <BoardLink
                href={chip.href}
                className={styles.chip}
                isHere={chip.isHere}
                onIntent={chip.onIntent}
              >
                {chip.name}
              </BoardLink>
            )}
          </li>
        ))}
      </ul>
    </nav>
  );
}
