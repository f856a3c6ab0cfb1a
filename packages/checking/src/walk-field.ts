import type { GriddedField } from '@sillage/netcdf/portable';
import type { FieldValues } from '@sillage/science';
import type { GridCrop, IndexRange } from './grid-alignment.js';

/** Bytes of decoded values that one read may bring into memory, unless a single chunk of the file is larger. */
export const READ_BUDGET_BYTES = 64 * 2 ** 20;

/** A cropped piece of a field, C order [time, lat, lon]; the ranges count from the start of the crop. */
export type FieldPiece = { time: IndexRange; lat: IndexRange; values: FieldValues };

/**
 * Reads a cropped field once, from first to last, in the pieces that it is stored in, so that no chunk is decompressed
 * twice: whole maps of some days where the chunks are short in time, all days of some rows where they are long.
 */
export async function walkField(
  field: GriddedField,
  crop: GridCrop,
  visit: (piece: FieldPiece) => void | Promise<void>,
  budgetBytes = READ_BUDGET_BYTES,
): Promise<void> {
  if (isReadByDay(field, budgetBytes)) await walkDays(field, crop, visit);
  else await walkBands(field, crop, visit);
}

/** Whether whole maps come at a bounded price: the days that share a chunk fit into the budget. */
export function isReadByDay(field: GriddedField, budgetBytes = READ_BUDGET_BYTES): boolean {
  const { latDeg, lonDeg } = field.grid;
  return field.preferredDayCount * latDeg.length * lonDeg.length * valueBytes(field) <= budgetBytes;
}

export function valueBytes(field: Pick<GriddedField, 'valueType'>): number {
  return field.valueType === 'float64' ? 8 : 4;
}

async function walkDays(
  field: GriddedField,
  crop: GridCrop,
  visit: (piece: FieldPiece) => void | Promise<void>,
): Promise<void> {
  const latTotal = field.grid.latDeg.length;
  for (const time of alignedBlocks(crop.time, field.preferredDayCount)) {
    const values = await field.readDays(time.start, time.count);
    await visit({
      time: { start: time.start - crop.time.start, count: time.count },
      lat: { start: 0, count: crop.lat.count },
      values: cutValues(values, { latTotal, lonTotal: field.grid.lonDeg.length }, crop.lat, crop.lon),
    });
  }
}

async function walkBands(
  field: GriddedField,
  crop: GridCrop,
  visit: (piece: FieldPiece) => void | Promise<void>,
): Promise<void> {
  const { timeDays, lonDeg } = field.grid;
  for (const lat of alignedBlocks(crop.lat, field.preferredLatCount)) {
    const band = await field.readBand(lat.start, lat.count);
    const mapLength = lat.count * lonDeg.length;
    const inTime = band.subarray(
      crop.time.start * mapLength,
      (crop.time.start + crop.time.count) * mapLength,
    );
    const shape = { latTotal: lat.count, lonTotal: lonDeg.length };
    await visit({
      time: { start: 0, count: crop.time.count },
      lat: { start: lat.start - crop.lat.start, count: lat.count },
      values:
        crop.time.count === timeDays.length && crop.lon.count === lonDeg.length
          ? band
          : cutValues(inTime, shape, { start: 0, count: lat.count }, crop.lon),
    });
  }
}

/** A range cut at multiples of a chunk's length. */
function alignedBlocks(range: IndexRange, length: number): IndexRange[] {
  const blocks: IndexRange[] = [];
  const end = range.start + range.count;
  for (let start = range.start; start < end;) {
    const next = Math.min(end, (Math.floor(start / length) + 1) * length);
    blocks.push({ start, count: next - start });
    start = next;
  }
  return blocks;
}

/** A rectangular part of each of some [lat, lon] maps. */
export function cutValues(
  values: FieldValues,
  shape: { latTotal: number; lonTotal: number },
  lat: IndexRange,
  lon: IndexRange,
): FieldValues {
  const { latTotal, lonTotal } = shape;
  if (lat.count === latTotal && lon.count === lonTotal) return values;
  const mapCount = values.length / (latTotal * lonTotal);
  const length = mapCount * lat.count * lon.count;
  const cut = values instanceof Float64Array ? new Float64Array(length) : new Float32Array(length);
  for (let map = 0; map < mapCount; map++) {
    for (let row = 0; row < lat.count; row++) {
      const source = (map * latTotal + lat.start + row) * lonTotal + lon.start;
      cut.set(values.subarray(source, source + lon.count), (map * lat.count + row) * lon.count);
    }
  }
  return cut;
}
