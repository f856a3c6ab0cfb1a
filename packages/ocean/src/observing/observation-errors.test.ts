import { createFftPlan } from '@sillage/science';
import { describe, expect, test } from 'vitest';
import { keyOf } from '../counter-random.js';
import { ERROR_NAMES, NO_ERRORS, NOISE_LEVELS, type ErrorName } from './error-switches.js';
import {
  CORRELATED_SHARES,
  karinNoiseM,
  NADIR_WHITE_PSD,
  nadirCorrelatedSpectrum,
  pathDelaySpectrum,
  swathCorrelatedSpectrum,
  type ErrorSpectrum,
} from './error-spectra.js';
import { groundSpeedKmPerS } from './ground-track.js';
import { createNadirErrors, createSwathErrors } from './observation-errors.js';
import { createRandomSignals } from './random-signal.js';
import { SATELLITES } from './satellite.js';
import { acrossTrackKm } from './swath-geometry.js';
import { nadirWetSpectrum } from './wet-troposphere.js';

const ACROSS = acrossTrackKm(2);
const only = (...names: ErrorName[]) => ({
  ...NO_ERRORS,
  ...Object.fromEntries(names.map((name) => [name, true])),
});

/** One-sided power spectral density of a series, mean over pieces of `length` samples; Hann window, density per cycle/km. */
function periodogram(series: Float64Array, spacingKm: number, length: number): { f: number; psd: number }[] {
  const plan = createFftPlan(length);
  const sums = new Float64Array(length / 2);
  const window = Float64Array.from({ length }, (_, n) => 0.5 - 0.5 * Math.cos((2 * Math.PI * n) / length));
  const windowPower = window.reduce((sum, weight) => sum + weight * weight, 0);
  let pieces = 0;
  for (let first = 0; first + length <= series.length; first += length / 2) {
    const piece = series.subarray(first, first + length);
    const mean = piece.reduce((sum, value) => sum + value, 0) / length;
    const data = new Float64Array(2 * length);
    piece.forEach((value, n) => (data[2 * n] = (value - mean) * window[n]!));
    plan.forward(data);
    for (let k = 0; k < length / 2; k++) sums[k]! += data[2 * k]! ** 2 + data[2 * k + 1]! ** 2;
    pieces++;
  }
  return Array.from(sums, (sum, k) => ({
    f: k / (length * spacingKm),
    psd: (2 * spacingKm * sum) / (pieces * windowPower),
  }));
}

/** Mean of measured ÷ stated density over a band of wavelengths. */
function ratio(
  series: Float64Array,
  spacingKm: number,
  spectrum: ErrorSpectrum,
  band: [number, number],
): number {
  const found = periodogram(series, spacingKm, 2048).filter(({ f }) => f >= 1 / band[1] && f <= 1 / band[0]);
  expect(found.length).toBeGreaterThan(10);
  return found.reduce((sum, { f, psd }) => sum + psd / spectrum(f), 0) / found.length;
}

function rms(values: Float64Array): number {
  return Math.sqrt(values.reduce((sum, value) => sum + value * value, 0) / values.length);
}

/** One error of KaRIn in consecutive lines 2 km apart, [line, cell]. */
function swathError(
  name: 'karin' | 'roll' | 'phase' | 'baselineDilation' | 'timing' | 'wetTroposphere',
  lines: number,
) {
  const errors = createSwathErrors(SATELLITES.swot, ACROSS, { seed: 4, switches: only(name), postingKm: 2 });
  const line = errors.createLine();
  const values = new Float64Array(lines * ACROSS.length);
  for (let index = 0; index < lines; index++) {
    errors.fill(1_000_000 + index, line);
    values.set(line[name], index * ACROSS.length);
  }
  return { values, cell: (c: number) => Float64Array.from({ length: lines }, (_, i) => values[i * 52 + c]!) };
}

