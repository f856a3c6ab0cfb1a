import type { NetworkManifest } from '@sillage/fourdvarnet';
import { computesOi, toNetworkUnits, type Scaling } from '@sillage/fourdvarnet';
import { daysSince1950, isoDay, type RegularGrid } from '@sillage/science';
import { COORDINATE_TOLERANCE, RejectionError } from '@sillage/checking';
import { openObservationDays, type KnownInput, type HeightAbove } from '../../observations/index.js';
import { computedOi, openBackground, type Background } from './background.js';
import { noTrainTruth } from '../check-network.js';
import { FieldStatistics } from './field-statistics.js';
import { openOiDays, openOiMaps, openSstDays, type FieldDays } from './input-days.js';
import type { FieldKind } from '../network/network-solver.js';
import type { FieldInput, HeightStatistics } from '../network-types.js';
import type { NetworkDay } from '../network/solve-patches.js';

/** Everything that a network reads, on its grid, in its units, day by day. */
export type NetworkDays = {
  /** Of heights, or of anomalies from the background. */
  scaling: Scaling;
  /** What the result of the network is added to, m, on its grid; null: nothing. */
  background: ReadDay | null;
  /** That computing OI took, s; null where none was computed. */
  oiSeconds: number | null;
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
  const oiClock: OiClock = { seconds: null };
  const close = () => closers.splice(0).forEach((closeOne) => closeOne());
  try {
    const ownOi = computesOi(manifest) ? await timed(oiClock, openOwnOi(options)) : null;
    if (ownOi !== null) closers.push(ownOi.close);
    const background = hasBackground(manifest) ? ownOi : null;
    const observations = await openObservationDays(options.observations, grid, {
      onProgress: (fraction, activity) => onProgress(0.4 + 0.1 * fraction, activity),
      ...(background === null ? {} : { firstGuess: timedGuess(background, options.place) }),
    });
    closers.push(observations.close);
    const oi = !kinds.includes('oi') ? null : await oiReader(options, ownOi, { closers, oiClock });
    const sst = kinds.includes('sst') ? await openSst(options, closers) : null;
    const scaling = await heightScaling(options, async (day) => (await observations.readDay(day)).heightsM);
    const sstScaling = sst === null ? null : await temperatureScaling(manifest, sst, grid);
    const oiScaling = ownOiScaling(manifest) ?? scaling;
    return {
      scaling,
      background: background === null ? null : background.readDay,
      oiSeconds: oiClock.seconds,
      readDay: async (dayIndex) => {
        const { heightsM, lagDays } = await observations.readDay(dayIndex);
        if (kinds.includes('lag')) requireLags(heightsM, lagDays, options.place);
        return {
          observations: inUnits(heightsM, scaling),
          ...(kinds.includes('lag') ? { lag: lagDays } : {}),
          ...(oi === null ? {} : { oi: inUnits(Float32Array.from(await oi(dayIndex)), oiScaling) }),
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

/** Whether the heights of a network are anomalies from OI. */
export function hasBackground(manifest: NetworkManifest): boolean {
  return 'background' in manifest && manifest.background === 'oi';
}

/** Whether the second field of a network is the dataset's maps by OI. */
export function readsOiMaps(manifest: NetworkManifest): boolean {
  return 'second_field' in manifest && manifest.second_field === 'oi-map';
}

/** How OI becomes the second field of a network; null where it is no such field. */
function ownOiScaling(manifest: NetworkManifest): Scaling | null {
  if (!('second_field' in manifest) || manifest.second_field === 'sst') return null;
  const { sst_normalisation: normalisation } = manifest;
  return 'from' in normalisation ? null : normalisation;
}

function openOwnOi(options: NetworkDaysOptions): Promise<Background> {
  return openBackground({
    ...options,
    spacingDeg: options.manifest.spacing_deg,
    temporaryPath: `${options.temporaryPath}.background`,
    onProgress: (fraction, activity) => options.onProgress(0.4 * fraction, activity),
  });
}

/** A background that refuses heights whose time nobody knows. */
function timedGuess(background: Background, place: string): (dayIndex: number) => Promise<HeightAbove> {
  return async (dayIndex) => {
    const heightAbove = await background.readGuess(dayIndex);
    return (measurement) => {
      if (Number.isNaN(measurement.lagDays)) throw untimed('without times', 'background: oi', place);
      return heightAbove(measurement);
    };
  };
}

/** @throws RejectionError where a height does not say when it was measured. */
function requireLags(heightsM: Float32Array, lagDays: Float32Array, place: string): void {
  const count = heightsM.reduce(
    (sum, height, node) => sum + (Number.isNaN(height) || !Number.isNaN(lagDays[node]!) ? 0 : 1),
    0,
  );
  if (count > 0) throw untimed(`${count} of a day`, 'fgat_passes', place);
}

function untimed(howMany: string, key: string, place: string): RejectionError {
  return new RejectionError({
    code: 'inputs-missing',
    where: place,
    found: `gridded observations without the variable 'lag', or with gaps in it (${howMany})`,
    expected: `the time of every observation, since the manifest has ${key}`,
    fix: `Give tracks or swaths, or gridded observations with lag; a network trained without ${key} does without.`,
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

/** What opening OI leaves behind: what is to be closed, and how long computing took. */
type OiTraces = { closers: (() => void)[]; oiClock: OiClock };
type OiClock = { seconds: number | null };

async function timed<Result>(clock: OiClock, work: Promise<Result>): Promise<Result> {
  const startMs = performance.now();
  const result = await work;
  clock.seconds = (clock.seconds ?? 0) + (performance.now() - startMs) / 1000;
  return result;
}

async function oiReader(
  options: NetworkDaysOptions,
  ownOi: Background | null,
  traces: OiTraces,
): Promise<ReadDay> {
  const { manifest, oi, grid } = options;
  if (!readsOiMaps(manifest)) return ownOi?.readDay ?? openOi(options, traces);
  if (oi === null || oi === 'from-observations') return openOi(options, traces);
  const maps = await openOiMaps(oi, grid);
  traces.closers.push(maps.close);
  return maps.readDay;
}

type ReadDay = (dayIndex: number) => Promise<ArrayLike<number>>;

/**
 * OI on the grid and the days of the network: the dataset's maps where they reach, and beyond them the same baseline computed
 * from the observations. A network that read 0 there would see a front along the edge of the file.
 */
async function openOi(options: NetworkDaysOptions, { closers, oiClock }: OiTraces): Promise<ReadDay> {
  const { grid, oi } = options;
  if (oi === null) throw missingInput('optimal interpolation', 'oi', options.place);
  if (oi === 'from-observations') {
    const own = await timed(oiClock, datasetOi(options));
    closers.push(own.close);
    return own.readDay;
  }
  const given = await openOiDays(oi, grid);
  closers.push(given.close);
  if (isCovered(grid, given.source)) return given.readDay;
  const computed = await timed(oiClock, datasetOi(options));
  closers.push(computed.close);
  const isOn = coverage(grid, given.source);
  return async (dayIndex) => {
    const beyond = await computed.readDay(dayIndex);
    if (!isWithin(grid.timeDays[dayIndex]!, given.source.timeDays)) return beyond;
    const own = await given.readDay(dayIndex);
    return Float32Array.from(own, (value, node) => (isOn(node) ? value : beyond[node]!));
  };
}

/** °: the grid of the 2020a baseline. */
const OI_SPACING_DEG = 0.2;

function datasetOi(options: NetworkDaysOptions): Promise<FieldDays> {
  return computedOi({
    ...options,
    spacingDeg: OI_SPACING_DEG,
    onProgress: (fraction, activity) => options.onProgress(0.5 + 0.4 * fraction, activity),
  });
}

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
