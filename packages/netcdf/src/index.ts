export type { AlongTrack, AlongTrackReadOptions, AlongTrackWriteInput } from './along-track.js';
export type { ByteSource } from './byte-source.js';
export { decodeTimes } from './cf/time-axis.js';
export { shortestDecimal, wrapLongitude } from './cf/spatial-axis.js';
export type {
  DecodingWarning,
  DirectLayout,
  GriddedField,
  GriddedFieldOptions,
  HeightKind,
} from './gridded-field.js';
export { NetcdfError, type NetcdfErrorCode, type NetcdfErrorFields } from './netcdf-error.js';
export {
  findVariable,
  type NetcdfAttributes,
  type NetcdfAttributeValue,
  type NetcdfDimension,
  type NetcdfFile,
  type NetcdfFormat,
  type NetcdfType,
  type NetcdfVariable,
  type SlabValues,
} from './netcdf-file.js';
export type {
  GriddedObservationDay,
  GriddedObservations,
  GriddedObservationsOptions,
} from './gridded-observations.js';
export { OBSERVED_HEIGHT_NAMES } from './decoding/observation-values.js';
export type { ObservationLayout } from './decoding/observation-layout.js';
export { observationLayoutOf } from './opening/open-observation-layout.js';
export { openAlongTrack } from './opening/open-along-track.js';
export { openGriddedField } from './opening/open-gridded-field.js';
export { openGriddedObservations } from './opening/open-gridded-observations.js';
export { assertSafeStructure, openNetcdf } from './opening/open-netcdf.js';
export { SANDBOX_SHIM_URL } from './sandbox-shim-url.js';
export { openSwath } from './opening/open-swath.js';
export type { Swath, SwathLines, SwathReadOptions } from './swath.js';
export { DEFAULT_STRUCTURE_LIMITS, type StructureLimits } from './structure-limits.js';
export type {
  GriddedFileInput,
  GriddedStorage,
  GriddedVariableInput,
  Packing,
} from './writing/gridded-file.js';
export { writeEvaluationTrack, type EvaluationTrackWriteInput } from './writing/write-evaluation-track.js';
export {
  createAlongTrackWriter,
  type AlongTrackBlock,
  type AlongTrackFileOptions,
  type AlongTrackWriter,
} from './writing/along-track-writer.js';
export {
  createGriddedObservationsWriter,
  type GriddedObservationsBlock,
  type GriddedObservationsFileOptions,
  type GriddedObservationsStorage,
  type GriddedObservationsWriter,
} from './writing/gridded-observations-writer.js';
export {
  createSwathWriter,
  type SwathBlock,
  type SwathErrorName,
  type SwathFileOptions,
  type SwathStorage,
  type SwathWriter,
} from './writing/swath-writer.js';
export { writeAlongTrack } from './writing/write-along-track.js';
export { writeGriddedField } from './writing/write-gridded-field.js';
