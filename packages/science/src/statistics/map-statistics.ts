import { IncompatibleStatisticsError, InvalidOptionError } from '../errors.js';
import { isSameGrid, requireEvenGrid, requireLength, type RegularGrid } from '../grid.js';
import type { ProtocolId } from '../protocols/score-protocol.js';
import { SCORE_PROTOCOLS } from '../protocols/score-protocols.js';
import { BOX_SPECTRA } from './box-spectra.js';
import { BOXES } from './box-sums.js';
import { DAILY } from './daily-sums.js';
import { DERIVATIVES } from './derivative-sums.js';
import { HOLES } from './holes.js';
import { LARGEST_ERROR } from './largest-error.js';
import { MAP_SPECTRA } from './map-spectra.js';
import { OCEAN_SEGMENTS } from './ocean-segments.js';
import { ROW_SPECTRA } from './row-spectra.js';
import type { Accumulator, LatitudeBand, Statistic, StatisticFrame } from './statistic.js';
import { ZONAL_SPECTRUM } from './zonal-spectrum.js';

/** Every statistic of a map against a gridded reference, by name. */
export const STATISTICS = {
  daily: DAILY,
  holes: HOLES,
  spectrum: ROW_SPECTRA,
  oceanSegments: OCEAN_SEGMENTS,
  largestError: LARGEST_ERROR,
  derivatives: DERIVATIVES,
  zonalSpectrum: ZONAL_SPECTRUM,
  boxes: BOXES,
  boxSpectra: BOX_SPECTRA,
  mapSpectra: MAP_SPECTRA,
};

export type StatisticName = keyof typeof STATISTICS;
export const STATISTIC_NAMES = Object.keys(STATISTICS) as readonly StatisticName[];

type Of<Name extends StatisticName> =
  (typeof STATISTICS)[Name] extends Statistic<infer Sums, infer Result>
    ? { sums: Sums; result: Result }
    : never;
export type SumsOf<Name extends StatisticName> = Of<Name>['sums'];

/** Latitude rows `start … start + count − 1`. */
export type LatitudeRange = { readonly start: number; readonly count: number };

/**
 * The sums of some statistics of one map, in a size that hardly depends on its number of latitudes. Those of disjoint latitude
 * rows of the same grid add up (`mergeStatistics`).
 */
export type MapStatistics<Name extends StatisticName = StatisticName> = {
  readonly protocol: ProtocolId;
  readonly grid: RegularGrid;
  readonly oceanSegmentDeg: number | null;
  /** The rows that are in, ascending, disjoint, not adjacent. */
  readonly rows: readonly LatitudeRange[];
} & { readonly [N in Name]: SumsOf<N> };

/** What a map's statistics depend on beside its values. */
export type MapFrame = {
  protocol: ProtocolId;
  /** The scored grid: the reference's. */
  grid: RegularGrid;
  /** Length of the pieces of latitude rows without land that have spectra of their own, degrees; null for none. */
  oceanSegmentDeg?: number | null;
};

/** Collects some statistics of a map band by band. Each thread has its own; `mergeStatistics` adds up what they collected. */
export class StatisticsCollector<Name extends StatisticName> {
  private readonly frame: StatisticFrame;
  private readonly accumulators: readonly (readonly [Name, Accumulator<unknown>])[];
  private rows: readonly LatitudeRange[] = [];

  /** @throws IrregularGridError if an axis is not ascending and even to 0.1 %. */
  constructor(names: readonly Name[], frame: MapFrame) {
    this.frame = statisticFrame(frame);
    requireEvenGrid(frame.grid);
    this.accumulators = names.map((name) => [name, STATISTICS[name].accumulate(this.frame)] as const);
  }

  /** Rows on each side of a thread's own that `addNeighbours` takes. */
  get neighbourRows(): number {
    return Math.max(0, ...this.accumulators.map(([name]) => STATISTICS[name].neighbourRows));
  }

  /**
   * Adds a band; each row of the grid may be added once.
   *
   * @throws ShapeMismatchError if an array is not `[T, latCount, X]`; IncompatibleStatisticsError for a row added twice.
   */
  addBand(band: LatitudeBand): void {
    this.requireShape(band);
    this.rows = mergeRows(this.rows, [{ start: band.latStart, count: band.latCount }]);
    for (const [, accumulator] of this.accumulators) accumulator.addBand(band);
  }

