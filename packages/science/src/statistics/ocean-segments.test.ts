import { describe, expect, test } from 'vitest';
import type { RegularGrid } from '../grid.js';
import { oceanSegmentStarts } from '../spectra/ocean-segment-starts.js';
import { openOceanResolution, scoresFromStatistics } from '../scores/scores-from-statistics.js';
import { finishStatistic, mergeStatistics, statisticsOfMap, StatisticsCollector } from './map-statistics.js';

const SCORES = ['daily', 'holes', 'spectrum', 'oceanSegments'] as const;

const [T, Y, X] = [12, 4, 40];

function gridOf(columns: number): RegularGrid {
  return {
    timeDays: Float64Array.from({ length: T }, (_, t) => 100 + t),
    latDeg: Float64Array.from({ length: Y }, (_, y) => y),
    lonDeg: Float64Array.from({ length: columns }, (_, x) => x / 4),
  };
}

/** Large waves are mapped well, small ones badly; NaN where `isLand`. */
function fieldsOf(columns: number, isLand: (y: number, x: number) => boolean, firstColumn = 0) {
  const reference = new Float32Array(T * Y * columns);
  const reconstruction = new Float32Array(T * Y * columns);
  for (let index = 0; index < reference.length; index++) {
    const [t, y, x] = [
      Math.floor(index / (Y * columns)),
      Math.floor(index / columns) % Y,
      firstColumn + (index % columns),
    ];
    let height = 0.7;
    let mapped = 0.7;
    for (let wave = 1; wave < 9; wave++) {
      const part = (0.3 / wave) * Math.sin((wave * x) / 5 + (wave * t) / 3 + y + wave * wave);
      height += part;
      mapped += part * (1 - wave / 9);
    }
    reference[index] = isLand(y, x) ? NaN : height;
    reconstruction[index] = mapped;
  }
  return { reference, reconstruction, grid: gridOf(columns) };
}

describe('oceanSegmentStarts', () => {
  test.each([
    { name: 'an open row that holds one', land: '..........', width: 10, starts: [0] },
    { name: 'an open row with room to spare', land: '...........', width: 4, starts: [1, 6] },
    { name: 'stretches that are too short', land: '...#...#...', width: 4, starts: [] },
    { name: 'a stretch between two coasts', land: '##......###', width: 4, starts: [3] },
    { name: 'stretches on both sides of an island', land: '.....##....', width: 4, starts: [1, 7] },
    { name: 'nothing but land', land: '####', width: 2, starts: [] },
  ])('$name', ({ land, width, starts }) => {
    expect(
      oceanSegmentStarts(
        Array.from(land, (sign) => (sign === '#' ? 1 : 0)),
        width,
      ),
    ).toEqual(starts);
  });
});

describe('the spectra of the open ocean', () => {
  test('are those of the rows where there is no land and a piece is a row', () => {
    const { oceanSegments, spectrum } = statisticsOfMap(SCORES, {
      protocol: 'osse-natl',
      ...fieldsOf(X, () => false),
      oceanSegmentDeg: 100,
    });
    expect(oceanSegments).toEqual({ ...spectrum, lonCount: X });
  });

  test('are those of the pieces cut out by hand', () => {
    const isLand = (_y: number, x: number): boolean => x < 6 || x === 24;
    const { oceanSegments } = statisticsOfMap(SCORES, {
      protocol: 'osse-natl',
      ...fieldsOf(X, isLand),
      oceanSegmentDeg: 3,
    });
    // 18 columns from 6 and 15 from 25 hold one piece of 12 each, in their middles.
    const cuts = [9, 27].map((first) =>
      statisticsOfMap(SCORES, { protocol: 'osse-2020a', ...fieldsOf(12, () => false, first) }),
    );
    expect(oceanSegments).toMatchObject({ lonCount: 12, errorRowCount: 2 * Y, referenceRowCount: 2 * Y });
    oceanSegments?.errorPsdSum.forEach((psd, index) =>
      expect(psd).toBeCloseTo(
        cuts.reduce((sum, cut) => sum + cut.spectrum.errorPsdSum[index]!, 0),
        12,
      ),
    );
    oceanSegments?.referencePsdSum.forEach((psd, index) =>
      expect(psd).toBeCloseTo(
        cuts.reduce((sum, cut) => sum + cut.spectrum.referencePsdSum[index]!, 0),
        12,
      ),
    );
  });

  test('tell of an area in a basin of land what they tell of it alone, which zeros on land do not', () => {
    const alone = statisticsOfMap(SCORES, { protocol: 'osse-2020a', ...fieldsOf(X, () => false) });
    const basin = statisticsOfMap(SCORES, {
      protocol: 'osse-natl',
      ...fieldsOf(3 * X, (_y, x) => x < 0 || x >= X, -X),
      oceanSegmentDeg: 10,
    });
    const scores = scoresFromStatistics(alone);
    expect(scores.unresolved).toBeNull();
    expect(openOceanResolution(basin)).toMatchObject({
      lambdaXDeg: expect.closeTo(scores.lambdaXDeg ?? NaN, 9),
      lambdaTDays: expect.closeTo(scores.lambdaTDays ?? NaN, 9),
      segmentCount: Y,
      segmentDeg: 10,
    });
    expect(scoresFromStatistics(basin).lambdaXDeg).not.toBeCloseTo(scores.lambdaXDeg ?? NaN, 2);
  });

  test('add up over bands of rows, and leave the scores of the board alone', () => {
    const fields = fieldsOf(X, (y, x) => x < 3 * y);
    const rows = (first: number, count: number) => {
      const cut = (field: Float32Array): Float32Array =>
        Float32Array.from({ length: T * count * X }, (_, index) => {
          const t = Math.floor(index / (count * X));
          return field[(t * Y + first) * X + (index % (count * X))]!;
        });
      return { first, count, reference: cut(fields.reference), reconstruction: cut(fields.reconstruction) };
    };
    const whole = statisticsOfMap(SCORES, { protocol: 'osse-natl', ...fields, oceanSegmentDeg: 5 });
    const accumulate = ({ first, count, ...band }: ReturnType<typeof rows>) => {
      const accumulator = new StatisticsCollector(SCORES, {
        protocol: 'osse-natl',
        grid: fields.grid,
        oceanSegmentDeg: 5,
      });
      accumulator.addBand({ latStart: first, latCount: count, ...band });
      return accumulator.statistics();
    };
    const merged = mergeStatistics(accumulate(rows(0, 1)), accumulate(rows(1, 3)));
    expect(merged.oceanSegments?.errorRowCount).toBe(whole.oceanSegments?.errorRowCount);
    expect(openOceanResolution(merged)?.lambdaXDeg).toBeCloseTo(
      openOceanResolution(whole)?.lambdaXDeg ?? NaN,
      9,
    );
    const without = statisticsOfMap(SCORES, { protocol: 'osse-natl', ...fields });
    expect(openOceanResolution(without)).toBeNull();
    expect(scoresFromStatistics(whole)).toEqual(scoresFromStatistics(without));
    expect(finishStatistic('spectrum', whole)).toEqual(finishStatistic('spectrum', without));
  });

  test('do not exist where no stretch of ocean is long enough', () => {
    const narrow = statisticsOfMap(SCORES, {
      protocol: 'osse-natl',
      ...fieldsOf(X, (_y, x) => x % 8 === 0),
      oceanSegmentDeg: 10,
    });
    expect(openOceanResolution(narrow)).toBeNull();
  });
});
