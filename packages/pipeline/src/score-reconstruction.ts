import type {
  BoardStatistics,
  Box,
  CheckWarning,
  Diagnostics,
  GriddedProtocol,
  Period,
  Physics,
  Scores,
} from '@sillage/contracts';
import type { GriddedField } from '@sillage/netcdf';
import {
  dailyScoresFromStatistics,
  IncompleteCoverageError,
  mergePhysicsSums,
  mergeStatistics,
  OPEN_OCEAN_SEGMENT_DEG,
  openOceanResolution,
  physicsDiagnostics,
  psdScoreFromStatistics,
  requireCompleteCoverage,
  requireEvenGrid,
  scoresFromStatistics,
  type PhysicsSums,
  type PsdScore,
  type RegularGrid,
  type ScoreStatistics,
} from '@sillage/science';
import { gaussSeidelFilled } from './gauss-seidel-reconstruction.js';
import { refuseOutOfReach } from './aligned-reconstruction.js';
import type { BandSourceDescription } from './band-source.js';
import { griddedBoardStatistics } from './board-statistics.js';
import { areaReason, areaShortfalls, extentOf, medianStep, nodeTolerance, periodReason } from './coverage.js';
import { dayRuns, isSubDaily } from './day-source.js';
import { requireDiskRoom } from './disk-room.js';
import { cropOf, croppedGrid, enclosingCrop, sameGridCrop, type GridCrop } from './grid-alignment.js';
import { openField, refuseAnomaly } from './open-field.js';
import type { ProgressListener } from './progress.js';
import { blamingReference, RejectionError } from './rejection-error.js';
import { holesReason, rejectionFromError } from './rejection-from-error.js';
import { scoreDetails, type ScoreDetails } from './score-details.js';
import {
  chunksOf,
  chunkStatistics,
  FINISHED_ROWS,
  rowsPerBand,
  type ChunkResult,
  type ScorePlan,
} from './score-plan.js';
import { scoreOnThreads, usefulThreadCount } from './score-threads.js';
import { suspicions } from './score-warnings.js';
import { spilledBytes, stageField } from './stage-field.js';

export type ScoreOptions = {
  reconstructionPath: string;
  reconstructionVariable?: string | null;
  /** What messages call the reconstruction; default: its file name. */
  reconstructionName?: string;
  referencePath: string;
  referenceVariable?: string | null;
  protocol: GriddedProtocol;
  /** Degrees, closed; null scores the whole reference. */
  scoredBox?: Box | null;
  /** UTC days, both included; null scores every time of the reference. */
  period?: Period | null;
  /** Threads that compute, the calling one included; default 2. Small maps use fewer. */
  threads?: number;
  /**
   * Folder for spilled fields: input compressed by day that does not fit in memory is decoded once into it. Without
   * it such input is decoded again for each band. Its content is the caller's to remove.
   */
  temporaryFolder?: string | null;
  /** `reject` is the platform's rule; `as-2020a` drops points and rows the way the challenge's notebooks do. */
  holes?: 'reject' | 'as-2020a';
  /** `gauss-seidel` fills what regridding leaves open, as the notebooks do; the whole map is then held in memory. */
  fill?: 'none' | 'gauss-seidel';
  /** Also tell λ over the pieces of latitude rows without land, at a seventh more time; default false. */
  openOcean?: boolean;
  onProgress?: ProgressListener;
};

export type ScoreResult = {
  scores: Scores;
  diagnostics: Diagnostics;
  /** Whether the reconstruction is smoother than the reference. */
  physics: Physics;
  /** What a leaderboard computes intervals and ranks by wavelength from. */
  boardStatistics: BoardStatistics;
  /** Mergeable sufficient statistics, JSON-able. */
  statistics: ScoreStatistics & { physics: PhysicsSums };
  /** RMSE(x,y) in metres, C order [lat, lon], NaN where nothing was scored. */
  rmseMap: { latDeg: Float64Array; lonDeg: Float64Array; rmseM: Float64Array };
  /** Errors by box and day, and zonal spectra: what the figures of a submission show beside the scores. */
  details: ScoreDetails;
  /** Whether the reconstruction was on the reference's grid already. */
  gridding: 'same-grid' | 'regridded';
  /** Points that the historical fill invented; 0 unless `fill` asks for it. */
  filledPointCount: number;
  warnings: CheckWarning[];
};

