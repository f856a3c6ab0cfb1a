import type { NetcdfAttributes } from '../netcdf-file.js';
import type { Packing } from './gridded-file.js';
import { createGrowingDataset, type GrowingDataset } from './growing-dataset.js';
import { requireDataset, writeAttribute, writeAttributes, writeBareDimension } from './hdf5-builder.js';
import type { StoredType } from './hdf5-builder.js';
import { openHdf5Output } from './hdf5-output.js';
import {
  LAT_ATTRIBUTES,
  LON_ATTRIBUTES,
  MODEL_HEIGHT,
  OBSERVED_HEIGHT,
  TIME_ATTRIBUTES,
} from './observation-attributes.js';

/** Names of the errors in the files of the 2020a challenge, and the wet troposphere's beside them. */
const SWATH_ERROR_VARIABLES = {
  karin: 'karin_err',
  roll: 'roll_err',
  phase: 'phase_err',
  baselineDilation: 'bd_err',
  timing: 'timing_err',
  wetTroposphere: 'wet_tropo_err',
} as const;
export type SwathErrorName = keyof typeof SWATH_ERROR_VARIABLES;

/** Lines to append: [line] or [line, cell] in C order; a cell without an observation is NaN in `sshM`. */
export type SwathBlock = {
  /** Days since 1950-01-01 UTC, not before those that were appended. */
  timeDays: Float64Array;
  lonDeg: Float64Array;
  latDeg: Float64Array;
  sshM: Float64Array;
  /** Height with errors, m; for a file with errors. */
  sshObservedM?: Float64Array;
  /** Each error by itself, m; for a full file with errors. */
  errorsM?: Partial<Record<SwathErrorName, Float64Array>>;
  alongTrackKm: Float64Array;
  nadirLonDeg: Float64Array;
  nadirLatDeg: Float64Array;
  modelIndex: Float64Array;
};

/**
 * `full`: every variable of the 2020a challenge's KaRIn file in its types. `compact`: what methods need (time, lon, lat, x_ac,
 * heights), packed as integers: heights to 0.1 mm, places to `coordinateStepDeg` (default 1e-4°, 11 m, so off by at most half of
 * it) and as 16-bit integers where the `extent` that observations lie in is small enough.
 */
export type SwathStorage =
  | { kind: 'full' }
  | {
      kind: 'compact';
      coordinateStepDeg?: number;
      extent: { west: number; east: number; south: number; north: number };
    };

export type SwathFileOptions = {
  /** km, negative to the left, shape [cell]. */
  acrossTrackKm: Float64Array;
  satellite: string;
  /** Also write `ssh_obs`, and in a full file every error. */
  withErrors: boolean;
  /** Of a file with errors: `ssh_obs` alone, as a satellite sees it, and nothing that it could be corrected with. */
  observedOnly?: boolean;
  storage: SwathStorage;
  attributes?: NetcdfAttributes;
};

/** Writes lines as they come; memory does not grow with their number. */
export type SwathWriter = {
  /** @throws RangeError when times do not ascend. */
  append(block: SwathBlock): void;
  /** Completes the file, which appears under its name only now. */
  finish(): Promise<void>;
  /** Removes the unfinished file and gives the error to throw. */
  discard(error: unknown): unknown;
};

const CHUNK_LINES = 1024;
const HEIGHT_PACKING: Packing = { scaleFactor: 1e-4, addOffset: 0 };
const DEFAULT_COORDINATE_STEP_DEG = 1e-4;

type Column = {
  name: string;
  type: StoredType;
  isPerCell: boolean;
  packing?: Packing;
  fill?: number;
  attributes: NetcdfAttributes;
  values: (block: SwathBlock) => ArrayLike<number> | undefined;
};

