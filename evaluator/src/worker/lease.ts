import { setTimeout as sleep } from 'node:timers/promises';
import type { ClaimedJob, HeartbeatRequest } from '@sillage/contracts';
import { isStaleLease } from './backend.js';
import type { Backend } from './backend.js';

const LONGEST_INTERVAL_MS = 2_000;
const PROGRESS_INTERVAL_MS = 400; // ms: a person watches; more often would only be load

export type LeaseEnd = 'cancelled' | 'stale-lease' | 'expired';

export type LeaseOptions = {
  backend: Backend;
  job: ClaimedJob;
  /** Called at most once, when the job is no longer ours: the work must stop and nothing may be written any more. */
  onLost: (end: LeaseEnd) => void;
  onFault: (error: Error) => void;
  nowMs?: () => number;
};

/** Keeps a lease alive by heartbeats that carry the latest progress, until `stop`. */
export class Lease {
  private readonly stopper = new AbortController();
  private progress = 0;
  private activity = '';
  private hasNews = false;
  private wake: () => void = () => undefined;
  private lastAnswerMs: number;
  private readonly nowMs: () => number;
  private readonly running: Promise<void>;

  constructor(private readonly options: LeaseOptions) {
    this.nowMs = options.nowMs ?? (() => performance.now());
    this.lastAnswerMs = this.nowMs();
    this.running = this.beat();
  }

  report(progress: number, activity: string): void {
    this.hasNews ||= progress !== this.progress || activity !== this.activity;
    this.progress = progress;
    this.activity = activity;
    if (this.hasNews) this.wake();
  }

  /** No heartbeat is under way once this has settled. */
  async stop(): Promise<void> {
    this.stopper.abort();
    this.wake();
    await this.running;
  }

  private async beat(): Promise<void> {
    const { backend, job, onLost, onFault } = this.options;
    const intervalMs = Math.min(LONGEST_INTERVAL_MS, job.leaseMs / 4);
    while (!this.stopper.signal.aborted) {
      await this.pause(Math.min(intervalMs, PROGRESS_INTERVAL_MS));
      if (!this.hasNews) await this.pauseUntilNews(Math.max(0, intervalMs - PROGRESS_INTERVAL_MS));
      if (this.stopper.signal.aborted) return;
      this.hasNews = false;
      const request: HeartbeatRequest = {
        attempt: job.attempt,
        leaseToken: job.leaseToken,
        progress: this.progress,
      };
      if (this.activity !== '') request.activity = this.activity.slice(0, 200);
      try {
        const reply = await backend.heartbeat(job.jobId, request, this.stopper.signal);
        this.lastAnswerMs = this.nowMs();
        if (reply.cancelled) return onLost('cancelled');
      } catch (error) {
        if (this.stopper.signal.aborted) return;
        if (isStaleLease(error)) return onLost('stale-lease');
        onFault(error instanceof Error ? error : new Error(String(error)));
        // The backend frees the job after leaseMs of silence; when it has surely done so, more work is wasted.
        if (this.nowMs() - this.lastAnswerMs > 4 * job.leaseMs) return onLost('expired');
      }
    }
  }

  private async pause(durationMs: number): Promise<void> {
    await sleep(durationMs, undefined, { signal: this.stopper.signal }).catch(() => undefined);
  }

  private async pauseUntilNews(durationMs: number): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>((resolve) => {
      this.wake = resolve;
      timer = setTimeout(resolve, durationMs);
    });
    clearTimeout(timer);
    this.wake = () => undefined;
  }
}