/**
 * Scores a reconstruction against a reference: files in, numbers out. The reference is cut to box and period (and,
 * with a period, averaged by UTC day if it has several times a day); the reconstruction is taken over where its nodes are those of
 * the reference to 1e-6, else interpolated trilinearly, never extrapolated.
 *
 * Memory is bounded: latitude bands pass through, each thread taking the next chunk of rows. The result does not
 * depend on the number of threads.
 *
 * @throws RejectionError for whatever is wrong with the files, holes and missing coverage included.
 */
export async function scoreReconstruction(options: ScoreOptions): Promise<ScoreResult> {
  const subject = options.reconstructionName ?? fileNameOf(options.reconstructionPath);
  const referenceSubject = fileNameOf(options.referencePath);
  options.onProgress?.(0, 'opening the reconstruction and the reference');
  const reference = await blamingReference(() =>
    openField({
      path: options.referencePath,
      variable: options.referenceVariable,
      subject: referenceSubject,
    }),
  );
  try {
    const reconstruction = await openField({
      path: options.reconstructionPath,
      variable: options.reconstructionVariable,
      subject,
    });
    try {
      // Comparing anomalies with anomalies is sound; only a mixture is not.
      if (reference.sourceKind !== 'sla') refuseAnomaly(reconstruction, subject);
      return await scoreFields({ reference, reconstruction }, { subject, referenceSubject }, options);
    } finally {
      reconstruction.close();
    }
  } catch (error) {
    throw rejectionFromError(error, { subject });
  } finally {
    reference.close();
  }
}

async function scoreFields(
  fields: { reference: GriddedField; reconstruction: GriddedField },
  names: { subject: string; referenceSubject: string },
  options: ScoreOptions,
): Promise<ScoreResult> {
  const { subject, referenceSubject } = names;
  const { reference, reconstruction } = fields;
  const crop = cropOf(reference.grid, options.scoredBox ?? null, options.period ?? null);
  const {
    grid,
    isSubDaily: isReferenceSubDaily,
    cropped,
  } = await blamingReference(() => scorableGrid(reference, crop, referenceSubject, options));
  const sameGrid = sameGridCrop(reconstruction.grid, grid);
  const isFilled = options.fill === 'gauss-seidel';
  if (!sameGrid && !isFilled) refuseOutOfReach(reconstruction.grid, grid, subject);
  const reconstructionCrop = sameGrid ?? enclosingCrop(reconstruction.grid, grid);
  const staging = { temporaryFolder: options.temporaryFolder ?? null };
  if (staging.temporaryFolder !== null) {
    const neededBytes =
      spilledBytes(reference, crop) + (isFilled ? 0 : spilledBytes(reconstruction, reconstructionCrop));
    requireDiskRoom(staging.temporaryFolder, `decoding the compressed maps of ${subject}`, neededBytes);
  }
  const referenceBands = await stageField(reference, {
    ...staging,
    path: options.referencePath,
    subject: referenceSubject,
    crop,
    onProgress: (fraction) => options.onProgress?.(0.2 * fraction, 'decoding the reference'),
  });
  const filled = isFilled ? await gaussSeidelFilled(reconstruction, grid) : null;
  const reconstructionBands: BandSourceDescription =
    filled?.bands ??
    (await stageField(reconstruction, {
      ...staging,
      path: options.reconstructionPath,
      subject,
      crop: reconstructionCrop,
      onProgress: (fraction) => options.onProgress?.(0.2 + 0.2 * fraction, 'decoding the reconstruction'),
    }));
  const plan: ScorePlan = {
    reference: referenceBands,
    reconstruction: reconstructionBands,
    grid,
    protocol: options.protocol,
    oceanSegmentDeg: options.openOcean === true ? OPEN_OCEAN_SEGMENT_DEG : null,
    isReferenceSubDaily,
    isRegridded: !sameGrid && !isFilled,
    chunks: chunksOf(grid.latDeg.length),
    rowsPerBand: rowsPerBand(cropped),
  };
  const chunks = await runPlan(plan, options);
  const statistics = {
    ...mergedStatistics(chunks),
    physics: mergePhysicsSums(chunks.map(({ physics }) => physics)),
  };
  if (options.holes !== 'as-2020a') refuseHoles(statistics, reconstruction.grid, subject);
  const scores = scoresFromStatistics(statistics, {
    holes: options.holes === 'as-2020a' ? 'as-2020a' : 'refuse',
  });
  const totals = pointTotals(chunks, grid.timeDays.length);
  return {
    scores: { ...scores, lambdaXKm: null },
    diagnostics: diagnosticsOf(statistics),
    physics: physicsOf(statistics),
    boardStatistics: griddedBoardStatistics(statistics),
    statistics,
    details: scoreDetails(chunks, grid.timeDays),
    rmseMap: { latDeg: grid.latDeg, lonDeg: grid.lonDeg, rmseM: totals.rmseM },
    gridding: sameGrid ? 'same-grid' : 'regridded',
    filledPointCount: filled?.filledPointCount ?? 0,
    warnings: [...reconstruction.warnings, ...suspicions(statistics, scores, totals.squaredErrorWithoutMean)],
  };
}

