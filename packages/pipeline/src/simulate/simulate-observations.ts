import { basename } from 'node:path';
import type { Period } from '@sillage/contracts';
import {
  createAlongTrackWriter,
  createGriddedObservationsWriter,
  createSwathWriter,
  openGriddedField,
  type AlongTrackWriter,
  type GriddedObservationsWriter,
  type NetcdfAttributes,
  type SwathWriter,
} from '@sillage/netcdf';
import type { BinningRule, ErrorSwitches, FieldMaps, ObservationPlan, ObservedDay } from '@sillage/ocean';
import { COORDINATE_TOLERANCE_DEG, daysSince1950, isoDay, type RegularGrid } from '@sillage/science';
import { cropOf, dayOfTime, extentOf, fileDays, RejectionError, rejectionFromError } from '@sillage/checking';
import { createObserver } from './observe-threads.js';
import { openField } from '../files/open-field.js';
import type { ProgressListener } from '../files/progress.js';
import { historyLine } from '../files/provenance.js';
import { createTruthMaps, type TruthSource } from './truth-maps.js';

export type { TruthSource } from './truth-maps.js';

/** Where the observations go; at least one. */
export type SimulatedOutputs = {
  /** Nadir altimeters, layout of the 2020a challenge. */
  alongTrackPath?: string;
  /** KaRIn's swaths, layout of the 2020a challenge; for scenarios that have them. */
  swathPath?: string;
  /** Daily means on the nodes of a grid, layout of 4DVarNet's `dataset_nadir_0d_swot.nc`. */
  griddedPath?: string;
  /** A gridded file whose latitudes and longitudes `griddedPath` takes; default: the truth's. */
  griddedLike?: string;
  /** How observations come to nodes; default `nearest`. */
  griddedBinning?: BinningRule;
};

export type SimulateObservationsOptions = {
  /** The field to observe: a file, or maps by function. */
  truthPath?: string;
  truthVariable?: string | null;
  truth?: TruthSource;
  /** Scenario slug known to @sillage/ocean, e.g. `nadir4`. */
  scenario: string;
  /** Default: those of the scenario; none but on the noise ladder. */
  errors?: ErrorSwitches;
  /** Of the errors; default 0. The same seed gives a satellite the same errors at the same time in every file. */
  seed?: number;
  /** UTC days, both included. Default: the whole truth. */
  period?: Period | null;
  outputs: SimulatedOutputs;
  /** Distance between lines and between cells of the swaths, km; default 2. */
  karinSpacingKm?: number;
  /**
   * Of a scenario with errors: heights with errors alone, as a satellite would see them, without the error-free ones and without
   * the errors, which give them away. Default: both, as the files of the community have them.
   */
  observedOnly?: boolean;
  /** Swaths and gridded observations packed as integers, without what methods do not need. */
  compact?: boolean;
  /** Further global attributes of every file, e.g. licence and comment. */
  attributes?: NetcdfAttributes;
  /** Threads that observe; default 2. */
  threads?: number;
  /** Instant for the history attribute. */
  now: Date;
  onProgress?: ProgressListener;
};

export type SimulateObservationsResult = {
  /** Every file that was written. */
  outputPaths: string[];
  /** Observations of nadir altimeters. */
  observationCount: number;
  /** Cells of the swaths with an observation. */
  swathCellCount: number;
  /** Slugs of the nadir altimeters, in the order of the satellite index in the file. */
  satellites: string[];
};

/**
 * Observes a gridded truth between its first and its last map: samples it along the ground tracks of a scenario and in KaRIn's
 * swaths, adds the errors that are on, and writes along-track, swath and gridded files. Places with land among their eight grid
 * neighbours are left out. Memory holds a few maps and one day of observations per thread, however long the truth.
 *
 * @throws RejectionError for a truth that cannot be read or sampled; UnknownScenarioError; RangeError for outputs, posting or
 *   seed that make no sense.
 */
