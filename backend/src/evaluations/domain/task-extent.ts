import type { ChallengeDefinition, TaskExtent } from '@sillage/contracts';

/** Where and when the maps of a task are scored. */
export function taskExtent(
  definition: ChallengeDefinition,
  task: { area: string; scenario: string },
): TaskExtent {
  const area = definition.areas.find(({ id }) => id === task.area);
  if (area === undefined) throw new Error(`challenge '${definition.id}' has no area '${task.area}'`);
  return {
    area: task.area,
    scenario: task.scenario,
    scoredBox: area.scoredBox,
    period: definition.periods.evaluation,
    ...(area.trainTruth === undefined ? {} : { trainTruth: area.trainTruth }),
  };
}
