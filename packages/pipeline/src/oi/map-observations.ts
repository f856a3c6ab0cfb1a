import { basename } from 'node:path';
import { writeGriddedField, type NetcdfAttributes, type Packing } from '@sillage/netcdf';
import type { Box, Period } from '@sillage/contracts';
import { OI_2020A, type CovarianceOptions, type RegularGrid } from '@sillage/science';
import { cropOf, croppedGrid, daysOfPeriod, extentOf, RejectionError } from '@sillage/checking';
import { mapDirectly } from './direct.js';
import {
  knownInputs,
  readObservations,
  pickedObservations,
  type KnownInput,
  type ObservationInput,
  type Observations,
} from '../observations/index.js';
import { landNodes } from './land.js';
import { createLatticeMapper } from './lattice.js';
import { openField } from '../files/open-field.js';
import type { ProgressListener } from '../files/progress.js';
import { historyLine } from '../files/provenance.js';

/** Length scales, noise and averaging of an optimal interpolation. */
export type OptimalInterpolationParameters = CovarianceOptions & {
  /** Neighbouring measurements of a nadir altimeter that are averaged into one observation. */
  coarsening: number;
};

/** The challenge's baseline: neighbours averaged five by five along the track. */
export const BASELINE_OI: OptimalInterpolationParameters = { ...OI_2020A, coarsening: 5 };

/**
 * `direct` is the baseline: every time by itself, from the observations within two time scales; its cost grows with the
 * square of their density. `lattice` solves for all times and observations at once, at a cost linear in their number.
 * `auto` takes the direct one for tracks of up to 15 000 averaged observations.
 */
export type MappingMethod = 'direct' | 'lattice' | 'auto';

/** `gssh`: as the 2020a baseline writes it. `natl60`: as `ssh_NATL60_swot_4nadir.nc`, `ssh_mod` and `ssh_obs`, float64. */
export type MapLayout = 'gssh' | 'natl60';

export type MapObservationsOptions = {
  /** Files of any kind, mapped together. */
  observations: readonly ObservationInput[];
  /** A box with a spacing, or the nodes (and hours) of another file. */
  grid:
    | { kind: 'box'; box: Box; spacingDeg: number }
    | { kind: 'like'; path: string; variable?: string | null; box?: Box | null };
  /** UTC days, both included; with a box one map a day at 00:00. */
  period: Period;
  parameters?: Partial<OptimalInterpolationParameters>;
  /** Default `auto`. */
  method?: MappingMethod;
  /** Default `gssh`. */
  layout?: MapLayout;
  /** A file with a variable `mask` (lat, lon; 1 ocean, 0 land): maps are missing on its land. */
  maskPath?: string | null;
  /** Stores int16 instead of floating-point numbers. */
  packing?: Packing;
  /** Attributes of the file beside those that say how it was made. */
  attributes?: NetcdfAttributes;
  /** Threads that compute, the calling one included; default 2. */
  threads?: number;
  outputPath: string;
  /** Instant for the history attribute. */
  now: Date;
  onProgress?: ProgressListener;
  signal?: AbortSignal;
};

export type MapObservationsResult = {
  outputPath: string;
  /** Averaged observations that were used. */
  observationCount: number;
  dayCount: number;
  latCount: number;
  lonCount: number;
  method: Exclude<MappingMethod, 'auto'>;
  /** The heights in the file: `gssh`, or `ssh_mod` and, where all files have heights with errors, `ssh_obs`. */
  variables: readonly string[];
};

/** More than these, and the direct solution of 42 days takes longer than 20 s on two cores. */
const MOST_DIRECT_OBSERVATIONS = 15_000;
/** Shares of the progress that reading and solving take. */
const READING_SHARE = 0.1;
const SOLVING_SHARE = 0.8;

/**
 * Maps observations (nadirs along track, wide swaths, gridded pseudo-observations, together) by optimal interpolation
 * and writes the maps day by day.
 *
 * @throws RejectionError for files that cannot be read, and where no observation falls near the grid; the reason of
 *   `signal` when it is aborted.
 */
