import { basename } from 'node:path';
import type { Box, Period } from '@sillage/contracts';
import {
  checkedManifest,
  familyOf,
  isHydraConfig,
  knownKeys,
  ManifestError,
  parseYamlMapping,
  readHydraConfig,
  requireFit,
  settingsFrom,
  weightsOfUpload,
  type CheckpointManifest,
  type PatchPlan,
  type RawManifest,
  type RecognisedNetwork,
} from '@sillage/fourdvarnet';
import type { NetworkRuntime, RuntimeName } from '@sillage/runtime';
import { isoDay, type RegularGrid } from '@sillage/science';
import { daysOfPeriod, extentOf, listDays, RejectionError } from '@sillage/checking';
import { alignedDays } from '@sillage/scoring';
import { knownInputs, type ObservationInput } from '../observations/index.js';
import { openField } from '../files/open-field.js';
import type { ProgressListener } from '../files/progress.js';
import { climbSettings, rankedTrials, type SearchedKeys, type SettingsTrial } from './climb-settings.js';
import { FieldStatistics } from './inputs/field-statistics.js';
import { readUploadedWeights } from './network/load-network.js';
import { openNetworkDays } from './inputs/network-days.js';
import { createGraphSolver, type FieldKind } from './network/network-solver.js';
import type { FieldInput } from './network-types.js';
import { heldRuntime } from './network/open-runtime.js';
import { rejectionFromNetworkError } from './network/rejection-from-network-error.js';
import { fieldKindsOf } from './run-network.js';
import { solvingAtNoon } from './network/solve-at-noon.js';
import { cutBatch, dayWindow } from './network/solve-patches.js';

/** The settings that neither a checkpoint nor its training data tell, and what public networks use: where the search begins. */
export const SEARCHED_VALUES = {
  input_fill: ['nan', 'zero'],
  final_projection: [true, false],
  bilin_quad: [false, true],
  prior_downsamp: [2, null],
  n_step: [5, 10, 12, 15],
  lr_grad: [0, 0.1, 0.2, 1e-3, 100, 1e3],
  /** Where every observation has a time. */
  fgat_passes: [0, 1],
} as const satisfies Record<string, readonly unknown[]>;

export type SearchSettingsOptions = {
  checkpointPath: string;
  fileName: string;
  /** Keys that it has are kept; of {@link SEARCHED_VALUES} those that it lacks are searched. `patch` and `spacing_deg` must be there. */
  manifestText: string;
  observations: readonly ObservationInput[];
  oi: FieldInput | null;
  sst: FieldInput | null;
  /** Public: of a training or validation period, never of the evaluation. */
  truth: FieldInput;
  /** Where the patches lie: they are centred on it. */
  box: Box | null;
  /** Days of which windows are taken; all must be in the truth. */
  period: Period;
  /** Windows that are solved together for each trial; default: the manifest's batch_size, on which what λ does depends. */
  windows?: number;
  runtime: NetworkRuntime | RuntimeName | 'auto';
  /** Beside which a temporary file may be written. */
  temporaryPath: string;
  now: Date;
  onProgress?: ProgressListener;
  signal?: AbortSignal;
};

/** What the search knows of the value of one key. */
export type SettingsMargin = {
  /** The best other value. */
  value: unknown;
  /** µ that the best trial with it loses; small where the search cannot tell. */
  loss: number;
  /** Windows in which it loses. */
  windowsLost: number;
};

export type SearchSettingsResult = {
  /** Best first. */
  trials: readonly SettingsTrial[];
  /** What the best combination sets. */
  best: SettingsTrial;
  /** What separates the best trial from the best one of another value, by key. */
  margins: Readonly<Record<string, SettingsMargin>>;
  windowCount: number;
};

/**
 * Tries the settings that a checkpoint does not tell on patches whose truth is public, as {@link climbSettings} does: steps and λ
 * may leave the lists of {@link SEARCHED_VALUES}.
 *
 * @throws RejectionError for a bad checkpoint, manifest or file, and where no combination computes heights.
 */
