import { describe, expect, test } from 'vitest';
import { SCORE_PROTOCOLS } from '../protocols/score-protocols.js';
import { boxLayout, BOXES, type BoxSums } from './box-sums.js';

const axis = (first: number, count: number, step: number) =>
  Float64Array.from({ length: count }, (_, index) => first + index * step);

const grid = { timeDays: axis(22_940, 3, 1), latDeg: axis(33, 12, 0.25), lonDeg: axis(-65, 20, 0.25) };
const pointCount = 3 * 12 * 20;
const reference = Float32Array.from({ length: pointCount }, (_, index) =>
  index % 37 === 0 ? NaN : Math.sin(index),
);
const reconstruction = reference.map((value, index) => value + 0.1 * Math.cos(3 * index));

function rows(values: Float32Array, latStart: number, latCount: number): Float32Array {
  const band = new Float32Array(3 * latCount * 20);
  for (let day = 0; day < 3; day++)
    band.set(
      values.subarray((day * 12 + latStart) * 20, (day * 12 + latStart + latCount) * 20),
      day * latCount * 20,
    );
  return band;
}

function sumsOf(bands: [latStart: number, latCount: number][]): BoxSums {
  const accumulator = BOXES.accumulate({
    grid,
    protocol: SCORE_PROTOCOLS['osse-2020a'],
    oceanSegmentDeg: null,
  });
  for (const [latStart, latCount] of bands)
    accumulator.addBand({
      latStart,
      latCount,
      reconstruction: rows(reconstruction, latStart, latCount),
      reference: rows(reference, latStart, latCount),
    });
  return accumulator.sums();
}

describe('boxes', () => {
  test.each([
    { name: 'the Gulf Stream', lat: axis(33, 200, 0.05), lon: axis(-65, 200, 0.05), size: 2, shape: [5, 5] },
    { name: 'OSMOSIS', lat: axis(45, 200, 0.05), lon: axis(-19.5, 160, 0.05), size: 2, shape: [5, 4] },
    {
      name: 'both edges of the box',
      lat: axis(33, 201, 0.05),
      lon: axis(-65, 201, 0.05),
      size: 2,
      shape: [5, 5],
    },
    { name: 'the basin', lat: axis(27, 153, 0.25), lon: axis(-79, 345, 0.25), size: 5, shape: [8, 18] },
    { name: 'a single node', lat: axis(40, 1, 1), lon: axis(0, 1, 1), size: 0.5, shape: [1, 1] },
  ])('of $name are $size°', ({ lat, lon, size, shape }) => {
    const layout = boxLayout({ latDeg: lat, lonDeg: lon });
    expect([layout.sizeDeg, layout.rowCount, layout.columnCount]).toEqual([size, ...shape]);
  });

  test('begin at a half degree where nodes stand in the middle of cells', () => {
    const layout = boxLayout({ latDeg: axis(33.025, 200, 0.05), lonDeg: axis(-64.975, 200, 0.05) });
    expect(layout).toEqual({ sizeDeg: 2, southDeg: 33, westDeg: -65, rowCount: 5, columnCount: 5 });
  });

  test('hold the sums that a search through all nodes finds', () => {
    const { layout, count, squaredError, squaredReference } = sumsOf([[0, 12]]);
    expect(layout).toEqual({ sizeDeg: 0.5, southDeg: 33, westDeg: -65, rowCount: 6, columnCount: 10 });
    const expected = { count: 0, squaredError: 0, squaredReference: 0 };
    for (let row = 4; row < 6; row++)
      for (let column = 18; column < 20; column++) {
        const at = (2 * 12 + row) * 20 + column;
        if (Number.isNaN(reference[at])) continue;
        expected.count += 1;
        expected.squaredError += (reconstruction[at]! - reference[at]!) ** 2;
        expected.squaredReference += reference[at]! ** 2;
      }
    const box = 2 * 60 + 2 * 10 + 9; // third day, third row, last column
    expect(count[box]).toBe(expected.count);
    expect(squaredError[box]).toBeCloseTo(expected.squaredError, 12);
    expect(squaredReference[box]).toBeCloseTo(expected.squaredReference, 12);
  });

  test('add up to the whole, however the rows come', () => {
    const whole = sumsOf([[0, 12]]);
    const parts = BOXES.merge([
      sumsOf([[0, 5]]),
      sumsOf([
        [5, 4],
        [9, 3],
      ]),
    ]);
    expect(parts.count).toEqual(whole.count);
    whole.squaredError.forEach((sum, index) => expect(parts.squaredError[index]).toBeCloseTo(sum, 12));
    const missing = reference.filter(Number.isNaN).length;
    expect(whole.count.reduce((sum, value) => sum + value, 0)).toBe(pointCount - missing);
  });
});
