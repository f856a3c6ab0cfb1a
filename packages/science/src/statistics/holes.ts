import type { FieldValues } from '../grid.js';
import type { Accumulator, LatitudeBand, Statistic, StatisticFrame } from './statistic.js';

export type HolePlace = { readonly timeIndex: number; readonly latIndex: number; readonly lonIndex: number };

/** Points where the reference is valid and the reconstruction is not. */
export type Holes = {
  readonly count: number;
  /** In the order time, latitude, longitude. */
  readonly first: HolePlace | null;
};

export const HOLES: Statistic<Holes, Holes> = {
  neighbourRows: 0,
  accumulate: (frame) => new HoleAccumulator(frame),
  merge: (parts) => ({
    count: parts.reduce((sum, { count }) => sum + count, 0),
    first: parts.map(({ first }) => first).reduce(earlierPlace),
  }),
  finish: (holes) => holes,
};

class HoleAccumulator implements Accumulator<Holes> {
  private readonly timeCount: number;
  private readonly lonCount: number;
  private count = 0;
  private first: HolePlace | null = null;

  constructor({ grid }: StatisticFrame) {
    this.timeCount = grid.timeDays.length;
    this.lonCount = grid.lonDeg.length;
  }

  addBand({ latStart, latCount, reconstruction, reference }: LatitudeBand): void {
    const { timeCount, lonCount } = this;
    for (let timeIndex = 0; timeIndex < timeCount; timeIndex++) {
      for (let row = 0; row < latCount; row++) {
        const offset = (timeIndex * latCount + row) * lonCount;
        if (isComplete(reconstruction, offset, lonCount)) continue;
        for (let lonIndex = 0; lonIndex < lonCount; lonIndex++) {
          if (!Number.isFinite(reference[offset + lonIndex])) continue;
          if (Number.isFinite(reconstruction[offset + lonIndex])) continue;
          this.count++;
          this.first = earlierPlace(this.first, { timeIndex, latIndex: latStart + row, lonIndex });
        }
      }
    }
  }

  sums(): Holes {
    return { count: this.count, first: this.first };
  }
}

/** Whether some values are all finite, in one pass without a branch for each. */
function isComplete(values: FieldValues, offset: number, count: number): boolean {
  let difference = 0;
  for (let index = offset; index < offset + count; index++) difference += values[index]! - values[index]!;
  return difference === 0;
}

function earlierPlace(a: HolePlace | null, b: HolePlace | null): HolePlace | null {
  if (a === null || b === null) return a ?? b;
  const order = a.timeIndex - b.timeIndex || a.latIndex - b.latIndex || a.lonIndex - b.lonIndex;
  return order <= 0 ? a : b;
}
