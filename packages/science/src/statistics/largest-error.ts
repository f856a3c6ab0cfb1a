import type { Accumulator, LatitudeBand, Statistic } from './statistic.js';

/** The largest |reconstruction − reference| of any day and point, metres; null where no point has both. */
export const LARGEST_ERROR: Statistic<number | null, number | null> = {
  neighbourRows: 0,
  accumulate: () => new LargestErrorAccumulator(),
  merge: (parts) => parts.reduce(largerOf),
  finish: (largest) => largest,
};

class LargestErrorAccumulator implements Accumulator<number | null> {
  private largest: number | null = null;

  addBand({ reconstruction, reference }: LatitudeBand): void {
    let largest = -1;
    for (let index = 0; index < reference.length; index++) {
      const error = Math.abs(reconstruction[index]! - reference[index]!);
      if (error > largest) largest = error; // false where one of them is missing
    }
    if (largest >= 0) this.largest = largerOf(this.largest, largest);
  }

  sums(): number | null {
    return this.largest;
  }
}

function largerOf(a: number | null, b: number | null): number | null {
  return a === null || b === null ? (a ?? b) : Math.max(a, b);
}
