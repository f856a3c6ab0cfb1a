import type { CheckpointTensor } from './checkpoint.js';
import { CheckpointError, quoted, SAVE_STATE_DICT } from './checkpoint-error.js';
import type { CheckpointLimits } from './checkpoint-limits.js';
import type { TorchFile } from './container/torch-file.js';
import {
  isKind,
  isUnreadTensor,
  type PickleDict,
  type PickleTensor,
  type PickleValue,
} from './pickle/pickle-value.js';
import { unknownDtype } from './storage-elements.js';
import { READ_BYTES, STORED_BYTES, type TensorDtype } from './tensor-dtype.js';
import { elementCount, firstNonFinite, readElements } from './tensor-elements.js';
import { isNetworkTensor, strippedNames } from './tensor-names.js';

const MAX_NAME_CHARACTERS = 1000;

/** A tensor that passed the checks, not yet read. */
type PlannedTensor = { sourceName: string; tensor: PickleTensor; dtype: TensorDtype };

export type Weights = { tensors: Map<string, CheckpointTensor>; warnings: string[] };

/**
 * Reads all tensors of a dictionary. Every shape, stride and size is checked before the first byte is reserved.
 *
 * @throws CheckpointError 'no-tensors', 'unsupported-tensor', 'unknown-dtype', 'storage-out-of-bounds', 'missing-storage',
 *   'malformed-tensor', 'too-large', 'too-complex', 'non-finite-weights', and what reading the container throws.
 */
export function readWeights(file: TorchFile, weights: PickleDict, limits: CheckpointLimits): Weights {
  const { planned, others } = planTensors(weights, limits);
  const names = strippedNames(planned.map(({ sourceName }) => sourceName));
  const tensors = new Map<string, CheckpointTensor>();
  for (const { sourceName, tensor, dtype } of planned) {
    const name = names.get(sourceName)!;
    const data = readElements(file.storageBytes(tensor.storage), dtype, {
      offset: tensor.storage.viewOffset + tensor.offset,
      shape: tensor.shape,
      strides: tensor.strides,
    });
    tensors.set(name, { name, sourceName, dtype, shape: tensor.shape, data });
  }
  const warnings =
    others.length === 0
      ? []
      : [`${others.length} entries beside the tensors are not read, such as ${quoted(others[0]!)}.`];
  return { tensors, warnings: [...warnings, ...dropNonFinite(tensors)] };
}

/**
 * Refuses what no reconstruction can be computed with. Beside a known network, tensors that are no part of it may be anything (a
 * mask of land, the best loss so far): they are taken out, so that nothing can compute with them.
 *
 * @param tensors - changed.
 * @returns what was taken out, as sentences.
 * @throws CheckpointError 'non-finite-weights'.
 */
export function dropNonFinite(tensors: Map<string, CheckpointTensor>): string[] {
  const isKnown = [...tensors.keys()].some(isNetworkTensor);
  const warnings: string[] = [];
  for (const [name, { sourceName, data }] of tensors) {
    const at = firstNonFinite(data);
    if (at < 0) continue;
    const found = `element ${at} is ${data[at]}`;
    if (!isKnown || isNetworkTensor(name))
      throw new CheckpointError({
        code: 'non-finite-weights',
        where: `tensor ${quoted(sourceName)}`,
        found,
        expected: 'finite weights',
        fix: 'The training diverged: upload the checkpoint of an earlier epoch.',
      });
    tensors.delete(name);
    warnings.push(`Tensor ${quoted(sourceName)} is no part of the network and was left out: ${found}.`);
  }
  return warnings;
}

