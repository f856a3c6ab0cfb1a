import type { PreviewFrame } from '@sillage/contracts';
import { balance } from './colour-map';
import type { ColourScale } from './field-map.config';

const MISSING = -32_768;

/** Raw int16 of a frame, `[lat, lon]`, from its base64. */
export function decodedHeights({ values, latCount, lonCount }: PreviewFrame): Int16Array {
  const bytes = Uint8Array.from(atob(values), (character) => character.charCodeAt(0));
  const view = new DataView(bytes.buffer);
  return Int16Array.from({ length: latCount * lonCount }, (_, index) => view.getInt16(2 * index, true));
}

/** One scale for all the days: from the lowest to the highest height of any; ±1 m while there is none. */
export function scaleOfFrames(frames: readonly PreviewFrame[]): ColourScale {
  let min = Number.POSITIVE_INFINITY;
  let max = Number.NEGATIVE_INFINITY;
  for (const frame of frames) {
    for (const raw of decodedHeights(frame)) {
      if (raw === MISSING) continue;
      const heightM = raw * frame.scale + frame.offset;
      min = Math.min(min, heightM);
      max = Math.max(max, heightM);
    }
  }
  return min < max ? { map: balance, min, max } : { map: balance, min: -1, max: 1 };
}
