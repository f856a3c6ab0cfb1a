import type { Box, Period } from '@sillage/contracts';
import { openAlongTrack, writeGriddedField, type AlongTrack } from '@sillage/netcdf';
import {
  OI_2020A,
  type AlongTrackObservations,
  type CovarianceOptions,
  type RegularGrid,
} from '@sillage/science';
import { averagedAlongTrack } from './along-track-averages.js';
import { daysOfPeriod } from './calendar-days.js';
import { extentOf } from './coverage.js';
import { cropOf, croppedGrid } from './grid-alignment.js';
import { FINISHED_TIMES, mapTimes, type OiPlan, type OiWork } from './oi-plan.js';
import { openField } from './open-field.js';
import type { ProgressListener } from './progress.js';
import { historyLine } from './provenance.js';
import { RejectionError } from './rejection-error.js';
import { rejectionFromError } from './rejection-from-error.js';
import { canStartWorkers, startWorker } from './worker-thread.js';

/** Length scales, noise and averaging of an optimal interpolation of along-track observations. */
export type OptimalInterpolationParameters = CovarianceOptions & {
  /** Neighbouring observations that are averaged into one. */
  coarsening: number;
};

/** The challenge's baseline: neighbours averaged five by five along the track. */
export const BASELINE_OI: OptimalInterpolationParameters = { ...OI_2020A, coarsening: 5 };

export type MapObservationsOptions = {
  observationsPath: string;
  /** Default: the usual names, the error-free `ssh_model` first. */
  observationsVariable?: string | null;
  /** A box with a spacing, or the nodes (and hours) of another file. */
  grid:
    | { kind: 'box'; box: Box; spacingDeg: number }
    | { kind: 'like'; path: string; variable?: string | null; box?: Box | null };
  /** UTC days, both included; with a box one map a day at 00:00. */
  period: Period;
  parameters?: Partial<OptimalInterpolationParameters>;
  /** Threads that compute, the calling one included; default 2. */
  threads?: number;
  outputPath: string;
  /** Instant for the history attribute. */
  now: Date;
  onProgress?: ProgressListener;
};

export type MapObservationsResult = {
  outputPath: string;
  /** Averaged observations that were used. */
  observationCount: number;
  dayCount: number;
  latCount: number;
  lonCount: number;
};

/**
 * Maps along-track observations by optimal interpolation and writes `gssh(time, lat, lon)`, metres, float32.
 *
 * @throws RejectionError for files that cannot be read, and where no observation falls near the grid.
 */
export async function mapObservations(options: MapObservationsOptions): Promise<MapObservationsResult> {
  const subject = options.observationsPath.split('/').at(-1) ?? options.observationsPath;
  const parameters = { ...BASELINE_OI, ...options.parameters };
  options.onProgress?.(0, `reading ${subject}`);
  const track = await openObservations(options, subject);
  const grid = await targetGrid(options);
  const averaged = averagedAlongTrack(track, parameters.coarsening);
  const observations = nearObservations(averaged, grid, parameters);
  if (observations.timeDays.length === 0)
    throw new RejectionError(nothingNearReason(averaged, subject, options));
  const maps = await mapAllTimes(observations, grid, parameters, options);
  const mapLength = grid.latDeg.length * grid.lonDeg.length;
  await writeGriddedField(options.outputPath, {
    grid,
    variables: [
      {
        name: 'gssh',
        type: 'float32',
        attributes: {
          units: 'm',
          standard_name: 'sea_surface_height_above_geoid',
          long_name: 'sea surface height mapped by optimal interpolation',
        },
        readDay: (index) => maps.slice(index * mapLength, (index + 1) * mapLength),
      },
    ],
    attributes: {
      title: 'Optimal interpolation of along-track sea surface height',
      source:
        `${observations.timeDays.length} averaged observations of ${subject}; Lx ${parameters.lengthLonDeg}°, ` +
        `Ly ${parameters.lengthLatDeg}°, Lt ${parameters.lengthTimeDays} d, noise ${parameters.noise}, ` +
        `${parameters.coarsening} measurements averaged into one`,
      history: historyLine(options.now, 'sillage oi'),
    },
    storage: { kind: 'deflate', level: 4 },
  });
  return {
    outputPath: options.outputPath,
    observationCount: observations.timeDays.length,
    dayCount: grid.timeDays.length,
    latCount: grid.latDeg.length,
    lonCount: grid.lonDeg.length,
  };
}

