import type {
  JobOutcome,
  JobPayload,
  ObjectReference,
  PreviewFrame,
  RejectionReason,
  Step,
  WorkerRuntime,
} from '@sillage/contracts';
import type { z } from 'zod';
import type { RuntimeChoice } from '../runtime-choice.js';

/**
 * Limits and permissions of a child. `check` sees one upload and has no threads; `score` also serves the products; `map` sees
 * observations only, `predict` those and a network, and may load the native libraries that execute it; `inspect` sees every
 * file of one draft and has no threads.
 */
export type Profile = 'check' | 'score' | 'map' | 'predict' | 'inspect';

/** What somebody may hear of a step while it runs. */
export type ChildListeners = {
  onProgress: (progress: number, activity: string) => void;
  /** A day of a map that is finished. */
  onFrame: (frame: PreviewFrame) => void;
  /** A file of a dataset is read from now on. */
  onFile: (path: string) => void;
};

/**
 * What a sandboxed child can be asked for. Written as methods, so that one list holds works of different jobs: whoever takes
 * one from it hands it only what its own schemas let through.
 */
export type ChildWork<Job, Result> = {
  /** Also the field `step` of its job and its result. */
  name: string;
  profile: Profile;
  /** Added to the priority: 0 is urgent, more yields. */
  niceness: number;
  /** All paths lie in the child's own folder. */
  jobSchema: z.ZodType<Job>;
  /** Hostile input may have taken the child over: what it answers is parsed. */
  resultSchema: z.ZodType<Result>;
  /** In the child. What computes is loaded by `import()` in here: the evaluator itself loads this file, too. */
  run(job: Job, listeners: ChildListeners): Promise<Result>;
};

/** How a child ended. Only `result` and `rejected` are its own words; the rest is what we saw. */
export type ChildEnd<Result> =
  | { kind: 'result'; result: Result }
  | { kind: 'rejected'; reason: RejectionReason }
  | { kind: 'error'; message: string }
  | { kind: 'out-of-memory'; limitBytes: number }
  | { kind: 'disk-full'; detail: string }
  | { kind: 'timed-out'; limitMs: number }
  | { kind: 'crashed'; detail: string }
  /** From outside: by an operator, or by the kernel of a machine that ran out of memory. */
  | { kind: 'killed'; detail: string }
  | { kind: 'never-started'; detail: string }
  | { kind: 'aborted' };

/** Ends that decide the job without any result to store. */
export type UnsuccessfulEnd = Exclude<ChildEnd<unknown>, { kind: 'result' } | { kind: 'aborted' }>;

/** A file that a step reads, below the input folder of its child. */
export type Input = { name: string; object: ObjectReference };

/** A file of a draft that brought a child down, and what is told of it. */
export type BrokenFile = { path: string; found: string };

/** Where and within which limits a slot runs networks. */
export type PredictSettings = {
  choice: RuntimeChoice;
  worker: WorkerRuntime;
  maxWallSeconds: number;
};

/** Where and with what a child works. */
export type Workplace = {
  inputFolder: string;
  outputFolder: string;
  scoreThreads: number;
  evaluatorVersion: string;
  /** Undefined where no networks are run. */
  predict: PredictSettings | undefined;
  /** Files that are left out, since they brought an earlier child of this job down. */
  broken: readonly BrokenFile[];
};

/** What a child left behind. Files are named as its result names them. */
export type Leavings = {
  outputFolder: string;
  evaluatorVersion: string;
  /** By the meter of the step; null where there is none. */
  energyJoules: number | null;
  /** Puts a file into the object store. */
  store: (fileName: string) => Promise<ObjectReference>;
  /** The same for what the next step reads, which usually runs here, seconds later: the file stays at hand. */
  storeForNextStep: (fileName: string) => Promise<ObjectReference>;
};

/** Measures while a child works. */
export type EnergyMeter = { stop: () => Promise<number | null> };

/**
 * One step of an evaluation, stated once: its files, what its child is asked, what runs there, and what becomes of what it
 * leaves. All but `run` runs in the evaluator.
 */
export type StepDefinition<Payload, Job, Result> = ChildWork<Job, Result> & {
  /** The jobs of the backend that it does. */
  kind: Step;
  /** Where one kind of job has several steps: which are its own. */
  isFor?(payload: Payload): boolean;
  /**
   * Who does it. `urgent`: every slot for submissions; `patient`: the same but for the first of several; `own`: a slot that does
   * nothing else; `network`: the slot that runs networks, where there is one.
   */
  slot: 'urgent' | 'patient' | 'own' | 'network';
  inputs(payload: Payload): Input[];
  job(payload: Payload, workplace: Workplace): Job;
  outputs(result: Result, leavings: Leavings): Promise<JobOutcome>;
  /** What an end means that is not simply ours; null for all others. */
  blame?(end: UnsuccessfulEnd, payload: Payload): JobOutcome | null;
  /** The file without which another child shall try again; null: the end stands. `reading` is what the child said last. */
  leaveOut?(
    end: UnsuccessfulEnd,
    payload: Payload,
    seen: { reading: string | null; broken: readonly BrokenFile[] },
  ): BrokenFile | null;
  /** Starts what measures the child from outside. */
  startMeter?(predict: PredictSettings): Promise<EnergyMeter>;
};

/** A step of the list. */
export type AnyStep = StepDefinition<JobPayload, unknown, unknown>;
