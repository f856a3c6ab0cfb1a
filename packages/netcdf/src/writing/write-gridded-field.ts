import { closeSync, openSync, writeSync } from 'node:fs';
import type * as h5wasm from 'h5wasm/node';
import type { FieldValues, RegularGrid } from '@sillage/science';
import { openFileByteSource } from '../file-byte-source.js';
import { scanHdf5Structure } from '../hdf5/structure-scan.js';
import type { NetcdfAttributes } from '../netcdf-file.js';
import {
  createContiguousDataset,
  requireDataset,
  writeAttribute,
  writeAttributes,
  writeCoordinate,
} from './hdf5-builder.js';
import { writeHdf5 } from './hdf5-output.js';
import type { GriddedFileInput, GriddedVariableInput, Packing } from './gridded-file.js';

const INT16_FILL = -32_768;
const TIME_UNITS = 'days since 1950-01-01 00:00:00';

const COORDINATE_ATTRIBUTES = {
  time: { units: TIME_UNITS, calendar: 'standard', standard_name: 'time', long_name: 'time', axis: 'T' },
  lat: { units: 'degrees_north', standard_name: 'latitude', long_name: 'latitude', axis: 'Y' },
  lon: { units: 'degrees_east', standard_name: 'longitude', long_name: 'longitude', axis: 'X' },
} as const;

/**
 * Writes gridded fields as NetCDF-4 that xarray and ncdump open with coordinates and decoded times (CF 1.10). The file appears
 * under its name only when it is complete.
 *
 * @param path - an existing file is replaced.
 * @throws RangeError when values do not have the shape of the grid or do not fit the packing.
 */
export async function writeGriddedField(path: string, input: GriddedFileInput): Promise<void> {
  const storage = input.storage ?? { kind: 'contiguous' };
  await writeHdf5(path, {
    build: async (library, file) => {
      writeAttributes(file, { Conventions: 'CF-1.10', ...input.attributes });
      writeCoordinate(file, 'time', input.grid.timeDays, COORDINATE_ATTRIBUTES.time);
      writeCoordinate(file, 'lat', input.grid.latDeg, COORDINATE_ATTRIBUTES.lat);
      writeCoordinate(file, 'lon', input.grid.lonDeg, COORDINATE_ATTRIBUTES.lon);
      for (const variable of input.variables) {
        if (storage.kind === 'contiguous') createContiguousVariable(library, file, input.grid, variable);
        else await writeDeflatedVariable(library, file, input.grid, variable, storage.level);
      }
    },
    complete: async (partialPath) => {
      if (storage.kind === 'contiguous') await fillContiguousVariables(partialPath, input);
    },
  });
}

function shapeOf(grid: RegularGrid): [number, number, number] {
  return [grid.timeDays.length, grid.latDeg.length, grid.lonDeg.length];
}

function createContiguousVariable(
  library: typeof h5wasm,
  file: h5wasm.File,
  grid: RegularGrid,
  variable: GriddedVariableInput,
): void {
  const dataset = createContiguousDataset(library, file, variable.name, shapeOf(grid), variable.type);
  describeVariable(dataset, variable);
}

/**
 * Writes the values straight to where the library reserved room for them: no copy through its memory. Day by day, all
 * variables of a day together, so that they can come out of one stream.
 */
async function fillContiguousVariables(path: string, input: GriddedFileInput): Promise<void> {
  const source = openFileByteSource(path);
  const { datasets } = scanHdf5Structure(source, { maxDeclaredBytes: Infinity });
  source.close();
  const [timeCount] = shapeOf(input.grid);
  const places = input.variables.map((variable) => {
    const layout = datasets.find((dataset) => dataset.path === variable.name)?.layout;
    if (layout?.kind !== 'contiguous' || layout.offset === null)
      throw new Error(`no room was reserved for '${variable.name}'`);
    return { variable, position: layout.offset };
  });
  const descriptor = openSync(path, 'r+');
  try {
    for (let t = 0; t < timeCount; t++) {
      for (const place of places) {
        const stored = encodeDay(place.variable, await dayOf(place.variable, input.grid, t));
        const bytes = new Uint8Array(stored.buffer, stored.byteOffset, stored.byteLength);
        for (let done = 0; done < bytes.length;)
          done += writeSync(descriptor, bytes, done, bytes.length - done, place.position + done);
        place.position += bytes.length;
      }
    }
  } finally {
    closeSync(descriptor);
  }
}

