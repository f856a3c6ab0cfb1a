import type { FieldValues, RegularGrid } from '@sillage/science';
import type { NetcdfAttributes, NetcdfType } from './netcdf-file.js';

/** What kind of height a variable claims to be, from its names; 'unknown' when nothing says. */
export type HeightKind = 'ssh' | 'adt' | 'sla' | 'unknown';

/** Something odd that did not stop the reading, e.g. units that were assumed. */
export type DecodingWarning = { code: string; message: string };

export type GriddedFieldOptions = {
  /** Name of the variable; by default the usual names of sea surface height are tried. */
  variable?: string;
  /** Units for a time axis that has none, e.g. `seconds since 2012-10-01`. */
  assumedTimeUnits?: string;
  /** Let a variable `Time` with days as text say the times, where there is one; it counts before a numeric axis. */
  acceptsTextTimes?: boolean;
  /** Accept latitude and longitude axes that are ascending but not evenly spaced. */
  spacing?: 'even' | 'any';
  /**
   * What the variable is; default `height`: its units are turned into metres and a value beyond ±10 m is an error. An
   * `other` quantity (a temperature, a lag in days) keeps its units; it has to be named by `variable`.
   */
  quantity?: 'height' | 'other';
  /** Values beyond ±this are missing, not wrong: 4DVarNet's maps by OI have 1e10 or so on land and mean |value| > 10. */
  missingAboveM?: number;
};

/**
 * A field whose values lie in the file as they are needed: little-endian `valueType`, C order [time, lat, lon] of the grid,
 * metres, NaN where missing. The one check that reading leaves to do: a value outside ±plausibleLimitM is no height; read it
 * through the field instead, which says what is wrong.
 */
export type DirectLayout = { offsetBytes: number; plausibleLimitM: number };

/**
 * One sea surface height in the canonical form, whatever the file looks like: metres, NaN where missing, axes [time, lat, lon]
 * ascending, longitudes in [−180, 180), days since 1950-01-01 UTC. Values are decoded as they are read.
 */
export type GriddedField = {
  readonly grid: RegularGrid;
  readonly variableName: string;
  /** Attributes of the file. */
  readonly attributes: NetcdfAttributes;
  /** Attributes of the variable, as stored. */
  readonly variableAttributes: NetcdfAttributes;
  readonly sourceType: NetcdfType;
  /** The units text of the file; empty when it has none (metres are assumed, and a warning says so). */
  readonly sourceUnits: string;
  readonly sourceKind: HeightKind;
  /** Element type of what readBand and readDays return. */
  readonly valueType: 'float32' | 'float64';
  /** How to walk through the field: 'bands' costs the same per band; with 'days' every band would decompress whole days again. */
  readonly preferredAccess: 'bands' | 'days';
  /** With 'days': read this many days at once (the chunk length in time), or chunks are decompressed more than once. */
  readonly preferredDayCount: number;
  /** With 'bands': a multiple of this many rows at once (the chunk length in latitude; 1 when uncompressed). */
  readonly preferredLatCount: number;
  readonly warnings: readonly DecodingWarning[];
  /** Set where the stored bytes are the canonical values already, so that they may be read without any decoding. */
  readonly directLayout: DirectLayout | null;
  /** Latitude rows `latStart … latStart + latCount`, all days: m, shape [T, latCount, X]. */
  readBand(latStart: number, latCount: number): Promise<FieldValues>;
  /** Days `timeStart … timeStart + timeCount`, whole maps: m, shape [timeCount, Y, X]. */
  readDays(timeStart: number, timeCount: number): Promise<FieldValues>;
  close(): void;
};
