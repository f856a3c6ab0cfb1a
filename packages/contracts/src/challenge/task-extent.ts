import type { Area, Period } from './challenge.js';
import type { TaskExtent } from '../operation/worker.js';

/** Where and when the maps of a task are scored: the same to the platform, to the shell and to the browser. */
export function taskExtent(
  challenge: { id: string; areas: readonly Area[]; periods: { evaluation: Period } },
  task: { area: string; scenario: string },
): TaskExtent {
  const area = challenge.areas.find(({ id }) => id === task.area);
  if (area === undefined) throw new Error(`challenge '${challenge.id}' has no area '${task.area}'`);
  return {
    area: task.area,
    scenario: task.scenario,
    scoredBox: area.scoredBox,
    period: challenge.periods.evaluation,
    ...(area.trainTruth === undefined ? {} : { trainTruth: area.trainTruth }),
  };
}
