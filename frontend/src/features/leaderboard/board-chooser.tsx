import type { ChallengeView } from '@sillage/contracts';
import Link from 'next/link';
import { paths } from '../../lib/paths';
import styles from './board-chooser.module.css';

type Props = {
  challenge: ChallengeView;
  area: string;
  scenario: string;
  /** Sorting and difference mode stay when the board changes; the zero line does not: it is a row of one board. */
  keep: Record<string, string | null>;
};

/** Areas × scenarios as chips. A combination that has no task is shown but cannot be followed, so that the choice is whole. */
export function BoardChooser({ challenge, area, scenario, keep }: Props) {
  const hasTask = (areaId: string, scenarioId: string) =>
    challenge.tasks.some((task) => task.area === areaId && task.scenario === scenarioId);
  const href = (areaId: string, scenarioId: string) =>
    paths.leaderboard(challenge.id, { area: areaId, scenario: scenarioId, ...keep });

  return (
    <div className={styles.chooser}>
      <ChipRow
        label="Area"
        chips={challenge.areas.map((item) => ({
          id: item.id,
          name: item.name,
          isHere: item.id === area,
          href: hasTask(item.id, scenario) ? href(item.id, scenario) : null,
        }))}
      />
      <ChipRow
        label="Observations"
        chips={challenge.scenarios.map((item) => ({
          id: item.id,
          name: item.name,
          isHere: item.id === scenario,
          href: hasTask(area, item.id) ? href(area, item.id) : null,
        }))}
      />
    </div>
  );
}

type ChipRowProps = {
  label: string;
  chips: { id: string; name: string; isHere: boolean; href: string | null }[];
};

function ChipRow({ label, chips }: ChipRowProps) {
  return (
    <nav aria-label={label} className={styles.row}>
      <span className={styles.label} aria-hidden="true">
        {label}
      </span>
      <ul className={styles.chips}>
        {chips.map((chip) => (
          <li key={chip.id}>
            {chip.href === null ? (
              <span className={styles.absent} title="This challenge has no such board">
                {chip.name}
                <span className="visually-hidden"> (no such board)</span>
              </span>
            ) : (
              <Link
                href={chip.href}
                scroll={false}
                className={styles.chip}
                aria-current={chip.isHere ? 'page' : undefined}
              >
                {chip.name}
              </Link>
            )}
          </li>
        ))}
      </ul>
    </nav>
  );
}
