import { MISSING_RAW, type MapLayer, type MapManifest } from '@sillage/contracts';
import { formatFixed, formatSigned } from '../../lib/format-number';
import { amp, balance, haline, speed, type ColourMap } from './colour-map';
import { niceAbove } from './field-map.config';

/** What a map can show: heights, or what follows from them. */
export const QUANTITIES = ['height', 'gradient', 'vorticity'] as const;
export type MapQuantity = (typeof QUANTITIES)[number];

type QuantityText = {
  name: string;
  symbol: string;
  /** Unit on the screen, and the factor that leads to it from the unit of the layer. */
  unit: string;
  factor: number;
  decimals: number;
};

export const QUANTITY_TEXTS: Record<MapQuantity, QuantityText> = {
  height: { name: 'Height', symbol: 'SSH', unit: 'cm', factor: 100, decimals: 1 },
  gradient: { name: 'Gradient', symbol: '|∇SSH|', unit: 'cm / 100 km', factor: 1e7, decimals: 1 },
  vorticity: { name: 'Vorticity', symbol: 'ζ/f', unit: 'f', factor: 1, decimals: 3 },
};

/** The layer of a quantity, of the map itself or of the truth. */
export function layerOf(subject: 'reconstruction' | 'reference', quantity: MapQuantity): MapLayer['name'] {
  return quantity === 'height' ? subject : `${subject}-${quantity}`;
}

/** Values of one map in the unit of its layer, NaN where missing, `[lat, lon]` from the south-west. */
export type Field = Float32Array;

/** Raw int16 of a frame as values. */
export function decodeField(frame: Int16Array, { scale, offset }: Pick<MapLayer, 'scale' | 'offset'>): Field {
  const field = new Float32Array(frame.length);
  for (let index = 0; index < frame.length; index += 1) {
    const raw = frame[index]!;
    field[index] = raw === MISSING_RAW ? Number.NaN : raw * scale + offset;
  }
  return field;
}

/** The first minus the second, NaN where either is missing. */
export function differenceOf(first: Field, second: Field): Field {
  if (first.length !== second.length)
    throw new RangeError(`maps of ${first.length} and ${second.length} points cannot be subtracted`);
  return first.map((value, index) => value - second[index]!);
}

const SAME_PLACE_DEG = 1e-5;

/** Whether two sets of maps show the same points and days, so that they can be laid over each other. */
export function isSameGrid(first: MapManifest, second: MapManifest): boolean {
  const isSame = (left: readonly number[], right: readonly number[]) =>
    left.length === right.length &&
    left.every((value, index) => Math.abs(value - right[index]!) < SAME_PLACE_DEG);
  return (
    isSame(first.lonDeg, second.lonDeg) &&
    isSame(first.latDeg, second.latDeg) &&
    isSame(first.timeDays, second.timeDays)
  );
}

/** A colour scale in the unit of the layer, and how its ends are read. */
export type FieldScale = {
  map: ColourMap;
  min: number;
  max: number;
  quantity: MapQuantity;
  /** Values beyond the ends share the last colour. */
  isOpenBelow: boolean;
  isOpenAbove: boolean;
};

type Range = Pick<MapLayer, 'min' | 'max' | 'rms'>;

/** How far the scale of a quantity with long tails goes, in root mean squares: one wild point must not pale the rest. */
const RMS_SHOWN = 3;
const ERROR_RMS_SHOWN = 2.5;

/**
 * Colour scale of a quantity, the same for every map that is compared and for all days, so that a film does not flicker. It is that
 * of the truth where there is one.
 */
export function fieldScale(quantity: MapQuantity, range: Range): FieldScale {
  const { min, max } = range;
  if (quantity === 'height')
    return { map: haline, min, max, quantity, isOpenBelow: false, isOpenAbove: false };
  const size = Math.max(Math.abs(min), Math.abs(max));
  const limit = niceAbove(Math.min(size, RMS_SHOWN * (range.rms ?? size))) || 1;
  return quantity === 'gradient'
    ? { map: speed, min: 0, max: limit, quantity, isOpenBelow: false, isOpenAbove: max > limit }
    : {
        map: balance,
        min: -limit,
        max: limit,
        quantity,
        isOpenBelow: min < -limit,
        isOpenAbove: max > limit,
      };
}

/** Symmetrical scale of a difference; `rms` is a size that is known before the days are loaded. */
export function differenceScale(quantity: MapQuantity, rms: number): FieldScale {
  const limit = niceAbove(ERROR_RMS_SHOWN * rms) || 1 / QUANTITY_TEXTS[quantity].factor;
  return { map: balance, min: -limit, max: limit, quantity, isOpenBelow: true, isOpenAbove: true };
}

