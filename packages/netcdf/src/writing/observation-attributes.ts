import type { NetcdfAttributes } from '../netcdf-file.js';

/** Attributes that observation files share, whatever their layout. */
export const TIME_ATTRIBUTES = {
  units: 'days since 1950-01-01 00:00:00',
  calendar: 'standard',
  standard_name: 'time',
  long_name: 'time of the observation',
  axis: 'T',
} as const;

export const LON_ATTRIBUTES = {
  units: 'degrees_east',
  standard_name: 'longitude',
  long_name: 'longitude',
} as const;

export const LAT_ATTRIBUTES = {
  units: 'degrees_north',
  standard_name: 'latitude',
  long_name: 'latitude',
} as const;

const HEIGHT = { units: 'm', standard_name: 'sea_surface_height_above_geoid' } as const;

export const MODEL_HEIGHT: NetcdfAttributes = {
  ...HEIGHT,
  long_name: 'sea surface height of the model at the observation',
};
export const OBSERVED_HEIGHT: NetcdfAttributes = {
  ...HEIGHT,
  long_name: 'sea surface height with instrument errors',
};

/** CF flags for satellites: meanings are separated by blanks. */
export function satelliteFlags(satellites: readonly string[]): NetcdfAttributes {
  return {
    long_name: 'satellite',
    flag_values: satellites.map((_, index) => index),
    flag_meanings: satellites.map((name) => name.trim().replaceAll(/\s+/g, '_') || 'unknown').join(' '),
  };
}
