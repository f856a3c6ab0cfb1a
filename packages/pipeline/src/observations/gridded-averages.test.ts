import type { GriddedObservations } from '@sillage/netcdf';
import { describe, expect, test } from 'vitest';
import { averagedGridded } from './gridded-averages.js';
import { evenly } from '../testing/sample-files.js';

const FIRST_DAY = 22_940;
const WHOLE = { firstDays: FIRST_DAY - 1, lastDays: FIRST_DAY + 9 };

/** Days of 8 × 8 nodes, seen where `lag` says a number. */
function griddedOf(
  dayCount: number,
  stepDeg: number,
  lag: (row: number, column: number) => number,
): GriddedObservations {
  const nodes = (value: (row: number, column: number) => number): Float32Array =>
    Float32Array.from({ length: 64 }, (_, index) => value(Math.floor(index / 8), index % 8));
  const heights = nodes((row, column) => (Number.isNaN(lag(row, column)) ? NaN : row));
  return {
    grid: {
      timeDays: evenly(FIRST_DAY, dayCount, 1),
      latDeg: evenly(33, 8, stepDeg),
      lonDeg: evenly(-65, 8, stepDeg),
    },
    mask: null,
    variableName: 'ssh_mod',
    attributes: {},
    warnings: [],
    readHeights: async () => heights,
    readLags: async () => nodes(lag),
    readDay: async (timeIndex) => ({
      timeDays: FIRST_DAY + timeIndex,
      sshM: heights,
      sshObservedM: null,
      lagDays: nodes(lag),
      flag: null,
    }),
    close: () => undefined,
  };
}

describe('averages of gridded observations', () => {
  test('are blocks of 4 × 4 nodes on a 1/20° grid, half a cell south-west of their mean', async () => {
    const means = await averagedGridded(
      griddedOf(1, 0.05, () => 0.3),
      WHOLE,
    );
    expect(Array.from(means.sshM)).toEqual([1.5, 1.5, 5.5, 5.5]);
    expect(means.latDeg[0]).toBeCloseTo(33 + 1.5 * 0.05 - 0.025, 12);
    expect(means.lonDeg[1]).toBeCloseTo(-65 + 5.5 * 0.05 - 0.025, 12);
    expect(means.timeDays[0]).toBeCloseTo(FIRST_DAY + 0.3, 6);
    expect(means.sshObservedM).toBeNull();
  });

  test('never join two passes', async () => {
    const lag = (row: number, column: number): number => (row === column ? 0.7 : row < 2 ? 0.2 : NaN);
    const means = await averagedGridded(griddedOf(1, 0.05, lag), WHOLE);
    const lags = Array.from(means.timeDays, (time) => Math.round((time - FIRST_DAY) * 10) / 10);
    expect(lags).toEqual([0.2, 0.7, 0.2, 0.7]);
  });

  test('are the nodes as they are on a coarse grid', async () => {
    const means = await averagedGridded(
      griddedOf(2, 0.2, (row) => (row === 0 ? 0.1 : NaN)),
      WHOLE,
    );
    expect(means.sshM).toHaveLength(2 * 8);
    expect(means.latDeg[0]).toBeCloseTo(32.9, 12);
    const nearest = { ...griddedOf(1, 0.2, () => 0.5), attributes: { binning: 'nearest' } };
    expect((await averagedGridded(nearest, WHOLE)).latDeg[0]).toBeCloseTo(33, 12);
  });

  test('leave out dates outside the period', async () => {
    const period = { firstDays: FIRST_DAY + 1.5, lastDays: FIRST_DAY + 2.5 };
    const means = await averagedGridded(
      griddedOf(5, 0.2, () => 0.5),
      period,
    );
    expect(Array.from(new Set(means.timeDays), Math.floor)).toEqual([FIRST_DAY + 1, FIRST_DAY + 2]);
  });
});
