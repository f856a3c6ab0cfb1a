import { closeSync, mkdtempSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { GriddedField } from '@sillage/netcdf';
import type { BandSourceDescription, FileBands } from './band-source.js';
import { croppedGrid, type GridCrop } from './grid-alignment.js';
import { cutMap, DayReader } from './open-field.js';

/** Bytes of a decoded field that may stay in memory; larger ones are spilled to the temporary folder. */
export const MEMORY_BUDGET_BYTES = 48 * 2 ** 20;

export type StageOptions = {
  path: string;
  subject: string;
  crop: GridCrop;
  temporaryFolder: string | null;
  memoryBudgetBytes?: number;
  onDay?: (dayIndex: number, dayCount: number) => void;
};

/**
 * Makes a field cheap to read in bands. Files that lie in rows are used as they are. Files that are compressed by day
 * would be decompressed once for each band: they are decoded once, into memory that all threads share, or, beyond the
 * budget, into a raw file. Without a temporary folder a large one is read band by band all the same.
 */
export async function stageField(field: GriddedField, options: StageOptions): Promise<BandSourceDescription> {
  const { path, subject, crop, temporaryFolder } = options;
  const file: FileBands = { kind: 'file', path, variable: field.variableName, subject, crop };
  const { directLayout: layout, valueType } = field;
  if (layout) return { kind: 'direct', file, layout, fileGrid: field.grid, valueType };
  if (field.preferredAccess === 'bands') return file;
  const bytesPerValue = field.valueType === 'float64' ? 8 : 4;
  const mapLength = crop.lat.count * crop.lon.count;
  const byteLength = crop.time.count * mapLength * bytesPerValue;
  const grid = croppedGrid(field.grid, crop);
  if (byteLength <= (options.memoryBudgetBytes ?? MEMORY_BUDGET_BYTES)) {
    const buffer = new SharedArrayBuffer(byteLength);
    const values = field.valueType === 'float64' ? new Float64Array(buffer) : new Float32Array(buffer);
    await eachMap(field, options, (map, index) => values.set(map, index * mapLength));
    return { kind: 'shared', buffer, grid, valueType: field.valueType };
  }
  if (!temporaryFolder) return file;
  const rawPath = join(mkdtempSync(join(temporaryFolder, 'field-')), 'values.raw');
  const descriptor = openSync(rawPath, 'wx');
  try {
    await eachMap(field, options, (map) => {
      const bytes = new Uint8Array(map.buffer, map.byteOffset, map.byteLength);
      for (let written = 0; written < bytes.length;) written += writeSync(descriptor, bytes, written);
    });
  } finally {
    closeSync(descriptor);
  }
  return { kind: 'raw', path: rawPath, grid, valueType: field.valueType };
}

async function eachMap(
  field: GriddedField,
  { crop, onDay }: StageOptions,
  visit: (map: Float32Array | Float64Array, index: number) => void,
): Promise<void> {
  const reader = new DayReader(field);
  for (let index = 0; index < crop.time.count; index++) {
    const day = await reader.readDay(crop.time.start + index);
    visit(cutMap(day, field.grid.lonDeg.length, crop.lat, crop.lon), index);
    onDay?.(index + 1, crop.time.count);
  }
}
