import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { hannWindow, positiveFrequencyCount, RowSpectrumSums } from './row-spectrum.js';

function noise(count: number, seed: number): Float64Array {
  let state = seed >>> 0;
  return Float64Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 31 - 1;
  });
}

/** The definition of the protocol, summed term by term: |Σ_t Σ_x (d − mean)·w·exp(−2πi(ft/T + kx/X))|². */
function naivePower(
  row: ArrayLike<number>,
  timeCount: number,
  lonCount: number,
  f: number,
  k: number,
): number {
  let mean = 0;
  for (let index = 0; index < timeCount * lonCount; index++) mean += row[index]! / (timeCount * lonCount);
  let re = 0;
  let im = 0;
  for (let t = 0; t < timeCount; t++) {
    for (let x = 0; x < lonCount; x++) {
      const window =
        (0.5 - 0.5 * Math.cos((2 * Math.PI * t) / timeCount)) *
        (0.5 - 0.5 * Math.cos((2 * Math.PI * x) / lonCount));
      const angle = -2 * Math.PI * ((f * t) / timeCount + (k * x) / lonCount);
      const value = (row[t * lonCount + x]! - mean) * window;
      re += value * Math.cos(angle);
      im += value * Math.sin(angle);
    }
  }
  return re * re + im * im;
}

describe('RowSpectrumSums', () => {
  test.each([
    [8, 12],
    [9, 11],
    [6, 53],
    [5, 4],
    [7, 26],
  ])('equals the defining sum for %i days and %i longitudes', (timeCount, lonCount) => {
    const spectrum = new RowSpectrumSums(timeCount, lonCount);
    const error = noise(timeCount * lonCount, 1).map((value) => 0.01 * value);
    const reference = noise(timeCount * lonCount, 2);
    spectrum.addRow(error.slice(), reference.slice());
    for (let f = 1; f <= spectrum.frequencyCount; f++) {
      for (let k = 1; k <= spectrum.wavenumberCount; k++) {
        const at = (f - 1) * spectrum.wavenumberCount + k - 1;
        const expectedError = naivePower(error, timeCount, lonCount, f, k);
        const expectedReference = naivePower(reference, timeCount, lonCount, f, k);
        // one packed transform: the error, 100 times smaller, still has 1e-13 of the reference's scale
        expect(Math.abs(spectrum.errorPower[at]! - expectedError)).toBeLessThan(1e-12);
        expect(Math.abs(spectrum.referencePower[at]! - expectedReference)).toBeLessThan(1e-10);
      }
    }
  });

  test('leaves out Nyquist and zero', () => {
    expect([4, 5, 6, 42, 41].map(positiveFrequencyCount)).toEqual([1, 2, 2, 20, 20]);
  });

  test('uses the quadrant in which westward waves are, by numpy’s sign', () => {
    const [timeCount, lonCount, f, k] = [16, 24, 3, 5];
    const wave = (direction: 1 | -1): Float64Array =>
      Float64Array.from({ length: timeCount * lonCount }, (_, index) => {
        const t = Math.floor(index / lonCount);
        return Math.cos(
          2 * Math.PI * ((k * (index % lonCount)) / lonCount + (direction * f * t) / timeCount),
        );
      });
    const powerOf = (row: Float64Array): number => {
      const spectrum = new RowSpectrumSums(timeCount, lonCount);
      spectrum.addRow(null, row);
      return spectrum.referencePower.reduce((sum, value) => sum + value, 0);
    };
    expect(powerOf(wave(1))).toBeGreaterThan(1e6 * powerOf(wave(-1)));
  });

  test('counts rows of error and reference apart', () => {
    const spectrum = new RowSpectrumSums(6, 8);
    spectrum.addRow(null, noise(48, 1));
    spectrum.addRow(noise(48, 2), noise(48, 3));
    spectrum.addRow(null, null);
    expect([spectrum.errorRowCount, spectrum.referenceRowCount]).toEqual([1, 2]);
    const alone = new RowSpectrumSums(6, 8);
    alone.addRow(noise(48, 2), null);
    spectrum.errorPower.forEach((value, index) => expect(value).toBeCloseTo(alone.errorPower[index]!, 10));
  });

  test('does not see a constant, and is quadratic in the amplitude', () => {
    fc.assert(
      fc.property(fc.integer(), fc.double({ min: -5, max: 5, noNaN: true }), (seed, offset) => {
        const [one, other] = [new RowSpectrumSums(6, 10), new RowSpectrumSums(6, 10)];
        one.addRow(noise(60, seed), noise(60, seed + 1));
        other.addRow(
          noise(60, seed).map((value) => 2 * value + offset),
          noise(60, seed + 1).map((value) => value + offset),
        );
        one.errorPower.forEach((power, index) => expect(other.errorPower[index]).toBeCloseTo(4 * power, 10));
        one.referencePower.forEach((power, index) =>
          expect(other.referencePower[index]).toBeCloseTo(power, 10),
        );
      }),
      { numRuns: 30 },
    );
  });

  test('has no spectrum for two days', () => {
    const spectrum = new RowSpectrumSums(2, 8);
    spectrum.addRow(noise(16, 1), noise(16, 2));
    expect(spectrum.errorPower.length).toBe(0);
  });
});

describe('hannWindow', () => {
  test('is the periodic window, not the symmetric one', () => {
    expect(Array.from(hannWindow(4))).toEqual([0, 0.5, 1, 0.5].map((value) => expect.closeTo(value, 12)));
  });
});
