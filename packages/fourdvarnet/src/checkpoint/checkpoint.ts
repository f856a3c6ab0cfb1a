import type { TensorDtype } from './tensor-dtype.js';

export type TensorData =
  | Float64Array<ArrayBuffer>
  | Float32Array<ArrayBuffer>
  | BigInt64Array<ArrayBuffer>
  | Int32Array<ArrayBuffer>
  | Int16Array<ArrayBuffer>
  | Int8Array<ArrayBuffer>
  | Uint8Array<ArrayBuffer>;

export type CheckpointTensor = {
  /** Without the prefixes of wrappers: `prior_cost.conv_in.weight`. */
  name: string;
  /** As in the file: `module.solver.prior_cost.conv_in.weight`. */
  sourceName: string;
  /** As in the file. `float16` and `bfloat16` are widened: their `data` is a Float32Array. */
  dtype: TensorDtype;
  shape: readonly number[];
  /** C order, without gaps; `bool` as 0 and 1; `int64` as BigInt64Array. A fresh copy: no two tensors share it. */
  data: TensorData;
};

/** What an optimizer's saved state says about the parameters, which it knows by number only. */
export type OptimizerTrace = {
  /** All parameters it was given. */
  parameterIndices: readonly number[];
  /** Those it keeps a state for, with the shape of that state: a parameter that no gradient ever reached has none. */
  stateShapes: ReadonlyMap<number, readonly number[] | null>;
};

/** What JSON can say. Numbers that it cannot (NaN, infinities, beyond 2^53) are texts. */
export type PlainData = null | boolean | number | string | PlainData[] | { [key: string]: PlainData };

export type LightningMetadata = {
  /** Of pytorch-lightning. */
  version: string | null;
  epoch: number | null;
  globalStep: number | null;
};

export type Checkpoint = {
  format: 'zip' | 'legacy' | 'safetensors';
  /** Where in the file the weights were found: `state_dict`, `model`, or the empty text for the top level. */
  place: string;
  /** By name, in the order of the file. */
  tensors: ReadonlyMap<string, CheckpointTensor>;
  /** `hyper_parameters` as plain data; null when there are none. */
  hyperParameters: PlainData;
  /** null for a file that Lightning did not write. */
  lightning: LightningMetadata | null;
  optimizers: readonly OptimizerTrace[];
  /** `__metadata__` of a safetensors file, else empty. */
  metadata: Readonly<Record<string, string>>;
  /** Classes and functions that the file names and that were neither loaded nor called, in alphabetical order. */
  foreignGlobals: readonly string[];
  /** What was left out or is unusual, as sentences. */
  warnings: readonly string[];
};