export async function searchSettings(options: SearchSettingsOptions): Promise<SearchSettingsResult> {
  const { fileName, signal } = options;
  const upload = readUploadedWeights(options.checkpointPath, fileName);
  try {
    const given = givenKeys(options.manifestText);
    const first = manifestWith({}, given, upload.network);
    const isTimeAsked = !('fgat_passes' in given);
    const area = await patchArea(options, first, isTimeAsked);
    const free = freeKeys(given, upload.network, area.hasTimes);
    const { runtime, release } = await heldRuntime(options.runtime);
    try {
      const kinds = fieldKindsOf(first, false);
      const trial = async (settings: RawManifest): Promise<SettingsTrial> => {
        signal?.throwIfAborted();
        const manifest = manifestWith(settings, given, upload.network);
        requireFit(manifest, upload.network);
        const single = createGraphSolver({
          weights: weightsOfUpload(upload, manifest),
          settings: settingsFrom(manifest),
          patch: manifest.patch,
          kinds,
          runtime,
        });
        const solver = solvingAtNoon(single, manifest.patch, manifest.fgat_passes);
        const batch = await solver.compile(area.starts.length);
        try {
          return { settings, ...area.score(await batch.solve(area.fields)) };
        } finally {
          await batch.release();
        }
      };
      return await searched(free, area.starts.length, trial, options.onProgress);
    } finally {
      await release();
    }
  } catch (error) {
    throw rejectionFromNetworkError(error, { subject: fileName });
  }
}

/** What a manifest or a hydra configuration says. */
function givenKeys(text: string): RawManifest {
  const raw = parseYamlMapping(text, 'the manifest');
  return isHydraConfig(raw) ? readHydraConfig(text).manifest : raw;
}

/** The keys that neither the manifest nor the checkpoint sets, with their values. */
function freeKeys(given: RawManifest, network: RecognisedNetwork, hasTimes: boolean): SearchedKeys {
  if (!familyOf(network.architecture).isSearchable) {
    throw new ManifestError({
      code: 'mismatch',
      where: "the manifest, key 'architecture'",
      found: `a ${network.architecture} network`,
      expected: 'a network of the starter family: the others store what they need, or have nothing to search',
      fix: 'Write its manifest by hand; `sillage checkpoint inspect FILE --template` prints one.',
    });
  }
  const told = { ...knownKeys(network), ...given, ...(hasTimes ? {} : { fgat_passes: 0 }) };
  return Object.fromEntries(Object.entries(SEARCHED_VALUES).filter(([key]) => !(key in told)));
}

function manifestWith(
  settings: RawManifest,
  given: RawManifest,
  network: RecognisedNetwork,
): CheckpointManifest {
  const patch = given['patch'];
  const manifest = checkedManifest({
    n_step: 10,
    lr_grad: 0.2,
    bilin_quad: false,
    strides: patch,
    reconstruction_weight: { time: 'uniform', crop: { lat: 0, lon: 0 } },
    normalisation: { from: 'train-truth' },
    ...familyOf(network.architecture).unitDefaults,
    ...knownKeys(network),
    ...given,
    ...settings,
  });
  if (manifest.architecture === 'onnx') throw new Error('weights never have the manifest of an ONNX network');
  return manifest;
}

/** Patches of the same place on several days, ready to be solved and scored. */
type PatchArea = {
  starts: readonly number[];
  /** Whether `fields` say when each observation was made. */
  hasTimes: boolean;
  fields: Awaited<ReturnType<typeof cutBatch>>;
  score(values: Float32Array): Pick<SettingsTrial, 'mu' | 'windowMu'>;
};

