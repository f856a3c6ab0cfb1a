import {
  familyOf,
  requireFit,
  settingsFrom,
  weightsOfUpload,
  type CheckpointManifest,
  type RawManifest,
  type RecognisedNetwork,
} from '@sillage/fourdvarnet';
import type { NetworkRuntime, RuntimeDescription, RuntimeName } from '@sillage/runtime';
import { RejectionError } from '@sillage/checking';
import { manifestOfUpload, readUploadedWeights } from './network/load-network.js';
import { hasBackground } from './inputs/network-days.js';
import {
  createGraphSolver,
  type FieldKind,
  type PatchFields,
  type PatchShape,
} from './network/network-solver.js';
import { heldRuntime } from './network/open-runtime.js';
import { rejectionFromNetworkError } from './network/rejection-from-network-error.js';

const FGAT_LEFT_OUT =
  'fgat_passes counts on maps only: arrays do not say when their observations were made, and are solved once.';

const BACKGROUND_LEFT_OUT =
  'background: oi counts on maps only: observations are taken for innovations, and the result is the anomaly from OI.';

export type RunNetworkOptions = {
  checkpointPath: string;
  /** What messages call the checkpoint. */
  fileName: string;
  /** Keys that lay patches over a grid and scale heights may be absent: the input is in network units already. */
  manifestText: string;
  /** Patches that are solved together, `[batch, time, lat, lon]` in network units, NaN where missing. */
  fields: PatchFields;
  shape: PatchShape & { batch: number };
  runtime: NetworkRuntime | RuntimeName | 'auto';
};

export type RunNetworkResult = {
  /** Normalised SSH, `[batch, time, lat, lon]`. */
  values: Float32Array;
  runtime: RuntimeDescription;
  /** s of the run itself, without reading and compiling. */
  seconds: number;
  warnings: readonly string[];
};

/**
 * Runs a network on one batch of patches.
 *
 * @throws RejectionError for a bad checkpoint or manifest, a shape that does not fit, a missing input; RuntimeError.
 */
export async function runNetwork(options: RunNetworkOptions): Promise<RunNetworkResult> {
  const { shape, fileName } = options;
  const upload = readUploadedWeights(options.checkpointPath, fileName);
  const { manifest } = manifestOfUpload(upload, options.manifestText, {
    subject: fileName,
    defaults: unitDefaults(shape, upload.network.architecture),
  });
  const warnings = checked(() => requireFit(manifest, upload.network, shape), fileName);
  if (manifest.fgat_passes > 0) warnings.push(FGAT_LEFT_OUT);
  if (hasBackground(manifest)) warnings.push(BACKGROUND_LEFT_OUT);
  const kinds = fieldKindsOf(manifest, readsSst(upload.network));
  for (const kind of kinds) requireField(options.fields, kind, shape);
  const { runtime, release } = await heldRuntime(options.runtime);
  try {
    const solver = createGraphSolver({
      weights: weightsOfUpload(upload, manifest),
      settings: settingsFrom(manifest),
      patch: shape,
      kinds,
      runtime,
    });
    const batch = await solver.compile(shape.batch).catch((error: unknown) => {
      throw rejectionFromNetworkError(error, { subject: fileName });
    });
    const start = performance.now();
    const values = await batch.solve(options.fields);
    const seconds = (performance.now() - start) / 1000;
    await batch.release();
    return {
      values,
      runtime: runtime.description,
      seconds,
      warnings: [...upload.warnings, ...warnings],
    };
  } finally {
    await release();
  }
}

/** What a network reads on a patch. */
export function fieldKindsOf(manifest: CheckpointManifest, readsSst: boolean): FieldKind[] {
  return ['observations', ...familyOf(manifest.architecture).fields(manifest, readsSst)];
}

/** Whether the tensors of a network read SST. */
export function readsSst(network: RecognisedNetwork): boolean {
  return familyOf(network.architecture).inputs(network).includes('sst');
}

/** Keys that a run on arrays in network units does not need. */
function unitDefaults(
  { batch, time, lat, lon }: RunNetworkOptions['shape'],
  architecture: RecognisedNetwork['architecture'],
): RawManifest {
  return {
    ...familyOf(architecture).unitDefaults,
    normalisation: { mean: 0, std: 1 },
    patch: { time, lat, lon },
    strides: { time, lat, lon },
    reconstruction_weight: { time: 'uniform', crop: { lat: 0, lon: 0 } },
    batch_size: Math.min(batch, 64),
    spacing_deg: 1,
  };
}

function checked<Result>(act: () => Result, subject: string): Result {
  try {
    return act();
  } catch (error) {
    throw rejectionFromNetworkError(error, { subject });
  }
}

function requireField(
  fields: PatchFields,
  kind: FieldKind,
  { batch, time, lat, lon }: RunNetworkOptions['shape'],
): void {
  const values = fields[kind];
  const needed = batch * time * lat * lon;
  if (values?.length === needed) return;
  throw new RejectionError({
    code: 'inputs-missing',
    where: `the input '${kind}'`,
    found: values === undefined ? 'it was not given' : `it has ${values.length} values`,
    expected: `an array of shape [${batch}, ${time}, ${lat}, ${lon}]`,
    fix: kind === 'observations' ? 'Give the patches.' : `Give ${kind} on the days and nodes of the patches.`,
  });
}
