import { basename } from 'node:path';
import type { NetworkManifest } from '@sillage/fourdvarnet';
import { patchCount, settingsFrom, type FinishedDay } from '@sillage/fourdvarnet';
import { writeGriddedField } from '@sillage/netcdf';
import type { NetworkRuntime } from '@sillage/runtime';
import { isoDay } from '@sillage/science';
import { cutValues, RejectionError } from '@sillage/checking';
import { knownInputs, observedDays, type KnownInput } from '../observations/index.js';
import { historyLine } from '../files/provenance.js';
import { dayThumbnail } from './day-thumbnail.js';
import { startEnergyMeter } from './network/gpu-energy.js';
import { latticeOriginOf, oiDaysOf } from './inputs/input-days.js';
import { openNetworkDays, readsOiMaps, type NetworkDays } from './inputs/network-days.js';
import { readNetworkFile, type StoredNetwork } from './network/network-file.js';
import { planNetworkGrid, scoredGrid, type NetworkGrid } from './network/network-grid.js';
import { batchCost } from './network/network-plan.js';
import { createGraphSolver, type FieldKind, type NetworkSolver } from './network/network-solver.js';
import type { PredictLimits, PredictMapOptions, PredictMapResult } from './network-types.js';
import { createOnnxSolver, onnxFieldKinds, onnxRuntimeName } from './network/onnx-network.js';
import { heldRuntime } from './network/open-runtime.js';
import { PatchClock } from './network/patch-clock.js';
import { rejectionFromNetworkError } from './network/rejection-from-network-error.js';
import { fieldKindsOf } from './run-network.js';
import { solvingAtNoon } from './network/solve-at-noon.js';
import { withoutSatellite, type ReducedInputs } from './inputs/without-satellite.js';
import { NetworkOutputError, solvePatches, type SolvedBatch } from './network/solve-patches.js';

const VARIABLE = 'gssh';

export const DEFAULT_PREDICT_LIMITS: PredictLimits = {
  maxWallSeconds: 6 * 3600,
  maxMemoryBytes: Infinity,
};

/** Share of the progress that opening the inputs takes: little, so that the rest says how many patches are solved. */
const READING_SHARE = 0.02;
/** m: no sea surface height relative to the geoid comes near; readers of maps refuse more. */
const LARGEST_HEIGHT_M = 10;
/** Share of the values of a first batch that may lie beyond it: an edge may be odd, a network that diverges is odd everywhere. */
const ODD_SHARE = 0.01;

/**
 * Maps the observations of a task with a checked network and writes the maps day by day; memory grows with the days of a
 * patch, not with those of the period. Sees no truth.
 *
 * @throws RejectionError for what the participant can mend: inputs that the task lacks, windows that do not cover the period, a
 *   network that computes no heights or takes too long; RuntimeError; the reason of `signal` when it is aborted.
 */
export async function predictMap(options: PredictMapOptions): Promise<PredictMapResult> {
  const { task, signal } = options;
  const limits = { ...DEFAULT_PREDICT_LIMITS, ...options.limits };
  const report = reporterOf(options);
  await report(0, 'reading the network');
  const network = readNetworkFile(options.networkPath);
  const { manifest } = network;
  const place = `the task ${task.area} × ${task.scenario}`;
  const inputs = await knownInputs(options.observations);
  const layout = await layOut(inputs, manifest, options);
  const kinds = kindsOf(network);
  const gflopPerPatch =
    'onnx' in network
      ? null
      : batchCost(network.weights, settingsFrom(network.manifest), network.manifest).gflopPerPatch;
  // The grid and the patches stay those of all observations: a difference is then the satellite's alone.
  const read = await readInputs(chosenObservations(inputs), options);
  const days = await openNetworkDays({
    manifest,
    kinds,
    grid: layout.grid,
    observations: read.inputs,
    // A map of the dataset has seen the satellite that is left out.
    oi: (options.without ?? null) !== null && options.oi !== null ? 'from-observations' : options.oi,
    sst: options.sst,
    trainTruth: options.trainTruth ?? null,
    place,
    temporaryPath: `${options.outputPath}.oi.nc`,
    now: options.now,
    onProgress: (fraction, activity) => report(READING_SHARE * fraction, activity),
    signal,
  }).catch((error: unknown) => {
    read.remove();
    throw error;
  });
  try {
    const { runtime, release } = await heldRuntime(
      'onnx' in network ? onnxRuntimeName(options.runtime) : options.runtime,
    );
    const energy = startEnergyMeter(runtime.description.device);
    const total = patchCount(layout.plan);
    const clock = new PatchClock(total, limits.maxWallSeconds);
    let overlaps = false;
    try {
      const solved = solvePatches({
        plan: layout.plan,
        weights: layout.weights,
        batchSize: manifest.batch_size,
        solver: solverOf(network, runtime),
        scaling: days.scaling,
        readDay: days.readDay,
        onCompiled: ({ peakBytes, usefulRunsInFlight }) => {
          overlaps ||= usefulRunsInFlight > 1;
          refuseMemory(peakBytes, limits.maxMemoryBytes);
        },
        onBatch: async (batch) => {
          if (batch.span.first === 0) refuseDivergence(batch, days.scaling);
          clock.add(batch);
          await report(
            READING_SHARE + (1 - READING_SHARE) * clock.fraction,
            `${clock.text} on ${runtime.description.device}`,
          );
        },
        ...(signal === undefined ? {} : { signal }),
      });
      await writeMaps(addedTo(days.background, solved), layout, manifest, options);
      const energyJoules = await energy.stop();
      await report(1, `wrote ${basename(options.outputPath)}`);
      return {
        variable: VARIABLE,
        report: {
          runtime: runtime.description,
          patchCount: total,
          batchCount: clock.batchCount,
          wallSeconds: clock.wallSeconds,
          oiSeconds: days.oiSeconds,
          deviceSeconds: overlaps ? null : clock.deviceSeconds,
          energyJoules,
          gflop: gflopPerPatch === null ? null : gflopPerPatch * total,
        },
      };
    } finally {
      await energy.stop();
      await release();
    }
  } catch (error) {
    throw await explained(error);
  } finally {
    days.close();
    read.remove();
  }
}

