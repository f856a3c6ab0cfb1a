import { NetcdfError } from '../netcdf-error.js';

/** How a stored axis becomes a canonical one: coordinates ascending, and for each of them the stored index. */
export type CanonicalAxis = {
  values: Float64Array;
  sourceIndex: Int32Array;
  /** True when sourceIndex is 0, 1, 2 … over the whole stored axis. */
  isIdentity: boolean;
  warnings: string[];
};

/** Coordinates closer to an even spacing than this are kept as stored. */
const KEEP_TOLERANCE_DEG = 1e-6;
/** Coordinates rounded by at most this fraction of a step are put back on the even spacing. */
const SNAP_FRACTION = 0.01;

export type SpatialAxisOptions = { where: string; isFloat32: boolean; spacing: 'even' | 'any' };

/**
 * Latitudes, ascending.
 *
 * @param stored - degrees north, shape [Y], monotonic.
 * @throws NetcdfError 'irregular-grid'.
 */
export function canonicalLatitudes(stored: Float64Array, options: SpatialAxisOptions): CanonicalAxis {
  const degrees = readable(stored, options);
  const bad = degrees.find((value) => !(Math.abs(value) <= 90 + KEEP_TOLERANCE_DEG));
  if (bad !== undefined)
    throw irregular(options.where, `it holds the latitude ${bad}`, 'latitudes from −90 to 90');
  const isDescending = degrees.length > 1 && degrees[0]! > degrees[degrees.length - 1]!;
  const index = Int32Array.from(degrees, (_, i) => (isDescending ? degrees.length - 1 - i : i));
  return finish(degrees, index, options, [], degrees.length);
}

/**
 * Longitudes in [−180, 180), ascending: 0–360 axes are shifted and rotated, a repeated last column is dropped.
 *
 * @param stored - degrees east, shape [X], monotonic.
 * @throws NetcdfError 'irregular-grid', also for an area across the date line, which has a gap once its longitudes ascend.
 */
export function canonicalLongitudes(stored: Float64Array, options: SpatialAxisOptions): CanonicalAxis {
  const degrees = readable(stored, options);
  const bad = degrees.find((value) => !(value >= -360 && value <= 720));
  if (bad !== undefined)
    throw irregular(options.where, `it holds the longitude ${bad}`, 'longitudes in −180…180 or 0…360');
  const warnings: string[] = [];
  let count = degrees.length;
  if (count > 2 && Math.abs(Math.abs(degrees[count - 1]! - degrees[0]!) - 360) < 1e-4) {
    count -= 1;
    warnings.push('The last column repeats the first one, 360° away; it was left out.');
  }
  const wrapped = degrees.subarray(0, count).map(wrapLongitude);
  const index = Int32Array.from(wrapped, (_, i) => i).sort((a, b) => wrapped[a]! - wrapped[b]!);
  return finish(wrapped, index, options, warnings, degrees.length);
}

/** Into [−180, 180), without touching values that are already there. */
export function wrapLongitude(lonDeg: number): number {
  if (lonDeg >= -180 && lonDeg < 180) return lonDeg;
  const wrapped = lonDeg - 360 * Math.floor((lonDeg + 180) / 360);
  return wrapped >= 180 ? wrapped - 360 : wrapped; // round-off just below −180 ends on 180
}

function readable(stored: Float64Array, { where, isFloat32 }: SpatialAxisOptions): Float64Array {
  if (stored.length === 0)
    throw new NetcdfError({
      code: 'empty-field',
      where,
      found: 'it has no value',
      expected: 'at least 2 values',
      fix: 'Write the whole map.',
    });
  const missing = stored.findIndex((value) => !Number.isFinite(value));
  if (missing >= 0)
    throw irregular(
      where,
      `value ${missing + 1} of ${stored.length} is missing`,
      'a coordinate for every row and column',
    );
  const steps = stored.subarray(1).map((value, i) => value - stored[i]!);
  const sign = Math.sign(steps.find((step) => Math.abs(step) < 180) ?? 1);
  // A longitude axis may restart at the date line or at Greenwich: 358, 359, 0, 1.
  const wrong = steps.findIndex((step) => Math.sign(step) !== sign && Math.abs(step) <= 180);
  if (wrong >= 0) {
    const found = `values ${wrong + 1} and ${wrong + 2} are ${stored[wrong]} and ${stored[wrong + 1]}`;
    throw irregular(where, found, 'coordinates that only rise or only fall');
  }
  return isFloat32 ? stored.map(shortestDecimal) : stored;
}

/** The decimal number that a float32 was written for: 33.05, not 33.04999923706055. */
export function shortestDecimal(value: number): number {
  for (let digits = 6; digits <= 9; digits++) {
    const candidate = Number(value.toPrecision(digits));
    if (Math.fround(candidate) === value) return candidate;
  }
  return value;
}

function finish(
  degrees: Float64Array,
  index: Int32Array,
  options: SpatialAxisOptions,
  warnings: string[],
  storedLength: number,
): CanonicalAxis {
  const values = Float64Array.from(index, (source) => degrees[source]!);
  const isIdentity = index.length === storedLength && index.every((source, i) => source === i);
  for (let i = 1; i < values.length; i++) {
    if (!(values[i]! > values[i - 1]!))
      throw irregular(options.where, `the value ${values[i]} appears twice`, 'each coordinate once');
  }
  const even = options.spacing === 'even' ? evenlySpaced(values, options) : values;
  return { values: even, sourceIndex: index, isIdentity, warnings };
}

/** The axis itself when it is even to 1e-6°; put back on an even spacing when only rounding separates it from one. */
function evenlySpaced(values: Float64Array, { where, isFloat32 }: SpatialAxisOptions): Float64Array {
  const last = values.length - 1;
  if (last < 2) return values;
  const first = values[0]!;
  const step = (values[last]! - first) / last;
  const float32RoundOff = isFloat32 ? 2 ** -22 * Math.max(360, Math.abs(first), Math.abs(values[last]!)) : 0;
  const tolerance = Math.max(SNAP_FRACTION * step, Math.min(float32RoundOff, 0.1 * step));
  let worst = 0;
  for (let i = 0; i <= last; i++) {
    const residual = Math.abs(values[i]! - (first + step * i));
    if (residual > tolerance) {
      throw irregular(
        where,
        `value ${i + 1} is ${values[i]}, an even spacing of ${step.toPrecision(6)}° would have ${(first + step * i).toPrecision(8)}`,
        'evenly spaced latitudes and longitudes (an area across the date line counts as two)',
      );
    }
    worst = Math.max(worst, residual);
  }
  return worst <= KEEP_TOLERANCE_DEG && worst <= 1e-3 * step
    ? values
    : values.map((_, i) => first + step * i);
}

function irregular(where: string, found: string, expected: string): NetcdfError {
  return new NetcdfError({
    code: 'irregular-grid',
    where,
    found,
    expected,
    fix: 'Interpolate the map to a regular longitude–latitude grid before writing it.',
  });
}
