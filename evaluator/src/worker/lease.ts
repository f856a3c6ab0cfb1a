import { setTimeout as sleep } from 'node:timers/promises';
import { MAX_FRAMES_PER_HEARTBEAT } from '@sillage/contracts';
import type { ClaimedJob, HeartbeatRequest, PreviewFrame } from '@sillage/contracts';
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

/** Frames that wait for a backend that is away: more than the days of a year are of no use to a page. */
const MAX_WAITING_FRAMES = 400;

/** Keeps a lease alive by heartbeats that carry the latest progress and finished days, until `stop`. */
export class Lease {
  private readonly stopper = new AbortController();
  private progress = 0;
  private activity = '';
  private frames: PreviewFrame[] = [];
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

  show(frame: PreviewFrame): void {
    this.frames.push(frame);
    if (this.frames.length > MAX_WAITING_FRAMES) this.frames.shift();
    this.hasNews = true;
    this.wake();
  }

  /** No heartbeat is under way once this has settled. */
  async stop(): Promise<void> {
    this.stopper.abort();
    this.wake();
    await this.running;
  }

  /** After `stop`, with the job still ours: tells the days that no heartbeat has told yet. */
  async showRest(): Promise<void> {
    const { backend, job, onFault } = this.options;
    while (this.frames.length > 0) {
      try {
        await backend.heartbeat(job.jobId, this.nextRequest(), AbortSignal.timeout(job.leaseMs));
      } catch (error) {
        // Pictures only: the result itself says what is wrong with the lease or the backend.
        return onFault(error instanceof Error ? error : new Error(String(error)));
      }
    }
  }

  private nextRequest(): HeartbeatRequest {
    const request: HeartbeatRequest = {
      attempt: this.options.job.attempt,
      leaseToken: this.options.job.leaseToken,
      progress: this.progress,
    };
    if (this.activity !== '') request.activity = this.activity.slice(0, 200);
    if (this.frames.length > 0) request.frames = this.frames.splice(0, MAX_FRAMES_PER_HEARTBEAT);
    return request;
  }

  private async beat(): Promise<void> {
    const { backend, job, onLost, onFault } = this.options;
    const intervalMs = Math.min(LONGEST_INTERVAL_MS, job.leaseMs / 4);
    while (!this.stopper.signal.aborted) {
      await this.pause(Math.min(intervalMs, PROGRESS_INTERVAL_MS));
      if (!this.hasNews) await this.pauseUntilNews(Math.max(0, intervalMs - PROGRESS_INTERVAL_MS));
      if (this.stopper.signal.aborted) return;
      const request = this.nextRequest();
      this.hasNews = this.frames.length > 0;
      try {
        const reply = await backend.heartbeat(job.jobId, request, this.stopper.signal);
        this.lastAnswerMs = this.nowMs();
        if (reply.cancelled) return onLost('cancelled');
      } catch (error) {
        this.frames.unshift(...(request.frames ?? []));
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
