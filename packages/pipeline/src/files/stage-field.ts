import { closeSync, ftruncateSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { GriddedField } from '@sillage/netcdf';
import { croppedGrid, type FieldPiece, type GridCrop, valueBytes, walkField } from '@sillage/checking';
import type { BandSourceDescription, FileBands } from './band-files.js';

/** Bytes of a decoded field that may stay in memory; larger ones are spilled to the temporary folder. */
export const MEMORY_BUDGET_BYTES = 48 * 2 ** 20;

export type StageOptions = {
  path: string;
  subject: string;
  crop: GridCrop;
  temporaryFolder: string | null;
  memoryBudgetBytes?: number;
  /** 0…1 of the values have been decoded. */
  onProgress?: (fraction: number) => void;
};

/**
 * Makes a field cheap to read in bands. Files whose values lie in rows are used as they are. Files in chunks would be
 * decompressed once for each band: they are decoded once, into memory that all threads share, or, beyond the budget,
 * into a raw file. Without a temporary folder a large one is read band by band all the same.
 */
export async function stageField(field: GriddedField, options: StageOptions): Promise<BandSourceDescription> {
  const { path, subject, crop, temporaryFolder } = options;
  const file: FileBands = { kind: 'file', path, variable: field.variableName, subject, crop };
  const { directLayout: layout, valueType } = field;
  if (layout) return { kind: 'direct', file, layout, fileGrid: field.grid, valueType };
  if (isCheapInBands(field)) return file;
  const spillBytes = spilledBytes(field, crop, options.memoryBudgetBytes);
  if (spillBytes > 0 && !temporaryFolder) return file;
  const grid = croppedGrid(field.grid, crop);
  if (spillBytes === 0 || !temporaryFolder) {
    const buffer = new SharedArrayBuffer(croppedBytes(field, crop));
    await copyToMemory(field, options, buffer);
    return { kind: 'shared', buffer, grid, valueType };
  }
  return { kind: 'raw', path: await spillField(field, { ...options, temporaryFolder }), grid, valueType };
}

/** Bytes of disk that staging a field takes: 0 where it is read in place or decoded into memory. */
export function spilledBytes(
  field: GriddedField,
  crop: GridCrop,
  memoryBudgetBytes = MEMORY_BUDGET_BYTES,
): number {
  if (field.directLayout || isCheapInBands(field)) return 0;
  const byteLength = croppedBytes(field, crop);
  return byteLength > memoryBudgetBytes ? byteLength : 0;
}

export function croppedBytes(field: GriddedField, crop: GridCrop): number {
  return crop.time.count * crop.lat.count * crop.lon.count * valueBytes(field);
}

/** No chunk holds more than one row, so that no band decompresses what another one needs. */
function isCheapInBands(field: GriddedField): boolean {
  return field.preferredAccess === 'bands' && field.preferredLatCount === 1;
}

/** Decodes a field once into a raw file, C order [time, lat, lon] of the crop, in a folder of its own: it stays, or nothing does. */
export async function spillField(
  field: GriddedField,
  options: Pick<StageOptions, 'crop' | 'onProgress'> & { temporaryFolder: string },
): Promise<string> {
  const rawPath = join(mkdtempSync(join(options.temporaryFolder, 'field-')), 'values.raw');
  const descriptor = openSync(rawPath, 'wx');
  try {
    const { crop } = options;
    const bytesPerValue = valueBytes(field);
    ftruncateSync(descriptor, crop.time.count * crop.lat.count * crop.lon.count * bytesPerValue);
    await eachRun(field, options, (run, index) => {
      const bytes = new Uint8Array(run.buffer, run.byteOffset, run.byteLength);
      for (let done = 0; done < bytes.length;) {
        done += writeSync(descriptor, bytes, done, bytes.length - done, index * bytesPerValue + done);
      }
    });
  } catch (error) {
    rmSync(dirname(rawPath), { recursive: true, force: true });
    throw error;
  } finally {
    closeSync(descriptor);
  }
  return rawPath;
}

async function copyToMemory(
  field: GriddedField,
  options: StageOptions,
  buffer: SharedArrayBuffer,
): Promise<void> {
  const values = field.valueType === 'float64' ? new Float64Array(buffer) : new Float32Array(buffer);
  await eachRun(field, options, (run, index) => values.set(run, index));
}

/** Visits runs of neighbouring values with the index at which they belong in the cropped field. */
async function eachRun(
  field: GriddedField,
  { crop, onProgress }: Pick<StageOptions, 'crop' | 'onProgress'>,
  visit: (run: FieldPiece['values'], index: number) => void,
): Promise<void> {
  let done = 0;
  await walkField(field, crop, ({ time, lat, values }) => {
    const runLength = lat.count * crop.lon.count;
    for (let map = 0; map < time.count; map++) {
      const index = ((time.start + map) * crop.lat.count + lat.start) * crop.lon.count;
      visit(values.subarray(map * runLength, (map + 1) * runLength), index);
    }
    done += values.length;
    onProgress?.(done / (crop.time.count * crop.lat.count * crop.lon.count));
  });
}
