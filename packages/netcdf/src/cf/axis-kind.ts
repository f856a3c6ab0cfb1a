import type { NetcdfVariable } from '../netcdf-file.js';
import { baseName, textAttribute } from './attributes.js';

export type AxisKind = 'time' | 'latitude' | 'longitude';

const NAMES: Readonly<Record<string, AxisKind>> = {
  time: 'time',
  time_counter: 'time',
  t: 'time',
  lat: 'latitude',
  latitude: 'latitude',
  nav_lat: 'latitude',
  y: 'latitude',
  lon: 'longitude',
  long: 'longitude',
  longitude: 'longitude',
  nav_lon: 'longitude',
  x: 'longitude',
};

/** Which axis a coordinate variable is, by standard_name, units, axis, and last its name; undefined if none of them says. */
export function axisKindOf(variable: Pick<NetcdfVariable, 'name' | 'attributes'>): AxisKind | undefined {
  const standardName = textAttribute(variable.attributes, 'standard_name').toLowerCase();
  if (standardName === 'time' || standardName === 'latitude' || standardName === 'longitude')
    return standardName;
  const units = textAttribute(variable.attributes, 'units').toLowerCase();
  if (/^degrees?_?n(orth)?$/.test(units)) return 'latitude';
  if (/^degrees?_?e(ast)?$/.test(units)) return 'longitude';
  if (/\ssince\s/.test(units)) return 'time';
  // Axes of a map projection are X and Y too, but in metres.
  if (units !== '' && !/^(degrees?|deg|seconds?|s|minutes?|hours?|h|days?|d)$/.test(units)) return undefined;
  const axis = textAttribute(variable.attributes, 'axis').toUpperCase();
  if (axis === 'T') return 'time';
  if (axis === 'Y') return 'latitude';
  if (axis === 'X') return 'longitude';
  return NAMES[baseName(variable.name)];
}
