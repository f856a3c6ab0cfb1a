import type { BoxStatistics, ZonalSpectraView } from '@sillage/contracts';
import type { Box } from '../../../charts/boxes/box-resolutions';

/** How an entry does in one part of the task, and how another does there. Scores: 1 is perfect. */
export type Comparison = {
  own: number;
  other: number | null;
  /** What the entry loses against the other; negative where it gains. Null without another. */
  loss: number | null;
};

export type BoxComparison = Comparison &
  Box & {
    row: number;
    column: number;
    ownRmseM: number;
    /** Day on which the entry's error in the box is largest. */
    worstTimeDays: number;
  };
export type DayComparison = Comparison & { timeDays: number };
export type BandComparison = Comparison & { longestDeg: number; shortestDeg: number };

type Sums = { count: number; squaredError: number; squaredReference: number };

function sumsOf(statistics: BoxStatistics, days: readonly number[], boxes: readonly number[]): Sums {
  const sums = { count: 0, squaredError: 0, squaredReference: 0 };
  for (const day of days) {
    for (const box of boxes) {
      sums.count += statistics.count[day]?.[box] ?? 0;
      sums.squaredError += statistics.squaredErrorM2[day]?.[box] ?? 0;
      sums.squaredReference += statistics.squaredReferenceM2[day]?.[box] ?? 0;
    }
  }
  return sums;
}

/** RMSE score 1 − RMSE/RMS(reference), as µ is defined; null where nothing was scored. */
function scoreOf({ count, squaredError, squaredReference }: Sums): number | null {
  return count === 0 || squaredReference === 0 ? null : 1 - Math.sqrt(squaredError / squaredReference);
}

/** Whether two entries were summed over the same boxes and days. */
export function isSameLayout(first: BoxStatistics, second: BoxStatistics): boolean {
  return (
    first.sizeDeg === second.sizeDeg &&
    first.southDeg === second.southDeg &&
    first.westDeg === second.westDeg &&
    first.rowCount === second.rowCount &&
    first.columnCount === second.columnCount &&
    first.timeDays.length === second.timeDays.length &&
    first.timeDays.every((time, day) => time === second.timeDays[day])
  );
}

/** Every box with something to score, by rows from the south. */
export function boxComparisons(own: BoxStatistics, other: BoxStatistics | null): BoxComparison[] {
  const days = Array.from(own.timeDays.keys());
  const comparisons: BoxComparison[] = [];
  for (let box = 0; box < own.rowCount * own.columnCount; box += 1) {
    const sums = sumsOf(own, days, [box]);
    const score = scoreOf(sums);
    if (score === null) continue;
    const row = Math.floor(box / own.columnCount);
    const column = box % own.columnCount;
    const errorOf = (day: number) =>
      (own.squaredErrorM2[day]?.[box] ?? 0) / Math.max(1, own.count[day]?.[box] ?? 0);
    const worst = days.reduce((before, day) => (errorOf(day) > errorOf(before) ? day : before), 0);
    comparisons.push({
      row,
      column,
      southDeg: own.southDeg + row * own.sizeDeg,
      northDeg: own.southDeg + (row + 1) * own.sizeDeg,
      westDeg: own.westDeg + column * own.sizeDeg,
      eastDeg: own.westDeg + (column + 1) * own.sizeDeg,
      ownRmseM: Math.sqrt(sums.squaredError / sums.count),
      worstTimeDays: own.timeDays[worst] ?? Number.NaN,
      ...compared(score, other === null ? null : scoreOf(sumsOf(other, days, [box]))),
    });
  }
  return comparisons;
}

/** Every day with as many points, over the whole area. */
export function dayComparisons(
  own: BoxStatistics,
  other: BoxStatistics | null,
  leastCount = 1,
): DayComparison[] {
  const boxes = Array.from({ length: own.rowCount * own.columnCount }, (_, box) => box);
  return own.timeDays.flatMap((timeDays, day) => {
    const sums = sumsOf(own, [day], boxes);
    const score = scoreOf(sums);
    if (score === null || sums.count < leastCount) return [];
    return [{ timeDays, ...compared(score, other === null ? null : scoreOf(sumsOf(other, [day], boxes))) }];
  });
}

/**
 * Octaves of wavelength from the longest on: 1 − PSD(error)/PSD(truth), both summed over the octave. Where neither map is
 * better than a flat one, nothing is resolved and nothing can be lost: such octaves are left out.
 */
export function bandComparisons(own: ZonalSpectraView, other: ZonalSpectraView | null): BandComparison[] {
  const { wavelengthDeg, reference } = own;
  const longest = wavelengthDeg[0] ?? 0;
  const isSame =
    other !== null &&
    other.wavelengthDeg.length === wavelengthDeg.length &&
    other.wavelengthDeg.every((value, index) => value === wavelengthDeg[index]);
  const octaves = new Map<number, number[]>();
  wavelengthDeg.forEach((wavelength, index) => {
    const octave = Math.floor(Math.log2(longest / wavelength) + 1e-9);
    octaves.set(octave, [...(octaves.get(octave) ?? []), index]);
  });
  const bands = Array.from(octaves.values(), (indices) => {
    const scoreIn = ({ error }: ZonalSpectraView): number => {
      const sum = (values: readonly number[]) =>
        indices.reduce((total, index) => total + (values[index] ?? 0), 0);
      return 1 - sum(error) / sum(reference);
    };
    return {
      longestDeg: wavelengthDeg[indices[0] ?? 0] ?? 0,
      shortestDeg: wavelengthDeg[indices.at(-1) ?? 0] ?? 0,
      ...compared(scoreIn(own), isSame && other !== null ? scoreIn(other) : null),
    };
  });
  return bands.filter((band) => Math.max(band.own, band.other ?? band.own) > 0);
}

function compared(own: number, other: number | null): Comparison {
  return { own, other, loss: other === null ? null : other - own };
}

/** The parts where most is lost against the other entry, largest loss first; without another, those with the lowest score. */
export function worstOf<Part extends Comparison>(parts: readonly Part[], count = 5): Part[] {
  const weight = ({ loss, own }: Part) => loss ?? 1 - own;
  return parts
    .filter(({ loss }) => loss === null || loss > 0)
    .toSorted((left, right) => weight(right) - weight(left))
    .slice(0, count);
}