/** The physics columns in the words of the contracts. */
export function physicsOf(statistics: ScoreStatistics & { physics: PhysicsSums }): Physics {
  const { referenceSpectralSlope, slopeWavelengthsKm, ...columns } = physicsDiagnostics(
    statistics,
    statistics.physics,
  );
  return {
    ...columns,
    truthSpectralSlope: referenceSpectralSlope,
    slopeWavelengthsKm: slopeWavelengthsKm === null ? null : [slopeWavelengthsKm[0], slopeWavelengthsKm[1]],
  };
}

function mergedStatistics(chunks: readonly ChunkResult[]): ScoreStatistics {
  const [first, ...others] = chunks.map(chunkStatistics);
  if (!first) throw new RangeError('a scored grid without rows');
  return mergeStatistics(first, ...others);
}

async function runPlan(plan: ScorePlan, options: ScoreOptions): Promise<ChunkResult[]> {
  const { timeDays, latDeg, lonDeg } = plan.grid;
  const pointCount = timeDays.length * latDeg.length * lonDeg.length;
  const threadCount = usefulThreadCount(pointCount, options.threads ?? 2);
  return scoreOnThreads(plan, threadCount, (counters) => {
    const rows = Atomics.load(counters, FINISHED_ROWS);
    options.onProgress?.(
      0.4 + (0.6 * rows) / latDeg.length,
      `scored ${rows} of ${latDeg.length} latitude rows`,
    );
  });
}

type ScorableGrid = {
  /** The nodes and times of the reference in box and period. */
  cropped: RegularGrid;
  /** It has several times a day, which are averaged. */
  isSubDaily: boolean;
  /** What is scored: daily. */
  grid: RegularGrid;
};

/**
 * The part of the reference that is scored.
 *
 * @throws RejectionError where it does not span box and period, or its axes are uneven: fewer points or days would be
 *   scored than the task says, and nobody would see it.
 */
function scorableGrid(
  reference: GriddedField,
  crop: GridCrop,
  subject: string,
  { scoredBox: box, period }: ScoreOptions,
): ScorableGrid {
  const { grid } = reference;
  const where = `${subject} (the reference)`;
  if (box) {
    const shortfalls = areaShortfalls(grid, box, nodeTolerance(grid));
    if (shortfalls.length > 0) throw new RejectionError(areaReason(where, shortfalls));
  }
  const missing = period && periodReason(where, grid.timeDays, period);
  if (missing) throw new RejectionError(missing);
  const cropped = croppedGrid(grid, crop);
  const isAveraged = (period ?? null) !== null && isSubDaily(cropped.timeDays);
  const timeDays = isAveraged
    ? Float64Array.from(dayRuns(cropped.timeDays), (run) => run.day)
    : cropped.timeDays;
  const scored = { ...cropped, timeDays };
  try {
    requireEvenGrid(scored);
  } catch (error) {
    throw rejectionFromError(error, { subject: where });
  }
  return { cropped, isSubDaily: isAveraged, grid: scored };
}

