import type * as h5wasm from 'h5wasm/node';
import { isoDay, type FieldValues, type RegularGrid } from '@sillage/science';
import type { NetcdfAttributes } from '../netcdf-file.js';
import type { Packing } from './gridded-file.js';
import {
  DTYPES,
  requireDataset,
  writeAttribute,
  writeAttributes,
  writeCoordinate,
  type StoredType,
} from './hdf5-builder.js';
import { openHdf5Output } from './hdf5-output.js';
import { encoderOf, storedArray } from './growing-dataset.js';
import { MODEL_HEIGHT, OBSERVED_HEIGHT } from './observation-attributes.js';

/**
 * One day of gridded pseudo-observations: [Y, X] in C order, NaN where nothing was seen; or, with `nodes`, the observed nodes
 * alone.
 */
export type GriddedObservationsBlock = {
  /** Indices into [Y, X] that the values belong to; default: all of them. */
  nodes?: Int32Array;
  sshM: FieldValues;
  sshObservedM: FieldValues;
  lagDays: FieldValues;
  flag: FieldValues;
};

/**
 * `float64`: as 4DVarNet's file. `float32`: half of it. `packed`: heights as 16-bit integers of 0.1 mm, lag and flag as 8-bit
 * integers of 0.1 days and 1/100. All are compressed, one chunk a day.
 */
export type GriddedObservationsStorage = 'float64' | 'float32' | 'packed';

export type GriddedObservationsFileOptions = {
  /** Times are the dates (00:00 UTC) of the days that will be appended. */
  grid: RegularGrid;
  /** 1 ocean, 0 land, shape [Y, X]. */
  mask: Uint8Array;
  storage: GriddedObservationsStorage;
  /** Heights with errors alone, without the error-free ones beside them: as a satellite sees it. */
  observedOnly?: boolean;
  attributes?: NetcdfAttributes;
};

/** Writes days as they come. */
export type GriddedObservationsWriter = {
  /** @throws RangeError for values that do not have the shape of the grid, or for a day too many. */
  append(day: GriddedObservationsBlock): void;
  /** Completes the file, which appears under its name only now. @throws RangeError when days are missing. */
  finish(): Promise<void>;
  /** Removes the unfinished file and gives the error to throw. */
  discard(error: unknown): unknown;
};

type Column = {
  name: string;
  type: StoredType;
  packing?: Packing;
  fill: number;
  attributes: NetcdfAttributes;
  values: (day: GriddedObservationsBlock) => FieldValues;
};

/** Packed files are made to be small; higher levels save 7 % at most, for several times the work. */
const DEFLATE_LEVELS: Readonly<Record<GriddedObservationsStorage, number>> = {
  float64: 1,
  float32: 1,
  packed: 6,
};

/**
 * Starts a file of gridded pseudo-observations in the layout of 4DVarNet's `dataset_nadir_0d_swot.nc`: `mask(lat, lon)`, and
 * `lag`, `flag`, `ssh_obs`, `ssh_mod` along (time, lat, lon), time in whole days since the first.
 */
