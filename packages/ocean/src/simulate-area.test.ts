import { describe, expect, test } from 'vitest';
import type { FlowDefinition } from './ocean-definition.js';
import {
  FIRST_SIMULATED_DAY,
  GridOutsideAreaError,
  OCEANS,
  simulateArea,
  simulateAreaOf,
  type SimulatedArea,
  type SimulatedAreas,
} from './simulate-area.js';

/** The three areas with few points and a spin-up of days. */
const PUDDLES: SimulatedAreas = {
  gf: shallow(OCEANS.gf),
  osmosis: shallow(OCEANS.osmosis),
  natl: {
    ...shallow(OCEANS.natl),
    // So few points have no waves shorter than that.
    detail: {
      ...OCEANS.natl.detail,
      flow: shallowFlow(OCEANS.natl.detail.flow),
      noneAboveM: 2_000_000,
      fullBelowM: 500_000,
    },
  },
};

function shallow<Area extends SimulatedArea>(area: Area): Area {
  return { ...area, ocean: shallowFlow(area.ocean) };
}

function shallowFlow<Flow extends FlowDefinition>(flow: Flow): Flow {
  return {
    ...flow,
    columnCount: 16,
    rowCount: 16,
    timeStepSeconds: 7200,
    spinUp: { columnCount: 8, rowCount: 8, timeStepSeconds: 14_400, days: 4 },
    refinementDays: 1,
    // The start is to reach the coarse grid at all.
    startWaves: { least: 1, most: 3 },
  };
}

/** Nodes in and around both nests, and far from them. */
const BASIN = {
  latDeg: Float64Array.of(32.5, 35, 40.3, 43.5, 46, 50, 55.4, 60),
  lonDeg: Float64Array.of(-70, -65.4, -62, -57, -50, -40, -30, -19.9, -15, -12, -8),
};
const START = FIRST_SIMULATED_DAY;

function days(options: Parameters<typeof simulateArea>[0]) {
  return [...simulateAreaOf(PUDDLES, options)];
}

