import type { ChallengeDefinition, StressKind, TaskReference } from '@sillage/contracts';

/** A network on a task, without one of its satellites or with all of them. */
export type StressVariant = TaskReference & { without: string | null };

const WITHOUT = 'without:';

/** How a variant stands in the key of its run: beside the task, which is a part of it already. */
export function variantKey(without: string | null): string {
  return without === null ? '' : `${WITHOUT}${without}`;
}

export function withoutOfKey(key: string): string | null {
  return key === '' ? null : key.slice(WITHOUT.length);
}

/**
 * The runs that show how scores depend on the inputs. A task that the submission has entered itself is no stress: its score is
 * there already.
 *
 * @param bases - scored tasks of the submission.
 * @param entered - every task in which it has, or will have, a normal score.
 */
export function stressPlan(
  { scenarios, tasks }: Pick<ChallengeDefinition, 'scenarios' | 'tasks'>,
  kinds: readonly StressKind[],
  { bases, entered }: { bases: readonly TaskReference[]; entered: readonly TaskReference[] },
): StressVariant[] {
  const plan = new Map<string, StressVariant>();
  const add = ({ area, scenario }: TaskReference, without: string | null) =>
    plan.set(`${area} ${scenario} ${variantKey(without)}`, { area, scenario, without });
  for (const base of bases) {
    const satellites = scenarios.find(({ id }) => id === base.scenario)?.satellites ?? [];
    // Without its only satellite nothing is left to map.
    if (kinds.includes('satellites') && satellites.length > 1)
      for (const satellite of satellites) add(base, satellite);
    for (const task of tasks) {
      const isAsked =
        (kinds.includes('scenarios') && task.area === base.area) ||
        (kinds.includes('areas') && task.scenario === base.scenario);
      const isEntered = entered.some(
        ({ area, scenario }) => area === task.area && scenario === task.scenario,
      );
      if (isAsked && !isEntered) add(task, null);
    }
  }
  return [...plan.values()];
}
