import type { BoardStatistics, Box, GriddedProtocol, Period, Physics } from '@sillage/contracts';
import type { GriddedField } from '@sillage/netcdf';
import {
  OPEN_OCEAN_SEGMENT_DEG,
  physicsDiagnostics,
  SCORE_STATISTICS,
  STATISTIC_NAMES,
  type MapStatistics,
  type PhysicsStatistics,
  type StatisticName,
} from '@sillage/science';
import {
  blamingReference,
  cropOf,
  enclosingCrop,
  refuseAnomaly,
  rejectionFromError,
  sameGridCrop,
} from '@sillage/checking';
import {
  chunksOf,
  finishScore,
  refuseOutOfReach,
  rowsPerBand,
  scorableGrid,
  type FinishedScore,
} from '@sillage/scoring';
import { gaussSeidelFilled } from './gauss-seidel-reconstruction.js';
import type { BandSourceDescription } from '../files/band-files.js';
import { griddedBoardStatistics } from './board-statistics.js';
import { requireDiskRoom } from '../files/disk-room.js';
import { openField } from '../files/open-field.js';
import type { ProgressListener } from '../files/progress.js';
import { griddedScoreDetails, type ScoreDetails } from './score-details.js';
import { FINISHED_ROWS, type ScorePlan } from './score-plan.js';
import { scoreOnThreads, usefulThreadCount } from './score-threads.js';
import { spilledBytes, stageField } from '../files/stage-field.js';

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
  /** Also tell the physics and the details; default false. They take several times as long as the scores. */
  details?: boolean;
  onProgress?: ProgressListener;
};

export type ScoreResult = FinishedScore & {
  /** What a leaderboard computes intervals and ranks by wavelength from. */
  boardStatistics: BoardStatistics | null;
  /** Null unless `details` asks for them, like the details. */
  physics: Physics | null;
  details: ScoreDetails | null;
  /** Whether the reconstruction was on the reference's grid already. */
  gridding: 'same-grid' | 'regridded';
  /** Points that the historical fill invented; 0 unless `fill` asks for it. */
  filledPointCount: number;
};

export type DetailedScoreResult = ScoreResult & {
  statistics: MapStatistics;
  /** Whether the reconstruction is smoother than the reference. */
  physics: Physics;
  /** Errors by box and day, zonal spectra and resolution by box: what the figures of a submission show beside the scores. */
  details: ScoreDetails;
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
export async function scoreReconstruction(
  options: ScoreOptions & { details: true },
): Promise<DetailedScoreResult>;
export async function scoreReconstruction(options: ScoreOptions): Promise<ScoreResult>;
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
  const plan = {
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
  const finishing = {
    reconstruction,
    subject,
    holes: options.holes === 'as-2020a' ? ('as-2020a' as const) : ('refuse' as const),
  };
  const common = {
    gridding: sameGrid ? ('same-grid' as const) : ('regridded' as const),
    filledPointCount: filled?.filledPointCount ?? 0,
  };
  if (options.details !== true) {
    const chunks = await runPlan({ ...plan, statistics: SCORE_STATISTICS }, options);
    const finished = finishScore(chunks, finishing);
    const boardStatistics = griddedBoardStatistics(finished.statistics);
    return { ...finished, ...common, boardStatistics, physics: null, details: null };
  }
  const chunks = await runPlan({ ...plan, statistics: STATISTIC_NAMES }, options);
  const finished = finishScore(chunks, finishing);
  return {
    ...finished,
    ...common,
    boardStatistics: griddedBoardStatistics(finished.statistics),
    physics: physicsOf(finished.statistics),
    details: griddedScoreDetails(finished.statistics),
  };
}

/** The physics columns in the words of the contracts. */
export function physicsOf(statistics: PhysicsStatistics): Physics {
  const { referenceSpectralSlope, slopeWavelengthsKm, ...columns } = physicsDiagnostics(statistics);
  return {
    ...columns,
    truthSpectralSlope: referenceSpectralSlope,
    slopeWavelengthsKm: slopeWavelengthsKm === null ? null : [slopeWavelengthsKm[0], slopeWavelengthsKm[1]],
  };
}

async function runPlan<Name extends StatisticName>(
  plan: ScorePlan<Name>,
  options: ScoreOptions,
): Promise<MapStatistics<Name>[]> {
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

function fileNameOf(path: string): string {
  return path.split(/[\\/]/).at(-1) ?? path;
}
