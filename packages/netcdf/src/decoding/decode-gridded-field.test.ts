import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeGriddedField } from './decode-gridded-field.js';
import type { GriddedFieldOptions } from '../gridded-field.js';
import type { NetcdfAttributes, NetcdfFile } from '../netcdf-file.js';
import { memoryNetcdfFile, type MemoryVariable } from '../testing/memory-files.js';

const SIZE = { time: 3, lat: 4, lon: 6 };
const TIME = { units: 'days since 2012-10-22' };
/** Maps of one day after another whose time axis counts them from 0, in units that are wrong by 21 days. */
const COUNTED_MAPS: MemoryVariable[] = [
  {
    name: 'time',
    type: 'int64',
    dimensions: ['time'],
    shape: [3],
    attributes: { units: 'days since 2012-10-01' },
    values: [0, 1, 2],
  },
  { name: 'lat', type: 'float64', dimensions: ['lat'], shape: [2], values: [30, 31] },
  { name: 'lon', type: 'float64', dimensions: ['lon'], shape: [2], values: [-60, -59] },
  {
    name: 'ssh',
    type: 'float32',
    dimensions: ['time', 'lat', 'lon'],
    shape: [3, 2, 2],
    attributes: { units: 'm' },
    values: Array<number>(12).fill(0.5),
  },
];
const LAT = { units: 'degrees_north' };
const LON = { units: 'degrees_east' };
/** The height at canonical indices, distinct everywhere. */
const heightAt = (t: number, y: number, x: number): number => (t * 100 + y * 10 + x) / 1000;

type Layout = {
  order: ('time' | 'lat' | 'lon' | 'depth')[];
  isLatDescending: boolean;
  isLonDescending: boolean;
  firstLon: number;
  has360: boolean;
};

/** The same field, stored in another way. */
function storedFile(
  layout: Layout,
  ssh: Partial<MemoryVariable> = {},
  time: NetcdfAttributes = TIME,
): NetcdfFile {
  const sizes = { ...SIZE, depth: 1 };
  const lons = Array.from({ length: SIZE.lon }, (_, i) => layout.firstLon + i * 60);
  // what the canonical axis is, independently of the code under test
  const canonical = lons.map((lon) => ((((lon + 180) % 360) + 360) % 360) - 180).toSorted((a, b) => a - b);
  const storedLons = lons.map((lon) => (layout.has360 ? ((lon % 360) + 360) % 360 : lon));
  if (layout.has360) storedLons.sort((a, b) => a - b);
  if (layout.isLonDescending) storedLons.reverse();
  const lats = [30, 31, 32, 33];
  if (layout.isLatDescending) lats.reverse();
  const shape = layout.order.map((name) => sizes[name]);
  const values: number[] = [];
  const walk = (d: number, at: Record<string, number>): void => {
    if (d < layout.order.length) {
      for (let i = 0; i < shape[d]!; i++) walk(d + 1, { ...at, [layout.order[d]!]: i });
      return;
    }
    const wrapped = ((((storedLons[at['lon']!]! + 180) % 360) + 360) % 360) - 180;
    values.push(
      heightAt(
        at['time']!,
        lats[at['lat']!]! - 30,
        canonical.findIndex((lon) => Math.abs(lon - wrapped) < 1e-9),
      ),
    );
  };
  walk(0, {});
  return memoryNetcdfFile([
    {
      name: 'time',
      type: 'float64',
      dimensions: ['time'],
      shape: [SIZE.time],
      attributes: time,
      values: [0, 1, 2],
    },
    { name: 'lat', type: 'float64', dimensions: ['lat'], shape: [SIZE.lat], attributes: LAT, values: lats },
    {
      name: 'lon',
      type: 'float64',
      dimensions: ['lon'],
      shape: [SIZE.lon],
      attributes: LON,
      values: storedLons,
    },
    {
      name: 'ssh',
      type: 'float64',
      dimensions: layout.order,
      shape,
      attributes: { units: 'm' },
      values,
      ...ssh,
    },
  ]);
}

