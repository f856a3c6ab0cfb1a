import { crc32, deflateSync } from 'node:zlib';

const SIGNATURE = Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const TRUE_COLOUR = 2;

/**
 * Encodes an opaque picture as PNG, on the server, for figures that hold one.
 *
 * @param rgba - four bytes for each pixel, from the top left, row by row; the fourth is left out.
 * Source: W3C, Portable Network Graphics (PNG) Specification, third edition.
 */
export function rgbPng(
  rgba: Uint8ClampedArray,
  { width, height }: { width: number; height: number },
): Buffer {
  if (rgba.length !== width * height * 4)
    throw new RangeError(`a picture of ${width} × ${height} has ${rgba.length} bytes`);
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header[8] = 8; // bits for each of red, green and blue
  header[9] = TRUE_COLOUR;
  const lines = Buffer.alloc(height * (1 + 3 * width)); // each line begins with its filter: none
  for (let pixel = 0; pixel < width * height; pixel += 1) {
    const target = Math.floor(pixel / width) * (1 + 3 * width) + 1 + 3 * (pixel % width);
    for (let channel = 0; channel < 3; channel += 1) lines[target + channel] = rgba[4 * pixel + channel]!;
  }
  return Buffer.concat([
    SIGNATURE,
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(lines)),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const result = Buffer.alloc(body.length + 8);
  result.writeUInt32BE(data.length, 0);
  result.set(body, 4);
  result.writeUInt32BE(crc32(body), body.length + 4);
  return result;
}
