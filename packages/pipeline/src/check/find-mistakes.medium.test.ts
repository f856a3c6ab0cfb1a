import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openGriddedField, writeGriddedField } from '@sillage/netcdf';
import type { FieldValues, Mistake } from '@sillage/science';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findMistakes, mistakeWarnings } from './find-mistakes.js';

const DEMO = new URL('../../../../datasets/demo-osse/', import.meta.url).pathname;
const PERIOD = { start: '2012-10-22', end: '2012-12-02' };
const BOXES = {
  gf: { west: -65, east: -55, south: 33, north: 43 },
  osmosis: { west: -19.5, east: -11.5, south: 45, north: 55 },
  natl: { west: -79, east: 7, south: 27, north: 65 },
} as const;

const mistakesOf = (path: string, area: keyof typeof BOXES): Promise<Mistake[]> =>
  findMistakes({
    reconstructionPath: path,
    referencePath: `${DEMO}truth-${area}.nc`,
    scoredBox: BOXES[area],
    period: PERIOD,
  });

describe('a good map', () => {
  const scenarios = ['nadir1', 'nadir4', 'swot1', 'swot1-nadir4'];
  const noisy = ['noise1', 'noise2', 'noise3'].map((noise) => `gf-swot1-nadir4-${noise}`);
  const maps = [
    ...['gf', 'osmosis', 'natl'].flatMap((area) => scenarios.map((id) => `${area}-${id}`)),
    ...noisy,
  ];
  test.each(maps)('the OI of %s raises no alarm', async (name) => {
    const area = name.split('-')[0] as keyof typeof BOXES;
    expect(await mistakesOf(`${DEMO}oi-${name}.nc`, area)).toEqual([]);
  });
});

describe('against the OI of a task', () => {
  const warningsOf = (path: string, oi: string) =>
    mistakeWarnings({
      reconstructionPath: `${DEMO}${path}`,
      oi: { path: `${DEMO}${oi}`, variable: null },
      scoredBox: BOXES.gf,
      period: PERIOD,
    });

  test.each(['nadir1', 'nadir4', 'swot1-nadir4'])(
    'of %s, the best map that there can be and a coarse one raise no alarm',
    async (scenario) => {
      expect(await warningsOf('truth-gf.nc', `oi-gf-${scenario}.nc`)).toEqual([]);
      expect(await warningsOf('oi-gf-nadir1.nc', `oi-gf-${scenario}.nc`)).toEqual([]);
    },
  );

  test('that cannot be read as maps, nothing is said', async () => {
    expect(await warningsOf('truth-gf.nc', 'challenge.yaml')).toEqual([]);
  });
});

type Change = { map?: (values: FieldValues, rows: number, columns: number) => FieldValues; days?: number };

const clamp = (value: number, count: number): number => Math.max(0, Math.min(count - 1, value));
const each =
  (change: (values: FieldValues, row: number, column: number, rows: number, columns: number) => number) =>
  (values: FieldValues, rows: number, columns: number): FieldValues =>
    Float32Array.from(values, (_, node) =>
      change(values, Math.floor(node / columns), node % columns, rows, columns),
    );
const times = (factor: number): Change => ({ map: (values) => values.map((value) => value * factor) });

const MISTAKES: readonly { name: string; change: Change; expected: object }[] = [
  { name: 'a day too late', change: { days: 1 }, expected: { kind: 'shifted-in-time', days: -1 } },
  { name: 'a day too early', change: { days: -1 }, expected: { kind: 'shifted-in-time', days: 1 } },
  { name: 'two days too late', change: { days: 2 }, expected: { kind: 'shifted-in-time', days: -2 } },
  { name: 'two days too early', change: { days: -2 }, expected: { kind: 'shifted-in-time', days: 2 } },
  { name: 'centimetres', change: times(100), expected: { kind: 'wrong-unit', unit: 'cm' } },
  { name: 'millimetres', change: times(1000), expected: { kind: 'wrong-unit', unit: 'mm' } },
  { name: 'the sign', change: times(-1), expected: { kind: 'sign-flipped' } },
  {
    name: 'a constant of −20 cm',
    change: { map: (values) => values.map((value) => value - 0.2) },
    expected: { kind: 'constant-offset', offsetM: expect.closeTo(-0.2, 1) as number },
  },
  {
    name: 'reversed latitudes',
    change: { map: each((v, row, column, rows, columns) => v[(rows - 1 - row) * columns + column]!) },
    expected: { kind: 'latitudes-reversed' },
  },
  {
    name: 'reversed longitudes',
    change: { map: each((v, row, column, _, columns) => v[row * columns + columns - 1 - column]!) },
    expected: { kind: 'longitudes-reversed' },
  },
  {
    name: 'values written as [lon, lat]',
    change: {
      map: (values, rows, columns) => {
        const swapped = values.slice();
        for (let node = 0; node < values.length; node++)
          swapped[(node % columns) * rows + Math.floor(node / columns)] = values[node]!;
        return swapped;
      },
    },
    expected: { kind: 'axes-swapped' },
  },
  {
    name: 'one node too far east',
    change: { map: each((v, row, column, _, columns) => v[row * columns + clamp(column - 1, columns)]!) },
    expected: { kind: 'shifted-in-space', rows: 0, columns: -1 },
  },
  {
    name: 'one node too far north',
    change: { map: each((v, row, column, rows, columns) => v[clamp(row - 1, rows) * columns + column]!) },
    expected: { kind: 'shifted-in-space', rows: -1, columns: 0 },
  },
  {
    name: 'columns rolled by a third',
    change: {
      map: each((v, row, column, _, columns) => {
        const by = Math.floor(columns / 3);
        return v[row * columns + ((column - by + columns) % columns)]!;
      }),
    },
    expected: { kind: 'rolled' },
  },
];

describe.each(['gf-nadir4', 'gf-swot1-nadir4'])('a mistake in the OI of %s', (name) => {
  let folder = '';
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'sillage-mistakes-'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  async function spoilt({ map, days = 0 }: Change): Promise<string> {
    const field = await openGriddedField(`${DEMO}oi-${name}.nc`);
    const { timeDays, latDeg, lonDeg } = field.grid;
    const path = join(folder, 'map.nc');
    await writeGriddedField(path, {
      grid: field.grid,
      variables: [
        {
          name: 'ssh',
          type: 'float32',
          attributes: { units: 'm' },
          readDay: async (index) => {
            const values = Float32Array.from(await field.readDays(clamp(index - days, timeDays.length), 1));
            return Float32Array.from(map?.(values, latDeg.length, lonDeg.length) ?? values);
          },
        },
      ],
      attributes: {},
    });
    field.close();
    return path;
  }

  test.each(MISTAKES)('$name is found, and nothing else', async ({ change, expected }) => {
    expect(await mistakesOf(await spoilt(change), 'gf')).toEqual([expect.objectContaining(expected)]);
  });

  test('the time mean taken away is an anomaly', async () => {
    const field = await openGriddedField(`${DEMO}oi-${name}.nc`);
    const count = field.grid.timeDays.length;
    const all = await field.readDays(0, count);
    field.close();
    const mean = new Float64Array(all.length / count);
    all.forEach((value, index) => (mean[index % mean.length]! += value / count));
    const path = await spoilt({ map: (values) => values.map((value, node) => value - mean[node]!) });
    expect(await mistakesOf(path, 'gf')).toEqual([expect.objectContaining({ kind: 'mean-missing' })]);
  });
});
