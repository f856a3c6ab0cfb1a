import type { TensorDtype } from '../tensor-dtype.js';

/**
 * What a pickle describes, as inert data. Nothing here refers to code: a class or function is its name, and an object made
 * by calling one is a stub that remembers the call.
 */
export type PickleValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | Uint8Array
  | PickleTuple
  | PickleList
  | PickleSet
  | PickleDict
  | PickleGlobal
  | PickleStub
  | PickleStorage
  | PickleTensor
  | NumpyDtype;

export type PickleTuple = { kind: 'tuple'; items: readonly PickleValue[] };
export type PickleList = { kind: 'list'; items: PickleValue[] };
export type PickleSet = { kind: 'set'; items: Set<PickleValue> };
/** Keys that are not texts or numbers are told apart by identity; nothing we look up has such a key. */
export type PickleDict = { kind: 'dict'; items: Map<PickleValue, PickleValue> };
export type PickleGlobal = { kind: 'global'; module: string; name: string };
/** An object of an unknown class: what was called, with what, and what was put into it afterwards. */
export type PickleStub = {
  kind: 'stub';
  /** Of the class or function at the bottom: `omegaconf.dictconfig.DictConfig`. */
  name: string;
  args: PickleTuple;
  state: PickleValue;
  /** What was set by key, if anything: of subclasses of dict. */
  entries: PickleDict | null;
  /** What was appended, if anything: of subclasses of list. */
  appended: PickleList | null;
};
/** A storage of the container. */
export type PickleStorage = {
  kind: 'storage';
  key: string;
  /** `torch.FloatStorage`, for messages. */
  typeName: string;
  /** null for a type that is not read; 'bytes' for a storage without a type. */
  dtype: TensorDtype | 'bytes' | null;
  /** Elements of the whole storage; bytes when it has no type. */
  elementCount: number;
  /** Where this view of the storage begins, in elements; not 0 in very old files only. */
  viewOffset: number;
  viewCount: number;
};
export type PickleTensor = {
  kind: 'tensor';
  storage: PickleStorage;
  dtype: TensorDtype | null;
  /** For messages: `torch.FloatStorage`. */
  typeName: string;
  /** In elements, like the strides. */
  offset: number;
  shape: readonly number[];
  strides: readonly number[];
};
/** `numpy.dtype('f8')`; its byte order arrives later. */
export type NumpyDtype = { kind: 'numpy-dtype'; code: string; isBigEndian: boolean };

export function isKind<
  K extends Exclude<PickleValue, null | boolean | number | bigint | string | Uint8Array>['kind'],
>(value: PickleValue | undefined, kind: K): value is Extract<PickleValue, { kind: K }> {
  return typeof value === 'object' && value !== null && 'kind' in value && value.kind === kind;
}

export function globalName(value: PickleGlobal): string {
  return `${value.module}.${value.name}`;
}

/** A sparse, quantised or otherwise unusual tensor: a stub, of which leaving it out would leave weights out. */
export function isUnreadTensor(value: PickleValue | undefined): value is PickleStub {
  return isKind(value, 'stub') && /^torch[.](_utils|_tensor)[.]_rebuild/.test(value.name);
}

/** An object of an unknown class, made by calling it or by calling what another call returned. */
export function makeStub(callee: PickleGlobal | PickleStub, args: PickleTuple): PickleStub {
  const made = args.items[0];
  const isReconstruction = callee.kind === 'global' && /^_reconstruct(or)?$/.test(callee.name);
  const named = isReconstruction && isKind(made, 'global') ? made : callee;
  const name = named.kind === 'global' ? globalName(named) : named.name;
  return { kind: 'stub', name, args, state: null, entries: null, appended: null };
}
