import { closeSync, openSync, readSync } from 'node:fs';
import type { DirectLayout } from '@sillage/netcdf';
import type { FieldValues, RegularGrid } from '@sillage/science';
import { cropOf, croppedGrid, type GridCrop } from '@sillage/checking';
import { type BandSource } from '@sillage/scoring';

export type FileBands = { kind: 'file'; path: string; variable: string; subject: string; crop: GridCrop };

/** Where a band source comes from, in a form that can be posted to a worker thread. */
export type BandSourceDescription =
  /** A part of a gridded file. */
  | FileBands
  /** The same where the stored bytes are the values: read without decoding, by way of the file where a value is odd. */
  | {
      kind: 'direct';
      file: FileBands;
      layout: DirectLayout;
      fileGrid: RegularGrid;
      valueType: 'float32' | 'float64';
    }
  /** A spilled field: raw little-endian values, C order [T, Y, X]. */
  | { kind: 'raw'; path: string; grid: RegularGrid; valueType: 'float32' | 'float64' }
  /** A field in memory that all threads see, C order [T, Y, X]. */
  | { kind: 'shared'; buffer: SharedArrayBuffer; grid: RegularGrid; valueType: 'float32' | 'float64' };

export async function openBandSource(description: BandSourceDescription): Promise<BandSource> {
  switch (description.kind) {
    case 'file':
      return openFileBands(description);
    case 'direct':
      return openDirectBands(description);
    case 'raw':
      return openRawBands(description);
    case 'shared':
      return openSharedBands(description);
  }
}

async function openFileBands(description: FileBands): Promise<BandSource> {
  const { crop } = description;
  // Loaded on demand: threads that read values directly need neither the NetCDF code nor the HDF5 library.
  const { openField } = await import('./open-field.js');
  const field = await openField(description);
  const { timeDays, lonDeg } = field.grid;
  const isWhole = crop.time.count === timeDays.length && crop.lon.count === lonDeg.length;
  return {
    grid: croppedGrid(field.grid, crop),
    readBand: async (latStart, latCount) => {
      const band = await field.readBand(crop.lat.start + latStart, latCount);
      return isWhole ? band : cutBand(band, latCount, lonDeg.length, crop);
    },
    close: () => field.close(),
  };
}

function cutBand(band: FieldValues, latCount: number, lonCount: number, crop: GridCrop): FieldValues {
  const length = crop.time.count * latCount * crop.lon.count;
  const cut = band instanceof Float64Array ? new Float64Array(length) : new Float32Array(length);
  for (let row = 0; row < crop.time.count * latCount; row++) {
    const source = (crop.time.start * latCount + row) * lonCount + crop.lon.start;
    cut.set(band.subarray(source, source + crop.lon.count), row * crop.lon.count);
  }
  return cut;
}

function newValues(
  valueType: 'float32' | 'float64',
  length: number,
): Float32Array<ArrayBuffer> | Float64Array<ArrayBuffer> {
  return valueType === 'float64' ? new Float64Array(length) : new Float32Array(length);
}

function openRawBands(description: Extract<BandSourceDescription, { kind: 'raw' }>): BandSource {
  const { grid, valueType } = description;
  const descriptor = openSync(description.path, 'r');
  const crop = cropOf(grid, null, null);
  const read = directReader({ descriptor, grid, crop, valueType, offsetBytes: 0 });
  return {
    grid,
    readBand: async (latStart, latCount) => read(latStart, latCount),
    close: () => closeSync(descriptor),
  };
}

/**
 * Values straight from the file. One that cannot be a height (a fill value that nobody declared, centimetres) sends the
 * band through the decoding, which knows what it means.
 */
function openDirectBands(description: Extract<BandSourceDescription, { kind: 'direct' }>): BandSource {
  const { file, layout, fileGrid, valueType } = description;
  const descriptor = openSync(file.path, 'r');
  const { offsetBytes, plausibleLimitM } = layout;
  const read = directReader({ descriptor, grid: fileGrid, crop: file.crop, valueType, offsetBytes });
  let decoded: Promise<BandSource> | null = null;
  return {
    grid: croppedGrid(fileGrid, file.crop),
    readBand: async (latStart, latCount) => {
      const values = read(latStart, latCount);
      if (isWithin(values, plausibleLimitM)) return values;
      decoded ??= openFileBands(file);
      return (await decoded).readBand(latStart, latCount);
    },
    close: () => {
      closeSync(descriptor);
      void decoded?.then((source) => source.close());
    },
  };
}

function isWithin(values: FieldValues, limit: number): boolean {
  for (let index = 0; index < values.length; index++) {
    const value = values[index]!;
    if (value > limit || value < -limit) return false;
  }
  return true;
}

/** Reads the cropped part of some rows; the array it returns is used again for the next band. */
function directReader(options: {
  descriptor: number;
  grid: RegularGrid;
  crop: GridCrop;
  valueType: 'float32' | 'float64';
  offsetBytes: number;
}): (latStart: number, latCount: number) => FieldValues {
  const { descriptor, grid, crop, valueType, offsetBytes } = options;
  const valueBytes = valueType === 'float64' ? 8 : 4;
  const rowBytes = grid.lonDeg.length * valueBytes;
  const isWholeRow = crop.lon.count === grid.lonDeg.length;
  let wholeRows = newValues(valueType, 0);
  let cut = newValues(valueType, 0);
  return (latStart, latCount) => {
    const blockLength = latCount * grid.lonDeg.length;
    const length = crop.time.count * blockLength;
    if (wholeRows.length < length) wholeRows = newValues(valueType, length);
    const bytes = new Uint8Array(wholeRows.buffer);
    for (let time = 0; time < crop.time.count; time++) {
      const row = (crop.time.start + time) * grid.latDeg.length + crop.lat.start + latStart;
      const position = offsetBytes + row * rowBytes;
      const read = readSync(descriptor, bytes, time * latCount * rowBytes, latCount * rowBytes, position);
      if (read !== latCount * rowBytes)
        throw new Error(`the values end at byte ${position + read}, too early`);
    }
    if (isWholeRow) return wholeRows.subarray(0, length);
    const cutLength = crop.time.count * latCount * crop.lon.count;
    if (cut.length < cutLength) cut = newValues(valueType, cutLength);
    for (let row = 0; row < crop.time.count * latCount; row++) {
      const start = row * grid.lonDeg.length + crop.lon.start;
      cut.set(wholeRows.subarray(start, start + crop.lon.count), row * crop.lon.count);
    }
    return cut.subarray(0, cutLength);
  };
}

function openSharedBands(description: Extract<BandSourceDescription, { kind: 'shared' }>): BandSource {
  const { grid, valueType, buffer } = description;
  const all = valueType === 'float64' ? new Float64Array(buffer) : new Float32Array(buffer);
  const latTotal = grid.latDeg.length;
  const lonCount = grid.lonDeg.length;
  return {
    grid,
    readBand: async (latStart, latCount) => {
      const blockLength = latCount * lonCount;
      const values = newValues(valueType, grid.timeDays.length * blockLength);
      for (let time = 0; time < grid.timeDays.length; time++) {
        const start = (time * latTotal + latStart) * lonCount;
        values.set(all.subarray(start, start + blockLength), time * blockLength);
      }
      return values;
    },
    close: () => undefined,
  };
}
