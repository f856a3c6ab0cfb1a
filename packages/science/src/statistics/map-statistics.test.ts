import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { IncompatibleStatisticsError, InvalidOptionError, IrregularGridError } from '../errors.js';
import type { RegularGrid } from '../grid.js';
import type { ScoreStatistics } from '../scores/scores-from-statistics.js';
import {
  finishStatistic,
  mergeStatistics,
  STATISTIC_NAMES,
  statisticsOfMap,
  StatisticsCollector,
} from './map-statistics.js';

const SCORES = ['daily', 'holes', 'spectrum'] as const;

const [T, Y, X] = [6, 6, 8];
const grid: RegularGrid = {
  timeDays: Float64Array.from({ length: T }, (_, t) => 100 + t),
  latDeg: Float64Array.from({ length: Y }, (_, y) => y),
  lonDeg: Float64Array.from({ length: X }, (_, x) => x),
};

function bandStatistics(latStart: number, latCount: number, options: Partial<{ grid: RegularGrid }> = {}) {
  const accumulator = new StatisticsCollector(SCORES, { protocol: 'osse-2020a', grid: options.grid ?? grid });
  const field = (seed: number): Float32Array =>
    Float32Array.from({ length: T * latCount * X }, (_, index) => {
      const [t, y, x] = [
        Math.floor(index / (latCount * X)),
        latStart + (Math.floor(index / X) % latCount),
        index % X,
      ];
      return Math.sin(seed * (t * 7 + y * 13 + x * x));
    });
  const reconstruction = field(1.3);
  if (latStart <= 3 && latStart + latCount > 3) reconstruction[(3 - latStart) * X + 2] = NaN; // day 0, row 3
  accumulator.addBand({ latStart, latCount, reconstruction, reference: field(1.2) });
  return accumulator.statistics();
}

function expectClose(a: ScoreStatistics, b: ScoreStatistics): void {
  expect(a.rows).toEqual(b.rows);
  expect(a.holes).toEqual(b.holes);
  a.daily.forEach((day, t) => expect(day.squaredErrorSum).toBeCloseTo(b.daily[t]!.squaredErrorSum, 10));
  a.spectrum.errorPsdSum.forEach((psd, index) => expect(psd).toBeCloseTo(b.spectrum.errorPsdSum[index]!, 10));
  expect(a.spectrum.errorRowCount).toBe(b.spectrum.errorRowCount);
}

describe('mergeStatistics', () => {
  test('of any partition into bands, in any order, equals the whole', () => {
    const whole = bandStatistics(0, Y);
    const cuts = fc.uniqueArray(fc.integer({ min: 1, max: Y - 1 }), { maxLength: Y - 1 });
    fc.assert(
      fc.property(cuts, fc.integer(), (inner, seed) => {
        const starts = [0, ...inner.sort((a, b) => a - b), Y];
        const bands = starts
          .slice(0, -1)
          .map((start, index) => bandStatistics(start, starts[index + 1]! - start));
        const shuffled = bands.map((band, index) => ({ band, key: Math.sin(seed + index * 12.9898) }));
        shuffled.sort((a, b) => a.key - b.key);
        expectClose(
          shuffled.map(({ band }) => band).reduce((sum, band) => mergeStatistics(sum, band)),
          whole,
        );
      }),
      { numRuns: 30 },
    );
  });

  test('is associative', () => {
    const [a, b, c] = [bandStatistics(0, 2), bandStatistics(2, 1), bandStatistics(3, 3)];
    expectClose(mergeStatistics(mergeStatistics(a, b), c), mergeStatistics(a, mergeStatistics(b, c)));
  });

  test('survives a message between threads', () => {
    const statistics = bandStatistics(0, Y);
    expect(structuredClone(statistics)).toEqual(statistics);
  });

  test('adds up holes and keeps the earliest in the order time, latitude, longitude', () => {
    const merged = mergeStatistics(bandStatistics(4, 2), bandStatistics(0, 4));
    expect(merged.holes).toEqual({ count: 1, first: { timeIndex: 0, latIndex: 3, lonIndex: 2 } });
  });

  test('does not grow with the number of latitude rows', () => {
    const { grid: _, ...one } = bandStatistics(0, 1);
    const { grid: __, ...all } = bandStatistics(0, Y);
    expect(JSON.stringify(all).length).toBeLessThan(1.2 * JSON.stringify(one).length + 100);
  });

  test('refuses a row that is in both', () => {
    expect(() => mergeStatistics(bandStatistics(0, 3), bandStatistics(2, 2))).toThrow(
      IncompatibleStatisticsError,
    );
  });

  test('refuses other grids and other protocols', () => {
    const other = bandStatistics(3, 3, { grid: { ...grid, lonDeg: grid.lonDeg.map((lon) => lon + 0.1) } });
    expect(() => mergeStatistics(bandStatistics(0, 3), other)).toThrow('grids differ');
    const natl = new StatisticsCollector(SCORES, { protocol: 'osse-natl', grid }).statistics();
    expect(() => mergeStatistics(bandStatistics(0, 3), natl)).toThrow(
      "protocols 'osse-2020a' and 'osse-natl'",
    );
  });
});

