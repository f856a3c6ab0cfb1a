import { describe, expect, it } from 'vitest';
import { decodeGriddedObservations } from './decode-gridded-observations.js';
import { memoryNetcdfFile, type MemoryVariable } from '../testing/memory-files.js';

const AXES = ['time', 'lat', 'lon'];
const SHAPE = [2, 3, 4];

/** The layout of `dataset_nadir_0d_swot.nc`: no attributes but the units of time; coordinates with round-off. */
const dataset = (
  change: Partial<Record<string, Partial<MemoryVariable> | null>> = {},
  more: readonly MemoryVariable[] = [],
) => {
  const field = (name: string, value: (node: number) => number): MemoryVariable => ({
    name,
    type: 'float64',
    dimensions: AXES,
    shape: SHAPE,
    values: Array.from({ length: 24 }, (_, node) => (node % 3 === 0 ? NaN : value(node))),
  });
  const variables: MemoryVariable[] = [
    {
      name: 'time',
      type: 'int32',
      dimensions: ['time'],
      shape: [2],
      values: [0, 1],
      attributes: { units: 'days since 2012-10-01 00:00:00', calendar: 'proleptic_gregorian' },
    },
    { name: 'lat', type: 'float64', dimensions: ['lat'], shape: [3], values: [27, 27.05, 27.0999999999951] },
    {
      name: 'lon',
      type: 'float64',
      dimensions: ['lon'],
      shape: [4],
      values: [-79, -78.95, -78.9000000000012, -78.85],
    },
    {
      name: 'mask',
      type: 'float64',
      dimensions: ['lat', 'lon'],
      shape: [3, 4],
      values: [1, 1, 0, 1, NaN, 1, 1, 1, 1, 1, 1, 0],
    },
    field('lag', (node) => (node % 11) / 10),
    field('flag', (node) => (node % 5) / 4),
    field('ssh_obs', (node) => node / 100 + 0.01),
    field('ssh_mod', (node) => node / 100),
    ...more,
  ];
  return memoryNetcdfFile(
    variables
      .filter((variable) => change[variable.name] !== null)
      .map((variable) => ({ ...variable, ...change[variable.name] })),
  );
};

describe('decodeGriddedObservations', () => {
  it('reads the pseudo-observations of 4DVarNet day by day, fractional flags as they are', async () => {
    const observations = await decodeGriddedObservations(dataset());
    expect([...observations.grid.timeDays]).toEqual([22_919, 22_920]);
    expect([...observations.mask!]).toEqual([1, 1, 0, 1, 0, 1, 1, 1, 1, 1, 1, 0]);
    const day = await observations.readDay(1);
    expect(day.timeDays).toBe(22_920);
    expect([...day.sshM].slice(0, 3)).toEqual([NaN, 0.13, 0.14]);
    for (const index of [1, 0, 1])
      expect([...(await observations.readHeights(index))]).toEqual([
        ...(await observations.readDay(index)).sshM,
      ]);
    expect(day.sshObservedM![1]).toBeCloseTo(0.14, 12);
    expect(day.lagDays![1]).toBeCloseTo(0.2, 12);
    expect(day.flag![1]).toBe(0.75);
    expect(day.flag![0]).toBeNaN();
  });

  it('keeps the mask beside the heights when latitudes descend or the mask is transposed', async () => {
    const flipped = await decodeGriddedObservations(dataset({ lat: { values: [27.1, 27.05, 27] } }));
    expect([...flipped.mask!]).toEqual([1, 1, 1, 0, 0, 1, 1, 1, 1, 1, 0, 1]);
    const upright = dataset();
    const values = Array.from(
      { length: 12 },
      (_, at) => [1, 1, 0, 1, 0, 1, 1, 1, 1, 1, 1, 0][(at % 3) * 4 + Math.floor(at / 3)]!,
    );
    const transposed = await decodeGriddedObservations(
      dataset({ mask: { dimensions: ['lon', 'lat'], shape: [4, 3], values } }),
    );
    expect([...transposed.mask!]).toEqual([...(await decodeGriddedObservations(upright)).mask!]);
  });

  it('goes without lag, flag, mask and noisy heights', async () => {
    const bare = await decodeGriddedObservations(
      dataset({ lag: null, flag: null, mask: null, ssh_obs: null }),
    );
    expect(bare.mask).toBeNull();
    expect(await bare.readDay(0)).toMatchObject({ lagDays: null, flag: null, sshObservedM: null });
  });

  it('refuses an absurd height, or takes it for missing where that is asked for', async () => {
    const values = Array.from({ length: 24 }, (_, node) => (node === 5 ? 999 : 0.5));
    await expect(
      (await decodeGriddedObservations(dataset({ ssh_mod: { values } }))).readDay(0),
    ).rejects.toMatchObject({ code: 'values-out-of-range', where: "variable 'ssh_mod'" });
    const tolerant = await decodeGriddedObservations(dataset({ ssh_mod: { values } }), { missingAboveM: 10 });
    expect([...(await tolerant.readDay(0)).sshM].filter((value) => Number.isNaN(value))).toHaveLength(1);
  });

  it('refuses noisy heights on another grid', async () => {
    const other: MemoryVariable = {
      name: 'lat2',
      type: 'float64',
      dimensions: ['lat2'],
      shape: [3],
      values: [40, 40.05, 40.1],
      attributes: { units: 'degrees_north' },
    };
    const reading = decodeGriddedObservations(
      dataset({ ssh_obs: { dimensions: ['time', 'lat2', 'lon'] } }, [other]),
    );
    await expect(reading).rejects.toMatchObject({ code: 'wrong-dimensions', where: "variable 'ssh_obs'" });
  });

  it.each([
    ['a day that appears twice', { time: { values: [4, 4] } }, 'irregular-grid', /2012-10-05 appears twice/],
    ['days that go back', { time: { values: [5, 4] } }, 'irregular-grid', /comes after/],
    ['no ssh_mod', { ssh_mod: null }, 'variable-not-found', /ssh_mod/],
    ['a mask of another size', { mask: { shape: [3, 3] } }, 'wrong-dimensions', /'mask'/],
  ] as const)('refuses %s, naming the place', async (_, change, code, message) => {
    const reading = decodeGriddedObservations(dataset(change as Parameters<typeof dataset>[0]));
    await expect(reading).rejects.toMatchObject({ tag: 'NetcdfError', code });
    await expect(reading).rejects.toThrow(message);
  });
});
