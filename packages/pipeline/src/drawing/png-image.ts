import { crc32, deflateSync } from 'node:zlib';

/** Red, green and blue, 0…255 each. */
export type Colour = readonly [red: number, green: number, blue: number];

const SIGNATURE = Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const INDEXED_COLOUR = 3;

/**
 * Encodes an image of up to 256 colours as PNG.
 *
 * @param indices - number of the colour of each pixel, from the top left, row by row.
 * @throws RangeError if there are not width × height pixels, or more than 256 colours.
 * Source: W3C, Portable Network Graphics (PNG) Specification, third edition.
 */
export function pngImage(image: {
  width: number;
  height: number;
  indices: Uint8Array;
  palette: readonly Colour[];
}): Buffer {
  const { width, height, indices, palette } = image;
  if (indices.length !== width * height || palette.length > 256) {
    throw new RangeError(
      `an image of ${width} × ${height} has ${indices.length} pixels and ${palette.length} colours`,
    );
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header[8] = 8; // bits per pixel
  header[9] = INDEXED_COLOUR;
  const lines = Buffer.alloc(height * (width + 1)); // each line begins with its filter: none
  for (let row = 0; row < height; row++) {
    lines.set(indices.subarray(row * width, (row + 1) * width), row * (width + 1) + 1);
  }
  return Buffer.concat([
    SIGNATURE,
    chunk('IHDR', header),
    chunk('PLTE', Buffer.from(palette.flat())),
    chunk('IDAT', deflateSync(lines, { level: 9 })),
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
