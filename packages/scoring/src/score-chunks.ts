import type { GriddedProtocol } from '@sillage/contracts';
import {
  BoxAccumulator,
  BoxSpectrumAccumulator,
  createRegridder,
  DerivativeAccumulator,
  MapSpectrumAccumulator,
  mergeStatistics,
  ScoreAccumulator,
  ZonalSpectrumAccumulator,
  type BoxSpectrumSums,
  type BoxSums,
  type FieldValues,
  type LatitudeBand,
  type MapSpectrumSums,
  type PhysicsSums,
  type RegularGrid,
  type ScoreStatistics,
} from '@sillage/science';
import type { BandSource } from './band-source.js';
import { dailyMeanAccumulator, dayRuns } from '@sillage/checking';

/** What scoring some latitude rows needs to know beside the values. */
export type ChunkPlan = {
  /** The scored grid: daily, and cut to box and period. */
  grid: RegularGrid;
  protocol: GriddedProtocol;
  /** Length of the pieces without land that have spectra of their own, degrees; null for none. */
  oceanSegmentDeg: number | null;
  rowsPerBand: number;
};

/** Latitude rows that are scored in one go. */
export type RowChunk = { latStart: number; latCount: number };

export type ChunkResult = {
  chunkIndex: number;
  /** Without its spectra. */
  statistics: ScoreStatistics;
  /** Those of a year of a basin are long: as typed arrays they cross threads in a third of the memory of plain ones. */
  errorPsdSum: Float64Array;
  referencePsdSum: Float64Array;
  /** Per point of the chunk, C order [latCount, X]: days that lack a field, and sum of squared error, m². */
  missingCounts: Uint16Array;
  squaredErrorSums: Float64Array;
  physics: PhysicsSums;
  /** What the figures of a submission show beside the scores. */
  boxes: BoxSums;
  mapSpectrum: MapSpectrumSums;
  /** Null where the grid is smaller than a box of them. */
  boxSpectra: BoxSpectrumSums | null;
};

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

/** Scores some latitude rows of two fields that lie on the scored grid. */
export async function scoreChunk(
  plan: ChunkPlan,
  chunk: { latStart: number; latCount: number; chunkIndex: number },
  sources: { reference: BandSource; reconstruction: BandSource },
  onRows: (rows: number) => void,
): Promise<ChunkResult> {
  const { grid } = plan;
  const lonCount = grid.lonDeg.length;
  const accumulator = new ScoreAccumulator({
    protocol: plan.protocol,
    grid,
    oceanSegmentDeg: plan.oceanSegmentDeg,
  });
  const points = {
    missingCounts: new Uint16Array(chunk.latCount * lonCount),
    squaredErrorSums: new Float64Array(chunk.latCount * lonCount),
  };
  const derivatives = new DerivativeAccumulator(grid);
  const zonalSpectrum = new ZonalSpectrumAccumulator(grid);
  const boxes = new BoxAccumulator(grid);
  const mapSpectrum = new MapSpectrumAccumulator(grid);
  const boxSpectra = new BoxSpectrumAccumulator(grid);
  const readBand = async (latStart: number, latCount: number): Promise<LatitudeBand> => ({
    latStart,
    latCount,
    reference: await sources.reference.readBand(latStart, latCount),
    reconstruction: await sources.reconstruction.readBand(latStart, latCount),
  });
  // Derivatives need the rows beside those of the chunk.
  if (chunk.latStart > 0) derivatives.addBand(await readBand(chunk.latStart - 1, 1));
  for (let done = 0; done < chunk.latCount; done += plan.rowsPerBand) {
    const band = await readBand(chunk.latStart + done, Math.min(plan.rowsPerBand, chunk.latCount - done));
    accumulator.addBand(band);
    derivatives.addBand(band);
    zonalSpectrum.addBand(band);
    boxes.addBand(band);
    mapSpectrum.addBand(band);
    boxSpectra.addBand(band);
    addPointErrors(points, done * lonCount, band.reconstruction, band.reference, band.latCount * lonCount);
    onRows(band.latCount);
  }
  const latEnd = chunk.latStart + chunk.latCount;
  if (latEnd < grid.latDeg.length) derivatives.addBand(await readBand(latEnd, 1));
  return {
    chunkIndex: chunk.chunkIndex,
    ...withoutSpectra(accumulator.statistics()),
    ...points,
    physics: { derivatives: derivatives.result(), spectrum: zonalSpectrum.result() },
    boxes: boxes.sums,
    mapSpectrum: mapSpectrum.sums(),
    boxSpectra: boxSpectra.result(),
  };
}

function withoutSpectra(
  statistics: ScoreStatistics,
): Pick<ChunkResult, 'statistics' | 'errorPsdSum' | 'referencePsdSum'> {
  const { spectrum } = statistics;
  return {
    statistics: { ...statistics, spectrum: { ...spectrum, errorPsdSum: [], referencePsdSum: [] } },
    errorPsdSum: Float64Array.from(spectrum.errorPsdSum),
    referencePsdSum: Float64Array.from(spectrum.referencePsdSum),
  };
}

/** What a chunk found, as science merges it. */
export function chunkStatistics({ statistics, errorPsdSum, referencePsdSum }: ChunkResult): ScoreStatistics {
  const spectra = { errorPsdSum: Array.from(errorPsdSum), referencePsdSum: Array.from(referencePsdSum) };
  return { ...statistics, spectrum: { ...statistics.spectrum, ...spectra } };
}

function addPointErrors(
  points: Pick<ChunkResult, 'missingCounts' | 'squaredErrorSums'>,
  offset: number,
  reconstruction: FieldValues,
  reference: FieldValues,
  pointCount: number,
): void {
  // Views on the band's points, so that the inner loop indexes everything alike.
  const missingCounts = points.missingCounts.subarray(offset, offset + pointCount);
  const squaredErrorSums = points.squaredErrorSums.subarray(offset, offset + pointCount);
  for (let start = 0; start < reference.length; start += pointCount) {
    for (let point = 0; point < pointCount; point++) {
      const error = reconstruction[start + point]! - reference[start + point]!;
      if (error === error) squaredErrorSums[point]! += error * error;
      else missingCounts[point]!++; // NaN in either field
    }
  }
}

/** The statistics of a whole map from those of its chunks, in their order. */
export function mergedStatistics(chunks: readonly ChunkResult[]): ScoreStatistics {
  const [first, ...others] = chunks.map(chunkStatistics);
  if (!first) throw new RangeError('a scored grid without rows');
  return mergeStatistics(first, ...others);
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
