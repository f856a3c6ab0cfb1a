import { viewOf } from '../checkpoint-bytes.js';
import { CheckpointError, quoted, SAVE_STATE_DICT } from '../checkpoint-error.js';
import { isTensorDtype, type TensorDtype } from '../tensor-dtype.js';
import {
  globalName,
  isKind,
  makeStub,
  type NumpyDtype,
  type PickleDict,
  type PickleGlobal,
  type PickleStorage,
  type PickleStub,
  type PickleTensor,
  type PickleValue,
} from './pickle-value.js';

type Constructor = (args: readonly PickleValue[]) => PickleValue | undefined;

const STORAGE_DTYPES = new Map<string, TensorDtype | 'bytes'>([
  ['DoubleStorage', 'float64'],
  ['FloatStorage', 'float32'],
  ['HalfStorage', 'float16'],
  ['BFloat16Storage', 'bfloat16'],
  ['LongStorage', 'int64'],
  ['IntStorage', 'int32'],
  ['ShortStorage', 'int16'],
  ['CharStorage', 'int8'],
  ['ByteStorage', 'uint8'],
  ['BoolStorage', 'bool'],
  ['UntypedStorage', 'bytes'],
]);
const MAX_RANK = 64; // of torch's own tensors
const STORAGE_MODULES = new Set(['torch', 'torch.cuda', 'torch.storage']);

/** The constructors that are understood; the only thing a call in a pickle can lead to. */
const CONSTRUCTORS = new Map<string, Constructor>([
  ['collections.OrderedDict', makeDict],
  ['collections.defaultdict', () => ({ kind: 'dict', items: new Map() })],
  ['torch.Size', ([items]) => (isKind(items, 'tuple') ? items : undefined)],
  ['torch._utils._rebuild_tensor', rebuildTensor],
  ['torch._utils._rebuild_tensor_v2', rebuildTensor],
  ['torch._utils._rebuild_tensor_v3', rebuildTypedTensor],
  ['torch._utils._rebuild_parameter', ([tensor]) => (isKind(tensor, 'tensor') ? tensor : undefined)],
  [
    'torch._utils._rebuild_parameter_with_state',
    ([tensor]) => (isKind(tensor, 'tensor') ? tensor : undefined),
  ],
  ['torch._tensor._rebuild_from_type_v2', rebuildSubclass],
  ['_codecs.encode', encodeLatin1],
  ['numpy.dtype', makeNumpyDtype],
  ['numpy.core.multiarray.scalar', readNumpyElement],
  ['numpy._core.multiarray.scalar', readNumpyElement],
  ...['builtins', '__builtin__'].flatMap((module): [string, Constructor][] => [
    [`${module}.dict`, makeDict],
    [`${module}.list`, ([items]) => ({ kind: 'list', items: [...itemsOf(items)] })],
    [`${module}.tuple`, ([items]) => ({ kind: 'tuple', items: [...itemsOf(items)] })],
    [`${module}.set`, ([items]) => ({ kind: 'set', items: new Set(itemsOf(items)) })],
    [`${module}.frozenset`, ([items]) => ({ kind: 'set', items: new Set(itemsOf(items)) })],
  ]),
]);

/** Whether a class or function is interpreted, and not merely noted. */
export function isKnownGlobal(module: string, name: string): boolean {
  if (STORAGE_MODULES.has(module) && name.endsWith('Storage')) return true;
  if (module === 'torch' && isTensorDtype(name)) return true;
  return CONSTRUCTORS.has(`${module}.${name}`);
}

/** What a call describes, if we understand it; undefined for a stub. */
export function callGlobal(callee: PickleGlobal, args: readonly PickleValue[]): PickleValue | undefined {
  return CONSTRUCTORS.get(globalName(callee))?.(args);
}