  /** Rows of another thread, for the statistics that look at neighbours: before the first row of one's own, and after the last. */
  addNeighbours(band: LatitudeBand): void {
    this.requireShape(band);
    for (const [name, accumulator] of this.accumulators)
      if (STATISTICS[name].neighbourRows > 0) accumulator.addBand(band);
  }

  /** What has been added so far. */
  statistics(): MapStatistics<Name> {
    const sums = Object.fromEntries(
      this.accumulators.map(([name, accumulator]) => [name, accumulator.sums()]),
    );
    const { grid, protocol, oceanSegmentDeg } = this.frame;
    return { protocol: protocol.id, grid, oceanSegmentDeg, rows: this.rows, ...sums } as MapStatistics<Name>;
  }

  private requireShape({ latStart, latCount, reconstruction, reference }: LatitudeBand): void {
    const { timeDays, latDeg, lonDeg } = this.frame.grid;
    if (!Number.isSafeInteger(latStart) || latStart < 0 || latStart + latCount > latDeg.length)
      throw new InvalidOptionError('latStart', latStart, `rows inside 0 … ${latDeg.length - 1}`);
    requireLength('reconstruction', reconstruction, timeDays.length * latCount * lonDeg.length);
    requireLength('reference', reference, timeDays.length * latCount * lonDeg.length);
  }
}

/**
 * Statistics of a whole map at once.
 *
 * @param options.reconstruction - metres, shape `[T, Y, X]`.
 * @param options.reference - metres, shape `[T, Y, X]`.
 * @throws as `StatisticsCollector` does.
 */
export function statisticsOfMap<Name extends StatisticName>(
  names: readonly Name[],
  options: MapFrame & Pick<LatitudeBand, 'reconstruction' | 'reference'>,
): MapStatistics<Name> {
  const { reconstruction, reference, ...frame } = options;
  const collector = new StatisticsCollector(names, frame);
  collector.addBand({ latStart: 0, latCount: frame.grid.latDeg.length, reconstruction, reference });
  return collector.statistics();
}

/**
 * The same statistics of disjoint sets of latitude rows of the same grid, added from first to last. Commutative and, up to
 * float64 rounding, associative.
 *
 * @throws IncompatibleStatisticsError for other grids, other protocols or a row that is in two of them.
 */
export function mergeStatistics<Name extends StatisticName>(
  first: MapStatistics<Name>,
  ...others: MapStatistics<Name>[]
): MapStatistics<Name> {
  for (const other of others) requireCompatible(first, other);
  const all = [first, ...others];
  const merged = statisticsIn(first).map((name) => {
    // The sums of a name are those of its statistic: the compiler does not follow that through a union of names.
    const { merge } = STATISTICS[name] as Statistic<unknown, unknown>;
    return [name, merge(all.map((statistics) => statistics[name]))];
  });
  return { ...first, rows: all.map(({ rows }) => rows).reduce(mergeRows), ...Object.fromEntries(merged) };
}

/** What the sums of one statistic of a whole map say. */
export function finishStatistic<Name extends StatisticName>(
  name: Name,
  statistics: MapStatistics<Name>,
): Of<Name>['result'] {
  const { finish } = STATISTICS[name] as unknown as Statistic<SumsOf<Name>, Of<Name>['result']>;
  return finish(statistics[name], statisticFrame(statistics));
}

function statisticsIn<Name extends StatisticName>(statistics: MapStatistics<Name>): Name[] {
  return STATISTIC_NAMES.filter((name): name is Name => name in statistics);
}

function statisticFrame({ grid, protocol, oceanSegmentDeg = null }: MapFrame): StatisticFrame {
  return { grid, protocol: SCORE_PROTOCOLS[protocol], oceanSegmentDeg };
}

/** @throws IncompatibleStatisticsError if a row is in both. */
function mergeRows(a: readonly LatitudeRange[], b: readonly LatitudeRange[]): readonly LatitudeRange[] {
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

function requireCompatible<Name extends StatisticName>(a: MapStatistics<Name>, b: MapStatistics<Name>): void {
  if (a.protocol !== b.protocol)
    throw new IncompatibleStatisticsError(`protocols '${a.protocol}' and '${b.protocol}'`);
  if (a.oceanSegmentDeg !== b.oceanSegmentDeg)
    throw new IncompatibleStatisticsError('their ocean segments differ');
  if (String(statisticsIn(a)) !== String(statisticsIn(b)))
    throw new IncompatibleStatisticsError('one has other statistics than the other');
  if (!isSameGrid(a.grid, b.grid)) throw new IncompatibleStatisticsError('their grids differ');
}
