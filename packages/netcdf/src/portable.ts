/**
 * What reads a file through its bytes and knows no file system: the entry of this package for browsers. Everything here is also
 * what the servers read with; only the ways to the bytes differ.
 */
export type { AlongTrack, AlongTrackReadOptions } from './along-track.js';
export type { ByteSource } from './byte-source.js';
export { decodeAlongTrack } from './decoding/decode-along-track.js';
export { decodeGriddedField } from './decoding/decode-gridded-field.js';
export { portableHdf5Platform } from './hdf5/portable-hdf5-platform.js';
export { NetcdfError, type NetcdfErrorCode, type NetcdfErrorFields } from './netcdf-error.js';
export { observationLayoutIn, type ObservationLayout } from './decoding/observation-layout.js';
export { openNetcdfBytes } from './open-netcdf-bytes.js';
export type {
  DecodingWarning,
  DirectLayout,
  GriddedField,
  GriddedFieldOptions,
  HeightKind,
} from './gridded-field.js';
export type { NetcdfAttributes, NetcdfFile, NetcdfFormat, NetcdfVariable } from './netcdf-file.js';
