export * from './netcdf-error.js';
export * from './byte-source.js';
export * from './netcdf-file.js';
export * from './structure-limits.js';
export * from './gridded-field.js';
export * from './along-track.js';
export * from './writing/gridded-file.js';
import type { NetcdfFile } from './netcdf-file.js';
import type { StructureLimits } from './structure-limits.js';
import type { GriddedField, GriddedFieldOptions } from './gridded-field.js';
import type { AlongTrack, AlongTrackReadOptions, AlongTrackWriteInput } from './along-track.js';
import type { GriddedFileInput } from './writing/gridded-file.js';

/** Structure gate: throws NetcdfError for anything that must not be read; reads headers only. Every open* function runs it first. */
export declare function assertSafeStructure(path: string, limits?: Partial<StructureLimits>): Promise<void>;
export declare function openNetcdf(path: string, limits?: Partial<StructureLimits>): Promise<NetcdfFile>;
export declare function openGriddedField(
  path: string,
  options?: GriddedFieldOptions & { limits?: Partial<StructureLimits> },
): Promise<GriddedField>;
export declare function openAlongTrack(path: string, options?: AlongTrackReadOptions): Promise<AlongTrack>;
export declare function writeGriddedField(path: string, input: GriddedFileInput): Promise<void>;
export declare function writeAlongTrack(path: string, track: AlongTrackWriteInput): Promise<void>;