async function writeDeflatedVariable(
  library: typeof h5wasm,
  file: h5wasm.File,
  grid: RegularGrid,
  variable: GriddedVariableInput,
  level: number,
): Promise<void> {
  const [timeCount, latCount, lonCount] = shapeOf(grid);
  const dtype = variable.type === 'float32' ? '<f' : variable.type === 'float64' ? '<d' : '<h';
  // h5wasm wants all values at creation: create the first day, then grow.
  const dataset = file.create_dataset({
    name: variable.name,
    data: encodeDay(variable, await dayOf(variable, grid, 0)),
    shape: [1, latCount, lonCount],
    maxshape: [timeCount, latCount, lonCount],
    chunks: [1, latCount, lonCount],
    dtype,
    ...(level > 0 ? { compression: 'gzip' as const, compression_opts: level } : {}),
  });
  if (timeCount > 1) dataset.resize([timeCount, latCount, lonCount]);
  for (let t = 1; t < timeCount; t++) {
    dataset.write_slice([[t, t + 1], [], []], encodeDay(variable, await dayOf(variable, grid, t)));
  }
  describeVariable(requireDataset(library, file, variable.name), variable);
}

function describeVariable(dataset: h5wasm.Dataset, variable: GriddedVariableInput): void {
  ['time', 'lat', 'lon'].forEach((name, axis) => dataset.attach_scale(axis, name));
  const attributes: NetcdfAttributes = { units: 'm', ...variable.attributes };
  writeAttribute(dataset, '_FillValue', variable.type === 'int16' ? INT16_FILL : NaN, variable.type);
  if (variable.type === 'int16') {
    const { scaleFactor, addOffset } = requirePacking(variable);
    writeAttribute(dataset, 'scale_factor', scaleFactor, 'float64');
    writeAttribute(dataset, 'add_offset', addOffset, 'float64');
  }
  writeAttributes(dataset, attributes);
}

async function dayOf(
  variable: GriddedVariableInput,
  grid: RegularGrid,
  timeIndex: number,
): Promise<FieldValues> {
  const [timeCount, latCount, lonCount] = shapeOf(grid);
  const mapLength = latCount * lonCount;
  if ('readDay' in variable) {
    const day = await variable.readDay(timeIndex);
    if (day.length !== mapLength)
      throw new RangeError(
        `day ${timeIndex} of '${variable.name}' has ${day.length} values, need ${mapLength}`,
      );
    return day;
  }
  const needed = timeCount * mapLength;
  if (variable.values.length !== needed)
    throw new RangeError(`'${variable.name}' has ${variable.values.length} values, need ${needed}`);
  return variable.values.subarray(timeIndex * mapLength, (timeIndex + 1) * mapLength);
}

function encodeDay(
  variable: GriddedVariableInput,
  day: FieldValues,
): Float32Array | Float64Array | Int16Array {
  if (variable.type === 'float32') return day instanceof Float32Array ? day : Float32Array.from(day);
  if (variable.type === 'float64') return day instanceof Float64Array ? day : Float64Array.from(day);
  const { scaleFactor, addOffset } = requirePacking(variable);
  return Int16Array.from(day, (value) => {
    if (Number.isNaN(value)) return INT16_FILL;
    const packed = Math.round((value - addOffset) / scaleFactor);
    if (!(packed > INT16_FILL && packed <= 32_767))
      throw new RangeError(`${value} m does not fit int16 with scale ${scaleFactor} and offset ${addOffset}`);
    return packed;
  });
}

function requirePacking(variable: GriddedVariableInput): Packing {
  if (!variable.packing)
    throw new RangeError(`int16 variable '${variable.name}' needs scaleFactor and addOffset`);
  return variable.packing;
}