export async function mapObservations(options: MapObservationsOptions): Promise<MapObservationsResult> {
  const parameters = { ...BASELINE_OI, ...withoutUndefined(options.parameters ?? {}) };
  const inputs = await knownInputs(options.observations);
  const grid = await targetGrid(options);
  const isLand = options.maskPath ? await landNodes(options.maskPath, grid) : null;
  const report = reporterOf(options);
  const reach = reachOf(grid, parameters);
  const found = await readObservations(inputs, reach, parameters.coarsening, (fraction, activity) =>
    report(READING_SHARE * fraction, activity),
  );
  const observations = nearObservations(found, grid, parameters, options.layout ?? 'gssh');
  const subject = inputs.map(({ path }) => basename(path)).join(', ');
  if (observations.timeDays.length === 0)
    throw new RejectionError(nothingNearReason(found, subject, options.period));
  const method = chosenMethod(options.method ?? 'auto', inputs, observations);
  const heights = mappedHeights(observations, options.layout ?? 'gssh');
  const maps = await mapHeights({ observations, heights, grid, parameters, method }, options, report);
  const mapLength = grid.latDeg.length * grid.lonDeg.length;
  await writeGriddedField(options.outputPath, {
    grid,
    variables: heights.map(({ name, longName }, position) => ({
      name,
      ...storageType(options),
      attributes: { units: 'm', standard_name: 'sea_surface_height_above_geoid', long_name: longName },
      readDay: async (index) => {
        const written = (position + index / grid.timeDays.length) / heights.length;
        const share = READING_SHARE + SOLVING_SHARE;
        await report(
          share + (1 - share) * written,
          `writing day ${index + 1} of ${grid.timeDays.length} of ${name}`,
        );
        const map = maps[position]!(index);
        if (isLand) {
          for (let node = 0; node < mapLength; node++) if (isLand[node] === 1) map[node] = Number.NaN;
        }
        return map;
      },
    })),
    attributes: {
      title: 'Optimal interpolation of sea surface height',
      source: sourceText(observations, subject, parameters, method),
      history: historyLine(options.now, 'sillage oi'),
      ...options.attributes,
    },
    storage:
      options.layout === 'natl60' && !options.packing
        ? { kind: 'contiguous' }
        : { kind: 'deflate', level: 4 },
  });
  await report(1, `wrote ${basename(options.outputPath)}`);
  return {
    outputPath: options.outputPath,
    observationCount: observations.timeDays.length,
    dayCount: grid.timeDays.length,
    latCount: grid.latDeg.length,
    lonCount: grid.lonDeg.length,
    method,
    variables: heights.map(({ name }) => name),
  };
}

/** An option that is given as undefined means its default. */
function withoutUndefined(
  parameters: Partial<OptimalInterpolationParameters>,
): Partial<OptimalInterpolationParameters> {
  return Object.fromEntries(Object.entries(parameters).filter(([, value]) => value !== undefined));
}

type Reporter = (fraction: number, activity: string) => Promise<void>;

