import { CheckpointError, quoted, SAVE_STATE_DICT } from './checkpoint-error.js';
import type { TorchFile } from './container/torch-file.js';
import { readNumpyElement } from './pickle/known-globals.js';
import {
  isKind,
  type PickleDict,
  type PickleStub,
  type PickleTensor,
  type PickleValue,
} from './pickle/pickle-value.js';
import { storedElementBytes } from './storage-elements.js';
import { STORED_BYTES } from './tensor-dtype.js';
import { elementCount, readElements } from './tensor-elements.js';

/** What reads the bytes of a storage. */
export type StorageReader = Pick<TorchFile, 'storageBytes'>;

type SingleNumber = number | bigint | boolean;

/** Elements of a storage that is read for one of them. */
const MAX_STORAGE_ELEMENTS = 2 ** 20;
/** Bytes of all storages that are read for single numbers: what is read of a file is kept as long as the file is open. */
const MAX_READ_BYTES = 16 * 2 ** 20;
/** A DataArray holds a variable, which may hold another wrapper, which holds the array. */
const MAX_WRAPPERS = 8;
/** Attributes in which xarray's classes keep what they wrap. */
const WRAPPED = ['_variable', '_data', 'array', '_variables'];

/** The storages of a file within a budget for all single numbers together. @throws CheckpointError 'too-large' beyond it. */
export function withReadBudget(storages: StorageReader): StorageReader {
  const read = new Set<string>();
  let readBytes = 0;
  return {
    storageBytes(storage) {
      if (!read.has(storage.key)) {
        const bytes = storage.elementCount * storedElementBytes(storage);
        if (readBytes + bytes > MAX_READ_BYTES) throw overBudget(storage.key);
        readBytes += bytes;
        read.add(storage.key);
      }
      return storages.storageBytes(storage);
    },
  };
}

function overBudget(key: string): CheckpointError {
  return new CheckpointError({
    code: 'too-large',
    where: `storage ${quoted(key)}`,
    found: `more than ${MAX_READ_BYTES} bytes of storages for single numbers`,
    expected: 'numbers stored with .item()',
    fix: SAVE_STATE_DICT,
  });
}

/**
 * The number in a tensor, a NumPy array, or a DataArray or Dataset of xarray that holds a single one, as means and variances do that were
 * computed of data and stored without `.item()`.
 *
 * @returns null where there are more, or something else.
 */
export function singleNumber(value: PickleTensor | PickleStub, storages: StorageReader): SingleNumber | null {
  let inner: PickleValue | undefined = value;
  for (let wrappers = 0; wrappers < MAX_WRAPPERS; wrappers++) {
    if (isKind(inner, 'tensor')) return ofTensor(inner, storages);
    if (typeof inner === 'number' || typeof inner === 'bigint' || typeof inner === 'boolean') return inner;
    if (!isKind(inner, 'stub')) return null;
    if (inner.name === 'numpy.ndarray') return ofArray(inner);
    if (!inner.name.startsWith('xarray.')) return null;
    inner = wrappedIn(inner);
  }
  return null;
}

function ofTensor(tensor: PickleTensor, storages: StorageReader): SingleNumber | null {
  const { dtype, storage, offset, shape, strides } = tensor;
  const isOfStorage = storage.dtype === 'bytes' || storage.dtype === dtype;
  if (dtype === null || !isOfStorage || elementCount(shape) !== 1) return null;
  if (storage.elementCount > MAX_STORAGE_ELEMENTS) return null;
  const perElement = storage.dtype === 'bytes' ? STORED_BYTES[dtype] : 1;
  if ((offset + 1) * perElement > storage.viewCount) return null;
  try {
    const layout = { offset: storage.viewOffset + offset, shape, strides };
    const element = readElements(storages.storageBytes(storage), dtype, layout)[0]!;
    if (typeof element === 'bigint') return Number.isSafeInteger(Number(element)) ? Number(element) : element;
    return dtype === 'bool' ? element !== 0 : element;
  } catch (error) {
    // beside the weights: what cannot be read is not known, and is asked for
    if (error instanceof CheckpointError) return null;
    throw error;
  }
}

/** `_reconstruct(ndarray, …)` with the state (version, shape, dtype, isFortran, bytes). */
function ofArray({ state }: PickleStub): SingleNumber | null {
  if (!isKind(state, 'tuple')) return null;
  const [, shape, dtype, , bytes] = state.items;
  if (!isKind(shape, 'tuple') || shape.items.some((size) => size !== 1)) return null;
  return readNumpyElement([dtype ?? null, bytes ?? null]) ?? null;
}

function wrappedIn({ state }: PickleStub): PickleValue | undefined {
  const attributes = attributesOf(state);
  const found = WRAPPED.find((name) => attributes?.items.has(name) === true);
  const inner = found === undefined ? undefined : attributes!.items.get(found);
  if (!isKind(inner, 'dict')) return inner;
  // the variables of a Dataset, by name
  return inner.items.size === 1 ? [...inner.items.values()][0] : undefined;
}

/** The state of an object: its attributes, or a pair of which the second holds those of `__slots__`. */
function attributesOf(state: PickleValue): PickleDict | null {
  if (isKind(state, 'dict')) return state;
  const slots = isKind(state, 'tuple') ? state.items[1] : undefined;
  return isKind(slots, 'dict') ? slots : null;
}
