import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { averagedAlongTrack } from './along-track-averages.js';

const SECOND = 1 / 86_400;

function track(points: { second: number; satellite?: number; ssh?: number; lon?: number }[]) {
  return {
    timeDays: Float64Array.from(points, (point) => 22_940 + point.second * SECOND),
    latDeg: Float64Array.from(points, (point) => 30 + 0.05 * point.second),
    lonDeg: Float64Array.from(points, (point) => point.lon ?? -60),
    sshM: Float64Array.from(points, (point) => point.ssh ?? 0.1),
    satelliteIndex: Uint8Array.from(points, (point) => point.satellite ?? 0),
  };
}

describe('averages along the track', () => {
  test('five neighbours become their mean', () => {
    const averaged = averagedAlongTrack(track([0, 1, 2, 3, 4].map((second) => ({ second, ssh: second }))), 5);
    expect(Array.from(averaged.sshM)).toEqual([2]);
    expect(averaged.latDeg[0]).toBeCloseTo(30.1, 12);
    expect((averaged.timeDays[0]! - 22_940) / SECOND).toBeCloseTo(2, 4);
  });

  test('a group never spans a pause or another satellite', () => {
    const averaged = averagedAlongTrack(
      track([
        { second: 0, ssh: 1 },
        { second: 1, ssh: 1 },
        { second: 60, ssh: 5 },
        { second: 61, ssh: 9, satellite: 1 },
      ]),
      5,
    );
    expect(Array.from(averaged.sshM)).toEqual([1, 5, 9]);
  });

  test('interleaved satellites are told apart', () => {
    const averaged = averagedAlongTrack(
      track([0, 1, 2, 3].map((second) => ({ second, satellite: second % 2, ssh: second % 2 }))),
      5,
    );
    expect(Array.from(averaged.sshM)).toEqual([0, 1]);
  });

  test('a missing height is left out, not averaged in', () => {
    const averaged = averagedAlongTrack(
      track([
        { second: 0, ssh: 2 },
        { second: 1, ssh: NaN },
        { second: 2, ssh: 4 },
      ]),
      5,
    );
    expect(Array.from(averaged.sshM)).toEqual([3]);
  });

  test('neighbours across ±180° average to a place between them', () => {
    const averaged = averagedAlongTrack(
      track([
        { second: 0, lon: 179.9 },
        { second: 1, lon: -179.9 },
      ]),
      5,
    );
    expect(Math.abs(averaged.lonDeg[0]!)).toBeCloseTo(180, 9);
  });

  test('with groups of one nothing changes but the order', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.integer({ min: 0, max: 1000 }), { minLength: 1, maxLength: 30 }),
        (seconds) => {
          const averaged = averagedAlongTrack(track(seconds.map((second) => ({ second, ssh: second }))), 1);
          expect(Array.from(averaged.sshM)).toEqual(seconds.toSorted((a, b) => a - b));
        },
      ),
    );
  });
});