const PLAIN: Layout = {
  order: ['time', 'lat', 'lon'],
  isLatDescending: false,
  isLonDescending: false,
  firstLon: -170,
  has360: false,
};

describe('decodeGriddedField', () => {
  it('gives one canonical field for every order of dimensions, direction of axes and longitude convention', async () => {
    const layouts = fc.record({
      order: fc.shuffledSubarray(['time', 'lat', 'lon', 'depth'] as const, { minLength: 4 }),
      isLatDescending: fc.boolean(),
      isLonDescending: fc.boolean(),
      firstLon: fc.constantFrom(-180, -170, 0, 5, 60),
      has360: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(layouts, async (layout) => {
        const field = await decodeGriddedField(storedFile(layout));
        expect(Array.from(field.grid.latDeg)).toEqual([30, 31, 32, 33]);
        expect(Array.from(field.grid.timeDays)).toEqual([22_940, 22_941, 22_942]);
        expect(
          field.grid.lonDeg.every(
            (lon, i) => lon >= -180 && lon < 180 && (i === 0 || lon > field.grid.lonDeg[i - 1]!),
          ),
        ).toBe(true);
        const days = await field.readDays(1, 2);
        const expectedDays = [1, 2].flatMap((t) =>
          [0, 1, 2, 3].flatMap((y) => [0, 1, 2, 3, 4, 5].map((x) => heightAt(t, y, x))),
        );
        expect(Array.from(days)).toEqual(expectedDays);
        const band = await field.readBand(1, 2);
        const expectedBand = [0, 1, 2].flatMap((t) =>
          [1, 2].flatMap((y) => [0, 1, 2, 3, 4, 5].map((x) => heightAt(t, y, x))),
        );
        expect(Array.from(band)).toEqual(expectedBand);
      }),
      { numRuns: 60 },
    );
  });

  it('converts centimetres to metres', async () => {
    const field = await decodeGriddedField(storedFile(PLAIN, { attributes: { units: 'cm' } }));
    expect((await field.readDays(0, 1))[7]).toBeCloseTo(heightAt(0, 1, 1) / 100, 12);
    expect(field.sourceUnits).toBe('cm');
  });

  it('assumes metres when the variable has no units, and says so', async () => {
    const field = await decodeGriddedField(storedFile(PLAIN, { attributes: {} }));
    expect(field.warnings.map((warning) => warning.code)).toEqual(['units-assumed']);
  });

  it('reads the NATL truth, whose time has no units, with the units that the caller knows', async () => {
    const file = storedFile(PLAIN, {}, {});
    await expect(decodeGriddedField(file)).rejects.toMatchObject({
      code: 'unknown-units',
      where: "coordinate 'time'",
    });
    const field = await decodeGriddedField(file, { assumedTimeUnits: 'days since 2012-10-01 12:00' });
    expect(field.grid.timeDays[0]).toBe(22_940 - 21 + 0.5);
  });

  describe('where the times are text', () => {
    const letters = (texts: string[], length: number): number[] =>
      texts.flatMap((text) => Array.from({ length }, (_, i) => (i < text.length ? text.charCodeAt(i) : 0)));
    const withTimes = (texts: string[], length = 20): NetcdfFile => {
      return memoryNetcdfFile([
        ...COUNTED_MAPS,
        {
          name: 'Time',
          type: 'char',
          dimensions: ['time', 'letters'],
          shape: [texts.length, length],
          values: letters(texts, length),
        },
      ]);
    };
    const options = { acceptsTextTimes: true } as const;

    it('reads days and instants, and believes them rather than a number that only counts the maps', async () => {
      const field = await decodeGriddedField(
        withTimes(['2012-10-22', '2012-10-23 12:00:00', '2012-10-24T06:00Z']),
        options,
      );
      expect(Array.from(field.grid.timeDays)).toEqual([22_940, 22_941.5, 22_942.25]);
      expect(field.warnings).toContainEqual({
        code: 'text-times',
        message: "'Time' gives the times as text",
      });
    });

    it('names the text that is no day', async () => {
      await expect(
        decodeGriddedField(withTimes(['2012-10-22', '2013-02-30', '2013-03-01']), options),
      ).rejects.toMatchObject({
        code: 'unknown-units',
        where: "coordinate 'Time', value 2 of 3",
        found: "'2013-02-30'",
      });
    });

    it('wants every time once, in order', async () => {
      await expect(
        decodeGriddedField(withTimes(['2012-10-22', '2012-10-22', '2012-10-23']), options),
      ).rejects.toMatchObject({
        code: 'irregular-grid',
        found: expect.stringMatching(/2012-10-22 appears twice/),
      });
    });
  });

  it('prefers days for chunks of whole maps and bands for uncompressed values', async () => {
    expect((await decodeGriddedField(storedFile(PLAIN))).preferredAccess).toBe('bands');
    const chunked = await decodeGriddedField(storedFile(PLAIN, { chunkShape: [2, 4, 6] }));
    expect([chunked.preferredAccess, chunked.preferredDayCount]).toEqual(['days', 2]);
  });

  it('reads a regular grid whose latitudes and longitudes are written out in two dimensions', async () => {
    const grid = (of: (y: number, x: number) => number): number[] =>
      [0, 1].flatMap((y) => [0, 1, 2].map((x) => of(y, x)));
    const variables = (lonAt: (y: number, x: number) => number): MemoryVariable[] => [
      { name: 'time', type: 'float64', dimensions: ['t'], shape: [1], attributes: TIME, values: [0] },
      {
        name: 'nav_lat',
        type: 'float64',
        dimensions: ['y', 'x'],
        shape: [2, 3],
        values: grid((y) => 40 + y),
      },
      { name: 'nav_lon', type: 'float64', dimensions: ['y', 'x'], shape: [2, 3], values: grid(lonAt) },
      {
        name: 'ssh',
        type: 'float32',
        dimensions: ['t', 'y', 'x'],
        shape: [1, 2, 3],
        values: [1, 2, 3, 4, 5, 6],
      },
    ];
    const field = await decodeGriddedField(memoryNetcdfFile(variables((_y, x) => x)));
    expect(Array.from(field.grid.lonDeg)).toEqual([0, 1, 2]);
    expect(Array.from(field.grid.latDeg)).toEqual([40, 41]);
    const rotated = decodeGriddedField(memoryNetcdfFile(variables((y, x) => x + y / 2)));
    await expect(rotated).rejects.toMatchObject({ code: 'irregular-grid' });
  });

  const wrong: [string, string, () => NetcdfFile, GriddedFieldOptions?][] = [
    [
      'a height of 53 m, as from centimetres',
      'values-out-of-range',
      () => storedFile(PLAIN, { values: new Array<number>(72).fill(53) }),
    ],
    ['a temperature', 'unknown-units', () => storedFile(PLAIN, { attributes: { units: 'degC' } })],
    ['no longitude', 'coordinate-not-found', () => withoutVariable(storedFile(PLAIN), 'lon')],
    ['no time', 'coordinate-not-found', () => withoutVariable(storedFile(PLAIN), 'time')],
    [
      'two levels',
      'wrong-dimensions',
      () => storedFile(PLAIN, { dimensions: ['depth', 'time', 'lat', 'lon'], shape: [2, 3, 4, 6] }),
    ],
    [
      'one map without time',
      'wrong-dimensions',
      () => storedFile(PLAIN, { dimensions: ['lat', 'lon'], shape: [4, 6] }),
    ],
    ['fewer maps than times', 'wrong-dimensions', () => storedFile(PLAIN, { shape: [2, 4, 6] })],
    ['another variable asked for', 'variable-not-found', () => storedFile(PLAIN), { variable: 'gssh' }],
    ['a repeated time', 'irregular-grid', () => withValues(storedFile(PLAIN), 'time', [0, 1, 1])],
    ['times out of order', 'irregular-grid', () => withValues(storedFile(PLAIN), 'time', [0, 2, 1])],
    ['a missing time', 'irregular-grid', () => withValues(storedFile(PLAIN), 'time', [0, NaN, 2])],
    ['uneven latitudes', 'irregular-grid', () => withValues(storedFile(PLAIN), 'lat', [30, 31, 32.5, 33])],
  ];
  it.each(wrong)('refuses %s as %s', async (_name, code, makeFile, options) => {
    const read = async (): Promise<unknown> => {
      const field = await decodeGriddedField(makeFile(), options);
      return field.readDays(0, 3);
    };
    await expect(read()).rejects.toMatchObject({ tag: 'NetcdfError', code });
  });

  it('says where and when a height is impossible, and that centimetres are suspected', async () => {
    const values = new Array<number>(72).fill(0.5);
    values[24 + 6 + 2] = -112; // second day, second row, third column
    const field = await decodeGriddedField(storedFile(PLAIN, { values }));
    await expect(field.readBand(0, 4)).rejects.toMatchObject({
      found: 'it is -112 m on 2012-10-23 at latitude 31, longitude -50',
      fix: expect.stringContaining("'cm'") as string,
    });
  });

  it('refuses a block outside the field as a fault of the caller', async () => {
    const field = await decodeGriddedField(storedFile(PLAIN));
    await expect(field.readBand(3, 2)).rejects.toThrow(RangeError);
    await expect(field.readDays(0, 0)).rejects.toThrow(RangeError);
  });
});

function withoutVariable(file: NetcdfFile, name: string): NetcdfFile {
  return { ...file, variables: file.variables.filter((variable) => variable.name !== name) };
}

function withValues(file: NetcdfFile, name: string, values: number[]): NetcdfFile {
  return {
    ...file,
    readSlab: (variable, start, count) =>
      variable === name ? Promise.resolve(Float64Array.from(values)) : file.readSlab(variable, start, count),
  };
}

describe('decodeGriddedField with values that are no heights', () => {
  const layout: Layout = {
    order: ['time', 'lat', 'lon'],
    isLatDescending: false,
    isLonDescending: false,
    firstLon: -180,
    has360: false,
  };
  const values = Array.from({ length: 72 }, (_, i) =>
    i === 3 ? 11 : i === 4 ? -1e9 : i === 5 ? 1e12 : i / 1000,
  );

  it('takes values beyond a named limit for missing, as the maps by OI of 4DVarNet mean it', async () => {
    for (const type of ['float32', 'float64'] as const) {
      const field = await decodeGriddedField(storedFile(layout, { type, values: [...values] }), {
        missingAboveM: 10,
      });
      const read = await field.readDays(0, 3);
      expect([...read].map((value, i) => (Number.isNaN(value) ? i : -1)).filter((i) => i >= 0)).toEqual([
        3, 4, 5,
      ]);
      expect(read[6]).toBeCloseTo(0.006, 6);
      expect(field.directLayout).toBeNull(); // the stored bytes are not the canonical values
    }
  });

  it('refuses them without that limit', async () => {
    const field = await decodeGriddedField(storedFile(layout, { values: [...values] }));
    await expect(field.readDays(0, 3)).rejects.toMatchObject({ code: 'values-out-of-range' });
  });

  it('reads a quantity that is no height in its own units', async () => {
    const warm = Array.from({ length: 72 }, (_, i) => 280 + i);
    const file = storedFile(layout, { values: warm, attributes: { units: 'K' } });
    const field = await decodeGriddedField(file, { variable: 'ssh', quantity: 'other' });
    expect([...(await field.readDays(0, 3))]).toEqual(warm);
    expect(field.sourceUnits).toBe('K');
    expect(field.warnings).toEqual([]);
    await expect(decodeGriddedField(file, { quantity: 'other' })).rejects.toThrow('has to be named');
  });
});
