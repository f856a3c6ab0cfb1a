import { z } from 'zod';
import { packedHeightsLength, packedPointsLength, type PackedHeights } from './packed-values.js';

const base64Schema = (mostCharacters: number) =>
  z
    .string()
    .max(mostCharacters)
    .regex(/^[A-Za-z0-9+/]*={0,2}$/, 'not base64');

/** What a schema of a field of at most `mostNodes` × `mostNodes` has, to be refined with `holdsAllHeights`. */
export const packedHeightsShape = (mostNodes: number) => ({
  latCount: z.number().int().min(1).max(mostNodes),
  lonCount: z.number().int().min(1).max(mostNodes),
  /** value = raw · scale + offset, metres; raw −32768 = missing. */
  scale: z.number().positive(),
  offset: z.number(),
  /** Little-endian int16 in base64, `[lat, lon]`, both ascending. */
  values: base64Schema(packedHeightsLength(mostNodes * mostNodes)),
});

export const holdsAllHeights = ({ latCount, lonCount, values }: PackedHeights): boolean =>
  values.length === packedHeightsLength(latCount * lonCount);
export const NOT_ALL_HEIGHTS = {
  path: ['values'],
  message: 'not as long as latCount × lonCount values of two bytes',
};

export const packedPointsSchema = (mostPoints: number) =>
  base64Schema(packedPointsLength(mostPoints)).refine(
    (text) => text.length % packedPointsLength(1) === 0,
    'no whole number of points of three values of four bytes',
  );
