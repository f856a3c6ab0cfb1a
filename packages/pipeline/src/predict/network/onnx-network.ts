import { readFileSync, statSync } from 'node:fs';
import {
  inspectOnnx,
  MANIFEST_METADATA,
  ManifestError,
  onnxMemory,
  onnxMetadata,
  readManifestText,
  requireCovering,
  requireParameterCount,
  type OnnxManifest,
  type OnnxPort,
  type OnnxSummary,
} from '@sillage/fourdvarnet';
import type { NetworkRuntime, RuntimeName } from '@sillage/runtime';
import { RejectionError } from '@sillage/checking';
import {
  maskOf,
  withoutMissing,
  type FieldKind,
  type NetworkSolver,
  type PatchFields,
} from './network-solver.js';
import type { NetworkLimits } from '../network-types.js';
import { rejectionFromNetworkError } from './rejection-from-network-error.js';

/** An ONNX file that was looked into; nothing of it has run. */
export type UploadedOnnx = { bytes: Uint8Array; summary: OnnxSummary };

/** @throws RejectionError for a file that cannot be run here. */
export function readUploadedOnnx(path: string, subject: string, maxFileBytes: number): UploadedOnnx {
  const { size } = statSync(path);
  if (size > maxFileBytes) {
    throw new RejectionError({
      code: 'network-too-large',
      where: subject,
      found: `${size} bytes`,
      expected: `at most ${maxFileBytes}`,
      fix: 'Export weights as float32, without what training needs.',
    });
  }
  const bytes = readFileSync(path);
  try {
    return { bytes, summary: inspectOnnx(bytes) };
  } catch (error) {
    throw rejectionFromNetworkError(error, { subject });
  }
}

/** @throws RejectionError without a manifest, for one that does not fit the file, and for a file of too many parameters. */
export function manifestOfOnnx(
  { bytes, summary }: UploadedOnnx,
  manifestText: string | null,
  { subject, limits }: { subject: string; limits: Pick<NetworkLimits, 'maxParameters'> },
): OnnxManifest {
  const text = manifestText ?? onnxMetadata(bytes).get(MANIFEST_METADATA) ?? null;
  if (text === null) {
    throw new RejectionError({
      code: 'manifest-missing',
      where: subject,
      found: 'an ONNX network without a manifest',
      expected:
        'manifest.yaml with architecture: onnx, its inputs, its output, normalisation, patches and spacing',
      fix: 'Give manifest.yaml; docs/checkpoints.md shows one.',
    });
  }
  try {
    const { manifest } = readManifestText(text, { architecture: 'onnx' });
    if (manifest.architecture !== 'onnx')
      throw mismatch(
        'architecture',
        `architecture: ${manifest.architecture}, but the file is ONNX`,
        'architecture: onnx',
      );
    requirePorts(summary, manifest);
    requireCovering(manifest, []);
    requireParameterCount(summary.parameterCount, limits.maxParameters);
    return manifest;
  } catch (error) {
    throw rejectionFromNetworkError(error, { subject });
  }
}

function mismatch(key: string, found: string, expected: string): ManifestError {
  return new ManifestError({
    code: 'mismatch',
    where: `the manifest, key '${key}'`,
    found,
    expected,
    fix: 'Correct the manifest, or export the network with these names and shapes.',
  });
}

function requirePorts({ inputs, outputs }: OnnxSummary, manifest: OnnxManifest): void {
  const names = inputs.map(({ name }) => name);
  const unknown = Object.keys(manifest.inputs).find((name) => !names.includes(name));
  if (unknown !== undefined)
    throw mismatch('inputs', `an input '${unknown}'`, `the inputs of the file: ${names.join(', ')}`);
  for (const port of inputs) {
    const kinds = manifest.inputs[port.name];
    if (kinds === undefined)
      throw mismatch(
        'inputs',
        `nothing about the input '${port.name}' of the file`,
        `what '${port.name}' holds`,
      );
    requireFloat32('input', port);
    requireShape(port, kinds.length, manifest);
  }
  const output = outputs.find(({ name }) => name === manifest.output.name);
  if (output === undefined)
    throw mismatch(
      'output',
      `an output '${manifest.output.name}'`,
      `one of the file's: ${outputs.map(({ name }) => name).join(', ')}`,
    );
  requireFloat32('output', output);
  requireShape(output, 1, manifest);
}

function requireFloat32(key: 'input' | 'output', { name, elementType }: OnnxPort): void {
  if (elementType === 'float32') return;
  throw new RejectionError({
    code: 'unsupported-onnx',
    where: `the ${key} '${name}' of the file`,
    found: `numbers of the type ${elementType}`,
    expected: 'float32',
    fix: 'Cast inside the network, or export it as float32 (in PyTorch, model.float()).',
  });
}

/** Free axes take any length; those that are written down must be the manifest's. */
function requireShape({ name, dims }: OnnxPort, kindCount: number, manifest: OnnxManifest): void {
  if (dims === null) return;
  const { patch, batch_size: batch } = manifest;
  const wanted = [batch, kindCount * patch.time, patch.lat, patch.lon];
  const fits =
    dims.length === 4 && dims.every((dim, axis) => typeof dim !== 'number' || dim === wanted[axis]);
  if (fits) return;
  throw mismatch(
    'patch',
    `'${name}' of the file has the shape [${dims.map((dim) => dim ?? '?').join(', ')}]`,
    `[${wanted.join(', ')}]: batch_size, days of ${kindCount} field${kindCount > 1 ? 's' : ''}, patch.lat, patch.lon`,
  );
}