/** What the network reads: everything, or what is left without one satellite. */
async function readInputs(
  inputs: readonly KnownInput[],
  { without = null, outputPath }: PredictMapOptions,
): Promise<ReducedInputs> {
  if (without === null) return { inputs, remove: () => undefined };
  return withoutSatellite(inputs, without, `${outputPath}.without`);
}

function kindsOf(network: StoredNetwork): FieldKind[] {
  const lag: FieldKind[] = network.manifest.fgat_passes > 0 ? ['lag'] : [];
  return [...inputKindsOf(network), ...lag];
}

function inputKindsOf(network: StoredNetwork): FieldKind[] {
  if ('onnx' in network) return onnxFieldKinds(network.manifest);
  const { manifest } = network;
  return fieldKindsOf(manifest, 'sst_normalisation' in manifest && manifest.sst_normalisation !== undefined);
}

function solverOf(network: StoredNetwork, runtime: NetworkRuntime): NetworkSolver {
  const { patch, fgat_passes: passes } = network.manifest;
  return solvingAtNoon(singleSolverOf(network, runtime), patch, passes);
}

function singleSolverOf(network: StoredNetwork, runtime: NetworkRuntime): NetworkSolver {
  if ('onnx' in network) return createOnnxSolver(network.onnx, network.manifest, onnxRuntimeName(runtime));
  const { weights, manifest } = network;
  return createGraphSolver({
    weights,
    settings: settingsFrom(manifest),
    patch: manifest.patch,
    kinds: inputKindsOf(network),
    runtime,
  });
}

/** What a participant can mend becomes a rejection, a device that is too small for one batch included. */
async function explained(error: unknown): Promise<Error> {
  if (error instanceof NetworkOutputError)
    return divergence(`${error.found} in patch ${error.patch + 1} of the plan`, error);
  const { RuntimeError } = await import('@sillage/runtime');
  if (error instanceof RuntimeError && error.code === 'out-of-memory') {
    return new RejectionError(
      {
        code: 'network-too-large',
        where: 'the network',
        found: `the device ran out of memory: ${error.message}`,
        expected: 'a batch that fits the memory of the device',
        fix: 'Give smaller patches or a smaller batch_size.',
      },
      { cause: error },
    );
  }
  return rejectionFromNetworkError(error, { subject: 'the network' });
}

type Reporter = (fraction: number, activity: string) => Promise<void>;

/** Reports progress, ends the work when it is aborted, and lets heartbeats and signals through. */
function reporterOf({ onProgress, signal }: PredictMapOptions): Reporter {
  return async (fraction, activity) => {
    signal?.throwIfAborted();
    onProgress?.(fraction, activity);
    await new Promise((resolve) => setImmediate(resolve));
  };
}

async function layOut(
  inputs: readonly KnownInput[],
  manifest: NetworkManifest,
  { task, sst, oi }: PredictMapOptions,
): Promise<NetworkGrid> {
  const days = await observedDays(chosenObservations(inputs));
  const mapped = readsOiMaps(manifest) && oi !== null ? await oiDaysOf(oi) : null;
  const observed = days === null || mapped === null ? days : sharedDays(days, mapped);
  if (observed === null) {
    throw new RejectionError({
      code: 'inputs-missing',
      where: `the task ${task.area} × ${task.scenario}`,
      found: 'files of observations that hold none',
      expected: 'observations from before to after the scored days',
      fix: 'Give the observations of the task.',
    });
  }
  const origin = await latticeOriginOf({ observations: inputs, sst }, manifest.spacing_deg);
  return planNetworkGrid(manifest, task, { origin, observed });
}

