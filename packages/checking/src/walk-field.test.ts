import type { GriddedField } from '@sillage/netcdf/portable';
import { describe, expect, test } from 'vitest';
import type { GridCrop } from './grid-alignment.js';
import { isReadByDay, walkField } from './walk-field.js';

const evenly = (start: number, count: number, step: number): Float64Array =>
  Float64Array.from({ length: count }, (_, index) => start + index * step);

const T = 7;
const Y = 9;
const X = 5;

/** A field in memory whose every value is its own index; it notes what is read. */
function fakeField(chunk: { days: number; rows: number }): { field: GriddedField; reads: string[] } {
  const reads: string[] = [];
  const block = (time: number, timeCount: number, lat: number, latCount: number): Float32Array =>
    Float32Array.from({ length: timeCount * latCount * X }, (_, index) => {
      const map = Math.floor(index / (latCount * X));
      return ((time + map) * Y + lat) * X + (index % (latCount * X));
    });
  const field: GriddedField = {
    grid: { timeDays: evenly(0, T, 1), latDeg: evenly(0, Y, 1), lonDeg: evenly(0, X, 1) },
    variableName: 'ssh',
    attributes: {},
    variableAttributes: {},
    sourceType: 'float32',
    sourceUnits: 'm',
    sourceKind: 'ssh',
    valueType: 'float32',
    preferredAccess: chunk.rows <= 1 ? 'bands' : 'days',
    preferredDayCount: chunk.days,
    preferredLatCount: chunk.rows,
    warnings: [],
    directLayout: null,
    readBand: async (lat, latCount) => {
      reads.push(`rows ${lat}…${lat + latCount - 1}`);
      return block(0, T, lat, latCount);
    },
    readDays: async (time, timeCount) => {
      reads.push(`days ${time}…${time + timeCount - 1}`);
      return block(time, timeCount, 0, Y);
    },
    close: () => undefined,
  };
  return { field, reads };
}

async function collect(field: GriddedField, crop: GridCrop, budgetBytes?: number): Promise<number[]> {
  const values = new Array<number>(crop.time.count * crop.lat.count * crop.lon.count).fill(-1);
  await walkField(
    field,
    crop,
    (piece) => {
      let from = 0;
      for (let time = 0; time < piece.time.count; time++) {
        for (let row = 0; row < piece.lat.count; row++) {
          const to = ((piece.time.start + time) * crop.lat.count + piece.lat.start + row) * crop.lon.count;
          for (let lon = 0; lon < crop.lon.count; lon++) values[to + lon] = piece.values[from++]!;
        }
      }
      expect(from).toBe(piece.values.length);
    },
    budgetBytes,
  );
  return values;
}

function expected(crop: GridCrop): number[] {
  const values: number[] = [];
  for (let t = 0; t < crop.time.count; t++)
    for (let y = 0; y < crop.lat.count; y++)
      for (let x = 0; x < crop.lon.count; x++)
        values.push(((crop.time.start + t) * Y + crop.lat.start + y) * X + crop.lon.start + x);
  return values;
}

const whole: GridCrop = {
  time: { start: 0, count: T },
  lat: { start: 0, count: Y },
  lon: { start: 0, count: X },
};
const part: GridCrop = {
  time: { start: 2, count: 4 },
  lat: { start: 3, count: 5 },
  lon: { start: 1, count: 3 },
};

describe('walking through a field', () => {
  test.each([
    { name: 'maps one by one', chunk: { days: 1, rows: Y }, budget: 1e9 },
    { name: 'blocks of three days', chunk: { days: 3, rows: Y }, budget: 1e9 },
    { name: 'rows one by one', chunk: { days: T, rows: 1 }, budget: 0 },
    { name: 'bands of four rows', chunk: { days: T, rows: 4 }, budget: 0 },
  ])('in $name visits every value once, at its place', async ({ chunk, budget }) => {
    for (const crop of [whole, part]) {
      expect(await collect(fakeField(chunk).field, crop, budget)).toEqual(expected(crop));
    }
  });

  test('reads each chunk of a crop once', async () => {
    const byDay = fakeField({ days: 3, rows: Y });
    await collect(byDay.field, part);
    expect(byDay.reads).toEqual(['days 2…2', 'days 3…5']);
    const byBand = fakeField({ days: T, rows: 4 });
    await collect(byBand.field, part, 0);
    expect(byBand.reads).toEqual(['rows 3…3', 'rows 4…7']);
  });

  test('goes by day only while the days of a chunk fit into the budget', () => {
    const { field } = fakeField({ days: 3, rows: Y });
    expect(isReadByDay(field, 3 * Y * X * 4)).toBe(true);
    expect(isReadByDay(field, 3 * Y * X * 4 - 1)).toBe(false);
  });
});
