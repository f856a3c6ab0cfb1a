import { MISSING_RAW, unpackHeights, type PreviewFrame } from '@sillage/contracts';
import { balance } from './colour-map';
import type { ColourScale } from './field-map.config';

/** One scale for all the days: from the lowest to the highest height of any; ±1 m while there is none. */
export function scaleOfFrames(frames: readonly PreviewFrame[]): ColourScale {
  let min = Number.POSITIVE_INFINITY;
  let max = Number.NEGATIVE_INFINITY;
  for (const frame of frames) {
    for (const raw of unpackHeights(frame)) {
      if (raw === MISSING_RAW) continue;
      const heightM = raw * frame.scale + frame.offset;
      min = Math.min(min, heightM);
      max = Math.max(max, heightM);
    }
  }
  return min < max ? { map: balance, min, max } : { map: balance, min: -1, max: 1 };
}