describe('StatisticsCollector', () => {
  test('refuses a row twice and rows outside the grid', () => {
    const accumulator = new StatisticsCollector(SCORES, { protocol: 'osse-2020a', grid });
    const band = {
      latStart: 2,
      latCount: 1,
      reconstruction: new Float32Array(T * X),
      reference: new Float32Array(T * X),
    };
    accumulator.addBand(band);
    expect(() => accumulator.addBand(band)).toThrow(IncompatibleStatisticsError);
    expect(() => accumulator.addBand({ ...band, latStart: Y })).toThrow(InvalidOptionError);
    expect(() => accumulator.addBand({ ...band, latStart: -1 })).toThrow(InvalidOptionError);
  });

  test('refuses an uneven axis', () => {
    const uneven = { ...grid, lonDeg: Float64Array.of(0, 1, 2, 3, 4, 5, 6, 9) };
    expect(() => new StatisticsCollector(SCORES, { protocol: 'osse-2020a', grid: uneven })).toThrow(
      IrregularGridError,
    );
  });

  test('gives the sums from which bias and correlation follow', () => {
    const accumulator = new StatisticsCollector(SCORES, { protocol: 'osse-2020a', grid });
    const reference = Float64Array.from({ length: T * Y * X }, (_, index) => Math.sin(index));
    const reconstruction = reference.map((value) => 2 * value + 1);
    accumulator.addBand({ latStart: 0, latCount: Y, reconstruction, reference });
    const day = accumulator.statistics().daily[0]!;
    const n = day.pairedCount;
    const referenceVariance = day.pairedSquaredReferenceSum / n - (day.pairedReferenceSum / n) ** 2;
    const covariance = day.errorReferenceSum / n - (day.errorSum / n) * (day.pairedReferenceSum / n);
    expect(n).toBe(Y * X);
    expect(covariance / referenceVariance).toBeCloseTo(1, 10); // error = reference + 1
    expect(day.errorSum).toBeCloseTo(day.pairedReferenceSum + n, 10);
  });
});

describe('every statistic', () => {
  const field = (seed: number): Float64Array =>
    Float64Array.from({ length: T * Y * X }, (_, index) => Math.sin(seed * index * index));
  const fields = { reconstruction: field(0.37), reference: field(0.41) };
  const frame = { protocol: 'osse-2020a', grid, oceanSegmentDeg: 5 } as const;

  test.each(STATISTIC_NAMES)('%s has the same sums alone, with the others, and from two threads', (name) => {
    const alone = statisticsOfMap([name], { ...frame, ...fields });
    const all = statisticsOfMap(STATISTIC_NAMES, { ...frame, ...fields });
    expect(alone[name]).toEqual(all[name]);
    const half = (from: number, to: number) => {
      const rows = (values: Float64Array, start: number, end: number) => ({
        latStart: start,
        latCount: end - start,
        values: Float64Array.from({ length: T * (end - start) * X }, (_, index) => {
          const [t, rest] = [Math.floor(index / ((end - start) * X)), index % ((end - start) * X)];
          return values[t * Y * X + start * X + rest]!;
        }),
      });
      const band = (start: number, end: number) => {
        const { latStart, latCount, values } = rows(fields.reconstruction, start, end);
        return {
          latStart,
          latCount,
          reconstruction: values,
          reference: rows(fields.reference, start, end).values,
        };
      };
      const collector = new StatisticsCollector([name], frame);
      const { neighbourRows } = collector;
      if (from - neighbourRows >= 0 && neighbourRows > 0)
        collector.addNeighbours(band(from - neighbourRows, from));
      collector.addBand(band(from, to));
      if (to + neighbourRows <= Y && neighbourRows > 0) collector.addNeighbours(band(to, to + neighbourRows));
      return structuredClone(collector.statistics());
    };
    const merged = mergeStatistics(half(0, 2), half(2, Y));
    expect(merged.rows).toEqual([{ start: 0, count: Y }]);
    expectAlike(merged[name], alone[name]);
    expectAlike(finishStatistic(name, merged), finishStatistic(name, alone));
  });
});

/** Numbers to 1e-9: two threads add them up in another order. */
function expectAlike(found: unknown, expected: unknown): void {
  const rounded = (value: unknown): string =>
    JSON.stringify(value, (_key, part: unknown) => {
      if (ArrayBuffer.isView(part)) return Array.from(part as Float64Array);
      return typeof part === 'number' ? Number(part.toPrecision(9)) : part;
    }) ?? 'undefined';
  expect(rounded(found)).toBe(rounded(expected));
}
