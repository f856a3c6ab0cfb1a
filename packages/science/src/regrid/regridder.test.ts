import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ShapeMismatchError } from '../errors.js';
import type { RegularGrid } from '../grid.js';
import { createRegridder, regridTrilinear } from './regridder.js';

const axis = (start: number, step: number, count: number): Float64Array =>
  Float64Array.from({ length: count }, (_, index) => start + index * step);
const source: RegularGrid = { timeDays: axis(10, 1, 4), latDeg: axis(30, 0.2, 6), lonDeg: axis(-65, 0.2, 7) };
const COUNT = 4 * 6 * 7;

function noise(seed: number): Float64Array {
  let state = seed >>> 0;
  return Float64Array.from({ length: COUNT }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 31 - 1;
  });
}

const place = (timeDays: number, latDeg: number, lonDeg: number): RegularGrid => ({
  timeDays: Float64Array.of(timeDays),
  latDeg: Float64Array.of(latDeg),
  lonDeg: Float64Array.of(lonDeg),
});

/** The formula of the specification, eight nodes at a time. */
function bruteForce(values: Float64Array, timeDays: number, latDeg: number, lonDeg: number): number {
  const bracket = (nodes: Float64Array, query: number): [number, number] => {
    if (query < nodes[0]! || query > nodes.at(-1)!) return [NaN, NaN];
    const node = Math.min(nodes.findLastIndex((value) => value <= query), nodes.length - 2); // oxfmt-ignore
    return [node, (query - nodes[node]!) / (nodes[node + 1]! - nodes[node]!)];
  };
  const [t, ft] = bracket(source.timeDays, timeDays);
  const [y, fy] = bracket(source.latDeg, latDeg);
  const [x, fx] = bracket(source.lonDeg, lonDeg);
  const at = (a: number, b: number, c: number): number => values[((t + a) * 6 + y + b) * 7 + x + c]!;
  const bilinear = (a: number): number =>
    (1 - fx) * (1 - fy) * at(a, 0, 0) +
    fx * (1 - fy) * at(a, 0, 1) +
    (1 - fx) * fy * at(a, 1, 0) +
    fx * fy * at(a, 1, 1);
  return (1 - ft) * bilinear(0) + ft * bilinear(1);
}

