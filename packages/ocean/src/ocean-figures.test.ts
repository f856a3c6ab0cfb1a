import { describe, expect, test } from 'vitest';
import { measureOcean } from './ocean-figures.js';
import { seededRandom } from './random.js';

const LAT = Float64Array.from({ length: 12 }, (_, index) => 37.5 + index * 0.1);
const LON = Float64Array.from({ length: 120 }, (_, index) => -66 + index * 0.1);
const DAYS = 20;
const KM_PER_STEP = 0.1 * ((6371 * Math.PI) / 180) * Math.cos((LAT[6]! * Math.PI) / 180);

function series(height: (day: number, lat: number, xKm: number) => number): Float64Array {
  return Float64Array.from({ length: DAYS * LAT.length * LON.length }, (_, index) => {
    const column = index % LON.length;
    const row = Math.floor(index / LON.length) % LAT.length;
    return height(Math.floor(index / (LON.length * LAT.length)), LAT[row]!, column * KM_PER_STEP);
  });
}

describe('measureOcean', () => {
  test('finds the speed of a wave that moves west', () => {
    const kmPerDay = -10;
    // Whole periods in 20 days, so that the mean over time is zero; two of them, so that one shift fits best.
    const sshM = series((day, _, x) =>
      [200, 100].reduce(
        (sum, lengthKm) => sum + Math.cos((2 * Math.PI * (x - kmPerDay * day)) / lengthKm),
        0,
      ),
    );
    const { driftCmPerS } = measureOcean({ latDeg: LAT, lonDeg: LON, sshM });
    expect(driftCmPerS).toBeCloseTo((kmPerDay * 1e5) / 86_400, 1);
  });

  test('finds the slope of a red spectrum', () => {
    const random = seededRandom(4);
    const waves = Array.from({ length: 60 }, (_, index) => ({
      wave: index + 1,
      phase: 2 * Math.PI * random(),
    }));
    const length = LON.length * KM_PER_STEP;
    // Amplitude k^−2.5 is density k^−5.
    const sshM = series((_, __, x) =>
      waves.reduce(
        (sum, { wave, phase }) => sum + wave ** -2.5 * Math.cos((2 * Math.PI * wave * x) / length + phase),
        0,
      ),
    );
    // One realisation, its window smears neighbouring waves: a few tenths.
    expect(Math.abs(measureOcean({ latDeg: LAT, lonDeg: LON, sshM }).spectralSlope + 5)).toBeLessThan(0.5);
  });

  test('measures range, mean, spread and speed of a tilted sea at rest', () => {
    const sshM = series((_, lat) => 0.3 + 0.1 * (lat - 38.05));
    const figures = measureOcean({ latDeg: LAT, lonDeg: LON, sshM });
    expect(figures.meanM).toBeCloseTo(0.3, 6);
    expect(figures.maxM - figures.minM).toBeCloseTo(0.11, 6);
    expect(figures.variabilityM).toBeCloseTo(0, 9);
    // g/f · slope: 0.1 m per degree of latitude.
    const expected = (9.81 / (2 * 7.292115e-5 * Math.sin((38.05 * Math.PI) / 180))) * (0.1 / 111_195);
    expect(figures.speed).toBeCloseTo(expected, 2);
  });

  test('measures the variability of a sea that rises and falls', () => {
    const sshM = series((day) => (day % 2 === 0 ? 0.2 : -0.2));
    const figures = measureOcean({ latDeg: LAT, lonDeg: LON, sshM });
    expect(figures.variabilityM).toBeCloseTo(0.2, 9);
    expect(figures.largestVariabilityM).toBeCloseTo(0.2, 9);
  });

  test('refuses a series too short for a drift', () => {
    const sshM = new Float64Array(3 * LAT.length * LON.length);
    expect(() => measureOcean({ latDeg: LAT, lonDeg: LON, sshM })).toThrow('found 3');
  });
});
