import type { FileRole } from './file-role.js';
import type { NetworkSummary } from '../submission/network.js';
import type { RejectionReason } from '../submission/rejection.js';

type Task = { area: string; scenario: string };
export type TaskFile = { role: FileRole; area: string; scenario?: string | null | undefined; path: string };

/** Every file of a role that is for the task; those that are for its scenario alone come first. */
export function filesOfTask<File extends TaskFile>(
  files: readonly File[],
  roles: readonly FileRole[],
  task: Task,
): File[] {
  const fitting = files.filter(
    (file) =>
      roles.includes(file.role) &&
      file.area === task.area &&
      (file.scenario ?? task.scenario) === task.scenario,
  );
  const isForAll = ({ scenario }: File): number => ((scenario ?? null) === null ? 1 : 0);
  const specificFirst = fitting.toSorted((left, right) => isForAll(left) - isForAll(right));
  return [...new Map(specificFirst.toReversed().map((file) => [file.path, file])).values()].toReversed();
}

/** Nadirs along track and swaths; daily pseudo-observations on a grid only where nothing else observes the task. */
export function observationsOfTask<File extends TaskFile>(files: readonly File[], task: Task): File[] {
  const alongTrack = filesOfTask(files, ['observations', 'swath-observations'], task);
  return alongTrack.length > 0 ? alongTrack : filesOfTask(files, ['gridded-observations'], task);
}

const INPUT_NAMES = { oi: 'a map by optimal interpolation', sst: 'a sea surface temperature' } as const;

/** Why a task has not what a network reads; null where it has. Said before an upload and after the check of the weights. */
export function lackingInput(
  files: readonly TaskFile[],
  task: Task,
  extraInputs: NetworkSummary['extraInputs'],
): RejectionReason | null {
  const where = `${task.area} × ${task.scenario}`;
  if (observationsOfTask(files, task).length === 0) {
    return {
      code: 'inputs-missing',
      where,
      found: 'the challenge publishes no observations for this task',
      expected: 'observations that the network can be run on',
      fix: 'Submit the maps themselves for this task.',
    };
  }
  const missing = extraInputs.find((kind) => filesOfTask(files, [kind], task).length === 0);
  if (missing === undefined) return null;
  return {
    code: 'inputs-missing',
    where,
    found: `the network reads ${INPUT_NAMES[missing]}, and the challenge publishes none for this task`,
    expected: `a dataset file with the role '${missing}'`,
    fix: 'Enter the tasks that have it, or submit a network that does without.',
  };
}
