import { packHeights, PREVIEW_NODES, type PreviewFrame } from '@sillage/contracts';

/** m: a millimetre is far below what a picture can show, and int16 reaches ±32 m with it. */
const UNITS = { scale: 0.001, offset: 0 };

/** A finished day: heights in metres, `[lat, lon]`, south first; not a number where there is none. */
export type MappedDay = { day: string; latCount: number; lonCount: number; heightsM: Float32Array };

/** The day as a picture of at most 64 × 64 nodes, by leaving out every so many. */
export function previewFrame({ day, latCount, lonCount, heightsM }: MappedDay): PreviewFrame {
  const step = Math.max(1, Math.ceil(latCount / PREVIEW_NODES), Math.ceil(lonCount / PREVIEW_NODES));
  const rows = Math.ceil(latCount / step);
  const columns = Math.ceil(lonCount / step);
  const shown = Float32Array.from(
    { length: rows * columns },
    (_, node) =>
      heightsM[Math.floor(node / columns) * step * lonCount + (node % columns) * step] ?? Number.NaN,
  );
  return { day, latCount: rows, lonCount: columns, ...UNITS, values: packHeights(shown, UNITS) };
}
