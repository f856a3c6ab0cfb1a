import { MISSING_RAW, type MapLayer, type MapManifest } from '@sillage/contracts';
import { formatLatitude, formatLongitude } from '../../lib/format-number';
import { amp, balance, type ColourMap } from './colour-map';

export type Extent = { west: number; east: number; south: number; north: number };

/** The outer edges of a grid: half a step beyond its first and last points. */
export function extentOf({ lonDeg, latDeg }: Pick<MapManifest, 'lonDeg' | 'latDeg'>): Extent {
  const [west, east] = edges(lonDeg);
  const [south, north] = edges(latDeg);
  return { west, east, south, north };
}

function edges(values: readonly number[]): [number, number] {
  const first = values[0] ?? 0;
  const last = values.at(-1) ?? 0;
  const half = values.length > 1 ? (last - first) / (values.length - 1) / 2 : 0.5;
  return [first - half, last + half];
}

/** Width over height that makes a kilometre as long in both directions in the middle of the map. */
export function aspectOf(extent: Extent): number {
  const midLat = ((extent.south + extent.north) / 2) * (Math.PI / 180);
  return ((extent.east - extent.west) * Math.cos(midLat)) / (extent.north - extent.south);
}

/** Index of the grid point nearest to a value on an even, ascending axis; `null` outside the map. */
export function nearestIndex(values: readonly number[], value: number): number | null {
  const [low, high] = edges(values);
  if (value < low || value > high) return null;
  const index = Math.floor(((value - low) / (high - low)) * values.length);
  return Math.min(values.length - 1, Math.max(0, index));
}

/** A value of a frame in metres; `null` where it is missing. */
export function valueAt(
  frame: Int16Array,
  layer: Pick<MapLayer, 'scale' | 'offset'>,
  index: number,
): number | null {
  const raw = frame[index];
  return raw === undefined || raw === MISSING_RAW ? null : raw * layer.scale + layer.offset;
}

export type ColourScale = { map: ColourMap; min: number; max: number };

/**
 * Colour scales that stay the same over all days, so that a film of maps does not flicker. Reconstruction and reference
 * share the reference's. The error's is symmetrical around zero and ends at 2.5 times the RMSE, and that of the
 * RMSE at twice: one wild point must not pale the rest.
 */
export function colourScales(manifest: MapManifest, rmseM: number): Record<MapLayer['name'], ColourScale> {
  const layer = (name: MapLayer['name']) => manifest.layers.find((item) => item.name === name);
  const heights = layer('reference') ?? layer('reconstruction');
  const height = { map: balance, min: heights?.min ?? -1, max: heights?.max ?? 1 };
  const error = layer('error');
  const largest = error === undefined ? 1 : Math.max(Math.abs(error.min), Math.abs(error.max));
  const limit = niceAbove(Math.min(largest, 2.5 * rmseM)) || 1;
  const ofRange = (name: MapLayer['name']) => ({
    map: balance,
    min: layer(name)?.min ?? -1,
    max: layer(name)?.max ?? 1,
  });
  return {
    reconstruction: height,
    reference: height,
    error: { map: balance, min: -limit, max: limit },
    observations: height,
    'reconstruction-gradient': ofRange('reconstruction-gradient'),
    'reference-gradient': ofRange('reference-gradient'),
    'reconstruction-vorticity': ofRange('reconstruction-vorticity'),
    'reference-vorticity': ofRange('reference-vorticity'),
    rmse: { map: amp, min: 0, max: niceAbove(Math.min(layer('rmse')?.max ?? 1, 2 * rmseM)) || 1 },
  };
}

const WHOLE_CM_RANGE_M = 0.2; // a bar longer than this is read in whole centimetres

/** Left, middle and right of a colour bar, in centimetres; `≤` and `≥` where values beyond share the last colour. */
export function colourBarLabels(
  layer: Pick<MapLayer, 'min' | 'max'>,
  scale: ColourScale,
): [string, string, string] {
  const isCentred = scale.min === -scale.max;
  const isCoarse = scale.max - scale.min >= WHOLE_CM_RANGE_M;
  const text = (valueM: number) => {
    const sizeCm = Math.abs(valueM * 100);
    const size = isCoarse ? sizeCm.toFixed(0) : `${Number(sizeCm.toPrecision(3))}`;
    return valueM < 0 && size !== '0' ? `\u2212${size}` : isCentred && valueM > 0 ? `+${size}` : size;
  };
  return [
    `${layer.min < scale.min ? '≤ ' : ''}${text(scale.min)}`,
    text((scale.min + scale.max) / 2),
    `${layer.max > scale.max ? '≥ ' : ''}${text(scale.max)} cm`,
  ];
}