/** Reports progress, ends the work when it is aborted, and lets heartbeats and signals through. */
function reporterOf({ onProgress, signal }: MapObservationsOptions): Reporter {
  return async (fraction, activity) => {
    signal?.throwIfAborted();
    onProgress?.(fraction, activity);
    await new Promise((resolve) => setImmediate(resolve));
  };
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
  const subject = basename(grid.path);
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

/** Times of observations that can matter to any map, days since 1950. */
function reachOf(
  grid: RegularGrid,
  { lengthTimeDays }: OptimalInterpolationParameters,
): { firstDays: number; lastDays: number } {
  return {
    firstDays: (grid.timeDays[0] ?? 0) - 2 * lengthTimeDays,
    lastDays: (grid.timeDays.at(-1) ?? 0) + 2 * lengthTimeDays,
  };
}

/** The observations that can matter to any point of the grid, as the baseline selects them. */
function nearObservations(
  observations: Observations,
  grid: RegularGrid,
  parameters: OptimalInterpolationParameters,
  layout: MapLayout,
): Observations {
  const box = extentOf(grid);
  const { firstDays, lastDays } = reachOf(grid, parameters);
  const { timeDays, latDeg, lonDeg, sshObservedM } = observations;
  const needsErrors = layout === 'natl60' && sshObservedM !== null;
  return pickedObservations(
    observations,
    (index) =>
      timeDays[index]! >= firstDays &&
      timeDays[index]! <= lastDays &&
      latDeg[index]! >= box.south - parameters.lengthLatDeg &&
      latDeg[index]! <= box.north + parameters.lengthLatDeg &&
      lonDeg[index]! >= box.west - parameters.lengthLonDeg &&
      lonDeg[index]! <= box.east + parameters.lengthLonDeg &&
      (!needsErrors || Number.isFinite(sshObservedM[index])),
  );
}

function nothingNearReason(observations: Observations, subject: string, period: Period) {
  return {
    code: 'area-not-covered',
    where: subject,
    found: `none of ${observations.timeDays.length} averaged observations falls near the area within the period`,
    expected: `observations around the area from ${period.start} to ${period.end}`,
    fix: 'Check that observations and area belong together, and the units of the time axis.',
  } as const;
}

function chosenMethod(
  wanted: MappingMethod,
  inputs: readonly KnownInput[],
  observations: Observations,
): Exclude<MappingMethod, 'auto'> {
  if (wanted !== 'auto') return wanted;
  const areTracks = inputs.every(({ role }) => role === 'observations');
  return areTracks && observations.timeDays.length <= MOST_DIRECT_OBSERVATIONS ? 'direct' : 'lattice';
}

/** A variable of the output and the heights that it is made of. */
type MappedHeight = { name: string; longName: string; heightsM: Float64Array };

function mappedHeights(observations: Observations, layout: MapLayout): MappedHeight[] {
  const longName = 'sea surface height mapped by optimal interpolation';
  if (layout === 'gssh') return [{ name: 'gssh', longName, heightsM: observations.sshM }];
  const { sshM, sshObservedM } = observations;
  return [
    { name: 'ssh_mod', longName: `${longName} of error-free observations`, heightsM: sshM },
    ...(sshObservedM === null
      ? []
      : [
          {
            name: 'ssh_obs',
            longName: `${longName} of observations with errors`,
            heightsM: sshObservedM,
          },
        ]),
  ];
}

type MappingProblem = {
  observations: Observations;
  heights: readonly MappedHeight[];
  grid: RegularGrid;
  parameters: OptimalInterpolationParameters;
  method: Exclude<MappingMethod, 'auto'>;
};

/** For each height, what gives the map of a time index. */
async function mapHeights(
  { observations, heights, grid, parameters, method }: MappingProblem,
  options: MapObservationsOptions,
  report: Reporter,
): Promise<((timeIndex: number) => Float32Array | Float64Array)[]> {
  const { coarsening: _, ...covariance } = parameters;
  const threads = options.threads ?? 2;
  const reportSolving = (position: number, fraction: number, activity: string): Promise<void> =>
    report(READING_SHARE + (SOLVING_SHARE * (position + fraction)) / heights.length, activity);
  const maps: ((timeIndex: number) => Float32Array | Float64Array)[] = [];
  if (method === 'direct') {
    for (const [position, { heightsM }] of heights.entries()) {
      const problem = { observations: { ...observations, sshM: heightsM }, grid, covariance };
      const dayCount = grid.timeDays.length;
      maps.push(
        await mapDirectly(problem, threads, (finished) =>
          reportSolving(position, finished / dayCount, `mapped ${finished} of ${dayCount} days`),
        ),
      );
    }
    return maps;
  }
  const mapper = createLatticeMapper({ observations, grid, covariance }, threads);
  try {
    for (const [position, { name, heightsM }] of heights.entries()) {
      const { readMap } = await mapper.solve(heightsM, ({ iteration, fraction }) =>
        reportSolving(
          position,
          fraction,
          `solving for ${name} from ${observations.timeDays.length} observations, iteration ${iteration}`,
        ),
      );
      maps.push((timeIndex) => readMap(grid.timeDays[timeIndex]!));
    }
    return maps;
  } finally {
    await mapper.stop();
  }
}

function storageType(
  options: MapObservationsOptions,
): { type: 'int16'; packing: Packing } | { type: 'float32' | 'float64' } {
  if (options.packing) return { type: 'int16', packing: options.packing };
  return { type: options.layout === 'natl60' ? 'float64' : 'float32' };
}

function sourceText(
  observations: Observations,
  subject: string,
  parameters: OptimalInterpolationParameters,
  method: MappingProblem['method'],
): string {
  const how =
    method === 'direct'
      ? 'each time from the observations within 2·Lt'
      : 'all times at once on a lattice of 0.4 length scales';
  return (
    `${observations.timeDays.length} averaged observations of ${subject}; Lx ${parameters.lengthLonDeg}°, ` +
    `Ly ${parameters.lengthLatDeg}°, Lt ${parameters.lengthTimeDays} d, noise ${parameters.noise}, ` +
    `${parameters.coarsening} measurements averaged into one; ${how}`
  );
}