describe('createRandomSignals', () => {
  test('has the spectrum that it is asked for, in both of its signals, which are independent', () => {
    const signals = createRandomSignals(keyOf('test'), swathCorrelatedSpectrum);
    const series = ([0, 1] as const).map((which) =>
      Float64Array.from({ length: 40_000 }, (_, i) => signals.at(1e6 + 3 * i, which)),
    );
    for (const one of series) {
      // 39 pieces of 2048 samples, dozens of wavenumbers: 3 % of scatter.
      expect(Math.abs(ratio(one, 3, swathCorrelatedSpectrum, [20, 100]) - 1)).toBeLessThan(0.06);
      expect(Math.abs(ratio(one, 3, swathCorrelatedSpectrum, [100, 1000]) - 1)).toBeLessThan(0.1);
    }
    const product = series[0]!.reduce((sum, value, i) => sum + value * series[1]![i]!, 0) / 40_000;
    expect(Math.abs(product)).toBeLessThan(0.2 * rms(series[0]!) * rms(series[1]!));
  });

  test('has the same variance everywhere, also where blocks join', () => {
    const white = createRandomSignals(keyOf('joints'), (f) => (f > 1 / 60 ? 1 : 0));
    const around = (phase: number): number => {
      let sum = 0;
      for (let block = 0; block < 60; block++) {
        for (let i = 0; i < 100; i++) sum += white.at((block + phase) * 6144 + 7 * i, 0) ** 2;
      }
      return sum / 6000;
    };
    const expected = 1 / 15 - 1 / 60;
    for (const phase of [0, 0.25, 0.5, 0.94])
      expect(Math.abs(around(phase) / expected - 1)).toBeLessThan(0.12);
  });

  test('has no seam: it goes on smoothly across the border of a block', () => {
    const smooth = createRandomSignals(keyOf('seam'), (f) => (f < 1 / 500 ? 1 : 0));
    const values = Float64Array.from({ length: 400 }, (_, i) => smooth.at(6144 * 5 - 200 + i, 0));
    const steps = values.subarray(1).map((value, i) => value - values[i]!);
    const largest = Math.max(...steps.map(Math.abs));
    // At wavelengths beyond 500 km a km changes the signal by 2π/500 of its amplitude at most.
    expect(largest).toBeLessThan(((2 * Math.PI) / 500) * 4 * Math.sqrt(1 / 500));
  });
});

describe('createNadirErrors', () => {
  const spacingKm = SATELLITES.jason1.samplingSeconds * groundSpeedKmPerS(SATELLITES.jason1);
  const series = (names: ErrorName[], count = 40_000): Float64Array => {
    const errorAt = createNadirErrors(SATELLITES.jason1, { seed: 1, switches: only(...names) });
    return Float64Array.from({ length: count }, (_, i) => errorAt(320_000_000 + i));
  };

  test('has white noise of 8 cm²/(cycle/km): 8 mm from one 1-Hz sample to the next', () => {
    const noise = series(['nadirWhite']);
    expect(rms(noise)).toBeCloseTo(Math.sqrt(NADIR_WHITE_PSD / (2 * spacingKm)), 4);
    expect(rms(noise)).toBeCloseTo(0.0078, 3);
    expect(Math.abs(ratio(noise, spacingKm, () => NADIR_WHITE_PSD, [15, 500]) - 1)).toBeLessThan(0.05);
  });

  test('has correlated noise with the spectrum of the SWOT simulator', () => {
    const noise = series(['nadirCorrelated']);
    expect(Math.abs(ratio(noise, spacingKm, nadirCorrelatedSpectrum, [60, 600]) - 1)).toBeLessThan(0.06);
    // ∫ 1.05e-4 f^−2.2 from 3000 to 30 km is 1.25 cm².
    expect(Math.abs(rms(noise) / 0.0112 - 1)).toBeLessThan(0.1);
  });

  test('has what a radiometer leaves of the wet troposphere', () => {
    const noise = series(['wetTroposphere']);
    expect(Math.abs(ratio(noise, spacingKm, nadirWetSpectrum, [60, 600]) - 1)).toBeLessThan(0.06);
    // Less than the path delay itself, which is 1.2 cm beyond 30 km.
    expect(rms(noise)).toBeLessThan(0.006);
  });

  test('adds the errors that are on, and none that is not', () => {
    const [white, correlated, wet] = [
      series(['nadirWhite'], 50),
      series(['nadirCorrelated'], 50),
      series(['wetTroposphere'], 50),
    ];
    series(['nadirWhite', 'nadirCorrelated', 'wetTroposphere'], 50).forEach((sum, i) =>
      expect(sum).toBeCloseTo(white[i]! + correlated[i]! + wet[i]!, 12),
    );
    expect([...series(['karin', 'roll', 'phase', 'baselineDilation', 'timing'], 20)]).toEqual(
      Array.from({ length: 20 }, () => 0),
    );
  });

  test('depends on satellite, seed and sample alone', () => {
    const noise3 = { switches: NOISE_LEVELS.noise3 };
    const first = createNadirErrors(SATELLITES.envisat, { seed: 1, ...noise3 });
    const second = createNadirErrors(SATELLITES.envisat, { seed: 1, ...noise3 });
    const samples = [3e8, 3e8 + 5000, 1e8, 3e8 + 1];
    const values = samples.map(first);
    expect([...samples].reverse().map(second).reverse()).toEqual(values);
    expect(samples.map(createNadirErrors(SATELLITES.envisat, { seed: 2, ...noise3 }))).not.toEqual(values);
    expect(samples.map(createNadirErrors(SATELLITES.geosat2, { seed: 1, ...noise3 }))).not.toEqual(values);
  });

  test.each([-1, 0.5, NaN])('refuses the seed %d', (seed) => {
    expect(() => createNadirErrors(SATELLITES.jason1, { seed, switches: NO_ERRORS })).toThrow('whole number');
  });
});