export async function simulateObservations(
  options: SimulateObservationsOptions,
): Promise<SimulateObservationsResult> {
  // Loaded here, because the other functions of this package have no use for orbits.
  const ocean = await import('@sillage/ocean');
  const scenario = ocean.scenarioObservations(options.scenario);
  const { outputs } = options;
  requireOutputs(options, scenario.swath !== null);
  const truth = await openTruth(options);
  try {
    const { grid } = truth.source;
    requireSampleable(truth.source, truth.where);
    const days = observedDays(options.period ?? null, grid.timeDays, truth.where);
    const nodes = outputs.griddedPath
      ? { ...(await nodesOf(outputs, grid)), rule: outputs.griddedBinning ?? ('nearest' as const) }
      : null;
    const errors = options.errors ?? scenario.errors;
    const needsSwath = outputs.swathPath !== undefined || nodes !== null;
    const plan: ObservationPlan = {
      nadirs: outputs.alongTrackPath === undefined && nodes === null ? [] : scenario.nadirs,
      swath: needsSwath ? scenario.swath : null,
      errors,
      seed: options.seed ?? 0,
      postingKm: options.karinSpacingKm ?? ocean.DEFAULT_POSTING_KM,
      keepAlongTrack: outputs.alongTrackPath !== undefined,
      keepSwath: !outputs.swathPath
        ? 'nothing'
        : options.compact || options.observedOnly
          ? 'heights'
          : 'errors',
      nodes,
    };
    ocean.createObservationSampler({ ...plan, nodes: null }); // says here, not in a thread, what is wrong with the plan
    const acrossTrackKm = ocean.acrossTrackKm(plan.postingKm);
    const describe = (what: string): NetcdfAttributes => ({
      title: `Simulated ${what} observations, scenario ${options.scenario}`,
      source: `${truth.source.name}, sampled ${errorText(ocean.ERROR_NAMES, errors, options.observedOnly ? null : plan.seed)} along computed ground tracks`,
      history: historyLine(options.now, `sillage simulate --scenario ${options.scenario}`),
      ...options.attributes,
    });
    const isNoisy = ocean.hasErrors(errors);
    const observedOnly = options.observedOnly === true;
    if (observedOnly && !isNoisy)
      throw new RangeError(
        `scenario '${options.scenario}' has no errors: what a satellite sees in it is the truth`,
      );
    const createWriters = (first: FieldMaps): Promise<Writers> =>
      openWriters(outputs, {
        alongTrack: {
          satellites: scenario.nadirs.map((satellite) => satellite.id),
          withErrors: isNoisy,
          observedOnly,
          attributes: describe('altimeter'),
        },
        swath: {
          acrossTrackKm,
          satellite: scenario.swath?.id ?? '',
          withErrors: isNoisy,
          observedOnly,
          storage: options.compact ? { kind: 'compact', extent: extentOf(grid) } : { kind: 'full' },
          attributes: describe('wide-swath'),
        },
        gridded: nodes && {
          grid: { timeDays: days, latDeg: nodes.latDeg, lonDeg: nodes.lonDeg },
          mask: maskOf(ocean.createMapSampler, first, nodes),
          storage: options.compact ? 'packed' : 'float32',
          observedOnly,
          // Who maps the nodes must know where in their cells the observations lie.
          attributes: { ...describe('gridded'), binning: nodes.rule },
        },
      });
    const counts = await observeDays(truth.source, days, plan, createWriters, options);
    return {
      outputPaths: pathsOf(outputs),
      ...counts,
      satellites: scenario.nadirs.map((satellite) => satellite.id),
    };
  } catch (error) {
    throw rejectionFromError(error, { subject: truth.subject });
  } finally {
    truth.close();
  }
}

function pathsOf({ alongTrackPath, swathPath, griddedPath }: SimulatedOutputs): string[] {
  return [alongTrackPath, swathPath, griddedPath].filter((path) => path !== undefined);
}

function requireOutputs({ outputs, scenario }: SimulateObservationsOptions, hasSwath: boolean): void {
  const paths = pathsOf(outputs);
  if (paths.length === 0)
    throw new RangeError('no output was named: an along-track, a swath or a gridded file');
  if (new Set(paths).size < paths.length) throw new RangeError('two outputs have the same name');
  if (outputs.swathPath !== undefined && !hasSwath) {
    throw new RangeError(
      `scenario '${scenario}' has no swath: only nadir altimeters observe in it; scenarios with swot1 have one`,
    );
  }
}

type OpenTruth = { source: TruthSource; subject: string; where: string; close: () => void };