/** @param isTimeAsked - whether times are taken where there are some; otherwise they are needed as far as the manifest moves observations. */
async function patchArea(
  options: SearchSettingsOptions,
  manifest: CheckpointManifest,
  isTimeAsked: boolean,
): Promise<PatchArea> {
  const { patch, spacing_deg: spacingDeg } = manifest;
  const subject = basename(options.truth.path);
  const truth = await openField({ ...options.truth, subject });
  const closers: (() => void)[] = [() => truth.close()];
  try {
    const box = options.box ?? extentOf(truth.grid);
    const days = daysOfPeriod(options.period);
    const starts = spreadStarts(days.length, patch.time, options.windows ?? manifest.batch_size);
    const grid = {
      timeDays: Float64Array.from(days),
      latDeg: centredAxis(box.south, box.north, truth.grid.latDeg[0]!, spacingDeg, patch.lat),
      lonDeg: centredAxis(box.west, box.east, truth.grid.lonDeg[0]!, spacingDeg, patch.lon),
    };
    const plan: PatchPlan = {
      time: { length: days.length, patch: patch.time, starts },
      lat: { length: patch.lat, patch: patch.lat, starts: [0] },
      lon: { length: patch.lon, patch: patch.lon, starts: [0] },
    };
    const truthDays = alignedDays(truth, grid);
    const middleDays: number[] = [];
    const statistics = new FieldStatistics();
    const middles: Float64Array[] = [];
    const middle = patch.time >> 1;
    for (let day = 0; day < days.length; day++) {
      const map = await truthDays.readDay(day);
      statistics.add(map);
      if (!starts.includes(day - middle)) continue;
      middles.push(Float64Array.from(map));
      middleDays.push(day);
    }
    requireTruth(middles, middleDays, { subject, grid });
    const takesTruthStatistics =
      'from' in manifest.normalisation && manifest.normalisation.from === 'train-truth';
    const untimed = fieldKindsOf(manifest, false);
    const timed: FieldKind[] = [...untimed, 'lag'];
    const observations = await knownInputs(options.observations);
    const read = async (kinds: FieldKind[]) => {
      const input = await openNetworkDays({
        manifest,
        kinds,
        grid,
        observations,
        oi: options.oi,
        sst: options.sst,
        trainTruth: takesTruthStatistics ? statistics.result(subject) : null,
        place: subject,
        temporaryPath: options.temporaryPath,
        now: options.now,
        onProgress: async () => undefined,
        signal: options.signal,
      });
      closers.push(input.close);
      const span = { first: 0, count: starts.length };
      return {
        hasTimes: kinds === timed,
        scaling: input.scaling,
        background: input.background,
        fields: await cutBatch(plan, span, kinds, dayWindow(plan, input.readDay)),
      };
    };
    const { hasTimes, scaling, background, fields } = isTimeAsked
      ? await read(timed).catch((error: unknown) => {
          // Without times the key is not searched; whatever else is wrong shows again.
          if (!(error instanceof RejectionError) || error.reason.code !== 'inputs-missing') throw error;
          return read(untimed);
        })
      : await read(manifest.fgat_passes > 0 ? timed : untimed);
    requireObservations(fields.observations ?? new Float32Array(), starts, { days, patch });
    const { mean, std } = scaling;
    const backgrounds: (ArrayLike<number> | null)[] = [];
    for (const day of middleDays) backgrounds.push((await background?.(day)) ?? null);
    return {
      starts,
      hasTimes,
      fields,
      score: (values) => middleScore(values, middles, { ...patch, middle, mean, std, backgrounds }),
    };
  } finally {
    closers.forEach((close) => close());
  }
}

/** @throws RejectionError where the truth has no value in the middle of any window. */
function requireTruth(
  middles: readonly Float64Array[],
  middleDays: readonly number[],
  { subject, grid }: { subject: string; grid: RegularGrid },
): void {
  if (middles.some((map) => map.some((value) => Number.isFinite(value)))) return;
  const { latDeg, lonDeg, timeDays } = grid;
  const [south, north, west, east] = [latDeg[0]!, latDeg.at(-1)!, lonDeg[0]!, lonDeg.at(-1)!];
  throw new RejectionError({
    code: 'inputs-missing',
    where: subject,
    found:
      `no value on the ${latDeg.length} × ${lonDeg.length} nodes from ${south.toFixed(2)} to ${north.toFixed(2)}° of latitude and ` +
      `${west.toFixed(2)} to ${east.toFixed(2)}° of longitude on ${listDays(middleDays.map((day) => timeDays[day]!))}`,
    expected: 'a truth in the middle of at least one window',
    fix: 'Give a truth without gaps there, another box or another period: patches are centred on the box.',
  });
}

/** @throws RejectionError where nothing was observed in a window: every setting would be judged by what it makes of nothing. */
function requireObservations(
  observations: Float32Array,
  starts: readonly number[],
  { days, patch }: { days: readonly number[]; patch: CheckpointManifest['patch'] },
): void {
  const length = patch.time * patch.lat * patch.lon;
  const empty = starts.filter(
    (_, window) =>
      !observations.subarray(window * length, (window + 1) * length).some((value) => Number.isFinite(value)),
  );
  if (empty.length === 0) return;
  const windows = empty.map((start) => `${isoDay(days[start]!)} to ${isoDay(days[start + patch.time - 1]!)}`);
  throw new RejectionError({
    code: 'inputs-missing',
    where: 'the observations',
    found: `none on the patch in ${windows.length === 1 ? 'the window' : `${windows.length} windows, the first`} from ${windows[0]!}`,
    expected: 'observations in every window that settings are compared in',
    fix: 'Give the observations of the days and the place of the truth, or another period.',
  });
}

