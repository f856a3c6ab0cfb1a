import type { DailySeries } from '@sillage/contracts';

/** Of 42 days they take 2 kB: 8000 evaluations are 16 MB. */
const MAX_COUNT = 8_000;

/** Remembers the sums per day of evaluations, which never change; the ones that were not asked for longest go first. */
export class DailySums {
  readonly #known = new Map<string, DailySeries>();

  constructor(
    private readonly read: (
      evaluationIds: string[],
    ) => Promise<{ evaluationId: string; daily: DailySeries }[]>,
    private readonly maxCount = MAX_COUNT,
  ) {}

  /** Those of the evaluations that have some. */
  async of(evaluationIds: readonly string[]): Promise<ReadonlyMap<string, DailySeries>> {
    const found = new Map<string, DailySeries>();
    const missing: string[] = [];
    for (const id of evaluationIds) {
      const daily = this.#known.get(id);
      if (daily === undefined) missing.push(id);
      else found.set(id, daily);
    }
    if (missing.length > 0)
      for (const { evaluationId, daily } of await this.read(missing)) found.set(evaluationId, daily);
    for (const [id, daily] of found) this.#keep(id, daily);
    return found;
  }

  #keep(id: string, daily: DailySeries): void {
    this.#known.delete(id);
    this.#known.set(id, daily);
    const oldest = this.#known.keys().next();
    if (this.#known.size > this.maxCount && !oldest.done) this.#known.delete(oldest.value);
  }
}