/** What `BUILD` does to an object: stubs remember it, a numpy dtype learns its byte order, all else ignores it. */
export function applyState(
  target: Exclude<PickleValue, null | boolean | number | bigint | string>,
  state: PickleValue,
): void {
  if (isKind(target, 'stub')) target.state = state;
  else if (isKind(target, 'numpy-dtype'))
    target.isBigEndian = isKind(state, 'tuple') && state.items[1] === '>';
}

/** Reads `('storage', torch.FloatStorage, key, location, count)`; a text says what is wrong with it. */
export function readStorageId(id: PickleValue): PickleStorage | PickleStub | string {
  if (!isKind(id, 'tuple')) return 'a reference to the container is not a tuple';
  const [kind, type, key, location, count, view] = id.items;
  if (kind === 'module' && isKind(type, 'global')) return makeStub(type, id);
  if (kind !== 'storage')
    return `a reference to the container is of the kind ${describe(kind)}, not 'storage'`;
  if (!isKind(type, 'global') || !type.name.endsWith('Storage'))
    return `the type of a storage is ${isKind(type, 'global') ? quoted(globalName(type)) : 'no class'}`;
  if (typeof key !== 'string' || typeof location !== 'string') return 'the key of a storage is not text';
  if (!isCount(count)) return `storage ${quoted(key)} has ${describe(count)} elements`;
  const dtype = STORAGE_MODULES.has(type.module) ? STORAGE_DTYPES.get(type.name) : undefined;
  let viewOffset = 0;
  let viewCount = count;
  if (isKind(view, 'tuple')) {
    if (dtype === 'bytes') return `storage ${quoted(key)} has no type and yet a view`;
    const [, offset, size] = view.items;
    if (!isCount(offset) || !isCount(size) || offset + size > count)
      return `a view of storage ${quoted(key)} lies outside of it`;
    viewOffset = offset;
    viewCount = size;
  }
  return {
    kind: 'storage',
    key,
    typeName: globalName(type),
    dtype: dtype ?? null,
    elementCount: count,
    viewOffset,
    viewCount,
  };
}

function isCount(value: PickleValue | undefined): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

function describe(value: PickleValue | undefined): string {
  if (typeof value === 'string') return quoted(value);
  if (value === null || value === undefined) return 'nothing';
  return typeof value === 'object'
    ? `a ${'kind' in value ? value.kind : 'text of bytes'}`
    : quoted(String(value));
}

function itemsOf(value: PickleValue | undefined): Iterable<PickleValue> {
  if (isKind(value, 'list') || isKind(value, 'tuple') || isKind(value, 'set')) return value.items;
  return isKind(value, 'dict') ? value.items.keys() : [];
}

function makeDict([source]: readonly PickleValue[]): PickleDict {
  const made: PickleDict = { kind: 'dict', items: new Map() };
  if (isKind(source, 'dict')) {
    for (const [key, value] of source.items) made.items.set(key, value);
    return made;
  }
  for (const pair of itemsOf(source)) {
    if ((isKind(pair, 'list') || isKind(pair, 'tuple')) && pair.items.length === 2)
      made.items.set(pair.items[0]!, pair.items[1]!);
  }
  return made;
}

/** `_rebuild_tensor[_v2](storage, offset, size, stride, …)`. */
function rebuildTensor(args: readonly PickleValue[]): PickleTensor | undefined {
  const storage = args[0];
  if (!isKind(storage, 'storage')) return undefined;
  return makeTensor(storage, args, storage.dtype === 'bytes' ? null : storage.dtype, storage.typeName);
}

/** `_rebuild_tensor_v3(storage, offset, size, stride, requires_grad, hooks, dtype, metadata)`. */
function rebuildTypedTensor(args: readonly PickleValue[]): PickleTensor | undefined {
  const [storage, , , , , , type] = args;
  if (!isKind(storage, 'storage') || !isKind(type, 'global')) return undefined;
  const isKnown = type.module === 'torch' && isTensorDtype(type.name);
  return makeTensor(storage, args, isKnown ? (type.name as TensorDtype) : null, globalName(type));
}

