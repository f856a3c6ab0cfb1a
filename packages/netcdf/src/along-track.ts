import type { NetcdfAttributes } from './netcdf-file.js';

/** Altimeter observations in the order of the file. */
export type AlongTrack = {
  /** Days since 1950-01-01 UTC, shape [N]. */
  timeDays: Float64Array;
  /** Degrees, [−90, 90], shape [N]. */
  latDeg: Float64Array;
  /** Degrees, [−180, 180), shape [N]. */
  lonDeg: Float64Array;
  /** Error-free height (`ssh_model`), m, NaN where missing, shape [N]. */
  sshM: Float64Array;
  /** Height with instrument errors (`ssh_obs`), m; null when the file has none. */
  sshObservedM: Float64Array | null;
  /** Index into `satellites` per observation, shape [N]. */
  satelliteIndex: Uint8Array;
  satellites: readonly string[];
  /** Cycle and track numbers, shape [N]; null when unknown. */
  cycle: Int32Array | null;
  track: Int32Array | null;
  /** Distance along the track, km, shape [N]; null when unknown. */
  alongTrackKm: Float32Array | null;
  attributes: NetcdfAttributes;
};

export type AlongTrackReadOptions = {
  /** Variable to read as height; by default `ssh_model`, `ssh_mod`, `ssh`, `adt`, … . */
  variable?: string;
  assumedTimeUnits?: string;
  /** Heights beyond ±this are missing, not wrong; m. */
  missingAboveM?: number;
};

export type AlongTrackWriteInput = Pick<AlongTrack, 'timeDays' | 'latDeg' | 'lonDeg' | 'sshM'> &
  Partial<
    Pick<
      AlongTrack,
      'sshObservedM' | 'satelliteIndex' | 'satellites' | 'cycle' | 'track' | 'alongTrackKm' | 'attributes'
    >
  >;