export async function createGriddedObservationsWriter(
  path: string,
  options: GriddedObservationsFileOptions,
): Promise<GriddedObservationsWriter> {
  const { grid, mask } = options;
  const [dayCount, latCount, lonCount] = [grid.timeDays.length, grid.latDeg.length, grid.lonDeg.length];
  const mapLength = latCount * lonCount;
  if (dayCount === 0) throw new RangeError('gridded observations need at least one day');
  if (mask.length !== mapLength)
    throw new RangeError(`the mask has ${mask.length} values, need ${mapLength}`);
  const columns = columnsOf(options.storage, options.observedOnly === true);
  const output = await openHdf5Output(path);
  const { library, file } = output;
  const firstDays = grid.timeDays[0]!;
  let written = 0;
  const datasets: h5wasm.Dataset[] = [];
  try {
    writeAttributes(file, { Conventions: 'CF-1.10', ...options.attributes });
    const days = Int32Array.from(grid.timeDays, (timeDays) => Math.round(timeDays - firstDays));
    file.create_dataset({ name: 'time', data: days, shape: [dayCount], dtype: '<i' });
    const time = requireDataset(library, file, 'time');
    time.make_scale('time');
    writeAttributes(time, {
      units: `days since ${isoDay(firstDays)} 00:00:00`,
      calendar: 'standard',
      standard_name: 'time',
      long_name: 'date of the observations',
      axis: 'T',
    });
    writeCoordinate(file, 'lat', grid.latDeg, {
      units: 'degrees_north',
      standard_name: 'latitude',
      long_name: 'latitude',
      axis: 'Y',
    });
    writeCoordinate(file, 'lon', grid.lonDeg, {
      units: 'degrees_east',
      standard_name: 'longitude',
      long_name: 'longitude',
      axis: 'X',
    });
    file.create_dataset({
      name: 'mask',
      data: Int8Array.from(mask),
      shape: [latCount, lonCount],
      chunks: [latCount, lonCount],
      compression: 'gzip',
      compression_opts: 4,
      dtype: '<b',
    });
    const maskDataset = requireDataset(library, file, 'mask');
    ['lat', 'lon'].forEach((name, axis) => maskDataset.attach_scale(axis, name));
    writeAttributes(maskDataset, {
      long_name: 'land and ocean',
      flag_values: [0, 1],
      flag_meanings: 'land ocean',
    });
  } catch (error) {
    throw output.discard(error);
  }
  const encoders = columns.map((column) => encoderOf(column));
  const stored = columns.map((column) => storedArray(column.type, mapLength));
  return {
    append(day) {
      try {
        if (written === dayCount) throw new RangeError(`the file was opened for ${dayCount} days`);
        columns.forEach((column, index) => {
          const values = column.values(day);
          const target = stored[index]!;
          const { nodes } = day;
          const needed = nodes?.length ?? mapLength;
          if (values.length !== needed)
            throw new RangeError(`'${column.name}' has ${values.length} values, need ${needed}`);
          const encode = encoders[index]!;
          target.fill(column.fill);
          for (let at = 0; at < needed; at++) {
            const value = values[at]!;
            if (!Number.isNaN(value)) target[nodes ? nodes[at]! : at] = encode(value);
          }
          const dataset = datasets[index];
          if (dataset) {
            dataset.write_slice([[written, written + 1], [], []], target);
            return;
          }
          // h5wasm wants all values at creation: create the first day, then grow.
          const created = file.create_dataset({
            name: column.name,
            data: target,
            shape: [1, latCount, lonCount],
            maxshape: [dayCount, latCount, lonCount],
            chunks: [1, latCount, lonCount],
            compression: 'gzip',
            compression_opts: DEFLATE_LEVELS[options.storage],
            dtype: DTYPES[column.type],
          });
          if (dayCount > 1) created.resize([dayCount, latCount, lonCount]);
          datasets[index] = created;
        });
        written++;
      } catch (error) {
        throw output.discard(error);
      }
    },
    async finish() {
      try {
        if (written !== dayCount) throw new RangeError(`${written} of ${dayCount} days were written`);
        for (const column of columns) {
          const dataset = requireDataset(library, file, column.name);
          ['time', 'lat', 'lon'].forEach((name, axis) => dataset.attach_scale(axis, name));
          writeAttribute(dataset, '_FillValue', column.fill, column.type);
          if (column.packing) {
            writeAttribute(dataset, 'scale_factor', column.packing.scaleFactor, 'float64');
            writeAttribute(dataset, 'add_offset', column.packing.addOffset, 'float64');
          }
          writeAttributes(dataset, column.attributes);
        }
      } catch (error) {
        throw output.discard(error);
      }
      await output.commit();
    },
    discard: (error) => output.discard(error),
  };
}

function columnsOf(storage: GriddedObservationsStorage, observedOnly: boolean): Column[] {
  const plain = (
    name: string,
    attributes: NetcdfAttributes,
    values: Column['values'],
    scaleFactor: number,
  ): Column => {
    if (storage !== 'packed') return { name, type: storage, fill: NaN, attributes, values };
    const isHeight = scaleFactor === HEIGHT_STEP_M;
    return {
      name,
      type: isHeight ? 'int16' : 'int8',
      packing: { scaleFactor, addOffset: 0 },
      fill: isHeight ? -32_768 : -128,
      attributes,
      values,
    };
  };
  return [
    plain(
      'lag',
      // No units: xarray would turn 'days' into its own durations.
      { long_name: 'days from the date of the map, 00:00, to the observation, in steps of 0.1' },
      (day) => day.lagDays,
      0.1,
    ),
    plain(
      'flag',
      { units: '1', long_name: '0 nadir, 1 SWOT; mean over the observations of the node' },
      (day) => day.flag,
      0.01,
    ),
    plain('ssh_obs', OBSERVED_HEIGHT, (day) => day.sshObservedM, HEIGHT_STEP_M),
    ...(observedOnly ? [] : [plain('ssh_mod', MODEL_HEIGHT, (day) => day.sshM, HEIGHT_STEP_M)]),
  ];
}

const HEIGHT_STEP_M = 1e-4;
