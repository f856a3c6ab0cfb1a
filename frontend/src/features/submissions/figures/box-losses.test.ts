import type { BoxStatistics, ZonalSpectraView } from '@sillage/contracts';
import { describe, expect, test } from 'vitest';
import { bandComparisons, boxComparisons, dayComparisons, isSameLayout, worstOf } from './box-losses';

/** Two days, two boxes side by side and one of land. */
const own: BoxStatistics = {
  version: 1,
  sizeDeg: 2,
  southDeg: 33,
  westDeg: -65,
  rowCount: 1,
  columnCount: 3,
  timeDays: [22_940, 22_941],
  count: [
    [100, 100, 0],
    [100, 100, 0],
  ],
  squaredErrorM2: [
    [1, 4, 0],
    [3, 12, 0],
  ],
  squaredReferenceM2: [
    [100, 100, 0],
    [300, 300, 0],
  ],
};
const other: BoxStatistics = {
  ...own,
  squaredErrorM2: [
    [4, 1, 0],
    [12, 3, 0],
  ],
};

describe('boxes', () => {
  test('have the score of their sums, and land has none', () => {
    const [west, east, ...rest] = boxComparisons(own, other);
    expect(rest).toEqual([]);
    expect(west).toMatchObject({ southDeg: 33, northDeg: 35, westDeg: -65, eastDeg: -63 });
    expect(west?.own).toBeCloseTo(0.9, 12);
    expect(west?.loss).toBeCloseTo(-0.1, 12);
    expect(east?.own).toBeCloseTo(0.8, 12);
    expect(east?.loss).toBeCloseTo(0.1, 12);
    expect(east?.ownRmseM).toBeCloseTo(Math.sqrt(16 / 200), 12);
    expect(east?.worstTimeDays).toBe(22_941);
  });

  test('are listed where something is lost, largest first', () => {
    expect(worstOf(boxComparisons(own, other)).map(({ column }) => column)).toEqual([1]);
    expect(worstOf(boxComparisons(own, null)).map(({ column }) => column)).toEqual([1, 0]);
    expect(worstOf(boxComparisons(own, null), 1)).toHaveLength(1);
    expect(worstOf(boxComparisons(own, own))).toEqual([]);
  });

  test('leave out days with fewer points than a score needs', () => {
    expect(dayComparisons(own, null)).toHaveLength(2);
    const few = { ...own, count: [[4, 5, 0], own.count[1]!] };
    expect(dayComparisons(few, null, 10).map(({ timeDays }) => timeDays)).toEqual([22_941]);
  });

  test('are compared with the same boxes and days only', () => {
    expect(isSameLayout(own, other)).toBe(true);
    expect(isSameLayout(own, { ...other, timeDays: [22_940, 22_942] })).toBe(false);
    expect(isSameLayout(own, { ...other, sizeDeg: 1 })).toBe(false);
  });
});

test('days have the score of the whole area', () => {
  const days = dayComparisons(own, other);
  expect(days.map(({ timeDays }) => timeDays)).toEqual([22_940, 22_941]);
  expect(days[0]?.own).toBeCloseTo(1 - Math.sqrt(5 / 200), 12);
  expect(days[0]?.loss).toBeCloseTo(0, 12);
});

describe('bands', () => {
  const spectra: ZonalSpectraView = {
    version: 1,
    segmentDeg: 10,
    segmentCount: 1,
    wavelengthDeg: [10, 5, 10 / 3, 2.5, 2, 10 / 6, 10 / 7, 1.25],
    reference: [8, 4, 2, 1, 1, 1, 1, 1],
    reconstruction: [8, 4, 2, 1, 1, 1, 1, 1],
    error: [0.8, 0.4, 0.8, 0.5, 0.5, 1, 1.5, 1],
  };

  test('are octaves from the longest wave on', () => {
    const bands = bandComparisons(spectra, null);
    expect(bands.map(({ longestDeg, shortestDeg }) => [longestDeg, shortestDeg])).toEqual([
      [10, 10],
      [5, 10 / 3],
      [2.5, 10 / 7],
    ]);
    expect(bands[1]?.own).toBeCloseTo(1 - 1.2 / 6, 12);
    expect(bands[1]).toMatchObject({ other: null, loss: null });
  });

  test('count as lost only where one of the maps is better than a flat one', () => {
    const better = { ...spectra, error: spectra.error.map((value) => value / 2) };
    expect(bandComparisons(spectra, null)).toHaveLength(3);
    expect(bandComparisons(spectra, better)[3]).toMatchObject({ own: 0, other: 0.5, loss: 0.5 });
  });

  test('lose against another entry of the same wavelengths only', () => {
    const better = { ...spectra, error: spectra.error.map((value) => value / 2) };
    expect(bandComparisons(spectra, better)[0]?.loss).toBeCloseTo(0.05, 12);
    expect(bandComparisons(spectra, { ...better, wavelengthDeg: [9] })[0]?.loss).toBeNull();
  });
});