/** `_rebuild_from_type_v2(function, class, args, state)`: a tensor that carries Python attributes, which are dropped. */
function rebuildSubclass([callee, , args]: readonly PickleValue[]): PickleTensor | undefined {
  if (!isKind(callee, 'global') || !isKind(args, 'tuple')) return undefined;
  const name = globalName(callee);
  if (name === 'torch._utils._rebuild_tensor_v2') return rebuildTensor(args.items);
  return name === 'torch._utils._rebuild_tensor_v3' ? rebuildTypedTensor(args.items) : undefined;
}

function makeTensor(
  storage: PickleStorage,
  [, offset, size, stride]: readonly PickleValue[],
  dtype: TensorDtype | null,
  typeName: string,
): PickleTensor {
  if (!isCount(offset)) throw malformedTensor(storage, `its offset is ${describe(offset)}`);
  const shape = countsOf(size);
  const strides = countsOf(stride);
  if (shape === null) throw malformedTensor(storage, 'its shape is not a short list of sizes');
  if (strides === null) throw malformedTensor(storage, 'its strides are not a short list of steps');
  if (shape.length !== strides.length)
    throw malformedTensor(storage, `it has ${shape.length} sizes and ${strides.length} strides`);
  return { kind: 'tensor', storage, dtype, typeName, offset, shape, strides };
}

function countsOf(value: PickleValue | undefined): readonly number[] | null {
  if (!isKind(value, 'tuple') || value.items.length > MAX_RANK) return null;
  return value.items.every(isCount) ? value.items : null;
}

function malformedTensor(storage: PickleStorage, found: string): CheckpointError {
  return new CheckpointError({
    code: 'malformed-tensor',
    where: `a tensor of storage ${quoted(storage.key)}`,
    found,
    expected: 'an offset, sizes and strides of at least 0',
    fix: SAVE_STATE_DICT,
  });
}

/** How protocol 2 writes bytes: as text of which each character is one byte. */
function encodeLatin1([text, encoding]: readonly PickleValue[]): Uint8Array | undefined {
  if (typeof text !== 'string' || (encoding !== 'latin1' && encoding !== 'latin-1')) return undefined;
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code > 0xff) return undefined;
    bytes[i] = code;
  }
  return bytes;
}

function makeNumpyDtype([code]: readonly PickleValue[]): NumpyDtype | undefined {
  return typeof code === 'string' ? { kind: 'numpy-dtype', code, isBigEndian: false } : undefined;
}

const NUMPY_READERS: Readonly<
  Record<string, (view: DataView, isLittle: boolean) => number | bigint | boolean>
> = {
  f8: (view, isLittle) => view.getFloat64(0, isLittle),
  f4: (view, isLittle) => view.getFloat32(0, isLittle),
  i8: (view, isLittle) => view.getBigInt64(0, isLittle),
  u8: (view, isLittle) => view.getBigUint64(0, isLittle),
  i4: (view, isLittle) => view.getInt32(0, isLittle),
  u4: (view, isLittle) => view.getUint32(0, isLittle),
  i2: (view, isLittle) => view.getInt16(0, isLittle),
  u2: (view, isLittle) => view.getUint16(0, isLittle),
  i1: (view) => view.getInt8(0),
  u1: (view) => view.getUint8(0),
  b1: (view) => view.getUint8(0) !== 0,
};

/** `scalar(dtype, bytes)`: one number. */
export function readNumpyElement([dtype, bytes]: readonly PickleValue[]):
  | number
  | bigint
  | boolean
  | undefined {
  if (!isKind(dtype, 'numpy-dtype') || !(bytes instanceof Uint8Array)) return undefined;
  const read = Object.hasOwn(NUMPY_READERS, dtype.code) ? NUMPY_READERS[dtype.code] : undefined;
  if (read === undefined || bytes.length !== Number(dtype.code.slice(1))) return undefined;
  const value = read(viewOf(bytes), !dtype.isBigEndian);
  return typeof value === 'bigint' && Number.isSafeInteger(Number(value)) ? Number(value) : value;
}
