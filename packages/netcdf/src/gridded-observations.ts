import type { FieldValues, RegularGrid } from '@sillage/science';
import type { DecodingWarning } from './gridded-field.js';
import type { NetcdfAttributes } from './netcdf-file.js';

export type GriddedObservationsOptions = {
  /** Error-free heights; default `ssh_mod`. */
  variable?: string;
  assumedTimeUnits?: string;
  /** Heights beyond ±this are missing, not wrong; m. */
  missingAboveM?: number;
};

/** What was seen on one day, node for node; NaN in every array where nothing was. All of shape [Y, X]. */
export type GriddedObservationDay = {
  /** Days since 1950-01-01 UTC of the file's date (00:00), which the lag counts from. */
  timeDays: number;
  /** Mean of the error-free heights of the node (`ssh_mod`), m. */
  sshM: FieldValues;
  /** The same with instrument errors (`ssh_obs`), m; null when the file has none. */
  sshObservedM: FieldValues | null;
  /** Days from the file's date to the observation, in steps of 0.1; null when the file has none. */
  lagDays: FieldValues | null;
  /** 0 nadir, 1 SWOT, between them where both were averaged; null when the file has none. */
  flag: FieldValues | null;
};

/**
 * Daily pseudo-observations on a grid, the layout of 4DVarNet's `dataset_nadir_0d_swot.nc`. Such a file is 14 GB large:
 * it is read day by day.
 */
export type GriddedObservations = {
  /** Axes ascending, longitudes in [−180, 180); times are the dates of the file. */
  readonly grid: RegularGrid;
  /** 1 ocean, 0 land, shape [Y, X]; null when the file has none. */
  readonly mask: Uint8Array | null;
  readonly variableName: string;
  readonly attributes: NetcdfAttributes;
  readonly warnings: readonly DecodingWarning[];
  readDay(timeIndex: number): Promise<GriddedObservationDay>;
  /** The heights of a day alone, m, NaN where nothing was; days that the file stores together are decompressed once. */
  readHeights(timeIndex: number): Promise<FieldValues>;
  /** Days from the file's date to each observation, `lagDays` of `readDay`, read likewise; null when the file has none. */
  readonly readLags: ((timeIndex: number) => Promise<FieldValues>) | null;
  close(): void;
};
