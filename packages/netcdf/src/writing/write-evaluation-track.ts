import type * as h5wasm from 'h5wasm/node';
import type { NetcdfAttributes } from '../netcdf-file.js';
import { createTimeSeries, writeAttribute, writeAttributes, writeCoordinate } from './hdf5-builder.js';
import { writeHdf5 } from './hdf5-output.js';

/** What an altimeter that is withheld measured, as level-3 products give it; one entry per observation, heights in metres. */
export type EvaluationTrackWriteInput = {
  /** Days since 1950-01-01 UTC, ascending, shape [N]. */
  timeDays: Float64Array;
  /** Degrees, shape [N]; longitudes in any range. */
  latDeg: Float64Array;
  lonDeg: Float64Array;
  cycle: Int32Array;
  track: Int32Array;
  /** Anomaly against `mdtM`, with dac, tide and long-wavelength error corrected, NaN where missing. */
  slaUnfilteredM: Float64Array;
  slaFilteredM: Float64Array;
  /** Dynamic atmospheric correction and ocean tide that were taken off. */
  dacM: Float64Array;
  oceanTideM: Float64Array;
  /** Correction of the long-wavelength error, which is in the anomaly: without it that is sla − lwe. */
  lweM: Float64Array;
  mdtM: Float64Array;
  attributes?: NetcdfAttributes;
};

const HEIGHT_STEP_M = 1e-3;
const DEGREE_STEP = 1e-6;
const INT16_FILL = 32_767;
const SLA_NAME = 'sea_surface_height_above_sea_level';

/**
 * Writes an evaluation track in the layout of the 2021a challenge's `dt_gulfstream_c2_phy_l3_….nc`, which is that of
 * Copernicus Marine level-3 files: dimension `time`, longitudes 0…360, heights as int16 in mm, missing 32767.
 *
 * @throws RangeError when arrays differ in length, times do not ascend, or a height does not fit into ±32.766 m.
 */
export async function writeEvaluationTrack(path: string, track: EvaluationTrackWriteInput): Promise<void> {
  requireConsistent(track);
  await writeHdf5(path, { build: (library, file) => writeTrack(library, file, track) });
}

function writeTrack(library: typeof h5wasm, file: h5wasm.File, track: EvaluationTrackWriteInput): void {
  writeAttributes(file, { Conventions: 'CF-1.6', featureType: 'trajectory', ...track.attributes });
  writeCoordinate(file, 'time', track.timeDays, {
    units: 'days since 1950-01-01 00:00:00',
    calendar: 'gregorian',
    standard_name: 'time',
    long_name: 'Time of measurement',
    axis: 'T',
  });
  const add = (
    name: string,
    data: Int16Array | Int32Array,
    attributes: NetcdfAttributes,
    packing?: { step: number; fill: number },
  ): void => {
    const dataset = createTimeSeries(library, file, name, data);
    if (packing) {
      const type = data instanceof Int16Array ? 'int16' : 'int32';
      writeAttribute(dataset, '_FillValue', packing.fill, type);
      writeAttribute(dataset, 'scale_factor', packing.step, 'float64');
      writeAttribute(dataset, 'add_offset', 0, 'float64');
    }
    writeAttributes(dataset, attributes);
  };
  const degrees = { step: DEGREE_STEP, fill: 2 ** 31 - 1 };
  const asStepsOfDegrees = (values: Float64Array): Int32Array =>
    Int32Array.from(values, (value) => Math.round(value / DEGREE_STEP));
  const east = track.lonDeg.map((lon) => ((lon % 360) + 360) % 360);
  add(
    'longitude',
    asStepsOfDegrees(east),
    { units: 'degrees_east', standard_name: 'longitude', long_name: 'Longitude of measurement' },
    degrees,
  );
  add(
    'latitude',
    asStepsOfDegrees(track.latDeg),
    { units: 'degrees_north', standard_name: 'latitude', long_name: 'Latitude of measurement' },
    degrees,
  );
  const along = { coordinates: 'longitude latitude' };
  add('cycle', Int16Array.from(track.cycle), { long_name: 'Cycle the measurement belongs to', ...along });
  add('track', Int16Array.from(track.track), {
    long_name: 'Track in cycle the measurement belongs to',
    ...along,
  });
  const addHeight = (name: string, valuesM: Float64Array, attributes: NetcdfAttributes): void =>
    add(
      name,
      packedHeights(name, valuesM),
      { units: 'm', ...attributes, ...along },
      { step: HEIGHT_STEP_M, fill: INT16_FILL },
    );
  addHeight('sla_unfiltered', track.slaUnfilteredM, {
    standard_name: SLA_NAME,
    long_name: 'Sea level anomaly not filtered, with dac, ocean_tide and lwe correction applied',
  });
  addHeight('sla_filtered', track.slaFilteredM, {
    standard_name: SLA_NAME,
    long_name: 'Sea level anomaly filtered, with dac, ocean_tide and lwe correction applied',
  });
  addHeight('dac', track.dacM, { long_name: 'Dynamic atmospheric correction' });
  addHeight('ocean_tide', track.oceanTideM, { long_name: 'Ocean tide model' });
  addHeight('lwe', track.lweM, {
    long_name: 'Long wavelength error',
    comment: 'The anomalies are corrected for it: without the correction they are sla - lwe.',
  });
  addHeight('mdt', track.mdtM, {
    standard_name: 'mean_dynamic_topography',
    long_name: 'Mean dynamic topography',
  });
}

function packedHeights(name: string, valuesM: Float64Array): Int16Array {
  return Int16Array.from(valuesM, (value) => {
    if (Number.isNaN(value)) return INT16_FILL;
    const steps = Math.round(value / HEIGHT_STEP_M);
    if (Math.abs(steps) >= INT16_FILL) throw new RangeError(`${name} is ${value} m, at most 32.766 m fit`);
    return steps;
  });
}

function requireConsistent(track: EvaluationTrackWriteInput): void {
  const { attributes: _, ...arrays } = track;
  const count = track.timeDays.length;
  for (const [name, values] of Object.entries(arrays)) {
    if (values.length !== count) throw new RangeError(`${name} has ${values.length} values, need ${count}`);
  }
  for (let i = 1; i < count; i++) {
    if (!(track.timeDays[i]! >= track.timeDays[i - 1]!))
      throw new RangeError(`times must ascend, see observation ${i}`);
  }
}