/** The smallest of 1, 1.5, 2, 3, 4, 5, 6, 8 times a power of ten that is not below the value. */
export function niceAbove(value: number): number {
  if (value <= 0) return 0;
  const power = 10 ** Math.floor(Math.log10(value));
  const step =
    [1, 1.5, 2, 3, 4, 5, 6, 8, 10].find((candidate) => candidate * power >= value * (1 - 1e-9)) ?? 10;
  return Number((step * power).toPrecision(6));
}

/**
 * Colours of a frame as RGBA bytes, north at the top: the frame's first row is the southernmost. Missing is transparent.
 *
 * @param frame - raw int16, shape `[latCount, lonCount]`, both ascending.
 */
export function paintFrame(
  frame: Int16Array,
  layer: Pick<MapLayer, 'scale' | 'offset'>,
  scale: ColourScale,
  size: { latCount: number; lonCount: number },
): Uint8ClampedArray<ArrayBuffer> {
  const { latCount, lonCount } = size;
  if (frame.length !== latCount * lonCount) {
    throw new RangeError(`a frame has ${frame.length} values, need ${latCount} × ${lonCount}`);
  }
  const pixels = new Uint8ClampedArray(latCount * lonCount * 4);
  const { table } = scale.map;
  const factor = 255 / (scale.max - scale.min);
  for (let row = 0; row < latCount; row += 1) {
    const source = (latCount - 1 - row) * lonCount;
    for (let column = 0; column < lonCount; column += 1) {
      const raw = frame[source + column]!;
      if (raw === MISSING_RAW) continue;
      const value = raw * layer.scale + layer.offset;
      const colour = Math.max(0, Math.min(255, Math.round((value - scale.min) * factor))) * 3;
      const target = (row * lonCount + column) * 4;
      pixels[target] = table[colour]!;
      pixels[target + 1] = table[colour + 1]!;
      pixels[target + 2] = table[colour + 2]!;
      pixels[target + 3] = 255;
    }
  }
  return pixels;
}

/**
 * Colour of every place where the reference has no value, as RGBA bytes like `paintFrame`'s: land. Elsewhere transparent.
 *
 * @param reference - raw int16, shape `[latCount, lonCount]`.
 * @param rgb - 0…255.
 */
export function paintLand(
  reference: Int16Array,
  rgb: readonly [number, number, number],
  size: { latCount: number; lonCount: number },
): Uint8ClampedArray<ArrayBuffer> {
  const { latCount, lonCount } = size;
  const pixels = new Uint8ClampedArray(latCount * lonCount * 4);
  for (let row = 0; row < latCount; row += 1) {
    const source = (latCount - 1 - row) * lonCount;
    for (let column = 0; column < lonCount; column += 1) {
      if (reference[source + column] === MISSING_RAW)
        pixels.set([...rgb, 255], (row * lonCount + column) * 4);
    }
  }
  return pixels;
}

/** Maps wider than this stand two and two: four in a row would be strips. */
const WIDE_ASPECT = 1.25;

export function isWide(aspect: number): boolean {
  return aspect > WIDE_ASPECT;
}

export type AxisTick = { value: number; label: string };

export function longitudeTicks(extent: Extent, wanted: number): AxisTick[] {
  return ticks(extent.west, extent.east, wanted).map((value) => ({ value, label: formatLongitude(value) }));
}

export function latitudeTicks(extent: Extent, wanted: number): AxisTick[] {
  return ticks(extent.south, extent.north, wanted).map((value) => ({ value, label: formatLatitude(value) }));
}

const TICK_STEPS = [1, 2, 5, 10, 20, 30, 45, 60];

/** At most about as many as wanted, but two at least where a smaller step gives them: one tick is no axis. */
function ticks(from: number, to: number, wanted: number): number[] {
  const fitting = TICK_STEPS.findIndex((step) => (to - from) / step <= wanted);
  for (let index = fitting < 0 ? TICK_STEPS.length - 1 : fitting; index >= 0; index -= 1) {
    const values = multiples(from, to, TICK_STEPS[index]!);
    if (values.length > 1 || index === 0) return values;
  }
  return [];
}

function multiples(from: number, to: number, step: number): number[] {
  const values: number[] = [];
  for (let value = Math.ceil(from / step) * step; value <= to; value += step)
    values.push(value === 0 ? 0 : value);
  return values;
}