async function openTruth(options: SimulateObservationsOptions): Promise<OpenTruth> {
  if (options.truth) {
    if (options.truthPath !== undefined)
      throw new RangeError('the truth is given twice, as file and as maps');
    const { name } = options.truth;
    return { source: options.truth, subject: name, where: name, close: () => undefined };
  }
  if (options.truthPath === undefined) throw new RangeError('no truth was given');
  const subject = basename(options.truthPath);
  const field = await openField({ path: options.truthPath, variable: options.truthVariable, subject });
  const days = fileDays(field, cropOf(field.grid, null, null));
  return {
    source: {
      name: `variable '${field.variableName}' of ${subject}`,
      grid: field.grid,
      readDay: (index) => days.readDay(index),
    },
    subject,
    where: `${subject}, variable '${field.variableName}'`,
    close: () => field.close(),
  };
}

function requireSampleable({ grid }: TruthSource, where: string): void {
  const { timeDays, latDeg, lonDeg } = grid;
  if (timeDays.length >= 2 && latDeg.length >= 2 && lonDeg.length >= 2) return;
  throw new RejectionError({
    code: 'wrong-dimensions',
    where,
    found: `${timeDays.length} times, ${latDeg.length} latitudes, ${lonDeg.length} longitudes`,
    expected: 'at least two of each: observations are interpolated between maps',
    fix: 'Give a truth with several days.',
  });
}

/** The UTC days of a period that begin before the truth's last map; nothing is extrapolated beyond it. */
function observedDays(period: Period | null, timeDays: Float64Array, where: string): Float64Array {
  const firstMap = timeDays[0]!;
  const lastMap = timeDays.at(-1)!;
  const first = Math.max(
    dayOfTime(firstMap),
    period ? daysSince1950(period.start) : Number.NEGATIVE_INFINITY,
  );
  const last = Math.min(
    Math.ceil(lastMap) - 1,
    period ? daysSince1950(period.end) : Number.POSITIVE_INFINITY,
  );
  if (first > last) {
    throw new RejectionError({
      code: 'days-missing',
      where,
      found: `its maps are of ${isoDay(firstMap)} to ${isoDay(lastMap)}`,
      expected: period ? `maps around ${period.start} to ${period.end}` : 'maps of more than one instant',
      fix: 'Choose days of the truth: observations are interpolated between its maps.',
    });
  }
  return Float64Array.from({ length: last - first + 1 }, (_, index) => first + index);
}

async function nodesOf(
  outputs: SimulatedOutputs,
  grid: RegularGrid,
): Promise<Pick<RegularGrid, 'latDeg' | 'lonDeg'>> {
  if (outputs.griddedLike === undefined) return { latDeg: grid.latDeg, lonDeg: grid.lonDeg };
  const subject = basename(outputs.griddedLike);
  try {
    const like = await openGriddedField(outputs.griddedLike);
    like.close();
    return { latDeg: like.grid.latDeg, lonDeg: like.grid.lonDeg };
  } catch (error) {
    throw rejectionFromError(error, { subject });
  }
}

/** 1 where the field has a value: at the node itself where it has one there, else all around it. */
function maskOf(
  createMapSampler: typeof import('@sillage/ocean').createMapSampler,
  maps: FieldMaps,
  nodes: Pick<RegularGrid, 'latDeg' | 'lonDeg'>,
): Uint8Array {
  const sampler = createMapSampler(maps);
  sampler.setTime(maps.timeDays[0]!);
  const own = (axis: Float64Array, degrees: number): number =>
    axis.findIndex((candidate) => Math.abs(candidate - degrees) < COORDINATE_TOLERANCE_DEG);
  const columns = Array.from(nodes.lonDeg, (lon) => own(maps.lonDeg, lon));
  const mask = new Uint8Array(nodes.latDeg.length * nodes.lonDeg.length);
  let at = 0;
  for (const lat of nodes.latDeg) {
    const row = own(maps.latDeg, lat);
    nodes.lonDeg.forEach((lon, index) => {
      const column = columns[index]!;
      const isNode = row >= 0 && column >= 0;
      const height = isNode ? maps.maps[0]![row * maps.lonDeg.length + column]! : sampler.heightAt(lat, lon);
      mask[at++] = Number.isNaN(height) ? 0 : 1;
    });
  }
  return mask;
}