/** Days that were observed and have a map. */
function sharedDays({ firstDays, lastDays }: { firstDays: number; lastDays: number }, mapped: Float64Array) {
  return { firstDays: Math.max(firstDays, mapped[0]!), lastDays: Math.min(lastDays, mapped.at(-1)!) };
}

/** Tracks and swaths where there are any; they hold more than daily means on another grid. */
function chosenObservations(inputs: readonly KnownInput[]): readonly KnownInput[] {
  const measured = inputs.filter(({ role }) => role !== 'gridded-observations');
  return measured.length > 0 ? measured : inputs;
}

/** Maps of anomalies on top of their background. */
async function* addedTo(
  background: NetworkDays['background'],
  anomalies: AsyncGenerator<FinishedDay>,
): AsyncGenerator<FinishedDay> {
  for await (const day of anomalies) {
    if (background === null) yield day;
    else {
      const below = await background(day.dayIndex);
      yield { ...day, values: day.values.map((value, node) => value + below[node]!) };
    }
  }
}

async function writeMaps(
  solved: AsyncGenerator<FinishedDay>,
  layout: NetworkGrid,
  manifest: NetworkManifest,
  options: PredictMapOptions,
): Promise<void> {
  const { grid, scored } = layout;
  const written = scoredGrid(layout);
  const totals = { latTotal: grid.latDeg.length, lonTotal: grid.lonDeg.length };
  const nextDay = async (index: number): Promise<Float32Array> => {
    for (;;) {
      const { value, done } = await solved.next();
      if (done === true) throw new Error(`day ${index} of the period was never finished`);
      if (value.dayIndex < scored.time.start + index) continue;
      const map = Float32Array.from(cutValues(value.values, totals, scored.lat, scored.lon));
      refuseMap(map, isoDay(written.timeDays[index]!));
      await options.onDay?.(dayThumbnail(map, written, index));
      return map;
    }
  };
  try {
    await writeGriddedField(options.outputPath, {
      grid: written,
      variables: [
        {
          name: VARIABLE,
          type: 'float32',
          attributes: {
            units: 'm',
            standard_name: 'sea_surface_height_above_geoid',
            long_name: 'sea surface height mapped by a network',
          },
          readDay: nextDay,
        },
      ],
      attributes: {
        title: 'Sea surface height mapped by a network',
        source: `${manifest.architecture} network on the observations of ${options.task.area} × ${options.task.scenario}`,
        history: historyLine(options.now, 'sillage predict'),
      },
      storage: { kind: 'deflate', level: 4 },
    });
  } finally {
    await solved.return(undefined); // also where writing failed: the runs that are under way end first
  }
}

function refuseMap(map: Float32Array, day: string): void {
  const odd = map.reduce((count, value) => count + (Math.abs(value) <= LARGEST_HEIGHT_M ? 0 : 1), 0);
  if (odd > 0) throw divergence(`${odd} of ${map.length} values on ${day} beyond ±${LARGEST_HEIGHT_M} m`);
}

/** The first batch tells whether the network computes heights at all. */
function refuseDivergence({ values }: SolvedBatch, { mean, std }: { mean: number; std: number }): void {
  let odd = 0;
  for (const value of values) if (Math.abs(value * std + mean) > LARGEST_HEIGHT_M) odd++;
  if (odd > ODD_SHARE * values.length)
    throw divergence(
      `${Math.round((100 * odd) / values.length)} % of the values of the first batch beyond ±${LARGEST_HEIGHT_M} m`,
    );
}

function divergence(found: string, cause?: unknown): RejectionError {
  return new RejectionError(
    {
      code: 'network-diverged',
      where: 'the result of the network',
      found,
      expected: 'sea surface heights in metres',
      fix: 'Check n_step, lr_grad, bilin_quad, prior_downsamp and normalisation: `sillage checkpoint search` tries them on a map that you have.',
    },
    { cause },
  );
}

function refuseMemory(peakBytes: number | null, maxMemoryBytes: number): void {
  if (peakBytes === null || peakBytes <= maxMemoryBytes) return;
  throw new RejectionError({
    code: 'network-too-large',
    where: 'the network',
    found: `${(peakBytes / 1e9).toFixed(1)} GB of device memory for one batch`,
    expected: `at most ${(maxMemoryBytes / 1e9).toFixed(1)} GB`,
    fix: 'Give smaller patches or a smaller batch_size.',
  });
}
