import type { ChallengeDefinition, FileRole } from '@sillage/contracts';

/** A challenge may be described, with published scores, before an organiser has its data. */
export function isInstalled({ files }: Pick<ChallengeDefinition, 'files'>): boolean {
  return files.length > 0;
}

/** A definition as the database has it: rows from before these parts existed lack them. */
export type StoredDefinition = Omit<ChallengeDefinition, 'published' | 'expectedFiles'> &
  Partial<Pick<ChallengeDefinition, 'published' | 'expectedFiles'>>;

export function fromStored(definition: StoredDefinition): ChallengeDefinition {
  return {
    ...definition,
    published: definition.published ?? [],
    expectedFiles: definition.expectedFiles ?? [],
  };
}

type Task = { area: string; scenario: string };

/** Every file of a role that is for the task; those that are for its scenario alone come first. */
export function filesOfTask<File extends { role: FileRole; area: string; scenario?: string; path: string }>(
  files: readonly File[],
  roles: readonly FileRole[],
  task: Task,
): File[] {
  const fitting = files.filter(
    (file) =>
      roles.includes(file.role) &&
      file.area === task.area &&
      (file.scenario === undefined || file.scenario === task.scenario),
  );
  const specificFirst = [
    ...fitting.filter((file) => file.scenario !== undefined),
    ...fitting.filter((file) => file.scenario === undefined),
  ];
  return [...new Map(specificFirst.toReversed().map((file) => [file.path, file])).values()].toReversed();
}

/** Nadirs along track and swaths; daily pseudo-observations on a grid only where nothing else observes the task. */
export function observationsOfTask<
  File extends { role: FileRole; area: string; scenario?: string; path: string },
>(files: readonly File[], task: Task): File[] {
  const alongTrack = filesOfTask(files, ['observations', 'swath-observations'], task);
  return alongTrack.length > 0 ? alongTrack : filesOfTask(files, ['gridded-observations'], task);
}
