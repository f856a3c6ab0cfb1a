import { TENSOR } from './onnx-fields.js';
import { OnnxError } from './onnx-error.js';
import { wireIntegers, type WireField } from './wire-fields.js';

/** Bytes of one element in `raw_data`; null for a type that is not taken. */
export function elementBytes(typeName: string): number | null {
  return ELEMENT_BYTES.get(typeName) ?? null;
}

const ELEMENT_BYTES: ReadonlyMap<string, number> = new Map([
  ['float32', 4],
  ['float64', 8],
  ['float16', 2],
  ['bfloat16', 2],
  ['uint8', 1],
  ['int8', 1],
  ['uint16', 2],
  ['int16', 2],
  ['int32', 4],
  ['uint32', 4],
  ['int64', 8],
  ['uint64', 8],
  ['bool', 1],
]);

type StoredTensor = {
  readonly label: string;
  readonly typeName: string;
  /** Product of its dims. */
  readonly count: number;
  readonly data: readonly WireField[];
};

/** @throws {@link OnnxError} `not-onnx` if raw bytes do not fill the shape. */
export function checkLength({ label, typeName, count, data }: StoredTensor): void {
  const needed = count * elementBytes(typeName)!;
  for (const field of data) {
    if (field.number !== TENSOR.rawData || field.kind !== 'bytes') continue;
    if (field.bytes.length !== needed) {
      throw new OnnxError(
        'not-onnx',
        `${label} has ${field.bytes.length} bytes, needs ${needed} for its shape`,
      );
    }
  }
}

/**
 * NaN is nowhere a weight. Infinity is taken as a lone number, which masks compare with, not inside a tensor.
 *
 * @throws {@link OnnxError} `non-finite-weight`.
 */
export function checkFinite({ label, typeName, count, data }: StoredTensor): void {
  for (const field of data) {
    const type = storedAs(field, typeName);
    if (type === null) continue;
    const step = type === 'float64' ? 8 : type === 'float32' ? 4 : 2;
    const view = field.number === TENSOR.int32Data ? halvesOf(field) : viewOf(field);
    for (let at = 0; at + step <= view.byteLength; at += step) {
      const kind = kindOf(view, at, type);
      if (kind === 'finite' || (kind === 'infinite' && count === 1)) continue;
      throw new OnnxError(
        'non-finite-weight',
        `${label} has a value that is ${kind === 'infinite' ? 'infinite' : 'not a number'} at position ${at / step}; ` +
          'all weights must be finite: take a checkpoint from before training diverged',
      );
    }
  }
}

type FloatType = 'float64' | 'float32' | 'float16' | 'bfloat16';

/** The type of the numbers in a field; null where they are integers. */
function storedAs(field: WireField, typeName: string): FloatType | null {
  switch (field.number) {
    case TENSOR.floatData:
      return 'float32';
    case TENSOR.doubleData:
      return 'float64';
    case TENSOR.rawData:
      return typeName === 'float64' ||
        typeName === 'float32' ||
        typeName === 'float16' ||
        typeName === 'bfloat16'
        ? typeName
        : null;
    case TENSOR.int32Data:
      return typeName === 'float16' || typeName === 'bfloat16' ? typeName : null;
    default:
      return null;
  }
}

function viewOf(field: WireField): DataView {
  if (field.kind === 'varint')
    throw new OnnxError('not-onnx', 'a tensor of floating-point numbers holds an integer');
  return new DataView(field.bytes.buffer, field.bytes.byteOffset, field.bytes.byteLength);
}

/** Halves may be stored as integers, one by one. */
function halvesOf(field: WireField): DataView {
  const bits = Uint16Array.from(wireIntegers(field), Number);
  const view = new DataView(new ArrayBuffer(2 * bits.length));
  bits.forEach((value, i) => view.setUint16(2 * i, value, true));
  return view;
}

/** By the exponent's bits: all set means infinite or NaN. */
function kindOf(view: DataView, at: number, type: FloatType): 'finite' | 'infinite' | 'nan' {
  if (type === 'float64') {
    const value = view.getFloat64(at, true);
    return Number.isFinite(value) ? 'finite' : Number.isNaN(value) ? 'nan' : 'infinite';
  }
  const [bits, exponent, mantissa] =
    type === 'float32'
      ? [view.getUint32(at, true), 0x7f800000, 0x007fffff]
      : type === 'float16'
        ? [view.getUint16(at, true), 0x7c00, 0x03ff]
        : [view.getUint16(at, true), 0x7f80, 0x007f];
  if ((bits & exponent) !== exponent) return 'finite';
  return (bits & mantissa) === 0 ? 'infinite' : 'nan';
}
