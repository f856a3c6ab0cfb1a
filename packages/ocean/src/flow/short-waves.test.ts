import { describe, expect, test } from 'vitest';
import { shortWaves } from './short-waves.js';

const DOMAIN = { columnCount: 32, rowCount: 16, widthM: 3200, heightM: 1600 };
const BAND = { noneAboveM: 800, fullBelowM: 400, sharpening: 0 };

/** What the filter leaves of one wave, given by its whole periods eastward and northward. */
function kept(eastward: number, northward: number, band = BAND): [number, number] {
  const spectrum = new Float64Array(2 * DOMAIN.columnCount * DOMAIN.rowCount);
  const row = (northward + DOMAIN.rowCount) % DOMAIN.rowCount;
  const column = (eastward + DOMAIN.columnCount) % DOMAIN.columnCount;
  const mode = 2 * (row * DOMAIN.columnCount + column);
  spectrum[mode] = 3;
  spectrum[mode + 1] = -4;
  const filtered = shortWaves(DOMAIN, band)(spectrum);
  expect(filtered.filter((value) => value !== 0).length).toBeLessThanOrEqual(2);
  expect(spectrum[mode]).toBe(3);
  return [filtered[mode]! + 0, filtered[mode + 1]! + 0];
}

describe('shortWaves', () => {
  test.each([
    { eastward: 0, northward: 0 },
    { eastward: 3, northward: 0 },
    { eastward: 4, northward: 0 },
    { eastward: 0, northward: -2 },
  ])('takes away the long wave $eastward, $northward', ({ eastward, northward }) => {
    expect(kept(eastward, northward)).toEqual([0, 0]);
  });

  test.each([
    { eastward: 8, northward: 0 },
    { eastward: -8, northward: 0 },
    { eastward: 0, northward: 4 },
    { eastward: -7, northward: -3 },
  ])('leaves the short wave $eastward, $northward as it is', ({ eastward, northward }) => {
    expect(kept(eastward, northward)).toEqual([3, -4]);
  });

  test('fades in with the logarithm of the wavenumber: half of it in the geometric middle', () => {
    const band = { ...BAND, noneAboveM: 1600 };
    expect(kept(4, 0, band)[0]).toBeCloseTo(1.5, 12);
    expect(kept(0, 2, band)[1]).toBeCloseTo(-2, 12);
    expect(kept(3, 0, band)[0]).toBeGreaterThan(0);
    expect(kept(3, 0, band)[0]).toBeLessThan(kept(5, 0, band)[0]);
  });

  test('amplifies the shorter of the short waves where asked to', () => {
    const band = { ...BAND, sharpening: 0.5 };
    expect(kept(8, 0, band)).toEqual([3, -4]);
    expect(kept(16 - 1, 0, band)[0]).toBeCloseTo(3 * Math.sqrt(15 / 8), 12);
    expect(kept(4, 0, band)).toEqual([0, 0]);
  });

  test('refuses a band the wrong way round', () => {
    expect(() => shortWaves(DOMAIN, { ...BAND, noneAboveM: 300 })).toThrow(RangeError);
  });
});
