import { PREVIEW_NODES, type PreviewFrame } from '@sillage/contracts';

const SCALE_M = 0.001; // m: a millimetre is far below what a picture can show, and int16 reaches ±32 m with it
const MISSING = -32_768;
const LARGEST = 32_767;

/** A finished day: heights in metres, `[lat, lon]`, south first; not a number where there is none. */
export type MappedDay = { day: string; latCount: number; lonCount: number; heightsM: Float32Array };

/** The day as a picture of at most 64 × 64 nodes, by leaving out every so many. */
export function previewFrame({ day, latCount, lonCount, heightsM }: MappedDay): PreviewFrame {
  const step = Math.max(1, Math.ceil(latCount / PREVIEW_NODES), Math.ceil(lonCount / PREVIEW_NODES));
  const rows = Math.ceil(latCount / step);
  const columns = Math.ceil(lonCount / step);
  const bytes = Buffer.alloc(2 * rows * columns);
  for (let row = 0; row < rows; row += 1) {
    for (let column = 0; column < columns; column += 1) {
      const heightM = heightsM[row * step * lonCount + column * step] ?? Number.NaN;
      bytes.writeInt16LE(rawOf(heightM), 2 * (row * columns + column));
    }
  }
  return {
    day,
    latCount: rows,
    lonCount: columns,
    scale: SCALE_M,
    offset: 0,
    values: bytes.toString('base64'),
  };
}

function rawOf(heightM: number): number {
  if (!Number.isFinite(heightM)) return MISSING;
  return Math.max(-LARGEST, Math.min(LARGEST, Math.round(heightM / SCALE_M)));
}
