import type * as h5wasm from 'h5wasm/node';
import type { AlongTrackWriteInput } from '../along-track.js';
import type { NetcdfAttributes } from '../netcdf-file.js';
import {
  createTimeSeries,
  writeAttribute,
  writeAttributes,
  writeCoordinate,
  type StoredType,
} from './hdf5-builder.js';
import { writeHdf5 } from './hdf5-output.js';
import {
  LAT_ATTRIBUTES,
  LON_ATTRIBUTES,
  MODEL_HEIGHT,
  OBSERVED_HEIGHT,
  satelliteFlags,
  TIME_ATTRIBUTES,
} from './observation-attributes.js';

/**
 * Writes altimeter observations in the layout of the 2020a challenge (dimension `time`; `lon`, `lat`, `ssh_model`, `ssh_obs`,
 * `x_al`, `ncycle`), with the satellites of a merged file as CF flags.
 *
 * @throws RangeError when arrays differ in length or times do not ascend; sort by time first.
 */
export async function writeAlongTrack(path: string, track: AlongTrackWriteInput): Promise<void> {
  requireConsistent(track);
  await writeHdf5(path, { build: (library, file) => writeTrack(library, file, track) });
}

function writeTrack(library: typeof h5wasm, file: h5wasm.File, track: AlongTrackWriteInput): void {
  writeAttributes(file, { Conventions: 'CF-1.10', featureType: 'trajectory', ...track.attributes });
  writeCoordinate(file, 'time', track.timeDays, TIME_ATTRIBUTES);
  const add = (
    name: string,
    type: StoredType,
    values: ArrayLike<number>,
    attributes: NetcdfAttributes,
    fill?: number,
  ): void => {
    const dataset = createTimeSeries(library, file, name, typedArray(type, values));
    if (fill !== undefined) writeAttribute(dataset, '_FillValue', fill, type);
    writeAttributes(dataset, attributes);
  };
  const along = { coordinates: 'lon lat' };
  add('lon', 'float64', track.lonDeg, LON_ATTRIBUTES);
  add('lat', 'float64', track.latDeg, LAT_ATTRIBUTES);
  add('ssh_model', 'float64', track.sshM, { ...MODEL_HEIGHT, ...along }, NaN);
  if (track.sshObservedM)
    add('ssh_obs', 'float64', track.sshObservedM, { ...OBSERVED_HEIGHT, ...along }, NaN);
  if (track.alongTrackKm)
    add('x_al', 'float32', track.alongTrackKm, {
      units: 'km',
      long_name: 'distance along the track',
      ...along,
    });
  if (track.cycle) add('ncycle', 'int32', track.cycle, { long_name: 'cycle number', ...along });
  if (track.track)
    add('track', 'int32', track.track, { long_name: 'track number within the cycle', ...along });
  if (track.satelliteIndex && track.satellites && track.satellites.length > 0) {
    add('satellite', 'int8', track.satelliteIndex, { ...satelliteFlags(track.satellites), ...along });
  }
}

function typedArray(
  type: StoredType,
  values: ArrayLike<number>,
): Float32Array | Float64Array | Int16Array | Int32Array | Int8Array {
  switch (type) {
    case 'float32':
      return Float32Array.from(values);
    case 'float64':
      return Float64Array.from(values);
    case 'int16':
      return Int16Array.from(values);
    case 'int32':
      return Int32Array.from(values);
    case 'int8':
      return Int8Array.from(values);
  }
}

function requireConsistent(track: AlongTrackWriteInput): void {
  const count = track.timeDays.length;
  const arrays = {
    latDeg: track.latDeg,
    lonDeg: track.lonDeg,
    sshM: track.sshM,
    sshObservedM: track.sshObservedM,
    satelliteIndex: track.satelliteIndex,
    cycle: track.cycle,
    track: track.track,
    alongTrackKm: track.alongTrackKm,
  };
  for (const [name, values] of Object.entries(arrays)) {
    if (values && values.length !== count)
      throw new RangeError(`${name} has ${values.length} values, need ${count}`);
  }
  for (let i = 1; i < count; i++) {
    if (!(track.timeDays[i]! >= track.timeDays[i - 1]!))
      throw new RangeError(`times must ascend, see observation ${i}`);
  }
  const satelliteCount = track.satellites?.length ?? 0;
  if (satelliteCount > 127) throw new RangeError('at most 127 satellites');
  if (track.satelliteIndex?.some((index) => index >= satelliteCount))
    throw new RangeError('a satellite index has no name');
}
