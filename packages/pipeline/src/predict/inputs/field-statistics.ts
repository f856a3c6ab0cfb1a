import type { FieldValues } from '@sillage/science';
import { RejectionError } from '@sillage/checking';
import type { HeightStatistics } from '../network-types.js';

/** Mean and standard deviation (ddof 0) of values that come map by map; missing ones are left out. */
export class FieldStatistics {
  #count = 0;
  #mean = 0;
  #squares = 0;

  /** Welford's update, so that a large mean costs no digits. */
  add(values: FieldValues): void {
    for (const value of values) {
      if (!Number.isFinite(value)) continue;
      this.#count++;
      const deviation = value - this.#mean;
      this.#mean += deviation / this.#count;
      this.#squares += deviation * (value - this.#mean);
    }
  }

  /** @throws RejectionError `inputs-missing` if there was no value, or all were the same. */
  result(subject: string): HeightStatistics {
    const std = Math.sqrt(this.#squares / this.#count);
    if (this.#count > 0 && std > 0) return { mean: this.#mean, std };
    throw new RejectionError({
      code: 'inputs-missing',
      where: subject,
      found: this.#count === 0 ? 'no value on the grid of the network' : 'the same value everywhere',
      expected: 'values that a mean and a standard deviation can be computed of',
      fix: 'Give the mean and the standard deviation of the training in the manifest.',
    });
  }
}
