import { unpackHeights, unpackPoints, type PreviewMap, type PreviewTrack } from '@sillage/contracts';
import { formatFixed } from '../../lib/format-number';
import { niceAbove, type Extent } from './field-map.config';
import { decodeField, type Field } from './ocean-map.config';

export type Preview = { kind: 'map'; map: PreviewMap } | { kind: 'track'; track: PreviewTrack };

/** Heights of a map in metres, NaN where missing, `[lat, lon]` from the south-west. */
export function fieldOfPreview(map: PreviewMap): Field {
  return decodeField(unpackHeights(map), map);
}

/** All heights of a preview in metres, NaN where missing. */
export function heightsOf(preview: Preview): Float32Array {
  if (preview.kind === 'map') return fieldOfPreview(preview.map);
  return Float32Array.from(unpackPoints(preview.track.points), ({ heightM }) => heightM);
}

/** Lowest and highest value, metres. One value alone gets a centimetre on both sides; none, a metre. */
export function rangeOf(heightsM: Iterable<number>): { min: number; max: number } {
  let min = Number.POSITIVE_INFINITY;
  let max = Number.NEGATIVE_INFINITY;
  for (const value of heightsM) {
    if (Number.isNaN(value)) continue;
    min = Math.min(min, value);
    max = Math.max(max, value);
  }
  if (min > max) return { min: -1, max: 1 };
  return min === max ? { min: min - 0.01, max: max + 0.01 } : { min, max };
}

/** `−0.52 … 0.61 m` as the words under a picture. */
export function rangeText({ min, max }: { min: number; max: number }): string {
  return `${formatFixed(min, 2)} to ${formatFixed(max, 2)} m`;
}

/** What is drawn: the box with a little sea around it, so that its edges are seen. */
export function previewExtent(preview: Pick<PreviewMap | PreviewTrack, 'box'>): Extent {
  const { west, east, south, north } = preview.box;
  const margin = niceAbove(Math.max(east - west, north - south) * 0.03);
  return { west: west - margin, east: east + margin, south: south - margin, north: north + margin };
}