describe('regridTrilinear', () => {
  test('equals the eight-node formula anywhere inside', () => {
    const values = noise(1);
    fc.assert(
      fc.property(
        fc.double({ min: 10, max: 13, noNaN: true }),
        fc.double({ min: 30, max: 31, noNaN: true }),
        fc.double({ min: -65, max: -63.8, noNaN: true }),
        (timeDays, latDeg, lonDeg) => {
          const [value] = regridTrilinear({ grid: source, values }, place(timeDays, latDeg, lonDeg));
          // 1e-5: within 1e-6 of a node the query is put on the node, and the field changes by up to 10 a degree
          expect(Math.abs(value! - bruteForce(values, timeDays, latDeg, lonDeg))).toBeLessThan(2e-5);
        },
      ),
    );
  });

  test('reproduces a field that is linear in every coordinate', () => {
    const linear = (t: number, y: number, x: number): number => 3 * t - 2 * y + 0.5 * x;
    const values = Float64Array.from({ length: COUNT }, (_, index) =>
      linear(
        source.timeDays[Math.floor(index / 42)]!,
        source.latDeg[Math.floor(index / 7) % 6]!,
        source.lonDeg[index % 7]!,
      ),
    );
    const target = {
      timeDays: axis(10.25, 0.7, 4),
      latDeg: axis(30.03, 0.11, 8),
      lonDeg: axis(-64.9, 0.07, 15),
    };
    const result = regridTrilinear({ grid: source, values }, target);
    result.forEach((value, index) => {
      const [t, y, x] = [Math.floor(index / 120), Math.floor(index / 15) % 8, index % 15];
      expect(value).toBeCloseTo(linear(target.timeDays[t]!, target.latDeg[y]!, target.lonDeg[x]!), 11);
    });
  });

  test('returns the field itself on its own grid, also with round-off in the coordinates', () => {
    const values = noise(2);
    const shifted = {
      timeDays: source.timeDays.map((t) => t + 1e-9),
      latDeg: source.latDeg.map((y) => y - 5e-12),
      lonDeg: source.lonDeg.map((x) => x + 5e-12),
    };
    expect(regridTrilinear({ grid: source, values }, shifted)).toEqual(values);
    // the challenge's code loses the border that round-off puts outside
    const exact = regridTrilinear({ grid: source, values }, shifted, { coordinates: 'exact-as-2020a' });
    expect(exact.some(Number.isNaN)).toBe(true);
  });

  test.each([
    { name: 'before the first day', query: place(9.99, 30.5, -64.5) },
    { name: 'after the last day', query: place(13.01, 30.5, -64.5) },
    { name: 'south of the grid', query: place(11, 29.99, -64.5) },
    { name: 'north of the grid', query: place(11, 31.01, -64.5) },
    { name: 'west of the grid', query: place(11, 30.5, -65.01) },
    { name: 'east of the grid', query: place(11, 30.5, -63.79) },
    { name: 'at no place', query: place(NaN, 30.5, -64.5) },
  ])('is NaN $name, never extrapolated', ({ query }) => {
    expect(regridTrilinear({ grid: source, values: noise(3) }, query)[0]).toBeNaN();
  });

  test('is defined on the last node of every axis', () => {
    const values = noise(4);
    expect(regridTrilinear({ grid: source, values }, place(13, 31, -63.8))[0]).toBe(values.at(-1));
  });

  test('is NaN next to a missing node, but not on a node that is known', () => {
    const values = noise(5);
    values[(1 * 6 + 2) * 7 + 3] = NaN; // day 11, 30.4°N, 64.4°W
    const value = (timeDays: number, latDeg: number, lonDeg: number): number =>
      regridTrilinear({ grid: source, values }, place(timeDays, latDeg, lonDeg))[0]!;
    expect(value(11.5, 30.45, -64.45)).toBeNaN();
    expect(value(10.5, 30.35, -64.35)).toBeNaN();
    expect(value(11, 30.4, -64.4)).toBeNaN();
    expect(value(11, 30.4, -64.6)).not.toBeNaN();
    expect(value(12, 30.45, -64.45)).not.toBeNaN();
  });

  test('takes an uneven source axis by its own nodes', () => {
    const uneven = { ...source, timeDays: Float64Array.of(10, 11, 11.5, 13) };
    const values = Float64Array.from(
      { length: COUNT },
      (_, index) => uneven.timeDays[Math.floor(index / 42)]!,
    );
    expect(regridTrilinear({ grid: uneven, values }, place(12.1, 30.5, -64.5))[0]).toBeCloseTo(12.1, 12);
  });

  test('accepts a source of a single day for that day only', () => {
    const single = { ...source, timeDays: Float64Array.of(10) };
    const values = noise(6).slice(0, 42);
    expect(regridTrilinear({ grid: single, values }, place(10, 30, -65))[0]).toBe(values[0]);
    expect(regridTrilinear({ grid: single, values }, place(10.5, 30, -65))[0]).toBeNaN();
  });

  test('refuses values that do not fit the grid', () => {
    expect(() => regridTrilinear({ grid: source, values: noise(1).slice(1) }, source)).toThrow(
      ShapeMismatchError,
    );
  });
});

describe('createRegridder', () => {
  test('gives band by band what it gives at once, from the source rows it asks for', () => {
    const values = noise(7);
    const target = { timeDays: axis(10.5, 1, 3), latDeg: axis(29.9, 0.13, 9), lonDeg: axis(-65, 0.15, 9) };
    const whole = regridTrilinear({ grid: source, values }, target);
    const regridder = createRegridder(source, target);
    for (let targetStart = 0; targetStart < 9; targetStart += 2) {
      const targetCount = Math.min(2, 9 - targetStart);
      const rows = regridder.sourceRows(targetStart, targetCount);
      expect(rows.count).toBeLessThanOrEqual(3);
      const band = new Float64Array(4 * rows.count * 7);
      for (let t = 0; t < 4; t++) {
        const from = (t * 6 + rows.start) * 7;
        band.set(values.subarray(from, from + rows.count * 7), t * rows.count * 7);
      }
      const result = regridder.regridBand({
        values: band,
        sourceStart: rows.start,
        sourceCount: rows.count,
        targetStart,
        targetCount,
      });
      for (let t = 0; t < 3; t++) {
        const expected = whole.subarray((t * 9 + targetStart) * 9, (t * 9 + targetStart + targetCount) * 9);
        expect(result.subarray(t * targetCount * 9, (t + 1) * targetCount * 9)).toEqual(expected);
      }
    }
  });

  test('asks for no source row where the target lies outside', () => {
    const target = { ...source, latDeg: axis(50, 1, 3) };
    expect(createRegridder(source, target).sourceRows(0, 3)).toEqual({ start: 0, count: 0 });
  });
});
