/** What a file of a network is: an archive of torch.save, its older sequence of pickles, safetensors, or an ONNX graph. */
export type NetworkFileFormat = 'zip' | 'legacy' | 'safetensors' | 'onnx';

/** Bytes from the beginning of a file that {@link networkFileFormat} looks at; a shorter file is looked at whole. */
export const FORMAT_START_BYTES = 16;

/** `PROTO 2, LONG1 10, <magic of torch>, STOP`. */
const LEGACY_START = [
  ...[0x80, 0x02, 0x8a, 0x0a, 0x6c, 0xfc, 0x9c, 0x46],
  ...[0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19, 0x2e],
];
const ZIP_START = [0x50, 0x4b, 0x03, 0x04];
/** The first field of every ONNX file in use: number 1, the version of the format. */
const ONNX_VERSION_FIELD = 0x08;
const MAX_ONNX_VERSION = 127;
const SAFETENSORS_LENGTH_BYTES = 8;

/**
 * The format of a network's file by its first bytes; null for none of these. The one place that tells them apart.
 *
 * A safetensors file begins with the length of its header, whose lowest byte may be any number, that of ONNX too.
 */
export function networkFileFormat(start: Uint8Array): NetworkFileFormat | null {
  if (startsWith(start, ZIP_START)) return 'zip';
  if (startsWith(start, LEGACY_START)) return 'legacy';
  if (startsAsSafetensors(start)) return 'safetensors';
  const version = start[1] ?? 0;
  return start[0] === ONNX_VERSION_FIELD && version > 0 && version <= MAX_ONNX_VERSION ? 'onnx' : null;
}

/** A length below 2⁴⁰, then JSON. */
function startsAsSafetensors(start: Uint8Array): boolean {
  const isShort = start[5] === 0 && start[6] === 0 && start[7] === 0;
  return start.length >= SAFETENSORS_LENGTH_BYTES + 2 && isShort && start[SAFETENSORS_LENGTH_BYTES] === 0x7b;
}

function startsWith(start: Uint8Array, bytes: readonly number[]): boolean {
  return bytes.every((byte, index) => start[index] === byte);
}
