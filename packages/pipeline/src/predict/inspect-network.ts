import type { NetworkManifest } from '@sillage/fourdvarnet';
import {
  buildNetwork,
  familyOf,
  inputsBy,
  inspectWeights,
  ManifestError,
  manifestSettings,
  networkCost,
  settingsFrom,
  templateFor,
  weightsOfUpload,
  type CheckpointManifest,
  type RecognisedNetwork,
  type WeightMap,
  type WeightsInspection,
} from '@sillage/fourdvarnet';
import type { NetworkRuntime, RuntimeDescription, RuntimeName } from '@sillage/runtime';
import { RejectionError } from '@sillage/checking';
import { DEFAULT_NETWORK_LIMITS, isOnnxFile } from './check-network.js';
import { readUploadedWeights } from './network/load-network.js';
import { batchCost, type BatchCost } from './network/network-plan.js';
import { createGraphSolver } from './network/network-solver.js';
import type { NetworkFormat } from './network-types.js';
import { manifestOfOnnx, readUploadedOnnx } from './network/onnx-network.js';
import { heldRuntime } from './network/open-runtime.js';
import { rejectionFromNetworkError } from './network/rejection-from-network-error.js';
import { fieldKindsOf, readsSst } from './run-network.js';

export type InspectNetworkOptions = {
  checkpointPath: string;
  fileName: string;
  /** A manifest or a hydra configuration; null: the file's own, if it has one. */
  manifestText: string | null;
  /** Where to try how fast it is; null: do not. */
  runtime: NetworkRuntime | RuntimeName | 'auto' | null;
};

/** What a file says about its network, what it does not, and with a complete manifest what it costs. */
export type NetworkInspection = Omit<
  WeightsInspection,
  'format' | 'architecture' | 'days' | 'fault' | 'notes' | 'manifest'
> & {
  format: NetworkFormat;
  architecture: NetworkManifest['architecture'];
  /** Null for ONNX without a manifest. */
  days: number | null;
  /** What is wrong with the manifest that was given: that it lacks `missing`; null where it is whole, or none was given. */
  fault: RejectionError | null;
  /** With a complete manifest. */
  cost: (BatchCost & { secondsPerPatch: number | null; runtime: RuntimeDescription | null }) | null;
};

/** @throws RejectionError for a file, or a manifest, that cannot be used. */
export async function inspectNetwork(options: InspectNetworkOptions): Promise<NetworkInspection> {
  if (isOnnxFile(options.checkpointPath)) return inspectOnnxNetwork(options);
  const { fileName } = options;
  const upload = readUploadedWeights(options.checkpointPath, fileName);
  try {
    const { fault, notes: _, manifest, ...found } = inspectWeights(upload, options.manifestText);
    if (manifest === null) return { ...found, fault: fault && asRejection(fault, fileName), cost: null };
    const weights = weightsOfUpload(upload, manifest);
    const cost = batchCost(weights, settingsFrom(manifest), manifest);
    const timing =
      options.runtime === null ? null : await timed(weights, manifest, upload.network, options.runtime);
    return {
      ...found,
      fault: null,
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
    return templateFor(upload, options.manifestText);
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
  const limits = DEFAULT_NETWORK_LIMITS;
  const { summary } = upload;
  const known = { architecture: 'onnx' };
  const read =
    manifestText === null
      ? null
      : orGaps(() => manifestOfOnnx(upload, manifestText, { subject: fileName, limits }));
  const fault = read instanceof RejectionError ? read : null;
  const manifest = read instanceof RejectionError ? null : read;
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
    inputs: manifest === null ? [{ kind: 'observations', from: 'task' }] : inputsBy(manifest),
    known,
    hasManifest: manifestText !== null,
    ...manifestSettings({ architecture: 'onnx' }, known, manifestText),
    fault,
    warnings: [],
    cost: null,
  };
}

function asRejection(fault: ManifestError, subject: string): RejectionError {
  const rejection = rejectionFromNetworkError(fault, { subject });
  if (rejection instanceof RejectionError) return rejection;
  throw rejection;
}

/** What is read of a manifest, or the rejection that says what it lacks; other faults are thrown. */
function orGaps<Read>(read: () => Read): Read | RejectionError {
  try {
    return read();
  } catch (error) {
    const cause = error instanceof RejectionError ? error.cause : null;
    if (error instanceof RejectionError && cause instanceof ManifestError && cause.code === 'missing-key')
      return error;
    throw error;
  }
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
  const blocks = familyOf(network.architecture)
    .blocks(manifest, network)
    .reduce((product, [, factor]) => product * (factor ?? 1), 1);
  const side = (length: number): number => Math.min(length, blocks * Math.ceil(TRIAL_NODES / blocks));
  const patch = {
    time: manifest.patch.time,
    lat: side(manifest.patch.lat),
    lon: side(manifest.patch.lon),
  };
  const settings = settingsFrom(manifest);
  const kinds = fieldKindsOf(manifest, readsSst(network));
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