/** Holes are counted with their first place; where the grid ends too early, that is what the message says. */
function refuseHoles(statistics: ScoreStatistics, reconstruction: RegularGrid, subject: string): void {
  try {
    requireCompleteCoverage(statistics);
  } catch (error) {
    if (!(error instanceof IncompleteCoverageError)) throw error;
    const { latDeg, lonDeg } = statistics.grid;
    const box = extentOf({ latDeg: Float64Array.from(latDeg), lonDeg: Float64Array.from(lonDeg) });
    const shortfalls = areaShortfalls(reconstruction, box);
    const detail = `${error.missing} of ${error.required} scored points have no value`;
    const reason =
      shortfalls.length > 0 ? areaReason(subject, shortfalls, detail) : holesReason(subject, error);
    throw new RejectionError(reason, { cause: error });
  }
}

function pointTotals(
  chunks: readonly ChunkResult[],
  dayCount: number,
): { rmseM: Float64Array; squaredErrorWithoutMean: number } {
  const length = chunks.reduce((sum, chunk) => sum + chunk.errorSums.length, 0);
  const rmseM = new Float64Array(length);
  let squaredErrorWithoutMean = 0;
  let offset = 0;
  for (const { missingCounts, errorSums, squaredErrorSums } of chunks) {
    for (let point = 0; point < errorSums.length; point++) {
      const count = dayCount - missingCounts[point]!;
      const squares = squaredErrorSums[point]!;
      rmseM[offset + point] = Math.sqrt(squares / count); // 0/0 is NaN: nothing was scored there
      if (count > 0) squaredErrorWithoutMean += squares - errorSums[point]! ** 2 / count;
    }
    offset += errorSums.length;
  }
  return { rmseM, squaredErrorWithoutMean };
}

/** The curves that go with the scores, JSON-able. */
export function diagnosticsOf(statistics: ScoreStatistics): Diagnostics {
  const { grid } = statistics;
  const daily = dailyScoresFromStatistics(statistics);
  // A day without a scored point (the reference misses it) has no score, and JSON has no NaN.
  const scored = Array.from(daily.timeDays.keys()).filter((day) => Number.isFinite(daily.rmseScore[day]));
  const psd = psdScoreFromStatistics(statistics);
  return {
    grid: {
      latCount: grid.latDeg.length,
      lonCount: grid.lonDeg.length,
      dayCount: grid.timeDays.length,
      spacingDeg: medianStep(grid.lonDeg) ?? Number.NaN,
    },
    daily: {
      timeDays: scored.map((day) => daily.timeDays[day]!),
      rmseScore: scored.map((day) => daily.rmseScore[day]!),
      rmseM: scored.map((day) => daily.rmseM[day]!),
    },
    psdScore: psd && psdDiagnostics(psd),
    alongTrack: null,
    openOcean: openOceanResolution(statistics),
  };
}

function psdDiagnostics(psd: PsdScore): Diagnostics['psdScore'] {
  const { wavelengthDeg, periodDays, score, contour } = psd;
  const columns = wavelengthDeg.length;
  return {
    wavelengthDeg: Array.from(wavelengthDeg),
    periodDays: Array.from(periodDays),
    score: Array.from(periodDays, (_, row) =>
      Array.from(score.subarray(row * columns, (row + 1) * columns), (value) =>
        Number.isFinite(value) ? value : null,
      ),
    ),
    contour: (contour ?? []).map(([wavelength, period]): [number, number] => [wavelength, period]),
  };
}

function fileNameOf(path: string): string {
  return path.split(/[\\/]/).at(-1) ?? path;
}
