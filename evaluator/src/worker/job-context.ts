import type { WorkerRuntime } from '@sillage/contracts';
import type { RuntimeChoice } from '../runtime-choice.js';
import type { FrameListener, ProgressListener } from '../sandbox/sandboxed-child.js';
import type { WarmChildren } from '../sandbox/warm-children.js';
import type { Backend } from './backend.js';
import type { ObjectCache } from './object-cache.js';

/** Where and within which limits this slot runs networks. */
export type PredictSettings = {
  choice: RuntimeChoice;
  worker: WorkerRuntime;
  maxWallSeconds: number;
};

/** What a job runs with. */
export type JobContext = {
  children: WarmChildren;
  cache: ObjectCache;
  backend: Backend;
  scoreThreads: number;
  predict?: PredictSettings;
  evaluatorVersion: string;
  /** Repeats a transfer while the backend is away, as long as the lease may still be ours. */
  persist: <Result>(operation: () => Promise<Result>) => Promise<Result>;
  onProgress: ProgressListener;
  onFrame: FrameListener;
  signal: AbortSignal;
};
