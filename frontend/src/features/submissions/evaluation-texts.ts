import type {
  ArtefactName,
  EvaluationState,
  EvaluationView,
  Step,
  SubmissionForm,
  SubmissionView,
} from '@sillage/contracts';
import { taskKey } from '../../lib/tasks';

export const FINAL_STATES: readonly EvaluationState[] = ['scored', 'rejected', 'failed', 'cancelled'];

export function isFinal(evaluation: Pick<EvaluationView, 'state'>): boolean {
  return FINAL_STATES.includes(evaluation.state);
}

const ARTEFACTS_EXPECTED_MS = 90_000; // curves and maps come after the score; later than this they are not coming

/**
 * Whether the page can stop asking: final, and if scored, with its curves and maps or too old to still get them. A score that is
 * not told has none.
 */
export function isSettled(evaluation: EvaluationView, nowMs: number): boolean {
  if (!isFinal(evaluation)) return false;
  if (evaluation.state !== 'scored' || hasMaps(evaluation) || evaluation.scores === null) return true;
  return nowMs - Date.parse(evaluation.stateSince) > ARTEFACTS_EXPECTED_MS;
}

export function hasMaps(evaluation: EvaluationView): boolean {
  return evaluation.artefacts.some((artefact) => artefact.name === 'maps.json');
}

/** Whether a product of this evaluation may be seen. */
export function hasArtefact(evaluation: EvaluationView, name: ArtefactName): boolean {
  return evaluation.artefacts.some((artefact) => artefact.name === name);
}

export function hasDiagnostics(evaluation: EvaluationView): boolean {
  return evaluation.artefacts.some((artefact) => artefact.name === 'diagnostics.json');
}

const STEP_TEXTS: Record<Step, string> = {
  map: 'mapping the observations',
  check: 'checking the file',
  predict: 'running the network',
  score: 'scoring',
  products: 'drawing curves and maps',
  inspect: 'inspecting the dataset',
};

/** The state in a few words, as read out when it changes. */
export function stateText(evaluation: Pick<EvaluationView, 'state' | 'step'>): string {
  switch (evaluation.state) {
    case 'queued':
      if (evaluation.step === 'map') return 'waiting for the observations to be mapped';
      if (evaluation.step === 'predict') return 'waiting for the network to be run';
      return evaluation.step === null || evaluation.step === 'check'
        ? 'waiting to be checked'
        : 'waiting for the next step';
    case 'running':
      return evaluation.step === null ? 'running' : STEP_TEXTS[evaluation.step];
    case 'scored':
      return 'scored';
    case 'rejected':
      return 'rejected';
    case 'failed':
      return 'failed';
    case 'cancelled':
      return 'cancelled';
  }
}

/** When work that waits begins: nobody knows how long the work ahead of it takes, so no time is given. */
export function startText({
  obstacle,
  queuePosition,
}: Pick<EvaluationView, 'obstacle' | 'queuePosition'>): string {
  if (obstacle !== null) return 'when what it waits for is there';
  if (queuePosition === null || queuePosition === 0) return 'as soon as an evaluator is free';
  return `after the ${queuePosition === 1 ? 'job' : `${queuePosition} jobs`} ahead of it`;
}

export type StageStatus = 'done' | 'current' | 'ahead' | 'stopped';
export type Stage = { name: string; status: StageStatus };

/** Whose work the first stage is: participants send a file, the platform maps the observations for its references. */
export type Origin = 'upload' | 'platform';

/**
 * The way of an evaluation in five stages, seven for a network, and how far it is.
 *
 * @param isNetworkKnown - whether the check has said what the network is: what stops it then, stops its run.
 */
export function stagesOf(
  evaluation: EvaluationView,
  origin: Origin = 'upload',
  form: SubmissionForm = 'map',
  isNetworkKnown = false,
): Stage[] {
  const stage = (name: string, status: StageStatus): Stage => ({ name, status });
  if (form === 'network') return networkStagesOf(evaluation, isNetworkKnown);
  const names = [
    origin === 'upload' ? 'Uploaded' : 'Map',
    'Check',
    'Score',
    'On the board',
    'Curves and maps',
  ] as const;
  const upTo = (done: number, status: StageStatus): Stage[] =>
    names.map((name, index) => stage(name, index < done ? 'done' : index === done ? status : 'ahead'));
  switch (evaluation.state) {
    case 'queued':
    case 'running':
      return upTo(evaluation.step === null ? 1 : STAGE_OF_STEP[evaluation.step], 'current');
    case 'scored':
      if (evaluation.scores === null) return upTo(3, 'ahead');
      return hasMaps(evaluation) ? upTo(names.length, 'done') : upTo(4, 'current');
    case 'rejected':
      return upTo(wasRejectedInScoring(evaluation) ? 2 : 1, 'stopped');
    case 'failed':
    case 'cancelled':
      return upTo(1, 'stopped');
  }
}

