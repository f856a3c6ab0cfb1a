import type { NetcdfAttributes } from './netcdf-file.js';

export type SwathReadOptions = {
  /** Variable to read as height; by default `ssh_model`, `ssh_mod`, `ssh`, … . */
  variable?: string;
  assumedTimeUnits?: string;
  /** Heights beyond ±this are missing, not wrong; m. */
  missingAboveM?: number;
};

/** Consecutive lines of a swath; cells in C order [line, cell], NaN in every array where a cell has no observation. */
export type SwathLines = {
  lineStart: number;
  lineCount: number;
  /** Days since 1950-01-01 UTC, shape [lineCount]. */
  timeDays: Float64Array;
  /** Degrees, shape [lineCount, cellCount]. */
  latDeg: Float64Array;
  /** Degrees, [−180, 180), shape [lineCount, cellCount]. */
  lonDeg: Float64Array;
  /** Error-free height (`ssh_model`), or the variable that was asked for; m, shape [lineCount, cellCount]. */
  sshM: Float64Array;
  /** Height with instrument errors (`ssh_obs`), m; null when the file has none. */
  sshObservedM: Float64Array | null;
};

/**
 * Wide-swath observations (KaRIn): lines along the track × cells across it. Lines are read as they are asked for; a year
 * of the 2020a challenge has 10 million cells.
 */
export type Swath = {
  readonly lineCount: number;
  readonly cellCount: number;
  /** Days since 1950-01-01 UTC, ascending, shape [lineCount]. */
  readonly timeDays: Float64Array;
  /** Distance of the cells from the ground track, km, negative to the left of the flight; shape [cellCount]; null when unknown. */
  readonly acrossTrackKm: Float64Array | null;
  readonly variableName: string;
  readonly satellite: string;
  readonly attributes: NetcdfAttributes;
  readLines(lineStart: number, lineCount: number): Promise<SwathLines>;
  close(): void;
};
