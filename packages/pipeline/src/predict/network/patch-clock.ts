import { RejectionError } from '@sillage/checking';
import type { SolvedBatch } from './solve-patches.js';

/** Batches after which the time of the rest can be told; the first one pays for the start. */
const TELLING_BATCHES = 3;
/** A forecast must exceed the limit by this factor before it ends the work. */
const FORECAST_MARGIN = 1.5;

/** Counts patches, forecasts when the last one will be there, and ends what takes too long. */
export class PatchClock {
  readonly #total: number;
  readonly #maxWallSeconds: number;
  readonly #now: () => number;
  readonly #startMs: number;
  #done = 0;
  #batches = 0;
  #deviceSeconds = 0;
  /** When the first batch was there, and how many patches it had. */
  #first: { atMs: number; patches: number } | null = null;

  constructor(total: number, maxWallSeconds: number, nowMs: () => number = () => performance.now()) {
    this.#total = total;
    this.#maxWallSeconds = maxWallSeconds;
    this.#now = nowMs;
    this.#startMs = nowMs();
  }

  /** @throws RejectionError `network-too-large` when the limit is reached, or certain to be. */
  add({ span, seconds }: Pick<SolvedBatch, 'span' | 'seconds'>): void {
    this.#done = span.first + span.count;
    this.#batches++;
    this.#deviceSeconds += seconds;
    this.#first ??= { atMs: this.#now(), patches: this.#done };
    const elapsed = this.wallSeconds;
    const forecast = elapsed + (this.secondsLeft ?? 0);
    const isCertain = this.#batches >= TELLING_BATCHES && forecast > FORECAST_MARGIN * this.#maxWallSeconds;
    if (elapsed <= this.#maxWallSeconds && !isCertain) return;
    throw new RejectionError({
      code: 'network-too-large',
      where: 'the network',
      found: `${this.#done} of ${this.#total} patches after ${Math.round(elapsed)} s, about ${Math.round(forecast)} s for all`,
      expected: `at most ${this.#maxWallSeconds} s`,
      fix: 'Give larger strides or fewer steps, ask for a faster evaluator, or submit the map that the network makes.',
    });
  }

  get fraction(): number {
    return this.#done / this.#total;
  }

  get batchCount(): number {
    return this.#batches;
  }

  get deviceSeconds(): number {
    return this.#deviceSeconds;
  }

  get wallSeconds(): number {
    return (this.#now() - this.#startMs) / 1000;
  }

  /** Forecast from the batches after the first; null before there is a second. */
  get secondsLeft(): number | null {
    if (this.#first === null || this.#done === this.#first.patches) return null;
    const perPatch = (this.#now() - this.#first.atMs) / 1000 / (this.#done - this.#first.patches);
    return perPatch * (this.#total - this.#done);
  }

  /** How far it is, in words. */
  get text(): string {
    const left = this.secondsLeft;
    const forecast = left === null || this.#done === this.#total ? '' : `, about ${durationText(left)} left`;
    return `${this.#done} of ${this.#total} patches solved${forecast}`;
  }
}

function durationText(seconds: number): string {
  if (seconds < 90) return `${Math.ceil(seconds)} s`;
  if (seconds < 5400) return `${Math.round(seconds / 60)} min`;
  return `${(seconds / 3600).toFixed(1)} h`;
}
