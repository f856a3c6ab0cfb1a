import { IrregularGridError, ShapeMismatchError } from './errors.js';

/** A rectilinear grid; every axis is ascending and evenly spaced. */
export type RegularGrid = {
  /** Days since 1950-01-01T00:00:00Z, shape `[T]`. */
  readonly timeDays: Float64Array;
  /** Degrees north, shape `[Y]`. */
  readonly latDeg: Float64Array;
  /** Degrees east in [−180, 180), shape `[X]`. */
  readonly lonDeg: Float64Array;
};

/** Heights in metres in C order `[time, lat, lon]`; NaN is missing. */
export type FieldValues = Float32Array | Float64Array;

/** Coordinates closer than this are the same: 4DVarNet's axes carry accumulated round-off of 5e-12 degrees. */
export const COORDINATE_TOLERANCE_DEG = 1e-6;
/** The same for time: 0.1 s. */
export const COORDINATE_TOLERANCE_DAYS = 1e-6;
/** xrft refuses axes whose steps differ by more than this fraction. */
export const SPACING_RELATIVE_TOLERANCE = 1e-3;

export type AxisName = 'time' | 'latitude' | 'longitude';

/**
 * Mean step of an ascending axis, in the axis' unit.
 *
 * @param axis - shape `[N]`, N ≥ 2.
 * @throws IrregularGridError where a step is not positive or differs from the mean step by more than 0.1 %.
 */
export function axisSpacing(axis: Float64Array, name: AxisName): number {
  if (axis.length < 2)
    throw new IrregularGridError({ axis: name, reason: `it has ${axis.length} value(s), needs 2` });
  const spacing = (axis[axis.length - 1]! - axis[0]!) / (axis.length - 1);
  if (!(spacing > 0)) throw new IrregularGridError({ axis: name, reason: 'it is not ascending' });
  for (let index = 1; index < axis.length; index++) {
    const step = axis[index]! - axis[index - 1]!;
    if (!(Math.abs(step - spacing) <= SPACING_RELATIVE_TOLERANCE * spacing)) {
      const reason = `step ${index} is ${step}, the mean step is ${spacing}`;
      throw new IrregularGridError({ axis: name, reason });
    }
  }
  return spacing;
}

/** @throws IrregularGridError where an axis of more than one value is not ascending and even to 0.1 %. */
export function requireEvenGrid(grid: RegularGrid): void {
  if (grid.timeDays.length > 1) axisSpacing(grid.timeDays, 'time');
  if (grid.latDeg.length > 1) axisSpacing(grid.latDeg, 'latitude');
  if (grid.lonDeg.length > 1) axisSpacing(grid.lonDeg, 'longitude');
}

/** Whether two axes hold the same coordinates to within `tolerance` (the axes' unit). */
export function isSameAxis(a: ArrayLike<number>, b: ArrayLike<number>, tolerance: number): boolean {
  if (a.length !== b.length) return false;
  for (let index = 0; index < a.length; index++) {
    if (!(Math.abs(a[index]! - b[index]!) <= tolerance)) return false;
  }
  return true;
}

/** The axes of a grid in whatever array holds them: typed, or read back from JSON. */
type GridAxes = { readonly [Axis in keyof RegularGrid]: ArrayLike<number> };

/** Whether two grids are the same to within 1e-6° and 1e-6 days. */
export function isSameGrid(a: GridAxes, b: GridAxes): boolean {
  return (
    isSameAxis(a.timeDays, b.timeDays, COORDINATE_TOLERANCE_DAYS) &&
    isSameAxis(a.latDeg, b.latDeg, COORDINATE_TOLERANCE_DEG) &&
    isSameAxis(a.lonDeg, b.lonDeg, COORDINATE_TOLERANCE_DEG)
  );
}

/** @throws ShapeMismatchError unless `values` holds exactly `expectedLength` numbers. */
export function requireLength(name: string, values: ArrayLike<number>, expectedLength: number): void {
  if (values.length !== expectedLength) {
    throw new ShapeMismatchError({ name, found: values.length, expected: expectedLength });
  }
}
