import { ATTRIBUTE, DATA_TYPES, GRAPH, MODEL, NODE, TENSOR, VALUE_INFO } from './onnx-fields.js';
import { wireFields, wireIntegers, type WireField } from './wire-fields.js';

/** A tensor as far as shapes depend on it. */
export type ReadTensor = {
  readonly dims: readonly number[];
  readonly elementType: string;
  /** In C order; null where there are too many for a shape, or they are no plain numbers. */
  readonly values: readonly number[] | null;
};

export type ReadAttribute = {
  readonly int?: number;
  readonly ints?: readonly number[];
  readonly float?: number;
  readonly floats?: readonly number[];
  readonly text?: string;
  readonly tensor?: ReadTensor;
};

export type ReadNode = {
  readonly operator: string;
  /** An input that is left out has an empty name. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: ReadonlyMap<string, ReadAttribute>;
};

/** What an ONNX file computes, without its weights. */
export type ReadGraph = {
  readonly opset: number;
  readonly nodes: readonly ReadNode[];
  readonly initializers: ReadonlyMap<string, ReadTensor>;
  readonly outputs: readonly string[];
};

/** A shape has no more numbers than that. */
const MOST_VALUES = 256;

/**
 * Reads the operators of a file that `inspectOnnx` has taken: lengths, types and limits are checked there.
 *
 * @throws OnnxError `not-onnx`.
 */
export function readOnnxGraph(bytes: Uint8Array): ReadGraph {
  let opset = 0;
  const nodes: ReadNode[] = [];
  const initializers = new Map<string, ReadTensor>();
  const outputs: string[] = [];
  for (const field of wireFields(bytes)) {
    if (field.kind !== 'bytes') continue;
    // Sets of other domains are never used by a node that is taken.
    if (field.number === MODEL.opsetImport) opset = Math.max(opset, opsetOf(field.bytes));
    if (field.number !== MODEL.graph) continue;
    for (const part of wireFields(field.bytes)) {
      if (part.kind !== 'bytes') continue;
      if (part.number === GRAPH.node) nodes.push(nodeOf(part.bytes));
      if (part.number === GRAPH.output) outputs.push(nameOf(part.bytes));
      if (part.number === GRAPH.initializer) {
        const { name, ...tensor } = tensorOf(part.bytes);
        initializers.set(name, tensor);
      }
    }
  }
  return { opset, nodes, initializers, outputs };
}

const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
const signed = (value: bigint): number => Number(BigInt.asIntN(64, value));

/** Of the standard domain, whose name is empty or `ai.onnx`; 0 of others. */
function opsetOf(bytes: Uint8Array): number {
  let [domain, version] = ['', 0];
  for (const field of wireFields(bytes)) {
    if (field.kind === 'bytes') domain = text(field.bytes);
    if (field.kind === 'varint') version = signed(field.value);
  }
  return domain === '' || domain === 'ai.onnx' ? version : 0;
}

function nameOf(bytes: Uint8Array): string {
  for (const field of wireFields(bytes))
    if (field.number === VALUE_INFO.name && field.kind === 'bytes') return text(field.bytes);
  return '';
}

function nodeOf(bytes: Uint8Array): ReadNode {
  let operator = '';
  const [inputs, outputs]: [string[], string[]] = [[], []];
  const attributes = new Map<string, ReadAttribute>();
  for (const field of wireFields(bytes)) {
    if (field.kind !== 'bytes') continue;
    if (field.number === NODE.opType) operator = text(field.bytes);
    if (field.number === NODE.input) inputs.push(text(field.bytes));
    if (field.number === NODE.output) outputs.push(text(field.bytes));
    if (field.number === NODE.attribute) {
      const { name, ...attribute } = attributeOf(field.bytes);
      attributes.set(name, attribute);
    }
  }
  return { operator, inputs, outputs, attributes };
}

function attributeOf(bytes: Uint8Array): ReadAttribute & { name: string } {
  let name = '';
  let attribute: ReadAttribute = {};
  const [ints, floats]: [number[], number[]] = [[], []];
  for (const field of wireFields(bytes)) {
    if (field.number === ATTRIBUTE.name && field.kind === 'bytes') name = text(field.bytes);
    if (field.number === ATTRIBUTE.int && field.kind === 'varint')
      attribute = { ...attribute, int: signed(field.value) };
    if (field.number === ATTRIBUTE.text && field.kind === 'bytes')
      attribute = { ...attribute, text: text(field.bytes) };
    if (field.number === ATTRIBUTE.float && field.kind === 'fixed32')
      attribute = { ...attribute, float: float32s(field.bytes)[0] ?? 0 };
    if (field.number === ATTRIBUTE.ints) for (const value of wireIntegers(field)) ints.push(Number(value));
    if (field.number === ATTRIBUTE.floats && field.kind !== 'varint') floats.push(...float32s(field.bytes));
    if (field.number === ATTRIBUTE.tensor && field.kind === 'bytes')
      attribute = { ...attribute, tensor: tensorOf(field.bytes) };
  }
  return {
    name,
    ...attribute,
    ...(ints.length > 0 ? { ints } : {}),
    ...(floats.length > 0 ? { floats } : {}),
  };
}

function tensorOf(bytes: Uint8Array): ReadTensor & { name: string } {
  let [name, type] = ['', 0];
  const dims: number[] = [];
  const data: WireField[] = [];
  for (const field of wireFields(bytes)) {
    if (field.number === TENSOR.dims) for (const dim of wireIntegers(field)) dims.push(Number(dim));
    if (field.number === TENSOR.dataType && field.kind === 'varint') type = signed(field.value);
    if (field.number === TENSOR.name && field.kind === 'bytes') name = text(field.bytes);
    if (DATA_FIELDS.has(field.number)) data.push(field);
  }
  const elementType = DATA_TYPES.get(type) ?? 'unknown';
  const count = dims.reduce((product, dim) => product * dim, 1);
  return { name, dims, elementType, values: count > MOST_VALUES ? null : valuesOf(data, elementType, count) };
}

const DATA_FIELDS: ReadonlySet<number> = new Set([
  TENSOR.rawData,
  TENSOR.floatData,
  TENSOR.int32Data,
  TENSOR.int64Data,
  TENSOR.doubleData,
]);

function valuesOf(data: readonly WireField[], elementType: string, count: number): number[] | null {
  const values = data.flatMap((field) => numbersOf(field, elementType) ?? []);
  return values.length === count ? values : null;
}

function numbersOf(field: WireField, elementType: string): number[] | null {
  switch (field.number) {
    case TENSOR.int32Data:
    case TENSOR.int64Data:
      return elementType.startsWith('int') || elementType === 'bool'
        ? Array.from(wireIntegers(field), Number)
        : null;
    case TENSOR.floatData:
      return field.kind === 'varint' ? null : float32s(field.bytes);
    case TENSOR.rawData:
      return field.kind === 'varint' ? null : rawNumbers(field.bytes, elementType);
    default:
      return null;
  }
}

function rawNumbers(bytes: Uint8Array, elementType: string): number[] | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const read = (step: number, at: (offset: number) => number): number[] =>
    Array.from({ length: Math.floor(bytes.length / step) }, (_, index) => at(index * step));
  switch (elementType) {
    case 'int64':
      return read(8, (offset) => Number(view.getBigInt64(offset, true)));
    case 'int32':
      return read(4, (offset) => view.getInt32(offset, true));
    case 'float32':
      return float32s(bytes);
    case 'float64':
      return read(8, (offset) => view.getFloat64(offset, true));
    case 'bool':
      return read(1, (offset) => view.getUint8(offset));
    default:
      return null;
  }
}

function float32s(bytes: Uint8Array): number[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Array.from({ length: Math.floor(bytes.length / 4) }, (_, index) => view.getFloat32(4 * index, true));
}
