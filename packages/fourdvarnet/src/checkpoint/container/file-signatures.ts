import { networkFileFormat } from '../../file-format/network-file-format.js';
import type { CheckpointBytes } from '../checkpoint-bytes.js';

/** What people upload by mistake, by its first bytes. */
const SIGNATURES: readonly (readonly [start: string, name: string])[] = [
  ['\x89HDF\r\n', 'an HDF5 file (NetCDF-4 or Keras)'],
  ['CDF', 'a classic NetCDF file'],
  ['\x93NUMPY', 'a NumPy array'],
  ['\x1f\x8b', 'a gzip file; unpack it first'],
  ['BZh', 'a bzip2 file; unpack it first'],
  ['\xfd7zXZ', 'an xz file; unpack it first'],
  ['7z\xbc\xaf', 'a 7z archive; unpack it first'],
  ['GGUF', 'a GGUF file'],
  ['version https://git-lfs', 'a pointer of Git LFS, not the file itself; run git lfs pull'],
  ['<!DOCTYPE', 'a web page, perhaps the login page of the server it was downloaded from'],
  ['<html', 'a web page, perhaps the login page of the server it was downloaded from'],
  ['PK\x05\x06', 'an empty zip archive'],
  ['\x80', 'a bare pickle that torch.save did not write'],
];

/** A phrase for what a file is, that is no checkpoint. */
export function describeStart(bytes: CheckpointBytes): string {
  if (bytes.sizeBytes === 0) return 'it is empty';
  const start = bytes.range(0, Math.min(bytes.sizeBytes, 32), 'the file');
  if (networkFileFormat(start) === 'onnx') return 'it is an ONNX graph';
  const text = Array.from(start, (byte) => String.fromCharCode(byte)).join('');
  const known = SIGNATURES.find(([signature]) => text.startsWith(signature));
  if (known !== undefined) return `it is ${known[1]}`;
  const hex = Array.from(start.subarray(0, 8), (byte) => byte.toString(16).padStart(2, '0')).join(' ');
  return `it starts with the bytes ${hex}`;
}