async function openObservations(options: MapObservationsOptions, subject: string): Promise<AlongTrack> {
  try {
    return await openAlongTrack(
      options.observationsPath,
      options.observationsVariable ? { variable: options.observationsVariable } : {},
    );
  } catch (error) {
    throw rejectionFromError(error, { subject });
  }
}

async function targetGrid(options: MapObservationsOptions): Promise<RegularGrid> {
  const { grid, period } = options;
  if (grid.kind === 'box') {
    const { box, spacingDeg } = grid;
    return {
      timeDays: Float64Array.from(daysOfPeriod(period)),
      latDeg: evenAxis(box.south, box.north, spacingDeg),
      lonDeg: evenAxis(box.west, box.east, spacingDeg),
    };
  }
  const subject = grid.path.split('/').at(-1) ?? grid.path;
  const field = await openField({ path: grid.path, variable: grid.variable, subject });
  try {
    const cropped = croppedGrid(field.grid, cropOf(field.grid, grid.box ?? null, period));
    if (cropped.timeDays.length > 0) return cropped;
    return { ...cropped, timeDays: Float64Array.from(daysOfPeriod(period)) };
  } finally {
    field.close();
  }
}

/** Nodes from one end of a range to the other, both included; the last node may lie beyond by less than a step. */
export function evenAxis(first: number, last: number, spacingDeg: number): Float64Array {
  const steps = Math.ceil((last - first) / spacingDeg - 1e-6);
  return Float64Array.from(
    { length: steps + 1 },
    (_, index) => Math.round((first + index * spacingDeg) * 1e9) / 1e9,
  );
}

/** The observations that can matter to any point of the grid, as the baseline selects them. */
function nearObservations(
  observations: AlongTrackObservations,
  grid: RegularGrid,
  parameters: OptimalInterpolationParameters,
): AlongTrackObservations {
  const box = extentOf(grid);
  const firstTime = (grid.timeDays[0] ?? 0) - 2 * parameters.lengthTimeDays;
  const lastTime = (grid.timeDays.at(-1) ?? 0) + 2 * parameters.lengthTimeDays;
  const near = Array.from(observations.timeDays.keys()).filter((index) => {
    const lat = observations.latDeg[index]!;
    const lon = observations.lonDeg[index]!;
    const time = observations.timeDays[index]!;
    return (
      time >= firstTime &&
      time <= lastTime &&
      lat >= box.south - parameters.lengthLatDeg &&
      lat <= box.north + parameters.lengthLatDeg &&
      lon >= box.west - parameters.lengthLonDeg &&
      lon <= box.east + parameters.lengthLonDeg
    );
  });
  const pick = (values: Float64Array): Float64Array => Float64Array.from(near, (index) => values[index]!);
  return {
    timeDays: pick(observations.timeDays),
    latDeg: pick(observations.latDeg),
    lonDeg: pick(observations.lonDeg),
    sshM: pick(observations.sshM),
  };
}

function nothingNearReason(
  observations: AlongTrackObservations,
  subject: string,
  options: MapObservationsOptions,
) {
  return {
    code: 'area-not-covered',
    where: subject,
    found: `none of ${observations.timeDays.length} averaged observations falls near the area within the period`,
    expected: `observations around the area from ${options.period.start} to ${options.period.end}`,
    fix: 'Check that observations and area belong together, and the units of the time axis.',
  } as const;
}

async function mapAllTimes(
  observations: AlongTrackObservations,
  grid: RegularGrid,
  { coarsening: _, ...covariance }: OptimalInterpolationParameters,
  options: MapObservationsOptions,
): Promise<Float32Array> {
  const timeCount = grid.timeDays.length;
  const plan: OiPlan = {
    observations,
    grid,
    covariance,
    maps: new SharedArrayBuffer(timeCount * grid.latDeg.length * grid.lonDeg.length * 4),
  };
  const counters = new Int32Array(new SharedArrayBuffer(8));
  const wanted = Math.min(options.threads ?? 2, timeCount);
  const workers = Array.from({ length: canStartWorkers ? wanted - 1 : 0 }, () =>
    startWorker<OiWork, undefined>('oi-worker', { plan, counters }),
  );
  const report = async (): Promise<void> => {
    const finished = Atomics.load(counters, FINISHED_TIMES);
    options.onProgress?.(finished / timeCount, `mapped ${finished} of ${timeCount} days`);
    // Let heartbeats and signals through between two maps.
    await new Promise((resolve) => setImmediate(resolve));
  };
  try {
    await Promise.all([mapTimes({ plan, counters }, report), ...workers.map((worker) => worker.result)]);
  } finally {
    await Promise.all(workers.map((worker) => worker.stop()));
  }
  return new Float32Array(plan.maps);
}