/** Scale of RMSE at each place. */
export function rmseScale(range: Pick<Range, 'max'>, rmseM: number): FieldScale {
  const limit = niceAbove(Math.min(range.max, 2 * rmseM)) || 0.01;
  return {
    map: amp,
    min: 0,
    max: limit,
    quantity: 'height',
    isOpenBelow: false,
    isOpenAbove: range.max > limit,
  };
}

/** Left, middle and right of a colour bar, the unit at the end. */
export function fieldBarLabels(scale: FieldScale): [string, string, string] {
  const { factor, unit } = QUANTITY_TEXTS[scale.quantity];
  const isCentred = scale.min === -scale.max;
  const decimals = barDecimals((scale.max - scale.min) * factor);
  const text = (value: number) => (isCentred ? formatSigned : formatFixed)(value * factor, decimals);
  return [
    `${scale.isOpenBelow ? '≤ ' : ''}${text(scale.min)}`,
    text((scale.min + scale.max) / 2),
    `${scale.isOpenAbove ? '≥ ' : ''}${text(scale.max)} ${unit}`,
  ];
}

/** Three figures of the whole bar. */
function barDecimals(span: number): number {
  return span >= 20 ? 0 : span >= 2 ? 1 : span >= 0.2 ? 2 : 3;
}

/** A value with its unit, as the cursor reads it. */
export function fieldValueText(value: number, quantity: MapQuantity, isDifference = false): string {
  if (Number.isNaN(value)) return 'none';
  const { factor, unit, decimals } = QUANTITY_TEXTS[quantity];
  const format = isDifference || quantity === 'vorticity' ? formatSigned : formatFixed;
  return `${format(value * factor, decimals)} ${unit}`;
}

/**
 * Colours of a field as RGBA bytes, north at the top. Missing is transparent.
 *
 * @param size - of the field, whose first row is the southernmost.
 */
export function paintField(
  field: Field,
  scale: Pick<FieldScale, 'map' | 'min' | 'max'>,
  size: { latCount: number; lonCount: number },
): Uint8ClampedArray<ArrayBuffer> {
  const { latCount, lonCount } = size;
  if (field.length !== latCount * lonCount)
    throw new RangeError(`a field has ${field.length} values, need ${latCount} × ${lonCount}`);
  const pixels = new Uint8ClampedArray(latCount * lonCount * 4);
  const { table } = scale.map;
  const factor = 255 / (scale.max - scale.min || 1);
  for (let row = 0; row < latCount; row += 1) {
    const source = (latCount - 1 - row) * lonCount;
    for (let column = 0; column < lonCount; column += 1) {
      const value = field[source + column]!;
      if (Number.isNaN(value)) continue;
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

/** The colour of land wherever a field has no value, as RGBA bytes like `paintField`'s. */
export function paintMissing(
  field: Field,
  rgb: readonly [number, number, number],
  size: { latCount: number; lonCount: number },
): Uint8ClampedArray<ArrayBuffer> {
  const { latCount, lonCount } = size;
  const pixels = new Uint8ClampedArray(latCount * lonCount * 4);
  for (let row = 0; row < latCount; row += 1) {
    const source = (latCount - 1 - row) * lonCount;
    for (let column = 0; column < lonCount; column += 1)
      if (Number.isNaN(field[source + column]!)) pixels.set([...rgb, 255], (row * lonCount + column) * 4);
  }
  return pixels;
}

/** An edge between two points of a grid, in steps of the grid from its north-western corner. */
export type Edge = { x1: number; y1: number; x2: number; y2: number };

/**
 * The outline of the points that have a value: tracks become thin bands and swaths broad ones, and the map below stays to
 * be seen. Edges that follow each other along a row are joined.
 */
export function outlineOf(field: Field, size: { latCount: number; lonCount: number }): Edge[] {
  const { latCount, lonCount } = size;
  const has = (row: number, column: number): boolean =>
    row >= 0 &&
    row < latCount &&
    column >= 0 &&
    column < lonCount &&
    !Number.isNaN(field[(latCount - 1 - row) * lonCount + column]!);
  const edges: Edge[] = [];
  for (let row = 0; row <= latCount; row += 1) {
    let start = -1;
    for (let column = 0; column <= lonCount; column += 1) {
      const isEdge = column < lonCount && has(row - 1, column) !== has(row, column);
      if (isEdge && start < 0) start = column;
      if (!isEdge && start >= 0) {
        edges.push({ x1: start, y1: row, x2: column, y2: row });
        start = -1;
      }
    }
  }
  for (let column = 0; column <= lonCount; column += 1) {
    let start = -1;
    for (let row = 0; row <= latCount; row += 1) {
      const isEdge = row < latCount && has(row, column - 1) !== has(row, column);
      if (isEdge && start < 0) start = row;
      if (!isEdge && start >= 0) {
        edges.push({ x1: column, y1: start, x2: column, y2: row });
        start = -1;
      }
    }
  }
  return edges;
}
