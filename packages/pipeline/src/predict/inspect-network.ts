import type { NetworkManifest } from '@sillage/contracts';
import {
  buildNetwork,
  computesOi,
  extraInputsOf,
  isHydraConfig,
  knownKeys,
  manifestTemplate,
  MANIFEST_KEYS,
  networkCost,
  manifestKeysOf,
  parseYamlMapping,
  requireFit,
  settingsFrom,
  type CheckpointManifest,
  type RawManifest,
  type RecognisedNetwork,
  type WeightMap,
} from '@sillage/fourdvarnet';
import type { NetworkRuntime, RuntimeDescription, RuntimeName } from '@sillage/runtime';
import { isOnnxFile } from './check-network.js';
import { manifestOfUpload, readHydraConfig, readUploadedWeights, weightsOfUpload } from './load-network.js';
import { MANIFEST_METADATA } from './network-file.js';
import { batchCost, type BatchCost } from './network-plan.js';
import { createGraphSolver } from './network-solver.js';
import type { ExtraInput, NetworkFormat } from './network-types.js';
import { manifestOfOnnx, readUploadedOnnx } from './onnx-network.js';
import { heldRuntime } from './open-runtime.js';
import { rejectionFromNetworkError } from './rejection-from-network-error.js';
import { fieldKindsOf } from './run-network.js';

export type InspectNetworkOptions = {
  checkpointPath: string;
  fileName: string;
  /** A manifest or a hydra configuration; null: the file's own, if it has one. */
  manifestText: string | null;
  /** Where to try how fast it is; null: do not. */
  runtime: NetworkRuntime | RuntimeName | 'auto' | null;
};

/** A field that a network reads, and where it comes from: observations and files of the task, or computed from the observations. */
export type InspectedInput = { kind: 'observations' | ExtraInput; from: 'task' | 'computed' };

/** What a file says about its network, and what it does not. */
export type NetworkInspection = {
  format: NetworkFormat;
  architecture: NetworkManifest['architecture'];
  parameterCount: number;
  /** Null for ONNX without a manifest. */
  days: number | null;
  /** Sizes in words, e.g. "prior width: 32". */
  sizes: readonly { name: string; value: string }[];
  inputs: readonly InspectedInput[];
  /** Of a manifest, what the checkpoint itself tells. */
  known: RawManifest;
  /** Keys that nothing tells and that a manifest must have. */
  missing: readonly { key: string; meaning: string }[];
  warnings: readonly string[];
  /** With a complete manifest. */
  cost: (BatchCost & { secondsPerPatch: number | null; runtime: RuntimeDescription | null }) | null;
};

/** @throws RejectionError for a file, or a manifest, that cannot be used. */
export async function inspectNetwork(options: InspectNetworkOptions): Promise<NetworkInspection> {
  if (isOnnxFile(options.checkpointPath)) return inspectOnnxNetwork(options);
  const { fileName } = options;
  const upload = readUploadedWeights(options.checkpointPath, fileName);
  const { network } = upload;
  const known = knownKeys(network);
  const text = options.manifestText ?? upload.checkpoint.metadata[MANIFEST_METADATA] ?? null;
  const found = {
    format: upload.format,
    architecture: network.architecture,
    parameterCount: network.parameterCount,
    days: network.daysT,
    sizes: sizesOf(network),
    inputs: inputsOf(network),
    known,
  };
  if (text === null) {
    const missing = requiredKeys(network.architecture).filter((key) => !(key in known));
    return { ...found, missing: withMeaning(missing), warnings: upload.warnings, cost: null };
  }
  const { manifest, notes } = manifestOfUpload(upload, text, { subject: fileName });
  try {
    const warnings = requireFit(manifest, network);
    const weights = weightsOfUpload(upload, manifest);
    const cost = batchCost(weights, settingsFrom(manifest), manifest);
    const timing = options.runtime === null ? null : await timed(weights, manifest, network, options.runtime);
    return {
      ...found,
      inputs: inputsBy(manifest, found.inputs),
      missing: [],
      warnings: [...upload.warnings, ...warnings, ...notes.map((note) => `From hydra: ${note}.`)],
      cost: {
        ...cost,
        secondsPerPatch: timing === null ? null : timing.secondsPerGflop * cost.gflopPerPatch,
        runtime: timing === null ? null : timing.runtime,
      },
    };
  } catch (error) {
    throw rejectionFromNetworkError(error, { subject: fileName });
  }
}

/** A manifest to start from, with what the checkpoint and, if given, a manifest or a hydra configuration say. */
export function templateForNetwork(options: Omit<InspectNetworkOptions, 'runtime'>): string {
  const upload = readUploadedWeights(options.checkpointPath, options.fileName);
  try {
    if (options.manifestText === null) return manifestTemplate(upload.network);
    const raw = parseYamlMapping(options.manifestText, 'the manifest');
    return manifestTemplate(
      upload.network,
      isHydraConfig(raw) ? readHydraConfig(options.manifestText).manifest : raw,
    );
  } catch (error) {
    throw rejectionFromNetworkError(error, { subject: options.fileName });
  }
}