function planTensors(
  weights: PickleDict,
  limits: CheckpointLimits,
): { planned: PlannedTensor[]; others: string[] } {
  const planned: PlannedTensor[] = [];
  const others: string[] = [];
  let totalBytes = 0;
  for (const [key, value] of weights.items) {
    if (typeof key === 'string') checkTensorName(key);
    if (typeof key !== 'string' || !isKind(value, 'tensor')) {
      refuseUnreadTensor(key, value);
      others.push(typeof key === 'string' ? key : 'a key that is not text');
      continue;
    }
    if (planned.length >= limits.maxTensors) throw tooManyTensors(limits.maxTensors);
    const dtype = checkTensor(key, value, limits);
    totalBytes += elementCount(value.shape) * READ_BYTES[dtype];
    if (totalBytes > limits.maxTensorBytes) throw tooLarge(key, totalBytes, limits.maxTensorBytes);
    planned.push({ sourceName: key, tensor: value, dtype });
  }
  if (planned.length > 0) return { planned, others };
  throw new CheckpointError({
    code: 'no-tensors',
    where: 'the weights',
    found: others.length === 0 ? 'an empty dictionary' : `no tensor among ${others.length} entries`,
    expected: 'tensors',
    fix: SAVE_STATE_DICT,
  });
}

/** A name has to be shown, compared and split. @throws CheckpointError 'malformed-tensor'. */
export function checkTensorName(name: string): void {
  if (name.length > MAX_NAME_CHARACTERS)
    throw malformed(`tensor ${quoted(name)}`, `its name has ${name.length} characters`);
}

function refuseUnreadTensor(key: PickleValue, value: PickleValue): void {
  if (!isUnreadTensor(value)) return;
  throw new CheckpointError({
    code: 'unsupported-tensor',
    where: `tensor ${quoted(String(typeof key === 'string' ? key : '?'))}`,
    found: value.name.includes('_meta_tensor')
      ? 'it lies on the device meta: it has a shape and no values'
      : `it is rebuilt by ${quoted(value.name)}`,
    expected: 'a dense tensor',
    fix: value.name.includes('_meta_tensor')
      ? 'Load the trained weights before saving.'
      : 'Convert it with .dequantize() or .to_dense() before saving.',
  });
}

function checkTensor(name: string, tensor: PickleTensor, limits: CheckpointLimits): TensorDtype {
  const where = `tensor ${quoted(name)}`;
  const { dtype, storage, shape, strides, offset } = tensor;
  if (dtype === null || storage.dtype === null) throw unknownDtype(where, tensor.typeName);
  if (storage.dtype !== 'bytes' && storage.dtype !== dtype)
    throw malformed(where, `it reads ${storage.typeName} as ${dtype}`);
  if (shape.length > limits.maxTensorRank) throw malformed(where, `it has ${shape.length} axes`);
  const count = elementCount(shape);
  if (!Number.isSafeInteger(count) || count * READ_BYTES[dtype] > limits.maxTensorBytes)
    throw tooLarge(name, count * READ_BYTES[dtype], limits.maxTensorBytes);
  if (count === 0) return dtype;
  const last = shape.reduce((sum, size, axis) => sum + (size - 1) * strides[axis]!, offset);
  const available =
    storage.dtype === 'bytes' ? Math.floor(storage.viewCount / STORED_BYTES[dtype]) : storage.viewCount;
  if (!(last < available)) {
    throw new CheckpointError({
      code: 'storage-out-of-bounds',
      where,
      found: `its last element is number ${last} of storage ${quoted(storage.key)}, which has ${available}`,
      expected: 'offset, shape and strides inside the storage',
      fix: SAVE_STATE_DICT,
    });
  }
  return dtype;
}

function malformed(where: string, found: string): CheckpointError {
  return new CheckpointError({
    code: 'malformed-tensor',
    where,
    found,
    expected: 'a tensor as torch.save writes it',
    fix: SAVE_STATE_DICT,
  });
}

function tooManyTensors(limit: number): CheckpointError {
  return new CheckpointError({
    code: 'too-complex',
    where: 'the weights',
    found: `more than ${limit} tensors`,
    expected: `at most ${limit}`,
    fix: 'Save the weights of the network only.',
  });
}

export function tooLarge(name: string, foundBytes: number, limitBytes: number): CheckpointError {
  return new CheckpointError({
    code: 'too-large',
    where: `tensor ${quoted(name)}`,
    found: `the weights up to here take ${foundBytes} bytes`,
    expected: `at most ${limitBytes} for all of them`,
    fix: 'Save the weights of the network only.',
  });
}
