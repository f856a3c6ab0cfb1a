import { closeSync, openSync, readSync } from 'node:fs';
import type { FieldValues, RegularGrid } from '@sillage/science';
import type { GridCrop } from './grid-alignment.js';
import { openField } from './open-field.js';

/** Rows of a field, all its times: what scoring walks through. */
export type BandSource = {
  readonly grid: RegularGrid;
  /** Heights in metres, NaN where missing, shape [T, latCount, X]. */
  readBand(latStart: number, latCount: number): Promise<FieldValues>;
  close(): void;
};

/** Where a band source comes from, in a form that can be posted to a worker thread. */
export type BandSourceDescription =
  /** A part of a gridded file. */
  | { kind: 'file'; path: string; variable: string; subject: string; crop: GridCrop }
  /** A spilled field: raw little-endian values, C order [T, Y, X]. */
  | { kind: 'raw'; path: string; grid: RegularGrid; valueType: 'float32' | 'float64' }
  /** A field in memory that all threads see, C order [T, Y, X]. */
  | { kind: 'shared'; buffer: SharedArrayBuffer; grid: RegularGrid; valueType: 'float32' | 'float64' };

export async function openBandSource(description: BandSourceDescription): Promise<BandSource> {
  if (description.kind === 'file') return openFileBands(description);
  return description.kind === 'raw' ? openRawBands(description) : openSharedBands(description);
}

async function openFileBands(
  description: Extract<BandSourceDescription, { kind: 'file' }>,
): Promise<BandSource> {
  const { crop } = description;
  const field = await openField(description);
  const { timeDays, latDeg, lonDeg } = field.grid;
  const isWhole = crop.time.count === timeDays.length && crop.lon.count === lonDeg.length;
  return {
    grid: {
      timeDays: timeDays.slice(crop.time.start, crop.time.start + crop.time.count),
      latDeg: latDeg.slice(crop.lat.start, crop.lat.start + crop.lat.count),
      lonDeg: lonDeg.slice(crop.lon.start, crop.lon.start + crop.lon.count),
    },
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
  const bytesPerValue = valueType === 'float64' ? 8 : 4;
  const rowBytes = grid.lonDeg.length * bytesPerValue;
  return {
    grid,
    readBand: async (latStart, latCount) => {
      const values = newValues(valueType, grid.timeDays.length * latCount * grid.lonDeg.length);
      const bytes = new Uint8Array(values.buffer);
      const blockBytes = latCount * rowBytes;
      for (let time = 0; time < grid.timeDays.length; time++) {
        const position = (time * grid.latDeg.length + latStart) * rowBytes;
        const read = readSync(descriptor, bytes, time * blockBytes, blockBytes, position);
        if (read !== blockBytes) throw new Error(`the spilled field ends at byte ${position + read}`);
      }
      return values;
    },
    close: () => closeSync(descriptor),
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
