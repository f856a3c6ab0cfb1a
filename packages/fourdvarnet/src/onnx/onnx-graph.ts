/** What a ModelProto holds, as far as we write it: float32 and int64 tensors, operators of the standard domain. */
export type OnnxGraph = {
  readonly name: string;
  readonly inputs: readonly OnnxValue[];
  readonly outputs: readonly OnnxValue[];
  readonly initializers: readonly OnnxTensor[];
  /** In an order in which every node comes after the nodes that it reads. */
  readonly nodes: readonly OnnxNode[];
};

export type OnnxValue = { readonly name: string; readonly dims: readonly number[] };

export type OnnxTensor = {
  readonly name: string;
  readonly dims: readonly number[];
  readonly data: Float32Array | BigInt64Array;
};

export type OnnxNode = {
  readonly operator: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: Readonly<Record<string, OnnxAttribute>>;
};

export type OnnxAttribute =
  | { readonly int: number }
  | { readonly ints: readonly number[] }
  | { readonly float: number }
  | { readonly text: string };
