import { copyFile, link, lstat, mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { ClaimedJob, JobOutcome, JobPayload, ObjectReference } from '@sillage/contracts';
import type { SandboxedChild } from '../sandbox/sandboxed-child.js';
import type { WarmChildren } from '../sandbox/warm-children.js';
import { stepOf } from '../steps/index.js';
import { outcomeOfEnd } from '../steps/outcome.js';
import type { AnyStep, BrokenFile, ChildListeners, Input, Leavings, PredictSettings } from '../steps/step.js';
import type { Backend } from './backend.js';
import { hashFile } from './file-hash.js';
import type { ObjectCache } from './object-cache.js';

/** What a job runs with. */
export type JobContext = Pick<ChildListeners, 'onProgress' | 'onFrame'> & {
  children: WarmChildren;
  cache: ObjectCache;
  backend: Backend;
  scoreThreads: number;
  predict?: PredictSettings;
  evaluatorVersion: string;
  /** Repeats a transfer while the backend is away, as long as the lease may still be ours. */
  persist: <Result>(operation: () => Promise<Result>) => Promise<Result>;
  signal: AbortSignal;
};

/**
 * Runs one leased step from its inputs to its outcome. Everything it leaves behind is named by content, so running it
 * again after a kill at any point gives the same outcome.
 *
 * @returns null if it was aborted (cancelled, lease lost, evaluator stopping): nothing to report.
 */
export async function runJob({ payload }: ClaimedJob, context: JobContext): Promise<JobOutcome | null> {
  const step = stepOf(payload);
  const broken: BrokenFile[] = [];
  for (;;) {
    const end = await runInChild(step, payload, broken, context);
    if (end === null || 'status' in end) return end;
    broken.push(end);
  }
}

/** @returns a file instead of an outcome where another child shall try without it. */
async function runInChild(
  step: AnyStep,
  payload: JobPayload,
  broken: readonly BrokenFile[],
  context: JobContext,
): Promise<JobOutcome | BrokenFile | null> {
  const { signal } = context;
  const child = context.children.take(step);
  try {
    context.onProgress(0, 'fetching the files');
    await placeInputs(step.inputs(payload), child, context);
    if (signal.aborted) return null;
    const meter = await startMeter(step, context);
    let reading: string | null = null;
    const end = await child.run(step, jobOf(step, payload, child, broken, context), {
      onProgress: context.onProgress,
      onFrame: context.onFrame,
      onFile: (path) => {
        reading = path;
      },
      signal,
    });
    const energyJoules = (await meter?.stop()) ?? null;
    if (end.kind === 'aborted' || signal.aborted) return null;
    if (end.kind !== 'result') {
      const leftOut = step.leaveOut?.(end, payload, { reading, broken }) ?? null;
      return leftOut ?? outcomeOfEnd(end, step, payload);
    }
    context.onProgress(1, 'storing the results');
    return await step.outputs(end.result, leavingsOf(child, energyJoules, context));
  } finally {
    // Not awaited: removing the folder and starting a spare child must not delay the outcome.
    void context.children.giveBack(child);
  }
}

async function placeInputs(inputs: Input[], child: SandboxedChild, context: JobContext): Promise<void> {
  await Promise.all(
    inputs.map(async ({ name, object }) => {
      const held = await context.persist(() => context.cache.hold(object));
      try {
        const path = join(child.inputFolder, name);
        await mkdir(dirname(path), { recursive: true });
        await linkOrCopy(held.path, path);
      } finally {
        held.release();
      }
    }),
  );
}

/** Puts a cached file into the folder of a child: as another name of it where the file system can, else as a copy. */
async function linkOrCopy(from: string, to: string): Promise<void> {
  try {
    await link(from, to);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : null;
    if (code !== 'EXDEV' && code !== 'EPERM' && code !== 'EMLINK') throw error;
    await copyFile(from, to);
  }
}

function startMeter(step: AnyStep, { predict }: JobContext) {
  return predict === undefined ? undefined : step.startMeter?.(predict);
}

function jobOf(
  step: AnyStep,
  payload: JobPayload,
  { inputFolder, outputFolder }: SandboxedChild,
  broken: readonly BrokenFile[],
  { scoreThreads, evaluatorVersion, predict }: JobContext,
): unknown {
  const workplace = { inputFolder, outputFolder, scoreThreads, evaluatorVersion, predict, broken };
  return step.job(payload, workplace);
}

function leavingsOf(
  { outputFolder }: SandboxedChild,
  energyJoules: number | null,
  context: JobContext,
): Leavings {
  const store = (fileName: string): Promise<ObjectReference> =>
    storeFile(join(outputFolder, fileName), context);
  return {
    outputFolder,
    evaluatorVersion: context.evaluatorVersion,
    energyJoules,
    store,
    async storeForNextStep(fileName) {
      const object = await store(fileName);
      await context.cache.adopt(join(outputFolder, fileName), object);
      return object;
    },
  };
}

async function storeFile(path: string, context: JobContext): Promise<ObjectReference> {
  const status = await lstat(path);
  if (!status.isFile()) throw new Error('a step left something that is not a plain file'); // never follow a child's link
  const object = await hashFile(path);
  await context.persist(() => context.backend.upload(object.sha256, path));
  return object;
}
