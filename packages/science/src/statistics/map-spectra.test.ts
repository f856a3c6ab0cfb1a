import { describe, expect, test } from 'vitest';
import { SCORE_PROTOCOLS } from '../protocols/score-protocols.js';
import { MAP_SPECTRA } from './map-spectra.js';

const axis = (first: number, count: number, step: number) =>
  Float64Array.from({ length: count }, (_, index) => first + index * step);
const frame = (lonCount: number) => ({
  grid: {
    timeDays: axis(22_940, 2, 1),
    latDeg: axis(33, 3, 0.25),
    lonDeg: axis(-65, lonCount, 0.25),
  },
  protocol: SCORE_PROTOCOLS['osse-2020a'],
  oceanSegmentDeg: null,
});

function field(lonCount: number, height: (column: number, row: number) => number): Float64Array {
  return Float64Array.from({ length: 2 * 3 * lonCount }, (_, index) =>
    height(index % lonCount, Math.floor(index / lonCount)),
  );
}

function spectraOf(lonCount: number, reconstruction: Float64Array, reference: Float64Array) {
  const accumulator = MAP_SPECTRA.accumulate(frame(lonCount));
  accumulator.addBand({ latStart: 0, latCount: 3, reconstruction, reference });
  return MAP_SPECTRA.finish(accumulator.sums(), frame(lonCount));
}

describe('zonal spectra', () => {
  test('put a wave at its wavelength, with its variance', () => {
    // 40 nodes of 0.25° are one piece of 10°; the wave is 2.5° long
    const wave = field(40, (column) => 0.2 * Math.sin((2 * Math.PI * column) / 10 + 0.3));
    const spectra = spectraOf(
      40,
      wave,
      wave.map((value) => 0.5 * value),
    );
    expect(spectra).toMatchObject({ segmentDeg: 10, segmentCount: 6 });
    const peak = spectra!.reconstruction.indexOf(Math.max(...spectra!.reconstruction));
    expect(spectra!.wavelengthDeg[peak]).toBe(2.5);
    const variance = spectra!.reconstruction.reduce((sum, density) => sum + density / 10, 0);
    expect(variance).toBeCloseTo(0.02, 6); // A²/2
    expect(spectra!.reference[peak]! / spectra!.reconstruction[peak]!).toBeCloseTo(0.25, 9);
    expect(spectra!.error[peak]! / spectra!.reconstruction[peak]!).toBeCloseTo(0.25, 9);
  });

  test('are those of the defining sum', () => {
    const random = (seed: number) => (column: number, row: number) =>
      Math.sin(seed * (column + 41 * row) ** 1.3);
    const reconstruction = field(40, random(1.7));
    const reference = field(40, random(2.9));
    const spectra = spectraOf(40, reconstruction, reference)!;
    const k = 7;
    const window = Array.from({ length: 40 }, (_, n) => 0.5 - 0.5 * Math.cos((2 * Math.PI * n) / 40));
    let power = 0;
    for (let row = 0; row < 6; row++) {
      const error = Array.from(
        { length: 40 },
        (_, n) => reconstruction[row * 40 + n]! - reference[row * 40 + n]!,
      );
      const mean = error.reduce((sum, value) => sum + value, 0) / 40;
      let [re, im] = [0, 0];
      error.forEach((value, n) => {
        re += (value - mean) * window[n]! * Math.cos((2 * Math.PI * k * n) / 40);
        im -= (value - mean) * window[n]! * Math.sin((2 * Math.PI * k * n) / 40);
      });
      power += re * re + im * im;
    }
    const windowPower = window.reduce((sum, weight) => sum + weight * weight, 0);
    expect(spectra.error[k - 1]).toBeCloseTo((2 * 0.25 * power) / windowPower / 6, 10);
  });

  test('come from the pieces without land, and there are none where land is everywhere', () => {
    const withLand = field(100, (column) => (column === 50 ? NaN : Math.sin(column)));
    expect(spectraOf(100, withLand, withLand)).toMatchObject({ segmentCount: 12, segmentDeg: 10 });
    const islands = field(100, (column) => (column % 20 === 0 ? NaN : Math.sin(column)));
    expect(spectraOf(100, islands, islands)).toBeNull();
  });

  test('of parts add up to the whole', () => {
    const values = field(40, (column, row) => Math.sin(column * 0.7 + row));
    const other = field(40, (column, row) => Math.sin(column * 0.9 + row));
    const whole = spectraOf(40, values, other)!;
    const row = (of: Float64Array, lat: number) =>
      Float64Array.from(
        { length: 80 },
        (_, index) => of[(Math.floor(index / 40) * 3 + lat) * 40 + (index % 40)]!,
      );
    const sums = [0, 1, 2].map((lat) => {
      const accumulator = MAP_SPECTRA.accumulate(frame(40));
      accumulator.addBand({
        latStart: lat,
        latCount: 1,
        reconstruction: row(values, lat),
        reference: row(other, lat),
      });
      return accumulator.sums();
    });
    const merged = MAP_SPECTRA.finish(MAP_SPECTRA.merge(sums), frame(40))!;
    whole.error.forEach((density, index) => expect(merged.error[index]).toBeCloseTo(density, 12));
  });
});