describe('simulateArea', () => {
  test.each(['gf', 'osmosis'] as const)('is exactly the %s simulation inside its box of the basin', (id) => {
    const { scoredBox } = PUDDLES[id];
    const latDeg = BASIN.latDeg.filter((lat) => lat >= scoredBox.south && lat <= scoredBox.north);
    const lonDeg = BASIN.lonDeg.filter((lon) => lon >= scoredBox.west && lon <= scoredBox.east);
    const region = days({ area: id, latDeg, lonDeg, startDays: START, dayCount: 2, withSst: true });
    const basin = days({ area: 'natl', ...BASIN, startDays: START, dayCount: 2, withSst: true });
    expect(latDeg.length * lonDeg.length).toBeGreaterThan(3);
    basin.forEach((day, index) => {
      for (const name of ['sshM', 'sstC'] as const) {
        const cut = Array.from(latDeg, (lat) =>
          Array.from(lonDeg, (lon) => {
            const row = BASIN.latDeg.indexOf(lat);
            return day[name]?.[row * BASIN.lonDeg.length + BASIN.lonDeg.indexOf(lon)];
          }),
        ).flat();
        expect(cut).toEqual([...(region[index]![name] ?? [])]);
      }
    });
  });

  test('goes from the region to the background without a jump at either end of the margin', () => {
    const options = { area: 'natl', startDays: START, dayCount: 1 } as const;
    for (const edgeLon of [-66, -65, -55, -54]) {
      const lonDeg = Float64Array.of(edgeLon - 1e-6, edgeLon + 1e-6);
      const [day] = days({ ...options, latDeg: Float64Array.of(36, 40), lonDeg });
      const [southWest, southEast, northWest, northEast] = day!.sshM;
      // A tenth of a metre over ten kilometres would be 1e-6 m over these 0.2 m.
      expect(Math.abs(southEast! - southWest!)).toBeLessThan(1e-5);
      expect(Math.abs(northEast! - northWest!)).toBeLessThan(1e-5);
    }
  });

  test('is the mean of both seas in the middle of the margin', () => {
    const options = { area: 'natl', startDays: START, dayCount: 1 } as const;
    const lonDeg = Float64Array.of(-65.5, -64);
    const latDeg = Float64Array.of(36, 40);
    const [blended] = days({ ...options, latDeg, lonDeg });
    const [region] = days({ ...options, area: 'gf', latDeg, lonDeg });
    // The background alone: the same basin without nests.
    const bare = { ...PUDDLES, natl: { ...PUDDLES.natl, nests: [] } };
    const [background] = [...simulateAreaOf(bare, { ...options, latDeg, lonDeg })];
    for (const node of [0, 2]) {
      expect(blended!.sshM[node]).toBeCloseTo((region!.sshM[node]! + background!.sshM[node]!) / 2, 12);
      expect(region!.sshM[node]).not.toBeCloseTo(background!.sshM[node]!, 6);
    }
  });

  test('has the short waves of the finer flow in the open sea, in height and temperature', () => {
    const options = { area: 'natl', ...BASIN, startDays: START, dayCount: 1, withSst: true } as const;
    const [fine] = days(options);
    const smooth = { ...PUDDLES.natl.detail, noneAboveM: 2e-3, fullBelowM: 1e-3 };
    const [coarse] = [...simulateAreaOf({ ...PUDDLES, natl: { ...PUDDLES.natl, detail: smooth } }, options)];
    const difference = (name: 'sshM' | 'sstC', lat: number, lon: number): number => {
      const node = BASIN.latDeg.indexOf(lat) * BASIN.lonDeg.length + BASIN.lonDeg.indexOf(lon);
      return Math.abs(fine![name]![node]! - coarse![name]![node]!);
    };
    for (const name of ['sshM', 'sstC'] as const) {
      expect(difference(name, 40.3, -40)).toBeGreaterThan(1e-6);
      expect(difference(name, 35, -62)).toBe(0);
    }
  });

  test('has no value on land, in height and temperature, and values everywhere else', () => {
    // Nova Scotia, open sea; Spain, the Bay of Biscay.
    const options = { area: 'natl', startDays: START, dayCount: 1, withSst: true } as const;
    const [day] = days({
      ...options,
      latDeg: Float64Array.of(40.4, 45),
      lonDeg: Float64Array.of(-63, -30, -4),
    });
    const isMissing = (values: Float64Array): boolean[] => [...values].map(Number.isNaN);
    expect(isMissing(day!.sshM)).toEqual([false, false, true, true, false, false]);
    expect(isMissing(day!.sstC!)).toEqual([false, false, true, true, false, false]);
  });

  test.each(['gf', 'natl'] as const)(
    'continues one trajectory: a later start of %s finds the same sea',
    (area) => {
      const grid = { latDeg: Float64Array.of(34, 40), lonDeg: Float64Array.of(-62, -58) };
      const all = days({ area, ...grid, startDays: START, dayCount: 4, withSst: true });
      const late = days({ area, ...grid, startDays: START + 2, dayCount: 2, withSst: true });
      expect(late).toEqual(all.slice(2));
    },
  );

  test('gives a node the same value whatever other nodes are asked for', () => {
    const options = { area: 'natl', startDays: START, dayCount: 1 } as const;
    const [whole] = days({ ...options, ...BASIN });
    const [one] = days({ ...options, latDeg: BASIN.latDeg.slice(5, 6), lonDeg: BASIN.lonDeg.slice(6, 7) });
    expect(one!.sshM[0]).toBe(whole!.sshM[5 * BASIN.lonDeg.length + 6]);
  });

  test.each(['gf', 'natl'] as const)(
    'keeps every bit of the height of %s when temperature is asked for',
    (area) => {
      const grid = { latDeg: Float64Array.of(34, 40), lonDeg: Float64Array.of(-62, -58) };
      const plain = days({ area, ...grid, startDays: START, dayCount: 3 });
      const warm = days({ area, ...grid, startDays: START, dayCount: 3, withSst: true });
      expect(warm.map((day) => day.sshM)).toEqual(plain.map((day) => day.sshM));
      expect(plain.every((day) => day.sstC === undefined)).toBe(true);
      expect(warm.every((day) => day.sstC!.every((value) => value > -2 && value < 35))).toBe(true);
    },
  );

  test('counts its spin-ups up to the end, then its days', () => {
    const seen: string[] = [];
    days({
      area: 'natl',
      ...BASIN,
      startDays: START + 1,
      dayCount: 2,
      onProgress: ({ stage, done, total }) => seen.push(`${stage} ${done}/${total}`),
    });
    const spinUps = Array.from({ length: 20 }, (_, day) => `spin-up ${day + 1}/20`);
    expect(seen).toEqual([...spinUps, 'days 1/3', 'days 2/3', 'days 3/3']);
  });

  test('asks only for the simulations that the grid touches', () => {
    const totals = new Set<number>();
    days({
      area: 'natl',
      latDeg: Float64Array.of(30, 31),
      lonDeg: Float64Array.of(-40, -39),
      startDays: START,
      dayCount: 1,
      onProgress: ({ stage, total }) => stage === 'spin-up' && totals.add(total),
    });
    // The basin's own flow and its short waves.
    expect([...totals]).toEqual([10]);
  });

  test('refuses a node outside the area, and a day before the first', () => {
    const grid = { latDeg: Float64Array.of(34, 45), lonDeg: Float64Array.of(-62, -58) };
    expect(() => simulateArea({ area: 'gf', ...grid, startDays: START, dayCount: 1 })).toThrow(
      GridOutsideAreaError,
    );
    expect(() => simulateArea({ area: 'natl', ...grid, startDays: START - 1, dayCount: 1 })).toThrow(
      'begins at day 22919',
    );
  });
});