const STAGE_OF_STEP: Record<Step, number> = {
  map: 0,
  check: 1,
  predict: 1,
  score: 2,
  products: 4,
  inspect: 0, // of datasets, never of an evaluation
};

const NETWORK_STAGES = [
  'Uploaded',
  'Weights',
  'Network',
  'Map check',
  'Score',
  'On the board',
  'Curves and maps',
] as const;

/** A network is checked, run, and its map goes the way of an upload: once it has run, a check is that of its map. */
function networkStagesOf(evaluation: EvaluationView, isKnown: boolean): Stage[] {
  const hasRun = evaluation.run !== null;
  const hasBegun = isKnown || evaluation.previewDays > 0;
  const upTo = (done: number, status: StageStatus): Stage[] =>
    NETWORK_STAGES.map((name, index) => ({
      name,
      status: index < done ? 'done' : index === done ? status : 'ahead',
    }));
  switch (evaluation.state) {
    case 'queued':
    case 'running':
      if (evaluation.step === 'predict') return upTo(2, 'current');
      return upTo(evaluation.step === 'score' ? 4 : hasRun ? 3 : 1, 'current');
    case 'scored':
      if (evaluation.scores === null) return upTo(5, 'ahead');
      return hasMaps(evaluation) ? upTo(NETWORK_STAGES.length, 'done') : upTo(6, 'current');
    case 'rejected':
      if (hasRun) return upTo(wasRejectedInScoring(evaluation) ? 4 : 3, 'stopped');
      return upTo(wasRejectedInRunning(evaluation, hasBegun) ? 2 : 1, 'stopped');
    case 'failed':
    case 'cancelled':
      return upTo(hasRun ? 3 : hasBegun ? 2 : 1, 'stopped');
  }
}

/** The check of a further task finds other faults of a network that was found good; time and memory may fail in both. */
function wasRejectedInRunning({ rejection, previewDays }: EvaluationView, hasBegun: boolean): boolean {
  if (rejection?.code === 'network-diverged' || previewDays > 0) return true;
  return rejection?.code === 'network-too-large' && hasBegun;
}

/**
 * Holes show only beside the reference, so in scoring. A file that covers some of its tasks passes the check with a
 * warning for the others, and those are refused in scoring for the same reason.
 */
function wasRejectedInScoring({ rejection, warnings }: EvaluationView): boolean {
  if (rejection === null) return false;
  return (
    rejection.code === 'holes-in-reconstruction' ||
    warnings.some((warning) => warning.code === rejection.code)
  );
}

/** One word for a whole submission, for lists: the state its tasks share, or how many are done. */
export function submissionSummary(submission: Pick<SubmissionView, 'evaluations'>): string {
  const { evaluations } = submission;
  const states = new Set(evaluations.map((evaluation) => evaluation.state));
  const first = evaluations[0];
  if (first === undefined) return 'no task';
  if (states.size === 1) return stateText(first);
  const finished = evaluations.filter(isFinal);
  if (finished.length < evaluations.length) return `${finished.length} of ${evaluations.length} tasks done`;
  return FINAL_STATES.map((state) => ({
    state,
    count: finished.filter((item) => item.state === state).length,
  }))
    .filter(({ count }) => count > 0)
    .map(({ state, count }) => `${count} ${state}`)
    .join(', ');
}

/** The newest of each task: an entry that was scored again keeps its earlier scores. The API lists the newest first. */
export function newestOfTasks<Task extends { area: string; scenario: string }>(
  evaluations: readonly Task[],
): Task[] {
  return evaluations.filter(
    (evaluation, index) => evaluations.findIndex((other) => taskKey(other) === taskKey(evaluation)) === index,
  );
}

/** Evaluations in the order in which the challenge lists its tasks. */
export function inOrderOf<Task extends { area: string; scenario: string }>(
  keys: readonly string[],
  evaluations: readonly Task[],
): Task[] {
  return [...evaluations].sort((left, right) => keys.indexOf(taskKey(left)) - keys.indexOf(taskKey(right)));
}
