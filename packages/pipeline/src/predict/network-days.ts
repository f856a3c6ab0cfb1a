import { rmSync } from 'node:fs';
import type { NetworkManifest } from '@sillage/contracts';
import { toNetworkUnits, type Scaling } from '@sillage/fourdvarnet';
import { daysSince1950, isoDay, type RegularGrid } from '@sillage/science';
import { COORDINATE_TOLERANCE, extentOf, RejectionError } from '@sillage/validation';
import { mapObservations } from '../map-observations.js';
import type { KnownInput } from '../oi-inputs.js';
import { noTrainTruth } from './check-network.js';
import { FieldStatistics } from './field-statistics.js';
import { openOiDays, openSstDays, type FieldDays } from './input-days.js';
import type { FieldKind } from './network-solver.js';
import type { FieldInput, HeightStatistics } from './network-types.js';
import { openObservationDays } from './observation-days.js';
import type { NetworkDay } from './solve-patches.js';

/** Everything that a network reads, on its grid, in its units, day by day. */
export type NetworkDays = {
  /** Of heights. */
  scaling: Scaling;
  readDay(dayIndex: number): Promise<NetworkDay>;
  close(): void;
};

export type NetworkDaysOptions = {
  manifest: NetworkManifest;
  kinds: readonly FieldKind[];
  grid: RegularGrid;
  observations: readonly KnownInput[];
  /** A file, or the baseline computed from the observations themselves. */
  oi: FieldInput | 'from-observations' | null;
  sst: FieldInput | null;
  trainTruth: HeightStatistics | null;
  /** What messages call the task. */
  place: string;
  /** A file that may be written beside the output: OI where the dataset's does not reach. */
  temporaryPath: string;
  now: Date;
  onProgress: (fraction: number, activity: string) => Promise<void>;
  signal: AbortSignal | undefined;
};

/**
 * Opens the inputs of a network. What they hold is read day by day, but for tracks and swaths.
 *
 * @throws RejectionError for a file that cannot be read, and where the task does not have what the network needs.
 */
export async function openNetworkDays(options: NetworkDaysOptions): Promise<NetworkDays> {
  const { manifest, kinds, grid, onProgress } = options;
  const closers: (() => void)[] = [];
  const close = () => closers.splice(0).forEach((closeOne) => closeOne());
  try {
    const observations = await openObservationDays(options.observations, grid, (fraction, activity) =>
      onProgress(0.5 * fraction, activity),
    );
    closers.push(observations.close);
    const oi = kinds.includes('oi') ? await openOi(options, closers) : null;
    const sst = kinds.includes('sst') ? await openSst(options, closers) : null;
    const scaling = await heightScaling(options, async (day) => (await observations.readDay(day)).heightsM);
    const sstScaling = sst === null ? null : await temperatureScaling(manifest, sst, grid);
    return {
      scaling,
      readDay: async (dayIndex) => {
        const { heightsM, lagDays } = await observations.readDay(dayIndex);
        if (kinds.includes('lag')) requireLags(heightsM, lagDays, options.place);
        return {
          observations: inUnits(heightsM, scaling),
          ...(kinds.includes('lag') ? { lag: lagDays } : {}),
          ...(oi === null ? {} : { oi: inUnits(Float32Array.from(await oi(dayIndex)), scaling) }),
          ...(sst === null || sstScaling === null
            ? {}
            : { sst: inUnits(Float32Array.from(await sst.readDay(dayIndex)), sstScaling) }),
          ...placeFields(kinds, grid, dayIndex),
        };
      },
      close,
    };
  } catch (error) {
    close();
    throw error;
  }
}

/** @throws RejectionError where a height does not say when it was measured. */
function requireLags(heightsM: Float32Array, lagDays: Float32Array, place: string): void {
  const untimed = heightsM.reduce(
    (count, height, node) => count + (Number.isNaN(height) || !Number.isNaN(lagDays[node]!) ? 0 : 1),
    0,
  );
  if (untimed === 0) return;
  throw new RejectionError({
    code: 'inputs-missing',
    where: place,
    found: `gridded observations without the variable 'lag', or with gaps in it (${untimed} of a day)`,
    expected: 'the time of every observation, since the manifest has fgat_passes',
    fix: 'Give tracks or swaths, gridded observations with lag, or leave fgat_passes out.',
  });
}

function inUnits(values: Float32Array, scaling: Scaling): Float32Array {
  toNetworkUnits(values, scaling);
  return values;
}

/** Where and when the nodes of a day are, in the units of ONNX manifests. */
function placeFields(kinds: readonly FieldKind[], grid: RegularGrid, dayIndex: number): NetworkDay {
  const columns = grid.lonDeg.length;
  const map = (value: (row: number, column: number) => number): Float32Array =>
    Float32Array.from({ length: grid.latDeg.length * columns }, (_, node) =>
      value(Math.floor(node / columns), node % columns),
    );
  const shareOfYear = yearShare(grid.timeDays[dayIndex]!);
  return {
    ...(kinds.includes('day-of-year') ? { 'day-of-year': map(() => shareOfYear) } : {}),
    ...(kinds.includes('latitude') ? { latitude: map((row) => grid.latDeg[row]! / 90) } : {}),
    ...(kinds.includes('longitude') ? { longitude: map((_, column) => grid.lonDeg[column]! / 180) } : {}),
  };
}