/**
 * What a batch needs at its peak, from above; the reason where only a run shows it.
 *
 * @param batch - patches at once.
 */
export function onnxMemoryOf(
  { bytes, summary }: UploadedOnnx,
  manifest: OnnxManifest,
  batch: number,
): ReturnType<typeof onnxMemory> {
  return onnxMemory(bytes, summary, new Map(Object.entries(inputShapesOf(manifest, batch))));
}

function inputShapesOf({ inputs, patch }: OnnxManifest, batch: number): Record<string, number[]> {
  return Object.fromEntries(
    Object.entries(inputs).map(([name, kinds]) => [
      name,
      [batch, kinds.length * patch.time, patch.lat, patch.lon],
    ]),
  );
}

/** What the network reads, and what its result is added to. */
export function onnxFieldKinds(manifest: OnnxManifest): FieldKind[] {
  const kinds = new Set<FieldKind>(['observations']);
  for (const kind of Object.values(manifest.inputs).flat()) if (kind !== 'mask') kinds.add(kind);
  if (manifest.output.quantity === 'anomaly-from-oi') kinds.add('oi');
  return [...kinds];
}

/** What runs ONNX files of others: their operators are ONNX Runtime's business. */
export type OnnxRuntimeName = 'onnxruntime-cpu' | 'onnxruntime-cuda';

export function onnxRuntimeName(wanted: NetworkRuntime | RuntimeName | 'auto'): OnnxRuntimeName {
  const name = typeof wanted === 'object' ? wanted.description.name : wanted;
  return name === 'onnxruntime-cuda' ? name : 'onnxruntime-cpu';
}

/** An ONNX network, compiled for batches of a size. */
export function createOnnxSolver(
  bytes: Uint8Array,
  manifest: OnnxManifest,
  runtime: OnnxRuntimeName,
): NetworkSolver {
  const { patch, output } = manifest;
  const summary = inspectOnnx(bytes);
  const fixedBatch = fixedBatchOf(summary);
  return {
    kinds: onnxFieldKinds(manifest),
    compile: async (count) => {
      const batch = fixedBatch ?? count;
      const { compileOnnx, RuntimeError } = await import('@sillage/runtime');
      const inputShapes = inputShapesOf(manifest, batch);
      const memory = onnxMemoryOf({ bytes, summary }, manifest, batch);
      const network = await compileOnnx(bytes, { inputShapes, runtime }).catch((error: unknown) => {
        if (error instanceof RuntimeError && error.code === 'invalid-network')
          throw unusable(error.message, error);
        throw error;
      });
      return {
        peakBytes: 'unknown' in memory ? null : memory.peakBytes,
        usefulRunsInFlight: 1,
        solve: async (fields) => {
          const inputs = Object.fromEntries(
            Object.entries(manifest.inputs).map(([name, kinds]) => [
              name,
              padded(
                concatenated(
                  kinds.map((kind) => onnxField(fields, kind, manifest)),
                  count,
                ),
                batch / count,
              ),
            ]),
          );
          const result = (await network.run(inputs))[output.name]!;
          const wanted = [batch, patch.time, patch.lat, patch.lon];
          if (result.dims.join() !== wanted.join())
            throw unusable(
              `the output '${output.name}' has the shape [${result.dims.join(', ')}], not [${wanted.join(', ')}]`,
            );
          const values = result.data.subarray(0, (result.data.length / batch) * count);
          if (output.quantity === 'ssh') return values;
          const oi = withoutMissing(fields.oi!);
          return values.map((value, index) => value + oi[index]!);
        },
        release: () => network.release(),
      };
    },
  };
}

function unusable(found: string, cause?: unknown): RejectionError {
  return new RejectionError(
    {
      code: 'unsupported-onnx',
      where: 'the network',
      found,
      expected: 'float32 inputs and an output of the shapes that the manifest says',
      fix: 'Export the network for these shapes, or with free axes, and compare with onnxruntime on your machine.',
    },
    { cause },
  );
}

function onnxField(fields: PatchFields, kind: FieldKind | 'mask', manifest: OnnxManifest): Float32Array {
  if (kind === 'mask') return maskOf(fields.observations!);
  const values = fields[kind]!;
  return manifest.missing_value === 'nan' ? values : withoutMissing(values);
}

/** The number of patches that the file is written for; null where it takes any. */
function fixedBatchOf({ inputs }: OnnxSummary): number | null {
  const first = inputs[0]?.dims?.[0];
  return typeof first === 'number' ? first : null;
}

/** The same patches as often as a file of a fixed batch wants them: a batch that is cut short is filled up from its beginning. */
function padded(values: Float32Array, factor: number): Float32Array {
  if (factor === 1) return values;
  const filled = new Float32Array(Math.round(values.length * factor));
  for (let from = 0; from < filled.length; from += values.length)
    filled.set(values.subarray(0, filled.length - from), from);
  return filled;
}

/** Fields behind each other along the second axis, patch by patch. */
function concatenated(fields: readonly Float32Array[], batch: number): Float32Array {
  if (fields.length === 1) return fields[0]!;
  const length = fields[0]!.length / batch;
  const joined = new Float32Array(batch * fields.length * length);
  for (let patch = 0; patch < batch; patch++) {
    for (const [position, field] of fields.entries())
      joined.set(
        field.subarray(patch * length, (patch + 1) * length),
        (patch * fields.length + position) * length,
      );
  }
  return joined;
}
