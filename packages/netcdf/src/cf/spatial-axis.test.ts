import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalLatitudes, canonicalLongitudes, shortestDecimal, wrapLongitude } from './spatial-axis.js';

const plain = { where: 'coordinate', isFloat32: false, spacing: 'even' } as const;
const axis = (length: number, first: number, step: number): Float64Array =>
  Float64Array.from({ length }, (_, i) => first + step * i);

describe('canonicalLatitudes', () => {
  it('keeps an ascending axis as it is', () => {
    const stored = axis(5, 33, 0.05);
    const latitudes = canonicalLatitudes(stored, plain);
    expect(latitudes.values).toEqual(stored);
    expect(latitudes.isIdentity).toBe(true);
  });

  it('turns a descending axis round', () => {
    const latitudes = canonicalLatitudes(axis(4, 40, -0.5), plain);
    expect(Array.from(latitudes.values)).toEqual([38.5, 39, 39.5, 40]);
    expect(Array.from(latitudes.sourceIndex)).toEqual([3, 2, 1, 0]);
  });

  it('accepts the accumulated round-off of the NATL files', () => {
    let value = 26;
    const stored = Float64Array.from({ length: 781 }, () => {
      const now = value;
      value += 0.05;
      return now;
    });
    expect(canonicalLatitudes(stored, plain).values).toEqual(stored);
  });

  it('puts coordinates rounded to four decimals back on their even spacing', () => {
    const stored = axis(600, 33.01666667, 1 / 60).map((value) => Math.round(value * 1e4) / 1e4);
    const { values } = canonicalLatitudes(stored, plain);
    const steps = values.subarray(1).map((value, i) => value - values[i]!);
    expect(Math.max(...steps) - Math.min(...steps)).toBeLessThan(1e-12);
  });

  it.each([
    ['uneven', Float64Array.of(30, 31, 32.5, 33)],
    ['repeated', Float64Array.of(30, 30, 31)],
    ['unordered', Float64Array.of(30, 32, 31)],
    ['missing', Float64Array.of(30, NaN, 32)],
    ['impossible', Float64Array.of(89, 90, 91)],
  ])('refuses %s latitudes', (_name, stored) => {
    expect(() => canonicalLatitudes(stored, plain)).toThrow(
      expect.objectContaining({ code: 'irregular-grid' }),
    );
  });

  it('lets an uneven axis pass when any spacing will do', () => {
    expect(
      canonicalLatitudes(Float64Array.of(30, 31, 32.5), { ...plain, spacing: 'any' }).values,
    ).toHaveLength(3);
  });
});

describe('canonicalLongitudes', () => {
  it('shifts 0–360 to −180–180 without changing the order of a regional axis', () => {
    const longitudes = canonicalLongitudes(axis(3, 295, 0.25), plain);
    expect(Array.from(longitudes.values)).toEqual([-65, -64.75, -64.5]);
    expect(longitudes.isIdentity).toBe(true);
  });

  it('rotates a global 0–360 axis', () => {
    const longitudes = canonicalLongitudes(axis(8, 0, 45), plain);
    expect(Array.from(longitudes.values)).toEqual([-180, -135, -90, -45, 0, 45, 90, 135]);
    expect(Array.from(longitudes.sourceIndex)).toEqual([4, 5, 6, 7, 0, 1, 2, 3]);
  });

  it('joins a regional axis across Greenwich that is given in 0–360', () => {
    const longitudes = canonicalLongitudes(Float64Array.of(358, 359, 0, 1), plain);
    expect(Array.from(longitudes.values)).toEqual([-2, -1, 0, 1]);
  });

  it('leaves out a last column that repeats the first, and says so', () => {
    const longitudes = canonicalLongitudes(axis(9, -180, 45), plain);
    expect(longitudes.values).toHaveLength(8);
    expect(longitudes.warnings).toHaveLength(1);
  });

  it('refuses an area across the date line, which has a gap in the middle', () => {
    expect(() => canonicalLongitudes(axis(10, 175, 1), plain)).toThrow(
      expect.objectContaining({ code: 'irregular-grid' }),
    );
  });
});

describe('shortestDecimal', () => {
  it('finds the decimal number a float32 was written for', () => {
    expect(shortestDecimal(Math.fround(33.05))).toBe(33.05);
    expect(shortestDecimal(Math.fround(-64.95))).toBe(-64.95);
  });
});

describe('wrapLongitude', () => {
  it('stays in [−180, 180) and changes by whole turns', () => {
    fc.assert(
      fc.property(fc.double({ min: -720, max: 720, noNaN: true }), (lonDeg) => {
        const wrapped = wrapLongitude(lonDeg);
        expect(wrapped).toBeGreaterThanOrEqual(-180);
        expect(wrapped).toBeLessThan(180);
        const turns = (lonDeg - wrapped) / 360;
        expect(Math.abs(turns - Math.round(turns))).toBeLessThan(1e-12);
      }),
    );
  });
});