/** First days of windows, spread over a period. */
export function spreadStarts(dayCount: number, patchDays: number, windows: number): number[] {
  const last = dayCount - patchDays;
  if (last < 0) {
    throw new RejectionError({
      code: 'days-missing',
      where: 'the period of the search',
      found: `${dayCount} days`,
      expected: `at least ${patchDays}, the days of a patch`,
      fix: 'Give a longer period.',
    });
  }
  const count = Math.min(windows, last + 1);
  const starts = Array.from({ length: count }, (_, index) =>
    count === 1 ? last >> 1 : Math.round((index * last) / (count - 1)),
  );
  return [...new Set(starts)];
}

function centredAxis(
  firstDeg: number,
  lastDeg: number,
  originDeg: number,
  spacingDeg: number,
  nodes: number,
): Float64Array {
  const wanted = (firstDeg + lastDeg - (nodes - 1) * spacingDeg) / 2;
  const start = originDeg + Math.round((wanted - originDeg) / spacingDeg) * spacingDeg;
  return Float64Array.from(
    { length: nodes },
    (_, index) => Math.round((start + index * spacingDeg) * 1e9) / 1e9,
  );
}

/** µ of the middle days of all windows together, and of each, over the nodes that have a truth. */
function middleScore(
  values: Float32Array,
  truths: readonly Float64Array[],
  patch: {
    time: number;
    lat: number;
    lon: number;
    middle: number;
    mean: number;
    std: number;
    /** What the values are anomalies from, window by window. */
    backgrounds: readonly (ArrayLike<number> | null)[];
  },
): Pick<SettingsTrial, 'mu' | 'windowMu'> {
  const mapLength = patch.lat * patch.lon;
  const sums = truths.map((truth, window) => {
    const from = (window * patch.time + patch.middle) * mapLength;
    let errors = 0;
    let signal = 0;
    for (let node = 0; node < mapLength; node++) {
      const expected = truth[node]!;
      if (!Number.isFinite(expected)) continue;
      const below = patch.backgrounds[window]?.[node] ?? 0;
      const found = values[from + node]! * patch.std + patch.mean + below;
      errors += (found - expected) ** 2;
      signal += expected ** 2;
    }
    return { errors, signal };
  });
  const total = (key: 'errors' | 'signal') => sums.reduce((sum, one) => sum + one[key], 0);
  const mu = 1 - Math.sqrt(total('errors') / total('signal'));
  if (!Number.isFinite(mu)) return { mu: null, windowMu: [] };
  return { mu, windowMu: sums.map(({ errors, signal }) => 1 - Math.sqrt(errors / signal)) };
}

async function searched(
  free: SearchedKeys,
  windowCount: number,
  trial: (settings: RawManifest) => Promise<SettingsTrial>,
  onProgress: ProgressListener | undefined,
): Promise<SearchSettingsResult> {
  const combinationCount = Object.entries(free)
    .filter(([key]) => key !== 'lr_grad')
    .reduce((product, [, values]) => product * values.length, 1);
  const trials = await climbSettings(free, trial, (settings, made) => {
    // combinations first; how long the climb from the best of them is, nobody knows: it gets half of the line
    const fraction = made < combinationCount ? made / combinationCount / 2 : 1 - combinationCount / made / 2;
    onProgress?.(fraction, `trial ${made + 1}: ${settingsText(settings)}`);
  });
  onProgress?.(1, `${trials.length} trials`);
  const order = rankedTrials(trials);
  const [winner] = order;
  if (winner === undefined || winner.mu === null) {
    throw new RejectionError({
      code: 'network-diverged',
      where: 'the search',
      found: `none of ${trials.length} combinations computed numbers`,
      expected: 'heights from at least one',
      fix: 'Check patch, spacing_deg and normalisation; they are not searched.',
    });
  }
  return { trials: order, best: winner, margins: marginsOf(order, winner), windowCount };
}

/** For each key, what the best trial with another value loses. */
function marginsOf(order: readonly SettingsTrial[], winner: SettingsTrial): Record<string, SettingsMargin> {
  const margins: Record<string, SettingsMargin> = {};
  for (const [key, value] of Object.entries(winner.settings)) {
    const other = order.find(({ settings, mu }) => mu !== null && settings[key] !== value);
    if (other === undefined) continue;
    margins[key] = {
      value: other.settings[key],
      loss: winner.mu! - other.mu!,
      windowsLost: winner.windowMu.filter((mu, window) => mu > other.windowMu[window]!).length,
    };
  }
  return margins;
}

/** Settings on one line, as YAML. */
export function settingsText(settings: RawManifest): string {
  return Object.entries(settings)
    .map(([key, value]) => `${key}: ${String(value)}`)
    .join(', ');
}