/** Starts a file of swath observations in the layout of the 2020a challenge's KaRIn file (`time` × `nC`). */
export async function createSwathWriter(path: string, options: SwathFileOptions): Promise<SwathWriter> {
  const cellCount = options.acrossTrackKm.length;
  const columns = options.storage.kind === 'compact' ? compactColumns(options) : fullColumns(options);
  const output = await openHdf5Output(path);
  const { library, file } = output;
  const datasets: { column: Column; dataset: GrowingDataset }[] = [];
  try {
    writeAttributes(file, {
      Conventions: 'CF-1.10',
      featureType: 'trajectory',
      satellite: options.satellite,
      ...options.attributes,
    });
    for (const column of columns) {
      const dataset = createGrowingDataset(library, file, {
        name: column.name,
        type: column.type,
        rowLength: column.isPerCell ? cellCount : 1,
        chunkRows: column.isPerCell ? CHUNK_LINES : 16 * CHUNK_LINES,
        deflateLevel: options.storage.kind === 'compact' ? 9 : 4,
        ...(column.packing ? { packing: column.packing } : {}),
        ...(column.fill === undefined ? {} : { fill: column.fill }),
      });
      datasets.push({ column, dataset });
    }
  } catch (error) {
    throw output.discard(error);
  }
  let lastTimeDays = Number.NEGATIVE_INFINITY;
  return {
    append(block) {
      for (const timeDays of block.timeDays) {
        if (!(timeDays >= lastTimeDays)) throw new RangeError('times of lines must ascend');
        lastTimeDays = timeDays;
      }
      try {
        for (const { column, dataset } of datasets) {
          const values = column.values(block);
          const needed = block.timeDays.length * (column.isPerCell ? cellCount : 1);
          if (values?.length !== needed)
            throw new RangeError(`'${column.name}' has ${values?.length ?? 'no'} values, need ${needed}`);
          dataset.append(values);
        }
      } catch (error) {
        throw output.discard(error);
      }
    },
    async finish() {
      try {
        writeBareDimension(file, 'nC', cellCount);
        file.create_dataset({ name: 'x_ac', data: options.acrossTrackKm, shape: [cellCount], dtype: '<d' });
        const across = requireDataset(library, file, 'x_ac');
        across.attach_scale(0, 'nC');
        writeAttributes(across, {
          units: 'km',
          long_name: 'distance across the track, negative to the left',
        });
        for (const { column, dataset } of datasets) {
          const finished = dataset.finish();
          if (column.name === 'time') finished.make_scale('time');
          else finished.attach_scale(0, 'time');
          if (column.isPerCell) finished.attach_scale(1, 'nC');
          if (column.fill !== undefined) writeAttribute(finished, '_FillValue', column.fill, column.type);
          if (column.packing) {
            writeAttribute(finished, 'scale_factor', column.packing.scaleFactor, 'float64');
            writeAttribute(finished, 'add_offset', column.packing.addOffset, 'float64');
          }
          writeAttributes(finished, column.attributes);
        }
      } catch (error) {
        throw output.discard(error);
      }
      await output.commit();
    },
    discard: (error) => output.discard(error),
  };
}

const AT_CELL = { coordinates: 'lon lat' } as const;

const TIME: Column = {
  name: 'time',
  type: 'float64',
  isPerCell: false,
  attributes: TIME_ATTRIBUTES,
  values: (block) => block.timeDays,
};