/** Without the seed where nothing may tell the errors: with it anybody can compute them. */
function errorText(
  names: readonly (keyof ErrorSwitches)[],
  errors: ErrorSwitches,
  seed: number | null,
): string {
  const on = names.filter((name) => errors[name]);
  return on.length === 0
    ? 'without error'
    : `with errors (${on.join(', ')}${seed === null ? '' : `; seed ${seed}`})`;
}

type Writers = {
  alongTrack: AlongTrackWriter | null;
  swath: SwathWriter | null;
  gridded: GriddedObservationsWriter | null;
};

async function openWriters(
  outputs: SimulatedOutputs,
  files: {
    alongTrack: Parameters<typeof createAlongTrackWriter>[1];
    swath: Parameters<typeof createSwathWriter>[1];
    gridded: Parameters<typeof createGriddedObservationsWriter>[1] | null;
  },
): Promise<Writers> {
  const writers: Writers = { alongTrack: null, swath: null, gridded: null };
  try {
    if (outputs.alongTrackPath !== undefined)
      writers.alongTrack = await createAlongTrackWriter(outputs.alongTrackPath, files.alongTrack);
    if (outputs.swathPath !== undefined)
      writers.swath = await createSwathWriter(outputs.swathPath, files.swath);
    if (outputs.griddedPath !== undefined && files.gridded)
      writers.gridded = await createGriddedObservationsWriter(outputs.griddedPath, files.gridded);
    return writers;
  } catch (error) {
    discardAll(writers, error);
    throw error;
  }
}

function discardAll(writers: Writers, error: unknown): void {
  for (const writer of [writers.alongTrack, writers.swath, writers.gridded]) writer?.discard(error);
}

/** Observes day after day, some at once, and writes them in order. */
async function observeDays(
  source: TruthSource,
  days: Float64Array,
  plan: ObservationPlan,
  createWriters: (first: FieldMaps) => Promise<Writers>,
  { period, threads, onProgress }: SimulateObservationsOptions,
): Promise<{ observationCount: number; swathCellCount: number }> {
  const { timeDays } = source.grid;
  const firstInstant = Math.max(
    timeDays[0]!,
    period ? daysSince1950(period.start) : Number.NEGATIVE_INFINITY,
  );
  const lastInstant = Math.min(
    timeDays.at(-1)!,
    period ? daysSince1950(period.end) + 1 : Number.POSITIVE_INFINITY,
  );
  const maps = createTruthMaps(source);
  const observer = await createObserver(plan, Math.min(threads ?? 2, days.length));
  const underWay: Promise<ObservedDay>[] = [];
  let writers: Writers | null = null;
  let observationCount = 0;
  let swathCellCount = 0;
  let written = 0;
  const writeNext = async (): Promise<void> => {
    const day = await underWay.shift()!;
    maps.release();
    observationCount += day.nadirCount;
    swathCellCount += day.swathCellCount;
    if (writers) append(writers, day, plan);
    written++;
    onProgress?.(written / days.length, `sampling day ${written} of ${days.length}`);
    // Let heartbeats and signals through between two days.
    await new Promise((resolve) => setImmediate(resolve));
  };
  try {
    for (const dateDays of days) {
      const startDays = Math.max(dateDays, firstInstant);
      const endDays = Math.min(dateDays + 1, lastInstant);
      const around = await maps.enclosing(startDays, endDays);
      writers ??= await createWriters(around.maps);
      underWay.push(observer.observe({ ...around, startDays, endDays, dateDays }));
      if (underWay.length >= observer.width) await writeNext();
    }
    while (underWay.length > 0) await writeNext();
    await writers?.alongTrack?.finish();
    await writers?.swath?.finish();
    await writers?.gridded?.finish();
    return { observationCount, swathCellCount };
  } catch (error) {
    if (writers) discardAll(writers, error);
    throw error;
  } finally {
    await observer.close();
  }
}

function append(writers: Writers, { tracks, swath, nodes }: ObservedDay, plan: ObservationPlan): void {
  if (writers.alongTrack && tracks) {
    writers.alongTrack.append({ ...tracks, track: tracks.pass, modelIndex: tracks.mapIndex });
  }
  if (writers.swath && swath) {
    const { errorsM, ...lines } = swath;
    writers.swath.append({
      ...lines,
      modelIndex: swath.mapIndex,
      ...(plan.keepSwath === 'errors' && errorsM ? { errorsM } : {}),
    });
  }
  if (writers.gridded && nodes) writers.gridded.append(nodes);
}
