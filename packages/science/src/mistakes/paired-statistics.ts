/** What two series of heights have in common, over the places where both have a value. */
export type PairedStatistics = {
  readonly count: number;
  /** Mean of reconstruction − reference, in the unit of the series. */
  readonly meanError: number;
  readonly rmsError: number;
  /** Pearson's r; NaN where one of them does not vary. */
  readonly correlation: number;
  /** Population standard deviations. */
  readonly reconstructionStd: number;
  readonly referenceStd: number;
};

/** Sums over pairs that were added series by series. */
export class PairedSums {
  #count = 0;
  readonly #sums = { f: 0, r: 0, ff: 0, rr: 0, fr: 0 };

  /** Adds the pairs of two series of the same length; one with a missing value is left out. */
  add(reconstruction: Float64Array, reference: Float64Array): void {
    let { f, r, ff, rr, fr } = this.#sums;
    for (let index = 0; index < reference.length; index++) {
      const here = reconstruction[index]!;
      const there = reference[index]!;
      if (Number.isNaN(here) || Number.isNaN(there)) continue;
      this.#count += 1;
      f += here;
      r += there;
      ff += here * here;
      rr += there * there;
      fr += here * there;
    }
    Object.assign(this.#sums, { f, r, ff, rr, fr });
  }

  statistics(): PairedStatistics {
    const n = this.#count;
    const { f, r, ff, rr, fr } = this.#sums;
    const varF = Math.max(0, ff / n - (f / n) ** 2);
    const varR = Math.max(0, rr / n - (r / n) ** 2);
    const covariance = fr / n - (f / n) * (r / n);
    return {
      count: n,
      meanError: (f - r) / n,
      rmsError: Math.sqrt(Math.max(0, (ff - 2 * fr + rr) / n)),
      correlation: varF > 0 && varR > 0 ? covariance / Math.sqrt(varF * varR) : NaN,
      reconstructionStd: Math.sqrt(varF),
      referenceStd: Math.sqrt(varR),
    };
  }
}

/** Statistics of two series of the same length. */
export function pairedStatistics(reconstruction: Float64Array, reference: Float64Array): PairedStatistics {
  const sums = new PairedSums();
  sums.add(reconstruction, reference);
  return sums.statistics();
}
