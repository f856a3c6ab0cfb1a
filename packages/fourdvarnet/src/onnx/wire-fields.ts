import { OnnxError } from './onnx-error.js';

/** One field of a protobuf message, as it lies in the file. Bytes are a view, not a copy. */
export type WireField =
  | { readonly number: number; readonly kind: 'varint'; readonly value: bigint }
  | { readonly number: number; readonly kind: 'fixed32' | 'fixed64' | 'bytes'; readonly bytes: Uint8Array };

const KINDS = ['varint', 'fixed64', 'bytes', null, null, 'fixed32'] as const;

/**
 * Goes through the fields of a message, checking every length before it is used. Groups, which no ONNX file has, are
 * refused.
 *
 * @throws {@link OnnxError} `not-onnx`.
 */
export function* wireFields(message: Uint8Array): Generator<WireField, void, void> {
  const cursor = { bytes: message, at: 0 };
  while (cursor.at < message.length) {
    const tag = readSmallVarint(cursor);
    const number = Math.floor(tag / 8);
    const kind = KINDS[tag % 8] ?? null;
    if (kind === null || number === 0) {
      throw new OnnxError('not-onnx', `the file is not ONNX: byte ${cursor.at} begins no protobuf field`);
    }
    if (kind === 'varint') {
      yield { number, kind, value: readVarint(cursor) };
      continue;
    }
    const length = kind === 'fixed32' ? 4 : kind === 'fixed64' ? 8 : readSmallVarint(cursor);
    if (length > message.length - cursor.at) {
      throw new OnnxError(
        'not-onnx',
        `the file is not ONNX, or cut short: a field of ${length} bytes begins where ${message.length - cursor.at} are left`,
      );
    }
    yield { number, kind, bytes: message.subarray(cursor.at, cursor.at + length) };
    cursor.at += length;
  }
}

/** The integers of a repeated field, packed or one by one. */
export function* wireIntegers(field: WireField): Generator<bigint, void, void> {
  if (field.kind === 'varint') {
    yield BigInt.asIntN(64, field.value);
  } else {
    const cursor = { bytes: field.bytes, at: 0 };
    while (cursor.at < field.bytes.length) yield BigInt.asIntN(64, readVarint(cursor));
  }
}

/** A tag or a length: short ones, nearly all, without big integers. */
function readSmallVarint(cursor: { bytes: Uint8Array; at: number }): number {
  const first = cursor.bytes[cursor.at]!;
  if (first < 0x80) {
    cursor.at++;
    return first;
  }
  return Number(readVarint(cursor));
}

function readVarint(cursor: { bytes: Uint8Array; at: number }): bigint {
  let value = 0n;
  for (let shift = 0n; shift < 70n; shift += 7n) {
    const byte = cursor.bytes[cursor.at++];
    if (byte === undefined) break;
    value |= BigInt(byte & 0x7f) << shift;
    if (byte < 0x80) return BigInt.asUintN(64, value);
  }
  throw new OnnxError('not-onnx', 'the file is not ONNX, or cut short: a number has no end');
}
