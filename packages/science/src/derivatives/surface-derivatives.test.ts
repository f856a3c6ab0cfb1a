import { describe, expect, test } from 'vitest';
import { coriolisParameter } from '../earth.js';
import { statisticsOfMap } from '../statistics/map-statistics.js';
import { geostrophicVorticity, gradientMagnitude } from './surface-derivatives.js';

const RADIUS_M = 6_371_000;
const RADIANS = Math.PI / 180;

const axis = (first: number, count: number, step: number) =>
  Float64Array.from({ length: count }, (_, index) => first + index * step);
const grid = { latDeg: axis(33, 81, 0.05), lonDeg: axis(-65, 101, 0.05) };

function field(height: (lat: number, lon: number) => number, { latDeg, lonDeg } = grid): Float64Array {
  return Float64Array.from({ length: latDeg.length * lonDeg.length }, (_, point) =>
    height(latDeg[Math.floor(point / lonDeg.length)]!, lonDeg[point % lonDeg.length]!),
  );
}

/** Inside the outermost rows and columns; a missing value is as far off as can be. */
function largestDifference(found: Float32Array, expected: Float64Array): number {
  let largest = 0;
  for (let row = 1; row < 80; row++)
    for (let column = 1; column < 100; column++) {
      const difference = Math.abs(found[row * 101 + column]! - expected[row * 101 + column]!);
      largest = Math.max(largest, Number.isNaN(difference) ? Infinity : difference);
    }
  return largest;
}

/** h = A·sin(kλ)·cos(lφ) with λ and φ in radians. */
const AMPLITUDE_M = 0.4;
const K = 90; // four degrees of longitude
const L = 72;
const wave = (lat: number, lon: number) =>
  AMPLITUDE_M * Math.sin(K * lon * RADIANS) * Math.cos(L * lat * RADIANS);

describe('the gradient', () => {
  test('of a wave is the analytic one', () => {
    const found = gradientMagnitude(field(wave), grid);
    const expected = field((lat, lon) => {
      const [x, y] = [lon * RADIANS, lat * RADIANS];
      const east = (AMPLITUDE_M * K * Math.cos(K * x) * Math.cos(L * y)) / (RADIUS_M * Math.cos(y));
      const north = (-AMPLITUDE_M * L * Math.sin(K * x) * Math.sin(L * y)) / RADIUS_M;
      return Math.hypot(east, north);
    });
    // (k·Δ)²/6: what centred differences lose of a wave of 80 steps
    expect(largestDifference(found, expected)).toBeLessThan(0.002 * Math.max(...expected));
  });

  test('of a slope is the same everywhere, edges and shores included', () => {
    const values = field((lat) => 0.01 * lat);
    values[40 * 101 + 50] = Number.NaN;
    const found = gradientMagnitude(values, grid);
    const expected = 0.01 / (RADIUS_M * RADIANS);
    expect(found[40 * 101 + 50]).toBeNaN();
    found[40 * 101 + 50] = expected;
    expect(Math.max(...found.map((value) => Math.abs(value / expected - 1)))).toBeLessThan(1e-5);
  });

  test('is missing where a value stands alone', () => {
    const small = { latDeg: axis(40, 2, 1), lonDeg: axis(0, 3, 1) };
    const values = Float32Array.of(NaN, 1, NaN, NaN, 2, NaN);
    expect(Array.from(gradientMagnitude(values, small))).toEqual([NaN, NaN, NaN, NaN, NaN, NaN]);
  });
});

