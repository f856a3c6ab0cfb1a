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
};

/**
 * Statistics of two disjoint sets of latitude rows of the same grid. Commutative and, up to float64 rounding, associative.
 *
 * @throws IncompatibleStatisticsError for other grids, other protocols or a row that is in both.
 */
export function mergeStatistics(a: ScoreStatistics, b: ScoreStatistics): ScoreStatistics {
  requireCompatible(a, b);
  return {
    version: 1,
    protocol: a.protocol,
    grid: a.grid,
    rows: mergeRows(a.rows, b.rows),
    daily: a.daily.map((day, index) => mergeDays(day, b.daily[index]!)),
    holes: { count: a.holes.count + b.holes.count, first: earlierPlace(a.holes.first, b.holes.first) },
    spectrum: mergeSpectra(a.spectrum, b.spectrum),
  };
}

/** The earlier in the order time, latitude, longitude. */
export function earlierPlace(a: HolePlace | null, b: HolePlace | null): HolePlace | null {
  if (a === null || b === null) return a ?? b;
  const order = a.timeIndex - b.timeIndex || a.latIndex - b.latIndex || a.lonIndex - b.lonIndex;
  return order <= 0 ? a : b;
}

/** @throws IncompatibleStatisticsError if a row is in both. */
export function mergeRows(a: readonly LatitudeRange[], b: readonly LatitudeRange[]): LatitudeRange[] {
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

function mergeSpectra(a: SpectrumSums, b: SpectrumSums): SpectrumSums {
  return {
    errorRowCount: a.errorRowCount + b.errorRowCount,
    referenceRowCount: a.referenceRowCount + b.referenceRowCount,
    frequencyCount: a.frequencyCount,
    wavenumberCount: a.wavenumberCount,
    errorPsdSum: a.errorPsdSum.map((value, index) => value + b.errorPsdSum[index]!),
    referencePsdSum: a.referencePsdSum.map((value, index) => value + b.referencePsdSum[index]!),
  };
}
