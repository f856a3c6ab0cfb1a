import type { ChallengeView, Scenario } from '@sillage/contracts';
import Link from 'next/link';
import { paths } from '../../lib/paths';
import { satelliteName } from '../../lib/satellite-names';
import { scenarioGroups } from '../../lib/scenario-groups';
import styles from './scenario-table.module.css';

/** Which satellites observe, with which errors, and the board of each area. */
export function ScenarioTable({ challenge }: { challenge: ChallengeView }) {
  const { plain, ladders } = scenarioGroups(challenge.scenarios);
  const row = (scenario: Scenario, name: string) => (
    <tr key={scenario.id}>
      <th scope="row">
        <span className={styles.name}>{name}</span>
        {scenario.description === '' ? null : <span className={styles.text}>{scenario.description}</span>}
      </th>
      <td>{scenario.satellites.map(satelliteName).join(', ')}</td>
      <td>
        <ul className={styles.boards}>
          {challenge.areas.flatMap((area) => {
            const task = challenge.tasks.find(
              (item) => item.area === area.id && item.scenario === scenario.id,
            );
            if (task === undefined) return [];
            return [
              <li key={area.id}>
                <Link href={paths.leaderboard(challenge.id, task)} prefetch={false}>
                  {area.name}
                  <span className="visually-hidden">, {scenario.name}</span>
                </Link>
              </li>,
            ];
          })}
        </ul>
      </td>
    </tr>
  );

  return (
    <div className={styles.scroller} role="region" aria-label="Table of the observations" tabIndex={0}>
      <table className={styles.table}>
        <caption className="visually-hidden">Observations, their satellites and their boards</caption>
        <thead>
          <tr>
            <th scope="col">Observations</th>
            <th scope="col">Satellites</th>
            <th scope="col">Boards</th>
          </tr>
        </thead>
        <tbody>{plain.map((scenario) => row(scenario, scenario.name))}</tbody>
        {ladders.map(({ base, rungs }) => (
          <tbody key={base.id}>
            <tr className={styles.ladder}>
              <th scope="rowgroup" colSpan={3}>
                Noise ladder: {base.name} with more and more errors
              </th>
            </tr>
            {rungs.map(({ scenario, name }) => row(scenario, name))}
          </tbody>
        ))}
      </table>
    </div>
  );
}
