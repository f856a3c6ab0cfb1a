import { taskKey, type Task } from '../../lib/tasks';

/** What a file of a set is scored on: one task, or every area of a scenario that it covers. Empty: not said yet. */
export type FileChoice = string;

const EVERYWHERE = '*';

export function everywhere(scenario: string): FileChoice {
  return `${EVERYWHERE}.${scenario}`;
}

/** The tasks that a choice stands for, and whether those that the map does not cover are left out. */
export function tasksOfChoice(
  choice: FileChoice,
  tasks: readonly Task[],
): { tasks: Task[]; onlyCovered: boolean } {
  const all = tasks.filter((task) => everywhere(task.scenario) === choice);
  if (all.length > 0) return { tasks: all, onlyCovered: true };
  return { tasks: tasks.filter((task) => taskKey(task) === choice), onlyCovered: false };
}

/**
 * The task that a file name speaks of: `map-gf-nadir4.nc` is for gf × nadir4. The longest name of a scenario wins, so that
 * `swot1-nadir4` is not taken for `nadir4`. Where the challenge has one area or one scenario, its name is not needed.
 * Empty where the name does not say, or where another file has the task.
 */
export function choiceFromName(
  fileName: string,
  tasks: readonly Task[],
  taken: readonly FileChoice[],
): FileChoice {
  const words = `-${fileName
    .toLowerCase()
    .replace(/\.[a-z0-9]+$/, '')
    .replace(/[^a-z0-9]+/g, '-')}-`;
  const scenario = onlyOrNamed(
    tasks.map((task) => task.scenario),
    words,
  );
  const area = onlyOrNamed(
    tasks.map((task) => task.area),
    words,
  );
  const task = tasks.find((item) => item.scenario === scenario && item.area === area);
  return task === undefined || taken.includes(taskKey(task)) ? '' : taskKey(task);
}

function onlyOrNamed(names: readonly string[], words: string): string | undefined {
  const different = [...new Set(names)];
  if (different.length === 1) return different[0];
  return different
    .filter((name) => words.includes(`-${name}-`))
    .sort((left, right) => right.length - left.length)[0];
}