function inspectOnnxNetwork({
  checkpointPath,
  fileName,
  manifestText,
}: InspectNetworkOptions): NetworkInspection {
  const upload = readUploadedOnnx(checkpointPath, fileName, Infinity);
  const { summary } = upload;
  const manifest = manifestText === null ? null : manifestOfOnnx(upload, manifestText, fileName);
  const ports = (kind: 'inputs' | 'outputs') =>
    summary[kind].map(({ name, dims }) => ({
      name: `${kind === 'inputs' ? 'input' : 'output'} ${name}`,
      value: dims === null ? 'any shape' : `[${dims.map((dim) => dim ?? '?').join(', ')}]`,
    }));
  return {
    format: 'onnx',
    architecture: 'onnx',
    parameterCount: summary.parameterCount,
    days: manifest?.patch.time ?? null,
    sizes: [
      { name: 'operator set', value: String(summary.opset) },
      { name: 'written by', value: summary.producer || 'unknown' },
      ...ports('inputs'),
      ...ports('outputs'),
    ],
    inputs:
      manifest === null
        ? [fromTask('observations')]
        : inputsBy(manifest, ['observations' as const, ...extraInputsOf(manifest)].map(fromTask)),
    known: { architecture: 'onnx' },
    missing:
      manifest === null ? withMeaning(requiredKeys('onnx').filter((key) => key !== 'architecture')) : [],
    warnings: [],
    cost: null,
  };
}

/** Keys without a default. */
function requiredKeys(architecture: NetworkManifest['architecture']): string[] {
  return manifestKeysOf(architecture)
    .filter(({ isRequired }) => isRequired)
    .map(({ key }) => key);
}

function withMeaning(keys: readonly string[]): { key: string; meaning: string }[] {
  return keys.map((key) => ({ key, meaning: MANIFEST_KEYS[key]?.meaning ?? '' }));
}

const fromTask = (kind: InspectedInput['kind']): InspectedInput => ({ kind, from: 'task' });

/** What tensors tell: the second field of a multimodal network is SST unless its manifest says otherwise. */
function inputsOf(network: RecognisedNetwork): InspectedInput[] {
  const { architecture } = network;
  const hasSst = architecture === 'core' ? network.sst !== null : architecture === 'starter-multimodal';
  return [
    fromTask('observations'),
    ...(architecture === 'core' ? [fromTask('oi')] : []),
    ...(hasSst ? [fromTask('sst')] : []),
  ];
}

/** The same with what a manifest says of OI: in the place of SST, as a background, from a file or computed. */
function inputsBy(manifest: NetworkManifest, found: readonly InspectedInput[]): InspectedInput[] {
  const isSstReplaced = manifest.architecture === 'starter-multimodal' && manifest.second_field !== 'sst';
  const fromOiMap = isSstReplaced && manifest.second_field === 'oi-map';
  return [
    ...found.filter(({ kind }) => !(kind === 'sst' && isSstReplaced)),
    ...(fromOiMap ? [fromTask('oi')] : []),
    ...(computesOi(manifest) ? [{ kind: 'oi', from: 'computed' } as const] : []),
  ];
}

function sizesOf(network: RecognisedNetwork): { name: string; value: string }[] {
  const sizes = [{ name: 'prior width', value: String(network.priorWidth) }];
  if ('solverWidth' in network) sizes.push({ name: 'solver width', value: String(network.solverWidth) });
  if (network.architecture === 'core')
    sizes.push({ name: 'state', value: `${network.state}, ${network.stateChannels} channels` });
  if (network.patchWeights !== null) {
    const { days, lat, lon } = network.patchWeights.patch;
    sizes.push({ name: network.patchWeights.tensor, value: `${days} × ${lat} × ${lon}` });
  }
  return sizes;
}

/** Nodes along each side of the patch that the speed is tried on, about. */
const TRIAL_NODES = 96;

/** Solves a small patch twice and counts the second time. */
async function timed(
  weights: WeightMap,
  manifest: CheckpointManifest,
  network: RecognisedNetwork,
  wanted: NetworkRuntime | RuntimeName | 'auto',
): Promise<{ secondsPerGflop: number; runtime: RuntimeDescription }> {
  const blocks = [
    network.architecture === 'core' ? (network.scale ?? 1) : 1,
    'prior_downsamp' in manifest ? (manifest.prior_downsamp ?? 1) : 1,
    'grad_downsamp' in manifest ? (manifest.grad_downsamp ?? 1) : 1,
  ].reduce((product, factor) => product * factor, 1);
  const side = (length: number): number => Math.min(length, blocks * Math.ceil(TRIAL_NODES / blocks));
  const patch = {
    time: manifest.patch.time,
    lat: side(manifest.patch.lat),
    lon: side(manifest.patch.lon),
  };
  const settings = settingsFrom(manifest);
  const kinds = fieldKindsOf(manifest, network.architecture === 'core' && network.sst !== null);
  const gflop =
    networkCost(buildNetwork(weights, settings, { batch: 1, lat: patch.lat, lon: patch.lon }).graph)
      .flopPerRun / 1e9;
  const { runtime, release } = await heldRuntime(wanted);
  try {
    const solver = createGraphSolver({ weights, settings, patch, kinds, runtime });
    const batch = await solver.compile(1);
    const length = patch.time * patch.lat * patch.lon;
    const fields = Object.fromEntries(
      kinds.map((kind) => [kind, Float32Array.from({ length }, (_, index) => Math.sin(index))]),
    );
    await batch.solve(fields);
    const start = performance.now();
    await batch.solve(fields);
    const seconds = (performance.now() - start) / 1000;
    await batch.release();
    return { secondsPerGflop: seconds / gflop, runtime: runtime.description };
  } finally {
    await release();
  }
}
