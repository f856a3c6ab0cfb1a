import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createTrackInterpolator, interpolateToTrack } from './interpolate-to-track.js';

const grid = {
  timeDays: Float64Array.of(10, 11, 12),
  latDeg: Float64Array.of(30, 30.5, 31, 31.5),
  lonDeg: Float64Array.of(-60, -59.5, -59),
};
const values = Float64Array.from({ length: 36 }, (_, index) => Math.sin(3 * index));

function at(timeDays: number, latDeg: number, lonDeg: number) {
  return {
    timeDays: Float64Array.of(timeDays),
    latDeg: Float64Array.of(latDeg),
    lonDeg: Float64Array.of(lonDeg),
  };
}

test('is exact for a field that is linear in time, latitude and longitude', () => {
  const linear = Float64Array.from({ length: 36 }, (_, index) => {
    const [time, lat, lon] = [Math.floor(index / 12), Math.floor(index / 3) % 4, index % 3];
    return 2 + 0.3 * time - 0.7 * lat + 0.11 * lon;
  });
  fc.assert(
    fc.property(
      fc.double({ min: 10, max: 12, noNaN: true }),
      fc.double({ min: 30, max: 31.5, noNaN: true }),
      fc.double({ min: -60, max: -59, noNaN: true }),
      (time, lat, lon) => {
        const [height] = interpolateToTrack({ grid, values: linear }, at(time, lat, lon));
        const wanted = 2 + 0.3 * (time - 10) - 1.4 * (lat - 30) + 0.22 * (lon + 60);
        expect(height).toBeCloseTo(wanted, 5); // within 1e-6 of a node a point is on it
      },
    ),
  );
});

test('takes pieces in any order, rows or maps at a time', () => {
  const places = {
    timeDays: Float64Array.of(10, 10.3, 10.9, 11.5, 12),
    latDeg: Float64Array.of(30, 31.2, 30.7, 30.2, 31.5),
    lonDeg: Float64Array.of(-60, -59.1, -59.8, -59.5, -59),
  };
  const whole = interpolateToTrack({ grid, values }, places);
  const byMap = createTrackInterpolator(grid, places);
  for (const map of [2, 0, 1]) {
    const piece = { timeStart: map, timeCount: 1, latStart: 0, latCount: 4 };
    byMap.add({ ...piece, values: values.subarray(map * 12, (map + 1) * 12) });
  }
  const byRow = createTrackInterpolator(grid, places);
  for (const row of [3, 1, 0, 2]) {
    const rows = Float64Array.from({ length: 9 }, (_, index) => {
      return values[Math.floor(index / 3) * 12 + row * 3 + (index % 3)]!;
    });
    byRow.add({ timeStart: 0, timeCount: 3, latStart: row, latCount: 1, values: rows });
  }
  [byMap, byRow].forEach((interpolator) => {
    interpolator.heightsM().forEach((height, index) => expect(height).toBeCloseTo(whole[index]!, 14));
  });
  expect(whole.every(Number.isFinite)).toBe(true);
});

test.each([
  { name: 'before the first map', place: at(9.9, 30.2, -59.7) },
  { name: 'after the last map', place: at(12.1, 30.2, -59.7) },
  { name: 'north of the grid', place: at(11.2, 31.6, -59.7) },
  { name: 'west of the grid', place: at(11.2, 30.2, -60.1) },
])('has no value $name', ({ place }) => {
  expect(interpolateToTrack({ grid, values }, place)).toEqual(Float64Array.of(NaN));
});

test('needs every node that has a weight, and no other', () => {
  const holed = values.slice();
  holed[12 + 3 + 1] = NaN; // second map, second latitude, second longitude
  expect(interpolateToTrack({ grid, values: holed }, at(10.5, 30.25, -59.75))).toEqual(Float64Array.of(NaN));
  expect(interpolateToTrack({ grid, values: holed }, at(10, 30.25, -59.75))[0]).not.toBeNaN();
  expect(interpolateToTrack({ grid, values: holed }, at(10.5, 30.25, -60))[0]).not.toBeNaN();
});

test('refuses values that do not fit the grid', () => {
  expect(() => interpolateToTrack({ grid, values: values.slice(1) }, at(11, 30, -60))).toThrow('35');
});
