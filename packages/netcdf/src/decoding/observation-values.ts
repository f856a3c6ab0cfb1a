import { numberAttributes, textAttribute } from '../cf/attributes.js';
import { requireMetresPerUnit } from '../cf/length-units.js';
import { createValueDecoder } from '../cf/value-decoder.js';
import { NetcdfError } from '../netcdf-error.js';
import type { NetcdfFile, NetcdfVariable } from '../netcdf-file.js';
import { product } from './slab.js';

/** Names under which observed heights are looked for, the error-free one first. */
export const OBSERVED_HEIGHT_NAMES: readonly string[] = [
  'ssh_model',
  'ssh_mod',
  'ssh',
  'adt',
  'sla',
  'sla_filtered',
  'sla_unfiltered',
];

/** Part of a variable; all of it by default. */
export type ValueRange = { start: readonly number[]; count: readonly number[] };

/** A coordinate or a counter as float64: unpacked, NaN where missing. */
export async function readNumbers(
  file: NetcdfFile,
  variable: NetcdfVariable,
  range: ValueRange = wholeOf(variable),
): Promise<Float64Array> {
  if (product(range.count) === 0) return new Float64Array(0);
  const stored = await file.readSlab(variable.name, range.start, range.count);
  // Not the value decoder: times beyond 1e10 (seconds, nanoseconds) are no fill values.
  const scale = numberAttributes(variable.attributes, 'scale_factor')[0] ?? 1;
  const offset = numberAttributes(variable.attributes, 'add_offset')[0] ?? 0;
  const fill = numberAttributes(variable.attributes, '_FillValue')[0] ?? NaN;
  const numbers = new Float64Array(stored.length); // a callback of `from` boxes every value: ten times the time
  for (let index = 0; index < numbers.length; index++) {
    const value = Number(stored[index]);
    numbers[index] = value === fill ? NaN : value * scale + offset;
  }
  return numbers;
}

/** Heights in metres, NaN where missing or beyond ±`missingAboveM`. */
export async function readHeights(
  file: NetcdfFile,
  variable: NetcdfVariable,
  missingAboveM: number | undefined,
  range: ValueRange = wholeOf(variable),
): Promise<Float64Array> {
  if (product(range.count) === 0) return new Float64Array(0);
  const units = textAttribute(variable.attributes, 'units');
  const decoder = createValueDecoder(variable, units === '' ? 1 : requireMetresPerUnit(units, variable.name));
  const decoded = decoder.decode(await file.readSlab(variable.name, range.start, range.count));
  const heights = decoded instanceof Float64Array ? decoded : Float64Array.from(decoded);
  if (missingAboveM === undefined) return heights;
  return heights.map((height) => (Math.abs(height) > missingAboveM ? NaN : height));
}

/** @throws NetcdfError 'coordinate-not-found' for the first value that is missing. */
export function requireFinite(values: Float64Array, name: string, what = 'observation'): void {
  const index = values.findIndex((value) => !Number.isFinite(value));
  if (index < 0) return;
  throw new NetcdfError({
    code: 'coordinate-not-found',
    where: `coordinate '${name}'`,
    found: `it is missing for ${what} ${index + 1} of ${values.length}`,
    expected: `time, latitude and longitude of every ${what}`,
    fix: `Remove every ${what} without a place or a time.`,
  });
}

function wholeOf(variable: NetcdfVariable): ValueRange {
  return { start: variable.shape.map(() => 0), count: variable.shape };
}
