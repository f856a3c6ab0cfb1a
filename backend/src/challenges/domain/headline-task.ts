import type { ChallengeDefinition } from '@sillage/contracts';
import { referenceEntries } from './reference-entries.js';

type Task = ChallengeDefinition['tasks'][number];

/**
 * The board that stands for a challenge where only one is shown: the first of those with the most methods that the
 * definition itself brings, references and published scores. Entries of participants do not count, so that an address
 * without a task means the same board as long as the dataset version does.
 */
export function headlineTask(definition: ChallengeDefinition): Task {
  const { entries } = referenceEntries(definition);
  const methodsOf = ({ area, scenario }: Task): number => {
    const isTask = (task: Task) => task.area === area && task.scenario === scenario;
    return (
      entries.filter((entry) => entry.tasks.some(isTask)).length + definition.published.filter(isTask).length
    );
  };
  const [first, ...others] = definition.tasks.map((task) => ({ task, methods: methodsOf(task) }));
  if (first === undefined) throw new Error(`challenge ${definition.id} has no task`);
  return others.reduce((best, next) => (next.methods > best.methods ? next : best), first).task;
}
