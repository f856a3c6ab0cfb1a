import { dailyMeanAccumulator, dayRuns } from '@sillage/checking';
import {
  createRegridder,
  StatisticsCollector,
  type LatitudeBand,
  type MapFrame,
  type MapStatistics,
  type RegularGrid,
  type StatisticName,
} from '@sillage/science';
import type { BandSource } from './band-source.js';

/** What scoring some latitude rows needs to know beside the values; plain data that can be posted. */
export type ChunkPlan<Name extends StatisticName = StatisticName> = MapFrame & {
  statistics: readonly Name[];
  rowsPerBand: number;
};

/** Latitude rows that are scored in one go. */
export type RowChunk = { latStart: number; latCount: number };

/** Bytes of both fields in one band: a few rows stay in the cache, yet a read is not a system call per value. */
const BAND_BYTES = 4 * 2 ** 20;
/** Partial sums are added in this order whatever the number of threads, so that scores do not depend on it. */
const CHUNK_COUNT = 8;

export function chunksOf(latCount: number): RowChunk[] {
  const rows = Math.max(1, Math.ceil(latCount / CHUNK_COUNT));
  const count = Math.ceil(latCount / rows);
  return Array.from({ length: count }, (_, index) => ({
    latStart: index * rows,
    latCount: Math.min(rows, latCount - index * rows),
  }));
}

export function rowsPerBand(grid: RegularGrid): number {
  return Math.max(1, Math.floor(BAND_BYTES / (grid.timeDays.length * grid.lonDeg.length * 8)));
}

/** Collects the statistics of some latitude rows of two fields that lie on the scored grid. */
export async function scoreChunk<Name extends StatisticName>(
  plan: ChunkPlan<Name>,
  { latStart, latCount }: RowChunk,
  sources: { reference: BandSource; reconstruction: BandSource },
  onRows: (rows: number) => void,
): Promise<MapStatistics<Name>> {
  const collector = new StatisticsCollector(plan.statistics, plan);
  const readBand = async (start: number, count: number): Promise<LatitudeBand> => ({
    latStart: start,
    latCount: count,
    reference: await sources.reference.readBand(start, count),
    reconstruction: await sources.reconstruction.readBand(start, count),
  });
  const addNeighbours = async (from: number, to: number): Promise<void> => {
    const start = Math.max(0, from);
    const end = Math.min(to, plan.grid.latDeg.length);
    if (end > start) collector.addNeighbours(await readBand(start, end - start));
  };
  const latEnd = latStart + latCount;
  await addNeighbours(latStart - collector.neighbourRows, latStart);
  for (let start = latStart; start < latEnd; start += plan.rowsPerBand) {
    const band = await readBand(start, Math.min(plan.rowsPerBand, latEnd - start));
    collector.addBand(band);
    onRows(band.latCount);
  }
  await addNeighbours(latEnd, latEnd + collector.neighbourRows);
  return collector.statistics();
}

/** Daily means of the times that have a value. */
export function dailyMeanBands(source: BandSource): BandSource {
  const runs = dayRuns(source.grid.timeDays);
  return {
    ...source,
    grid: { ...source.grid, timeDays: Float64Array.from(runs, (run) => run.day) },
    readBand: async (latStart, latCount) => {
      const band = await source.readBand(latStart, latCount);
      const mapLength = latCount * source.grid.lonDeg.length;
      const length = runs.length * mapLength;
      const means = band instanceof Float64Array ? new Float64Array(length) : new Float32Array(length);
      runs.forEach((run, day) => {
        const mapOf = (index: number) =>
          band.subarray((run.start + index) * mapLength, (run.start + index + 1) * mapLength);
        const mean = dailyMeanAccumulator(mapOf(0));
        for (let index = 1; index < run.count; index++) mean.add(mapOf(index));
        means.set(mean.result(), day * mapLength);
      });
      return means;
    },
  };
}

/** Trilinear interpolation to the scored grid; each band reads the rows of the source that it needs. */
export function regriddedBands(source: BandSource, target: RegularGrid): BandSource {
  const regridder = createRegridder(source.grid, target);
  return {
    ...source,
    grid: target,
    readBand: async (targetStart, targetCount) => {
      const { start: sourceStart, count: sourceCount } = regridder.sourceRows(targetStart, targetCount);
      const values = sourceCount > 0 ? await source.readBand(sourceStart, sourceCount) : new Float32Array(0);
      return regridder.regridBand({ values, sourceStart, sourceCount, targetStart, targetCount });
    },
  };
}
