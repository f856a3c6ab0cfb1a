import { REJECTION_TITLES } from '@sillage/contracts';
import { countOf } from '../../lib/format-number';
import { taskKey, type Task } from '../../lib/tasks';
import type { CheckReport } from './messages';
import type { Run } from './use-preflight';

/** A file of a set, what it is to be scored on, and how far its check has come. */
export type SetFileCheck = {
  name: string;
  tasks: readonly Task[];
  /** Tasks that the map does not cover are left out instead of being a reason to reject it. */
  onlyCovered: boolean;
  /** It is on its way to the server: a check that has not begun by now does not come. */
  isSent: boolean;
  run: Run<Pick<CheckReport, 'rejection' | 'warnings' | 'covered' | 'uncovered'>>;
};

/** What a file of a set comes to; `unknown`: the browser could not check it, or did not before it was sent; the server will. */
export type FileState =
  | 'waiting'
  | 'checking'
  | 'undecided'
  | 'accepted'
  | 'remarks'
  | 'rejected'
  | 'unknown';

export function fileState({ tasks, run, isSent }: SetFileCheck): FileState {
  if (isSent && (run.phase === 'idle' || run.phase === 'running')) return 'unknown';
  if (run.phase === 'idle') return 'waiting';
  if (run.phase === 'running') return 'checking';
  if (run.phase === 'failed') return 'unknown';
  if (run.report.rejection !== null) return 'rejected';
  if (tasks.length === 0) return 'undecided';
  return run.report.warnings.length === 0 ? 'accepted' : 'remarks';
}

/** The state of a file in words. */
export function fileStateText(file: SetFileCheck): string {
  const { run } = file;
  switch (fileState(file)) {
    case 'waiting':
      return 'waiting for its check';
    case 'checking':
      return `being checked, ${run.phase === 'running' ? Math.floor(Math.min(1, run.fraction) * 100) : 0} %`;
    case 'undecided':
      return 'can be read; choose what it is scored on';
    case 'accepted':
      return 'would be accepted';
    case 'remarks':
      return run.phase === 'done'
        ? `would be accepted, with ${countOf(run.report.warnings.length, 'remark', 'remarks')}`
        : '';
    case 'rejected':
      return run.phase === 'done' && run.report.rejection !== null
        ? `would be rejected: ${lowerFirst(REJECTION_TITLES[run.report.rejection.code])}`
        : '';
    case 'unknown':
      return 'not checked here; the server checks it';
  }
}

/**
 * What a board would get of the set. `twice`: more than one file claims it, which the form refuses. `open`: its file is not
 * checked yet, or cannot be checked here.
 */
export type TaskState = 'covered' | 'twice' | 'open' | 'rejected' | 'uncovered' | 'missing';
export type TaskCoverage = Task & { state: TaskState; files: readonly string[] };

/** Every board of a challenge and what the set has for it. */
export function setCoverage(files: readonly SetFileCheck[], tasks: readonly Task[]): TaskCoverage[] {
  return tasks.map((task) => {
    const claims = files.filter((file) => file.tasks.some((claimed) => taskKey(claimed) === taskKey(task)));
    // A map that is cut to what it covers makes no claim on what it does not.
    const held = claims.filter((file) => !isUncovered(file, task));
    const names = (of: readonly SetFileCheck[]) => of.map(({ name }) => name);
    if (claims.length > 1) return { ...task, state: 'twice', files: names(claims) };
    const [file] = held;
    if (file === undefined)
      return { ...task, state: claims.length === 0 ? 'missing' : 'uncovered', files: names(claims) };
    const state = fileState(file);
    return {
      ...task,
      state:
        state === 'accepted' || state === 'remarks' ? 'covered' : state === 'rejected' ? 'rejected' : 'open',
      files: names(held),
    };
  });
}

function isUncovered({ onlyCovered, run }: SetFileCheck, task: Task): boolean {
  return (
    onlyCovered &&
    run.phase === 'done' &&
    run.report.rejection === null &&
    run.report.uncovered.some((other) => taskKey(other) === taskKey(task))
  );
}

/** `2 of 3 files would be accepted, 1 would be rejected. They cover 4 of 12 boards.` */
export function setSentence(files: readonly SetFileCheck[], coverage: readonly TaskCoverage[]): string {
  const count = (...states: readonly FileState[]) =>
    files.filter((file) => states.includes(fileState(file))).length;
  const accepted = count('accepted', 'remarks');
  const parts = [
    `${accepted} of ${countOf(files.length, 'file', 'files')} would be accepted`,
    ...mentioned(count('rejected'), 'would be rejected'),
    ...mentioned(count('undecided'), 'has no board yet', 'have no board yet'),
    ...mentioned(count('unknown'), 'was not checked here', 'were not checked here'),
    ...mentioned(count('waiting', 'checking'), 'is not checked yet', 'are not checked yet'),
  ];
  const covered = coverage.filter(({ state }) => state === 'covered').length;
  const twice = coverage.filter(({ state }) => state === 'twice').length;
  return (
    `${parts.join(', ')}. Together they cover ${covered} of ${countOf(coverage.length, 'board', 'boards')}` +
    `${twice === 0 ? '' : `; ${countOf(twice, 'board is', 'boards are')} claimed by more than one file`}.`
  );
}

function mentioned(count: number, one: string, many = one): string[] {
  return count === 0 ? [] : [`${count} ${count === 1 ? one : many}`];
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