/** 0 on 1 January, less than 1 on 31 December. */
function yearShare(timeDays: number): number {
  const year = Number(isoDay(timeDays).slice(0, 4));
  const first = daysSince1950(`${year}-01-01`);
  return (timeDays - first) / (daysSince1950(`${year + 1}-01-01`) - first);
}

type ReadDay = (dayIndex: number) => Promise<ArrayLike<number>>;

/**
 * OI on the grid and the days of the network: the dataset's maps where they reach, and beyond them the same baseline computed
 * from the observations. A network that read 0 there would see a front along the edge of the file.
 */
async function openOi(options: NetworkDaysOptions, closers: (() => void)[]): Promise<ReadDay> {
  const { grid, oi } = options;
  if (oi === null) throw missingInput('optimal interpolation', 'oi', options.place);
  if (oi === 'from-observations') {
    const own = await computedOi(options);
    closers.push(own.close);
    return own.readDay;
  }
  const given = await openOiDays(oi, grid);
  closers.push(given.close);
  if (isCovered(grid, given.source)) return given.readDay;
  const computed = await computedOi(options);
  closers.push(computed.close);
  const isOn = coverage(grid, given.source);
  return async (dayIndex) => {
    const beyond = await computed.readDay(dayIndex);
    if (!isWithin(grid.timeDays[dayIndex]!, given.source.timeDays)) return beyond;
    const own = await given.readDay(dayIndex);
    return Float32Array.from(own, (value, node) => (isOn(node) ? value : beyond[node]!));
  };
}

/**
 * All days and nodes at once, on a lattice: a tenth of the time of the direct solution, from which it differs by what the latter
 * forgets after two time scales, 0.002 in µ.
 */

async function computedOi(options: NetworkDaysOptions): Promise<FieldDays> {
  const { grid, temporaryPath, onProgress } = options;
  const { west, east, south, north } = extentOf(grid);
  await mapObservations({
    observations: options.observations,
    grid: { kind: 'box', box: { west, east, south, north }, spacingDeg: OI_SPACING_DEG },
    period: { start: isoDay(grid.timeDays[0]!), end: isoDay(grid.timeDays.at(-1)!) },
    method: 'lattice',
    outputPath: temporaryPath,
    now: options.now,
    onProgress: (fraction) =>
      void onProgress(0.5 + 0.4 * fraction, 'mapping the observations by optimal interpolation'),
    ...(options.signal === undefined ? {} : { signal: options.signal }),
  });
  const days = await openOiDays({ path: temporaryPath, variable: 'gssh' }, grid);
  return {
    ...days,
    close: () => {
      days.close();
      rmSync(temporaryPath, { force: true });
    },
  };
}

/** °: the grid of the 2020a baseline. */
const OI_SPACING_DEG = 0.2;

function isCovered(grid: RegularGrid, source: RegularGrid): boolean {
  return (['timeDays', 'latDeg', 'lonDeg'] as const).every(
    (axis) => isWithin(grid[axis][0]!, source[axis]) && isWithin(grid[axis].at(-1)!, source[axis]),
  );
}

/** Whether a node of the grid lies within the axes of a file. */
function coverage(grid: RegularGrid, source: RegularGrid): (node: number) => boolean {
  const rows = Array.from(grid.latDeg, (lat) => isWithin(lat, source.latDeg));
  const columns = Array.from(grid.lonDeg, (lon) => isWithin(lon, source.lonDeg));
  return (node) => rows[Math.floor(node / columns.length)]! && columns[node % columns.length]!;
}

function isWithin(value: number, axis: Float64Array): boolean {
  return value >= axis[0]! - COORDINATE_TOLERANCE && value <= axis.at(-1)! + COORDINATE_TOLERANCE;
}

async function openSst(options: NetworkDaysOptions, closers: (() => void)[]): Promise<FieldDays> {
  if (options.sst === null) throw missingInput('sea surface temperature', 'sst', options.place);
  const days = await openSstDays(options.sst, options.grid);
  closers.push(days.close);
  return days;
}

function missingInput(name: string, key: string, place: string): RejectionError {
  return new RejectionError({
    code: 'inputs-missing',
    where: place,
    found: `no ${name}`,
    expected: `${name} (${key}), which the network reads`,
    fix: 'Enter tasks that have it, or a network that does without.',
  });
}

async function heightScaling(
  { manifest, grid, trainTruth, place }: NetworkDaysOptions,
  readDay: (dayIndex: number) => Promise<Float32Array>,
): Promise<Scaling> {
  const { normalisation } = manifest;
  if (!('from' in normalisation)) return normalisation;
  if (normalisation.from === 'train-truth') {
    if (trainTruth === null) throw noTrainTruth(place);
    return trainTruth;
  }
  const statistics = new FieldStatistics();
  for (let day = 0; day < grid.timeDays.length; day++) statistics.add(await readDay(day));
  return statistics.result('the observations');
}

async function temperatureScaling(
  manifest: NetworkManifest,
  sst: FieldDays,
  grid: RegularGrid,
): Promise<Scaling> {
  const normalisation = 'sst_normalisation' in manifest ? manifest.sst_normalisation : undefined;
  if (normalisation !== undefined && !('from' in normalisation)) return normalisation;
  const statistics = new FieldStatistics();
  for (let day = 0; day < grid.timeDays.length; day++) statistics.add(await sst.readDay(day));
  return statistics.result('the sea surface temperature');
}
