import { setTimeout as sleep } from 'node:timers/promises';
import type { ClaimedJob, JobOutcome, Step } from '@sillage/contracts';
import type { Log, LogFields } from '../log.js';
import type { WarmChildren } from '../sandbox/warm-children.js';
import { failed } from '../steps/outcome.js';
import type { PredictSettings } from '../steps/step.js';
import { isStaleLease, isUnreachable } from './backend.js';
import type { Backend } from './backend.js';
import { Lease } from './lease.js';
import type { ObjectCache } from './object-cache.js';
import { backoffDelayMs, retryWhileUnreachable } from './retry.js';
import { runJob } from './run-job.js';

const CLAIM_WAIT_MS = 20_000;
const REFUSED_PAUSE_MS = 10_000; // ms: a wrong token does not mend itself, but it may be mended without a restart here
const HAND_BACK_TIMEOUT_MS = 1_500;
const DISK_FULL_PAUSE_MS = 5_000;

export type ClaimLoopOptions = {
  slot: number;
  workerName: string;
  evaluatorVersion: string;
  capabilities: Step[];
  scoreThreads: number;
  /** Where this slot runs networks. */
  predict?: PredictSettings;
  backend: Backend;
  cache: ObjectCache;
  children: WarmChildren;
  log: Log;
  /** Bytes left where jobs work; below `minFreeBytes` nothing is claimed, so that a full disk costs no attempt. */
  freeBytes: () => Promise<number>;
  minFreeBytes: number;
  /** Ends the loop: no new claim, the running job is handed back. */
  signal: AbortSignal;
  random?: () => number;
};

/** One slot: claims, runs and finishes one job after the other until `signal`; outlives every absence of the backend. */
export async function runClaimLoop(options: ClaimLoopOptions): Promise<void> {
  const { backend, log, signal, slot } = options;
  const random = options.random ?? Math.random;
  let failureCount = 0;
  while (!signal.aborted) {
    const freeBytes = await options.freeBytes();
    if (freeBytes < options.minFreeBytes) {
      log('disk-full', {
        slot,
        freeBytes,
        neededBytes: options.minFreeBytes,
        nextTryInMs: DISK_FULL_PAUSE_MS,
      });
      await sleep(DISK_FULL_PAUSE_MS, undefined, { signal }).catch(() => undefined);
      continue;
    }
    let job: ClaimedJob | null;
    try {
      job = await backend.claim(
        {
          worker: `${options.workerName}/${slot}`,
          evaluatorVersion: options.evaluatorVersion,
          capabilities: options.capabilities,
          ...(options.predict === undefined ? {} : { runtime: options.predict.worker }),
          waitMs: CLAIM_WAIT_MS,
        },
        signal,
      );
      if (failureCount > 0) log('backend-back', { slot, afterTries: failureCount });
      failureCount = 0;
    } catch (error) {
      if (signal.aborted) return;
      failureCount += 1;
      const delayMs = isUnreachable(error) ? backoffDelayMs(failureCount, random) : REFUSED_PAUSE_MS;
      const event = isUnreachable(error) ? 'backend-away' : 'claim-refused';
      log(event, { slot, reason: messageOf(error), nextTryInMs: delayMs });
      await sleep(delayMs, undefined, { signal }).catch(() => undefined);
      continue;
    }
    if (job !== null) await runLeasedJob(job, options);
  }
}

async function runLeasedJob(job: ClaimedJob, options: ClaimLoopOptions): Promise<void> {
  const { backend, log, slot } = options;
  const fields = { slot, ...idsOf(job), step: job.payload.kind, attempt: job.attempt };
  const startedMs = performance.now();
  const elapsedMs = (): number => Math.round(performance.now() - startedMs);
  log('job-started', fields);

  const lost = new AbortController();
  const lease = new Lease({
    backend,
    job,
    onLost: (end) => {
      log('job-dropped', { ...fields, reason: end, afterMs: elapsedMs() });
      lost.abort();
    },
    onFault: (error) => log('heartbeat-failed', { ...fields, reason: error.message }),
  });
  const signal = AbortSignal.any([options.signal, lost.signal]);
  const persist = <Result>(operation: () => Promise<Result>): Promise<Result> =>
    retryWhileUnreachable(operation, {
      giveUpAfterMs: 4 * job.leaseMs,
      signal,
      onRetry: (error, delayMs) => log('retry', { ...fields, reason: error.message, nextTryInMs: delayMs }),
    });

  let outcome: JobOutcome | null;
  try {
    outcome = await runJob(job, {
      children: options.children,
      cache: options.cache,
      backend,
      scoreThreads: options.scoreThreads,
      evaluatorVersion: options.evaluatorVersion,
      persist,
      ...(options.predict === undefined ? {} : { predict: options.predict }),
      onProgress: (progress, activity) => lease.report(progress, activity),
      onFrame: (frame) => lease.show(frame),
      signal,
    });
  } catch (error) {
    outcome = signal.aborted ? null : failed(`The evaluator could not run the step: ${messageOf(error)}`);
  }
  await lease.stop();
  if (lost.signal.aborted) return;
  if (options.signal.aborted) return handBack(job, options);
  if (outcome === null) return;
  if (outcome.status === 'done') await lease.showRest();

  const request = { attempt: job.attempt, leaseToken: job.leaseToken, outcome };
  try {
    await persist(() => backend.finish(job.jobId, request));
    log('job-finished', {
      ...fields,
      outcome: outcome.status,
      detail: detailOf(outcome),
      afterMs: elapsedMs(),
    });
  } catch (error) {
    if (isStaleLease(error)) log('job-dropped', { ...fields, reason: 'stale-lease', afterMs: elapsedMs() });
    else log('finish-failed', { ...fields, reason: messageOf(error), afterMs: elapsedMs() });
  }
}

/** The evaluator is stopping: tell the backend at once, so that the job need not wait for the end of its lease. */
async function handBack(job: ClaimedJob, options: ClaimLoopOptions): Promise<void> {
  const finishing = options.backend.finish(job.jobId, {
    attempt: job.attempt,
    leaseToken: job.leaseToken,
    outcome: { status: 'handed-back' },
  });
  const timeout = sleep(HAND_BACK_TIMEOUT_MS, undefined, { ref: false });
  await Promise.race([finishing, timeout]).catch(() => undefined);
  options.log('job-handed-back', { slot: options.slot, ...idsOf(job) });
}

function idsOf({ jobId, payload }: ClaimedJob): LogFields {
  return {
    jobId,
    submissionId: 'submissionId' in payload ? payload.submissionId : undefined,
    evaluationId: 'evaluationId' in payload ? (payload.evaluationId ?? undefined) : undefined,
  };
}

function detailOf(outcome: JobOutcome): string | undefined {
  if (outcome.status === 'rejected') return outcome.reason.code;
  return outcome.status === 'failed' ? outcome.message : undefined;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