describe('createSwathErrors', () => {
  test('has noise of KaRIn from cell to cell by distance from the track', () => {
    const noise = swathError('karin', 4000);
    for (const cell of [0, 12, 25, 26, 40, 51]) {
      const expected = karinNoiseM(Math.abs(ACROSS[cell]!)) / 2;
      // 4000 numbers: 1.1 % standard error.
      expect(Math.abs(rms(noise.cell(cell)) / expected - 1)).toBeLessThan(0.05);
    }
    expect(karinNoiseM(60)).toBeGreaterThan(1.3 * karinNoiseM(30));
    // 6 cm²/(cycle/km) along the track in the mean over cells of 2 km.
    expect(Math.abs(rms(noise.values) ** 2 / (6e-4 * 0.25) - 1)).toBeLessThan(0.02);
  });

  test('has less noise in larger cells, by the square root of their area', () => {
    const rmsOf = (postingKm: number): number => {
      const across = Float64Array.of(30);
      const errors = createSwathErrors(SATELLITES.swot, across, {
        seed: 1,
        switches: only('karin'),
        postingKm,
      });
      const line = errors.createLine();
      return rms(Float64Array.from({ length: 5000 }, (_, i) => (errors.fill(i, line), line.karin[0]!)));
    };
    expect(rmsOf(2) / rmsOf(5)).toBeCloseTo(2.5, 6);
  });

  const shapes = [
    { name: 'roll', shape: (x: number) => x },
    { name: 'baselineDilation', shape: (x: number) => x * x },
  ] as const;
  test.each(shapes)('has one shape across both swaths for $name', ({ name, shape }) => {
    const { values } = swathError(name, 50);
    for (let line = 0; line < 50; line++) {
      const factor = values[line * 52]! / shape(ACROSS[0]!);
      expect(factor).not.toBe(0);
      ACROSS.forEach((x, cell) => expect(values[line * 52 + cell]!).toBeCloseTo(factor * shape(x), 12));
    }
  });

  test.each([
    { name: 'phase', shape: (x: number) => Math.abs(x) },
    { name: 'timing', shape: () => 1 },
  ] as const)('has its own signal on each side for $name', ({ name, shape }) => {
    const { values, cell } = swathError(name, 3000);
    for (let line = 0; line < 3000; line += 100) {
      const left = values[line * 52]! / shape(-60);
      const right = values[line * 52 + 51]! / shape(60);
      ACROSS.forEach((x, c) =>
        expect(values[line * 52 + c]!).toBeCloseTo((x < 0 ? left : right) * shape(x), 12),
      );
    }
    const [left, right] = [cell(0), cell(51)];
    const product = left.reduce((sum, value, i) => sum + value * right[i]!, 0) / 3000;
    // 6000 km of a signal whose power lies at 1000 km: few independent pieces.
    expect(Math.abs(product)).toBeLessThan(0.75 * rms(left) * rms(right));
  });

  // Means of x² and x⁴ over both swaths, 10 to 60 km, by midpoints: the spectra hold for the mean over their cells.
  const meanOf = (power: number): number =>
    Array.from({ length: 5000 }, (_, i) => (10 + (i + 0.5) / 100) ** power).reduce((a, b) => a + b, 0) / 5000;
  test.each([
    { name: 'roll', atEdge: 60 ** 2 / meanOf(2) },
    { name: 'phase', atEdge: 60 ** 2 / meanOf(2) },
    { name: 'baselineDilation', atEdge: 60 ** 4 / meanOf(4) },
    { name: 'timing', atEdge: 1 },
  ] as const)('has its share of the required spectrum, mean over the cells: $name', ({ name, atEdge }) => {
    const edge = swathError(name, 30_000).cell(51);
    const share = ratio(edge, 2, swathCorrelatedSpectrum, [20, 400]) / atEdge;
    // 28 overlapping pieces at 150 wavenumbers, the longest of which the Hann window smears: 5 %.
    expect(Math.abs(share / CORRELATED_SHARES[name] - 1)).toBeLessThan(0.08);
  });

  test('shares out the whole of the required spectrum', () => {
    const total = Object.values(CORRELATED_SHARES).reduce((sum, share) => sum + share, 0);
    expect(total).toBeCloseTo(1, 12);
  });

  test('has a wet troposphere that grows away from the radiometer, alike in neighbouring cells', () => {
    const { cell } = swathError('wetTroposphere', 20_000);
    const [inner, outer, next] = [cell(26), cell(51), cell(50)];
    expect(rms(outer)).toBeGreaterThan(1.3 * rms(inner));
    // Variances of differences: 2 km of path delay is little of it.
    const difference = outer.map((value, i) => value - next[i]!);
    expect(rms(difference)).toBeLessThan(0.15 * rms(outer));
    expect(rms(outer)).toBeLessThan(0.02);
    // Far from nadir the radiometer's footprint does not help: at 60 km the small scales are those of the path delay.
    const small = ratio(outer, 2, pathDelaySpectrum, [40, 60]);
    expect(small).toBeGreaterThan(0.8);
    expect(small).toBeLessThan(4);
  });

  test('is the same error at the same place of the orbit, however lines are asked for', () => {
    const make = (seed: number) =>
      createSwathErrors(SATELLITES.swot, ACROSS, { seed, switches: NOISE_LEVELS.noise3, postingKm: 2 });
    const [one, two, other] = [make(1), make(1), make(2)];
    const lines = [one.createLine(), two.createLine(), other.createLine()] as const;
    two.fill(5_000_000, lines[1]);
    two.fill(7, lines[1]);
    for (const [model, line] of [
      [one, lines[0]],
      [two, lines[1]],
      [other, lines[2]],
    ] as const)
      model.fill(1_234_567, line);
    expect(lines[1]).toEqual(lines[0]);
    expect(lines[2].karin).not.toEqual(lines[0].karin);
    expect(lines[2].roll).not.toEqual(lines[0].roll);
  });

  test('agrees with the nadir altimeter of the same satellite on the wet troposphere', () => {
    const switches = only('wetTroposphere');
    const swath = createSwathErrors(SATELLITES.swot, Float64Array.of(0), { seed: 1, switches, postingKm: 2 });
    const nadir = createNadirErrors(SATELLITES.swot, { seed: 1, switches });
    const line = swath.createLine();
    const sampleKm = SATELLITES.swot.samplingSeconds * groundSpeedKmPerS(SATELLITES.swot);
    const sample = 1000;
    // The line nearest to the sample is less than 1 km away.
    swath.fill(Math.round((sample * sampleKm) / 2), line);
    expect(Math.abs(line.wetTroposphere[0]! - nadir(sample))).toBeLessThan(1e-3);
    expect(nadir(sample)).not.toBe(0);
  });

  test('leaves every error at zero that is switched off', () => {
    const swath = createSwathErrors(SATELLITES.swot, ACROSS, { seed: 1, switches: NO_ERRORS, postingKm: 2 });
    const line = swath.createLine();
    swath.fill(99, line);
    for (const values of Object.values(line)) expect(values.every((value) => value === 0)).toBe(true);
  });
});

describe('NOISE_LEVELS', () => {
  test('adds errors from rung to rung and ends with all of them', () => {
    const on = (level: keyof typeof NOISE_LEVELS): ErrorName[] =>
      ERROR_NAMES.filter((name) => NOISE_LEVELS[level][name]);
    expect(on('noise0')).toEqual([]);
    expect(on('noise1')).toEqual(['nadirWhite', 'karin']);
    expect(on('noise2')).toEqual([
      'nadirWhite',
      'nadirCorrelated',
      'karin',
      'roll',
      'phase',
      'baselineDilation',
      'timing',
    ]);
    expect(on('noise3')).toEqual([...ERROR_NAMES]);
  });
});
