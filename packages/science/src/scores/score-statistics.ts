import { IncompatibleStatisticsError } from '../errors.js';
import { isSameGrid } from '../grid.js';
import type { ProtocolId } from '../protocols/score-protocol.js';

/** Sums over the points of one day, in metres and m². "Paired" points are valid in both fields. */
export type DailySums = {
  readonly pairedCount: number;
  readonly squaredErrorSum: number;
  readonly errorSum: number;
  readonly pairedReferenceSum: number;
  readonly pairedSquaredReferenceSum: number;
  readonly errorReferenceSum: number;
  /** Points valid in the reference, whether or not the reconstruction has them. */
  readonly referenceCount: number;
  readonly squaredReferenceSum: number;
};

/** Power spectral densities summed over complete latitude rows, m²/(cycles/day · cycles/degree). */
export type SpectrumSums = {
  readonly errorRowCount: number;
  readonly referenceRowCount: number;
  /** Shape `[frequencyCount × wavenumberCount]`, both ascending from the first positive one. */
  readonly frequencyCount: number;
  readonly wavenumberCount: number;
  readonly errorPsdSum: readonly number[];
  readonly referencePsdSum: readonly number[];
};

export type HolePlace = { readonly timeIndex: number; readonly latIndex: number; readonly lonIndex: number };

/** Latitude rows `start … start + count − 1`. */
export type LatitudeRange = { readonly start: number; readonly count: number };

/**
 * Everything the scores of one map need, in a size that does not depend on the number of latitudes. Plain JSON.
 * Statistics of disjoint latitude rows of the same grid add up (`mergeStatistics`), in any order.
 */
export type ScoreStatistics = {
  readonly version: 1;
  readonly protocol: ProtocolId;
  readonly grid: {
    readonly timeDays: readonly number[];
    readonly latDeg: readonly number[];
    readonly lonDeg: readonly number[];
  };
  /** The rows that are in, ascending, disjoint, not adjacent. */
  readonly rows: readonly LatitudeRange[];
  /** One entry per day. */
  readonly daily: readonly DailySums[];
  /** Points where the reference is valid and the reconstruction is not. */
  readonly holes: { readonly count: number; readonly first: HolePlace | null };
  readonly spectrum: SpectrumSums;
  /** Where it was asked for: the same over the pieces of the rows that have no land, `lonCount` columns each. */
  readonly oceanSegments?: SpectrumSums & { readonly lonCount: number };
};

/**
 * Statistics of disjoint sets of latitude rows of the same grid, added from first to last. Commutative and, up to float64
 * rounding, associative. All at once costs one spectrum of memory, however many there are.
 *
 * @throws IncompatibleStatisticsError for other grids, other protocols or a row that is in two of them.
 */
export function mergeStatistics(first: ScoreStatistics, ...others: ScoreStatistics[]): ScoreStatistics {
  for (const other of others) requireCompatible(first, other);
  const all = [first, ...others];
  return {
    version: 1,
    protocol: first.protocol,
    grid: first.grid,
    rows: all.map(({ rows }) => rows).reduce(mergeRows),
    daily: first.daily.map((_, index) => all.map(({ daily }) => daily[index]!).reduce(mergeDays)),
    holes: {
      count: all.reduce((sum, { holes }) => sum + holes.count, 0),
      first: all.map(({ holes }) => holes.first).reduce(earlierPlace),
    },
    spectrum: mergeSpectra(all.map(({ spectrum }) => spectrum)),
    ...mergeSegments(all),
  };
}

function mergeSegments(all: readonly ScoreStatistics[]): Pick<ScoreStatistics, 'oceanSegments'> {
  const segments = all.flatMap(({ oceanSegments }) => (oceanSegments ? [oceanSegments] : []));
  if (segments.length < all.length || !segments[0]) return {};
  return { oceanSegments: { ...mergeSpectra(segments), lonCount: segments[0].lonCount } };
}

/** The earlier in the order time, latitude, longitude. */
export function earlierPlace(a: HolePlace | null, b: HolePlace | null): HolePlace | null {
  if (a === null || b === null) return a ?? b;
  const order = a.timeIndex - b.timeIndex || a.latIndex - b.latIndex || a.lonIndex - b.lonIndex;
  return order <= 0 ? a : b;
}

/** @throws IncompatibleStatisticsError if a row is in both. */
export function mergeRows(
  a: readonly LatitudeRange[],
  b: readonly LatitudeRange[],
): readonly LatitudeRange[] {
  const merged: LatitudeRange[] = [];
  for (const range of [...a, ...b].sort((left, right) => left.start - right.start)) {
    const last = merged.at(-1);
    const end = last === undefined ? -1 : last.start + last.count;
    if (range.start < end) throw new IncompatibleStatisticsError(`latitude row ${range.start} is in both`);
    if (last !== undefined && range.start === end) {
      merged[merged.length - 1] = { start: last.start, count: last.count + range.count };
    } else if (range.count > 0) {
      merged.push(range);
    }
  }
  return merged;
}

function requireCompatible(a: ScoreStatistics, b: ScoreStatistics): void {
  if (a.version !== b.version)
    throw new IncompatibleStatisticsError(`versions ${a.version} and ${b.version}`);
  if (a.protocol !== b.protocol) {
    throw new IncompatibleStatisticsError(`protocols '${a.protocol}' and '${b.protocol}'`);
  }
  if (a.oceanSegments?.lonCount !== b.oceanSegments?.lonCount)
    throw new IncompatibleStatisticsError('their ocean segments differ');
  if (!isSameGrid(a.grid, b.grid)) throw new IncompatibleStatisticsError('their grids differ');
}

function mergeDays(a: DailySums, b: DailySums): DailySums {
  return {
    pairedCount: a.pairedCount + b.pairedCount,
    squaredErrorSum: a.squaredErrorSum + b.squaredErrorSum,
    errorSum: a.errorSum + b.errorSum,
    pairedReferenceSum: a.pairedReferenceSum + b.pairedReferenceSum,
    pairedSquaredReferenceSum: a.pairedSquaredReferenceSum + b.pairedSquaredReferenceSum,
    errorReferenceSum: a.errorReferenceSum + b.errorReferenceSum,
    referenceCount: a.referenceCount + b.referenceCount,
    squaredReferenceSum: a.squaredReferenceSum + b.squaredReferenceSum,
  };
}

function mergeSpectra(spectra: readonly SpectrumSums[]): SpectrumSums {
  const { frequencyCount, wavenumberCount } = spectra[0]!;
  return {
    errorRowCount: spectra.reduce((sum, { errorRowCount }) => sum + errorRowCount, 0),
    referenceRowCount: spectra.reduce((sum, { referenceRowCount }) => sum + referenceRowCount, 0),
    frequencyCount,
    wavenumberCount,
    errorPsdSum: sumOfArrays(spectra.map(({ errorPsdSum }) => errorPsdSum)),
    referencePsdSum: sumOfArrays(spectra.map(({ referencePsdSum }) => referencePsdSum)),
  };
}

function sumOfArrays(arrays: readonly (readonly number[])[]): number[] {
  const sum = arrays[0]!.slice();
  for (const array of arrays.slice(1)) {
    for (let index = 0; index < sum.length; index++) sum[index]! += array[index]!;
  }
  return sum;
}
