import { FORMAT_START_BYTES, networkFileFormat } from '../file-format/network-file-format.js';
import type { Checkpoint, CheckpointTensor, LightningMetadata } from './checkpoint.js';
import { type CheckpointBytes, checkpointBytes, type CheckpointSource } from './checkpoint-bytes.js';
import { CheckpointError, quoted } from './checkpoint-error.js';
import { type CheckpointLimits, DEFAULT_CHECKPOINT_LIMITS } from './checkpoint-limits.js';
import { openSafetensorsFile } from './container/safetensors-file.js';
import { describeStart } from './container/file-signatures.js';
import type { TorchFile } from './container/torch-file.js';
import { openTorchLegacyFile } from './container/torch-legacy-file.js';
import { openTorchZipFile } from './container/torch-zip-file.js';
import { readOptimizerTraces } from './optimizer-traces.js';
import { isKind, type PickleValue } from './pickle/pickle-value.js';
import { plainData } from './plain-data.js';
import { READ_BYTES } from './tensor-dtype.js';
import { denseStrides, elementCount, readElements } from './tensor-elements.js';
import { strippedNames } from './tensor-names.js';
import { findWeights } from './weights-place.js';
import { checkTensorName, dropNonFinite, readWeights, tooLarge } from './weights.js';

/**
 * Reads the weights of a checkpoint, and what else it says about its network, without executing anything of it.
 *
 * Accepted are:
 * - the zip archives of torch.save (torch ≥ 1.6), entries stored, checksums right, little-endian;
 * - its older format, a sequence of pickles (`_use_new_zipfile_serialization=False`);
 * - safetensors.
 *
 * In the first two the tensors are those of `state_dict` (Lightning), of the top level, of `model_state_dict`, `model`, `net` or
 * `ema`, or of the only other place that has some; dense tensors of float64, float32, float16, bfloat16, int64, int32, int16, int8, uint8 and bool, views included.
 * Everything else that the file holds is inert data; unknown classes are listed in `foreignGlobals`.
 *
 * @param source - The bytes, or random access to them. Not changed, not kept.
 * @param limits - Bounds that differ from {@link DEFAULT_CHECKPOINT_LIMITS}.
 * @throws CheckpointError for every fault of the file, whatever its bytes are. Errors of `source.readInto` pass through.
 * Source: the formats as PyTorch 2.6 and safetensors write them; compared with what they read in golden-checkpoints.medium.test.ts.
 * Differs: torch.load(weights_only=True) refuses files with unknown classes anywhere; here they are read around, and files that
 *   name dangerous functions are refused even where torch would not reach them.
 */
export function readCheckpoint(
  source: Uint8Array | CheckpointSource,
  limits: Partial<CheckpointLimits> = {},
): Checkpoint {
  const bounds = { ...DEFAULT_CHECKPOINT_LIMITS, ...limits };
  const bytes = checkpointBytes(source);
  if (bytes.sizeBytes > bounds.maxFileBytes) {
    throw new CheckpointError({
      code: 'too-large',
      where: 'the file',
      found: `it has ${bytes.sizeBytes} bytes`,
      expected: `at most ${bounds.maxFileBytes}`,
      fix: 'Save the weights without the state of the optimizer.',
    });
  }
  const start = bytes.range(0, Math.min(FORMAT_START_BYTES, bytes.sizeBytes), 'the file');
  switch (networkFileFormat(start)) {
    case 'zip':
      return readTorchFile(openTorchZipFile(bytes, bounds), bounds);
    case 'legacy':
      return readTorchFile(openTorchLegacyFile(bytes, bounds), bounds);
    case 'safetensors':
      return readSafetensors(bytes, bounds);
    default:
      throw new CheckpointError({
        code: 'not-a-checkpoint',
        where: 'the file',
        found: describeStart(bytes),
        expected: 'a checkpoint of torch.save (.pt, .pth, .ckpt) or a .safetensors file',
        fix: 'Upload the file that torch.save or Lightning wrote.',
      });
  }
}

function readTorchFile(file: TorchFile, limits: CheckpointLimits): Checkpoint {
  const place = findWeights(file.root);
  const { tensors, warnings } = readWeights(file, place.weights, limits);
  const root = isKind(file.root, 'dict') ? file.root : place.weights;
  const hyperParameters = plainData(root.items.get('hyper_parameters') ?? null, limits, file);
  if (hyperParameters.wasCutShort)
    warnings.push('hyper_parameters are long or deep: a part of them was left out.');
  if (place.ignored.length > 0)
    warnings.push(
      `Weights were read from ${placeText(place.name)}; there are others in ${place.ignored.map(quoted).join(', ')}.`,
    );
  return {
    format: file.format,
    place: place.name,
    tensors,
    hyperParameters: hyperParameters.data,
    lightning: readLightning(root.items),
    optimizers: readOptimizerTraces(root),
    metadata: {},
    foreignGlobals: [...file.foreignGlobals].sort(),
    warnings,
  };
}

function placeText(name: string): string {
  return name === '' ? 'the top level' : quoted(name);
}

function readLightning(items: ReadonlyMap<PickleValue, PickleValue>): LightningMetadata | null {
  const version = items.get('pytorch-lightning_version');
  const epoch = items.get('epoch');
  const globalStep = items.get('global_step');
  if (version === undefined) return null;
  return {
    version: typeof version === 'string' ? version.slice(0, 100) : null,
    epoch: typeof epoch === 'number' ? epoch : null,
    globalStep: typeof globalStep === 'number' ? globalStep : null,
  };
}

function readSafetensors(bytes: CheckpointBytes, limits: CheckpointLimits): Checkpoint {
  const { entries, metadata } = openSafetensorsFile(bytes, limits);
  let totalBytes = 0;
  for (const entry of entries) {
    checkTensorName(entry.name);
    totalBytes += elementCount(entry.shape) * READ_BYTES[entry.dtype];
    if (totalBytes > limits.maxTensorBytes) throw tooLarge(entry.name, totalBytes, limits.maxTensorBytes);
  }
  if (entries.length === 0) {
    throw new CheckpointError({
      code: 'no-tensors',
      where: 'the header',
      found: 'it lists no tensor',
      expected: 'tensors',
      fix: 'Write the file with safetensors.torch.save_file(network.state_dict(), …).',
    });
  }
  const names = strippedNames(entries.map((entry) => entry.name));
  const tensors = new Map<string, CheckpointTensor>();
  for (const entry of entries) {
    const name = names.get(entry.name)!;
    const data = readElements(
      bytes.range(entry.offset, entry.sizeBytes, `tensor ${quoted(entry.name)}`),
      entry.dtype,
      { offset: 0, shape: entry.shape, strides: denseStrides(entry.shape) },
    );
    tensors.set(name, { name, sourceName: entry.name, dtype: entry.dtype, shape: entry.shape, data });
  }
  return {
    format: 'safetensors',
    place: '',
    tensors,
    hyperParameters: null,
    lightning: null,
    optimizers: [],
    metadata,
    foreignGlobals: [],
    warnings: dropNonFinite(tensors),
  };
}
