import type { NetcdfAttributes } from '../netcdf-file.js';
import { createGrowingDataset, type GrowingDataset, type GrowingVariable } from './growing-dataset.js';
import { writeAttribute, writeAttributes } from './hdf5-builder.js';
import { openHdf5Output } from './hdf5-output.js';
import {
  LAT_ATTRIBUTES,
  LON_ATTRIBUTES,
  MODEL_HEIGHT,
  OBSERVED_HEIGHT,
  satelliteFlags,
  TIME_ATTRIBUTES,
} from './observation-attributes.js';

/** Observations to append, all arrays of one length; those that the file was not opened for are not looked at. */
export type AlongTrackBlock = {
  /** Days since 1950-01-01 UTC, not before those that were appended. */
  timeDays: Float64Array;
  latDeg: Float64Array;
  lonDeg: Float64Array;
  /** m, NaN where missing. */
  sshM: Float64Array;
  /** Sum of all errors, m; ssh_obs is the height plus this. */
  errorM?: Float64Array;
  satelliteIndex: Uint8Array;
  cycle: Int32Array;
  track: Int32Array;
  /** km from the start of the pass. */
  alongTrackKm: Float64Array;
  /** Index of the map before the observation. */
  modelIndex: Float64Array;
};

export type AlongTrackFileOptions = {
  satellites: readonly string[];
  /** Also write `nadir_err` and `ssh_obs`. */
  withErrors: boolean;
  /** Of a file with errors: `ssh_obs` alone, as a satellite sees it, and nothing that it could be corrected with. */
  observedOnly?: boolean;
  attributes?: NetcdfAttributes;
};

/** Writes observations as they come; memory does not grow with their number. */
export type AlongTrackWriter = {
  /** @throws RangeError when times do not ascend. */
  append(block: AlongTrackBlock): void;
  /** Completes the file, which appears under its name only now. */
  finish(): Promise<void>;
  /** Removes the unfinished file and gives the error to throw. */
  discard(error: unknown): unknown;
};

const CHUNK_ROWS = 65_536;

/**
 * Starts a file of altimeter observations in the layout of the 2020a challenge's nadir files (dimension `time`; `lon`, `lat`,
 * `x_al`, `ncycle`, `model_index`, `ssh_model`, `nadir_err`, `ssh_obs`), with the satellites of a merged file as CF flags.
 */
export async function createAlongTrackWriter(
  path: string,
  options: AlongTrackFileOptions,
): Promise<AlongTrackWriter> {
  const output = await openHdf5Output(path);
  const { library, file } = output;
  const datasets = new Map<string, GrowingDataset>();
  const grow = (variable: Pick<GrowingVariable, 'name' | 'type'>): GrowingDataset => {
    const dataset = createGrowingDataset(library, file, {
      ...variable,
      rowLength: 1,
      chunkRows: CHUNK_ROWS,
      deflateLevel: 4,
    });
    datasets.set(variable.name, dataset);
    return dataset;
  };
  writeAttributes(file, { Conventions: 'CF-1.10', featureType: 'trajectory', ...options.attributes });
  const time = grow({ name: 'time', type: 'float64' });
  const lon = grow({ name: 'lon', type: 'float64' });
  const lat = grow({ name: 'lat', type: 'float64' });
  const observedOnly = options.withErrors && options.observedOnly === true;
  const model = observedOnly ? null : grow({ name: 'ssh_model', type: 'float64' });
  const error = options.withErrors && !observedOnly ? grow({ name: 'nadir_err', type: 'float64' }) : null;
  const observed = options.withErrors ? grow({ name: 'ssh_obs', type: 'float64' }) : null;
  const along = grow({ name: 'x_al', type: 'float32' });
  const modelIndex = grow({ name: 'model_index', type: 'float32' });
  const cycle = grow({ name: 'ncycle', type: 'int32' });
  const track = grow({ name: 'track', type: 'int32' });
  const satellite = grow({ name: 'satellite', type: 'int8' });
  let lastTimeDays = Number.NEGATIVE_INFINITY;
  return {
    append(block) {
      for (const timeDays of block.timeDays) {
        if (!(timeDays >= lastTimeDays)) throw new RangeError('times of observations must ascend');
        lastTimeDays = timeDays;
      }
      try {
        time.append(block.timeDays);
        lon.append(block.lonDeg);
        lat.append(block.latDeg);
        model?.append(block.sshM);
        if (observed) {
          const { errorM, sshM } = block;
          if (!errorM) throw new RangeError('the file was opened with errors, but none were given');
          error?.append(errorM);
          observed.append(sshM.map((height, index) => height + errorM[index]!));
        }
        along.append(block.alongTrackKm);
        modelIndex.append(block.modelIndex);
        cycle.append(block.cycle);
        track.append(block.track);
        satellite.append(block.satelliteIndex);
      } catch (failure) {
        throw output.discard(failure);
      }
    },
    async finish() {
      const attributes = attributesOf(options.satellites);
      try {
        const scale = time.finish();
        scale.make_scale('time');
        writeAttributes(scale, TIME_ATTRIBUTES);
        for (const [name, dataset] of datasets) {
          if (name === 'time') continue;
          const finished = dataset.finish();
          finished.attach_scale(0, 'time');
          if (/^(ssh_|nadir_err)/.test(name)) writeAttribute(finished, '_FillValue', NaN, 'float64');
          writeAttributes(finished, attributes[name]!);
        }
      } catch (failure) {
        throw output.discard(failure);
      }
      await output.commit();
    },
    discard: (failure) => output.discard(failure),
  };
}

function attributesOf(satellites: readonly string[]): Record<string, NetcdfAttributes> {
  const along = { coordinates: 'lon lat' };
  return {
    lon: LON_ATTRIBUTES,
    lat: LAT_ATTRIBUTES,
    ssh_model: { ...MODEL_HEIGHT, ...along },
    nadir_err: { units: 'm', long_name: 'sum of the simulated errors', ...along },
    ssh_obs: { ...OBSERVED_HEIGHT, ...along },
    x_al: { units: 'km', long_name: 'distance along the track, from the start of the pass', ...along },
    model_index: { long_name: 'index of the last map of the model before the observation', ...along },
    ncycle: { long_name: 'cycle number', ...along },
    track: { long_name: 'track number within the cycle', ...along },
    satellite: { ...satelliteFlags(satellites), ...along },
  };
}
