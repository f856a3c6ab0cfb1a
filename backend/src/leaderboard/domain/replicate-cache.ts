import type { DailySeries } from '@sillage/contracts';
import {
  replicatesOf,
  type MuDefinition,
  type Replicates,
  type ResamplingPlan,
} from '@sillage/science/uncertainty';

/** Replicates of a thousand resamplings are 8 kB: 4000 entries are 32 MB. */
const MAX_COUNT = 4_000;

/**
 * Remembers the replicates of evaluations: their sums never change, and a board is made anew with every score on it. The ones
 * that were not asked for longest go first.
 */
export class ReplicateCache {
  readonly #known = new Map<string, { plan: string; replicates: Replicates }>();

  constructor(private readonly maxCount = MAX_COUNT) {}

  get(evaluationId: string, series: DailySeries, plan: ResamplingPlan, definition: MuDefinition): Replicates {
    const name = `${definition} ${plan.dayCount} ${plan.replicateCount}`;
    const known = this.#known.get(evaluationId);
    this.#known.delete(evaluationId);
    const replicates = known?.plan === name ? known.replicates : replicatesOf(series, plan, definition);
    this.#known.set(evaluationId, { plan: name, replicates });
    const oldest = this.#known.keys().next();
    if (this.#known.size > this.maxCount && !oldest.done) this.#known.delete(oldest.value);
    return replicates;
  }
}