function fullColumns({ withErrors, observedOnly }: SwathFileOptions): Column[] {
  const perLine = (
    name: string,
    type: StoredType,
    attributes: NetcdfAttributes,
    values: Column['values'],
  ): Column => ({ name, type, isPerCell: false, attributes, values });
  const perCell = (name: string, attributes: NetcdfAttributes, values: Column['values']): Column => ({
    name,
    type: 'float64',
    isPerCell: true,
    fill: NaN,
    attributes: { ...attributes, ...AT_CELL },
    values,
  });
  const errors = Object.entries(SWATH_ERROR_VARIABLES) as [SwathErrorName, string][];
  return [
    TIME,
    { ...perCell('lon', {}, (block) => block.lonDeg), attributes: LON_ATTRIBUTES },
    { ...perCell('lat', {}, (block) => block.latDeg), attributes: LAT_ATTRIBUTES },
    perLine(
      'x_al',
      'float32',
      { units: 'km', long_name: 'distance along the track, from the start of the pass' },
      (block) => block.alongTrackKm,
    ),
    // No standard_name: the places of a cell are lon and lat.
    perLine(
      'lon_nadir',
      'float64',
      { units: 'degrees', long_name: 'longitude of the ground track' },
      (block) => block.nadirLonDeg,
    ),
    perLine(
      'lat_nadir',
      'float64',
      { units: 'degrees', long_name: 'latitude of the ground track' },
      (block) => block.nadirLatDeg,
    ),
    perLine(
      'model_index',
      'float32',
      { long_name: 'index of the last map of the model before the observation' },
      (block) => block.modelIndex,
    ),
    ...(withErrors && observedOnly === true
      ? []
      : [perCell('ssh_model', MODEL_HEIGHT, (block) => block.sshM)]),
    ...(withErrors ? [perCell('ssh_obs', OBSERVED_HEIGHT, (block) => block.sshObservedM)] : []),
    ...(withErrors && observedOnly !== true
      ? [
          ...errors.map(([name, variable]) =>
            perCell(variable, { units: 'm', long_name: ERROR_TEXTS[name] }, (block) => block.errorsM?.[name]),
          ),
        ]
      : []),
  ];
}

const ERROR_TEXTS: Record<SwathErrorName, string> = {
  karin: 'random noise of KaRIn',
  roll: 'error of the roll angle',
  phase: 'error of the interferometric phase',
  baselineDilation: 'error by dilation of the baseline',
  timing: 'error of the timing',
  wetTroposphere: 'residual of the wet troposphere after the correction by radiometer',
};

function compactColumns({ withErrors, observedOnly, storage }: SwathFileOptions): Column[] {
  if (storage.kind !== 'compact') throw new RangeError('the storage is not compact');
  const stepDeg = storage.coordinateStepDeg ?? DEFAULT_COORDINATE_STEP_DEG;
  const { west, east, south, north } = storage.extent;
  const coordinate = (
    name: string,
    [first, last]: readonly [number, number],
    attributes: NetcdfAttributes,
    values: Column['values'],
  ): Column => {
    // A middle on the step, so that places keep round numbers.
    const addOffset = Math.round((first + last) / 2 / stepDeg) * stepDeg;
    const isNarrow = (last - first) / 2 / stepDeg < 32_766;
    return {
      name,
      type: isNarrow ? 'int16' : 'int32',
      isPerCell: true,
      packing: { scaleFactor: stepDeg, addOffset: isNarrow ? addOffset : 0 },
      fill: isNarrow ? -32_768 : -2_147_483_648,
      attributes,
      values,
    };
  };
  const height = (name: string, attributes: NetcdfAttributes, values: Column['values']): Column => ({
    name,
    type: 'int16',
    isPerCell: true,
    packing: HEIGHT_PACKING,
    fill: -32_768,
    attributes: { ...attributes, ...AT_CELL },
    values,
  });
  return [
    TIME,
    coordinate('lon', [west, east], LON_ATTRIBUTES, (block) => missingWith(block.lonDeg, block.sshM)),
    coordinate('lat', [south, north], LAT_ATTRIBUTES, (block) => missingWith(block.latDeg, block.sshM)),
    ...(withErrors && observedOnly === true
      ? []
      : [height('ssh_model', MODEL_HEIGHT, (block) => block.sshM)]),
    ...(withErrors ? [height('ssh_obs', OBSERVED_HEIGHT, (block) => block.sshObservedM)] : []),
  ];
}

/** Places without an observation are not worth their bytes. */
function missingWith(values: Float64Array, heights: Float64Array): Float64Array {
  return values.map((value, index) => (Number.isNaN(heights[index]!) ? NaN : value));
}
