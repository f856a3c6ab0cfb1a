import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { sampleAlongTrack, type SampledField } from './along-track-sampling.js';
import { groundTrack, type GroundTrack } from './ground-track.js';
import { SATELLITES } from './satellite.js';

const TIME = Float64Array.from([10, 11, 12, 14]);
const LAT = Float64Array.from([32, 32.5, 33, 33.5, 34]);
const LON = Float64Array.from([-66, -65.5, -65, -64.5]);
const GRID = { timeDays: TIME, latDeg: LAT, lonDeg: LON };

function field(height: (time: number, lat: number, lon: number) => number): SampledField {
  const valuesM = new Float64Array(TIME.length * LAT.length * LON.length);
  let index = 0;
  for (const time of TIME)
    for (const lat of LAT) for (const lon of LON) valuesM[index++] = height(time, lat, lon);
  return { grid: GRID, valuesM };
}

function trackThrough(points: readonly (readonly [number, number, number])[]): GroundTrack {
  return {
    satellite: SATELLITES.jason1,
    timeDays: Float64Array.from(points, ([time]) => time),
    latDeg: Float64Array.from(points, ([, lat]) => lat),
    lonDeg: Float64Array.from(points, ([, , lon]) => lon),
    cycle: Int32Array.from(points, () => 7),
    pass: Int32Array.from(points, () => 12),
  };
}

/** Weighs every node of the field by its tent functions. */
function slowInterpolation({ grid, valuesM }: SampledField, time: number, lat: number, lon: number): number {
  const tent = (axis: Float64Array, node: number, value: number): number => {
    const at = axis[node]!;
    const before = axis[node - 1] ?? at - 1;
    const after = axis[node + 1] ?? at + 1;
    return Math.max(0, value <= at ? (value - before) / (at - before) : (after - value) / (after - at));
  };
  let sum = 0;
  grid.timeDays.forEach((_, t) =>
    grid.latDeg.forEach((__, y) =>
      grid.lonDeg.forEach((___, x) => {
        const weight = tent(grid.timeDays, t, time) * tent(grid.latDeg, y, lat) * tent(grid.lonDeg, x, lon);
        sum += weight * valuesM[(t * LAT.length + y) * LON.length + x]!;
      }),
    ),
  );
  return sum;
}

describe('sampleAlongTrack', () => {
  test('equals interpolation by the weights of all nodes', () => {
    const rough = field((time, lat, lon) => Math.sin(17 * time + 3 * lat * lon) + Math.cos(5 * lat - lon));
    fc.assert(
      fc.property(
        fc.double({ min: 10, max: 14, noNaN: true }),
        fc.double({ min: 32, max: 34, noNaN: true }),
        fc.double({ min: -66, max: -64.5, noNaN: true }),
        (time, lat, lon) => {
          const { sshM } = sampleAlongTrack(rough, [trackThrough([[time, lat, lon]])]);
          expect(sshM[0]).toBeCloseTo(slowInterpolation(rough, time, lat, lon), 10);
        },
      ),
    );
  });

  test('gives the nodes themselves, the last ones too', () => {
    const rough = field((time, lat, lon) => time * 100 + lat * 10 + lon);
    const { sshM } = sampleAlongTrack(rough, [
      trackThrough([
        [10, 32, -66],
        [14, 34, -64.5],
      ]),
    ]);
    expect([...sshM]).toEqual([10 * 100 + 32 * 10 - 66, 14 * 100 + 34 * 10 - 64.5]);
  });

  test('leaves out points outside the field and keeps what it knows of the others', () => {
    const flat = field(() => 0.5);
    const samples = sampleAlongTrack(flat, [
      trackThrough([
        [9.99, 33, -65],
        [11, 31.99, -65],
        [11, 33, -64.49],
        [11.5, 33.2, -65.2],
        [14.01, 33, -65],
      ]),
    ]);
    expect([...samples.timeDays]).toEqual([11.5]);
    expect([...samples.latDeg]).toEqual([33.2]);
    expect([...samples.cycle]).toEqual([7]);
    expect([...samples.pass]).toEqual([12]);
    expect([...samples.satelliteIndex]).toEqual([0]);
  });

  test('leaves out a point as soon as one of its eight nodes is missing', () => {
    const land = field((time, lat, lon) => (time === 11 && lat === 33 && lon === -65 ? Number.NaN : 1));
    const points = [
      [10.9, 33.2, -65.2],
      [11.9, 32.7, -64.8],
      [12.1, 33.2, -65.2],
      [10.9, 33.6, -65.2],
    ] as const;
    expect([...sampleAlongTrack(land, [trackThrough(points)]).timeDays]).toEqual([10.9, 12.1]);
  });

  test('orders the samples of several satellites by time', () => {
    const flat = field(() => 0);
    const first = trackThrough([
      [10, 33, -65],
      [12, 33, -65],
    ]);
    const second = trackThrough([
      [10, 33, -65],
      [11, 33, -65],
    ]);
    const samples = sampleAlongTrack(flat, [first, second]);
    expect([...samples.timeDays]).toEqual([10, 10, 11, 12]);
    expect([...samples.satelliteIndex]).toEqual([0, 1, 1, 0]);
  });

  test('gives the same samples piece by piece', () => {
    const rough = field((time, lat, lon) => Math.sin(time + lat * lon));
    const box = { west: -66, east: -64.5, south: 32, north: 34 };
    const tracksOf = (startDays: number, endDays: number): GroundTrack[] =>
      [SATELLITES.jason1, SATELLITES.envisat].map((satellite) =>
        groundTrack(satellite, { startDays, endDays, box }),
      );
    const whole = sampleAlongTrack(rough, tracksOf(10, 14));
    expect(whole.timeDays.length).toBeGreaterThan(20);
    const mapLength = LAT.length * LON.length;
    const pieces = [0, 1, 2].map((first) =>
      sampleAlongTrack(
        {
          grid: { ...GRID, timeDays: TIME.slice(first, first + 2) },
          valuesM: rough.valuesM.slice(first * mapLength, (first + 2) * mapLength),
        },
        tracksOf(TIME[first]!, TIME[first + 1]!),
      ),
    );
    for (const name of ['timeDays', 'latDeg', 'lonDeg', 'sshM', 'satelliteIndex', 'cycle', 'pass'] as const)
      expect(pieces.flatMap((piece) => [...piece[name]])).toEqual([...whole[name]]);
  });

  test('says what a field lacks', () => {
    const flat = field(() => 0);
    expect(() => sampleAlongTrack({ ...flat, valuesM: new Float64Array(5) }, [])).toThrow(
      'the field has 5 values, its axes need 80',
    );
    const oneDay = { grid: { ...GRID, timeDays: TIME.slice(0, 1) }, valuesM: new Float64Array(20) };
    expect(() => sampleAlongTrack(oneDay, [])).toThrow(
      'at least 2 times, latitudes and longitudes, found 1, 5, 4',
    );
  });
});