describe('the geostrophic vorticity', () => {
  /** ζ/f of the wave: g/f·∇²h/f on the sphere, with f of the place. */
  const analytic = (lat: number, lon: number) => {
    const [x, y] = [lon * RADIANS, lat * RADIANS];
    const f = coriolisParameter(lat);
    const value = wave(lat, lon);
    const north = -AMPLITUDE_M * L * Math.sin(K * x) * Math.sin(L * y);
    const laplacian = (-(K ** 2) * value) / Math.cos(y) ** 2 - L ** 2 * value - Math.tan(y) * north;
    return (9.81 / f ** 2) * (laplacian / RADIUS_M ** 2);
  };

  test('of a wave is the analytic one, the sphere included', () => {
    const found = geostrophicVorticity(field(wave), grid);
    const expected = field(analytic);
    const largest = Math.max(...expected.map(Math.abs));
    expect(largest).toBeGreaterThan(0.05); // as strong as the ocean's
    expect(largestDifference(found, expected)).toBeLessThan(0.002 * largest);
  });

  test('is the one that the vorticity ratio is made of, node by node', () => {
    const random = (index: number) => Math.sin(12.9898 * index) * Math.cos(4.1414 * index * index);
    const rough = { latDeg: axis(4, 14, 0.25), lonDeg: axis(-65, 11, 0.25) }; // both sides of 5°
    const heights = Float64Array.from({ length: 14 * 11 }, (_, index) => random(index));
    heights[8 * 11 + 4] = Number.NaN;
    const { vorticityPointCount, referenceVorticitySum } = statisticsOfMap(['derivatives'], {
      protocol: 'osse-natl',
      grid: { ...rough, timeDays: Float64Array.of(22_940) },
      reconstruction: heights,
      reference: heights,
    }).derivatives;
    const overCoriolis = geostrophicVorticity(heights, rough);
    let count = 0;
    let sum = 0;
    overCoriolis.forEach((value, at) => {
      if (Number.isNaN(value)) return;
      count++;
      sum += (value * coriolisParameter(rough.latDeg[Math.floor(at / 11)]!)) ** 2;
    });
    expect(count).toBe(vorticityPointCount);
    expect(count).toBe(9 * 9 - 5); // rows from 5° on without the last one, columns without the outermost, less a hole's five
    expect(Math.abs(sum / referenceVorticitySum - 1)).toBeLessThan(1e-6); // a layer is float32
  });

  test('on an uneven grid is exact for a height whose Laplacian the stencil can hold', () => {
    // η = λ² at latitude φ: ∇²η = 2/(R·cosφ)²; the steps to the west and to the east differ.
    const uneven = { latDeg: axis(39.9, 3, 0.1), lonDeg: Float64Array.of(-60, -59.9, -59.6) };
    const found = geostrophicVorticity(
      field((_lat, lon) => (lon * RADIANS) ** 2, uneven),
      uneven,
    )[4]!;
    const expected = ((9.81 / coriolisParameter(40) ** 2) * 2) / (RADIUS_M * Math.cos(40 * RADIANS)) ** 2;
    expect(found / expected).toBeCloseTo(1, 5);
  });

  test('converges with the square of the step', () => {
    const errorOf = (step: number) => {
      const fine = { latDeg: axis(36.3 - step, 3, step), lonDeg: axis(-59.1 - step, 3, step) };
      return Math.abs(geostrophicVorticity(field(wave, fine), fine)[4]! - analytic(36.3, -59.1));
    };
    const ratio = errorOf(0.4) / errorOf(0.2);
    expect(ratio).toBeGreaterThan(3.5);
    expect(ratio).toBeLessThan(4.5);
  });

  test('is positive in a low of either hemisphere: ζ turns with f', () => {
    const low = (lat0: number) => (lat: number, lon: number) =>
      -0.5 * Math.exp(-((lat - lat0) ** 2) - (lon + 60) ** 2);
    for (const lat0 of [40, -40]) {
      const area = { latDeg: axis(lat0 - 1, 21, 0.1), lonDeg: axis(-61, 21, 0.1) };
      expect(geostrophicVorticity(field(low(lat0), area), area)[10 * 21 + 10]).toBeGreaterThan(0.1);
    }
  });

  test('does not change with the level of the sea, and is missing at edges, shores and the equator', () => {
    const raised = geostrophicVorticity(
      field((lat, lon) => wave(lat, lon) + 100),
      grid,
    );
    const plain = geostrophicVorticity(field(wave), grid);
    expect(raised[40 * 101 + 50]).toBeCloseTo(plain[40 * 101 + 50]!, 6);
    expect(plain[0]).toBeNaN();
    expect(plain[40 * 101]).toBeNaN();
    const withLand = field(wave);
    withLand[40 * 101 + 50] = Number.NaN;
    const beside = geostrophicVorticity(withLand, grid);
    expect([-1, 0, 1, -101, 101].map((step) => beside[40 * 101 + 50 + step])).toEqual([
      NaN,
      NaN,
      NaN,
      NaN,
      NaN,
    ]);
    const tropics = { latDeg: axis(3, 3, 1), lonDeg: axis(0, 3, 1) };
    expect(geostrophicVorticity(field(wave, tropics), tropics)[4]).toBeNaN();
  });
});
