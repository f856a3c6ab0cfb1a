import type { BoardBands } from '@sillage/contracts';
import { describe, expect, test } from 'vitest';
import {
  bandCurve,
  bandScore,
  countWinners,
  parseRange,
  rangeParameter,
  rankByBand,
  selectBands,
} from './bands-view';
import { rowOf } from '../testing/boards';

const smooth = rowOf({ method: 'Smooth' });
const sharp = rowOf({ method: 'Sharp' });
const late = rowOf({ method: 'Late' });
const bands: BoardBands = {
  challenge: 'demo',
  area: 'gf',
  scenario: 'nadir4',
  datasetVersion: '2.1.0',
  axes: { wavelengthUnit: 'degrees', wavelengthEdges: [8, 4, 2, 1], periodEdgesDays: [40, 20, 10] },
  truthPower: [
    [0.5, 0.2, 0.1],
    [0.1, 0.1, 0],
  ],
  entries: [
    { evaluationId: smooth.evaluationId, errorRatio: [[0.1, 0.6, 1], [0.4, 0.9, null]] },
    { evaluationId: sharp.evaluationId, errorRatio: [[0.2, 0.3, 0.4], [0.5, 0.6, null]] },
  ],
  winners: [[0, 1, 1], [0, 1, null]],
}; // oxfmt-ignore
const all = { wavelength: [0, 3], period: [0, 2] } as const;

describe('the PSD score of a band', () => {
  test('is 1 − Σ error ÷ Σ truth over its bands, those without power left out', () => {
    expect(bandScore(bands.truthPower, bands.entries[0]!.errorRatio, all)).toBeCloseTo(
      1 - (0.05 + 0.12 + 0.1 + 0.04 + 0.09),
      12,
    );
    expect(
      bandScore(bands.truthPower, bands.entries[0]!.errorRatio, { wavelength: [1, 2], period: [0, 1] }),
    ).toBeCloseTo(0.4, 12);
  });

  test('is not told where the truth has no power', () => {
    expect(
      bandScore(bands.truthPower, bands.entries[0]!.errorRatio, { wavelength: [2, 3], period: [1, 2] }),
    ).toBeNull();
  });
});

describe('the board by wavelength', () => {
  const ranking = (wavelength: readonly [number, number]) =>
    rankByBand([late, smooth, sharp], bands, { wavelength, period: [0, 2] }).map(
      ({ row, place }) => `${place ?? '–'} ${row.method}`,
    );

  test('ranks anew in every band; who has no spectrum stands last and has no place', () => {
    expect(ranking([0, 1])).toEqual(['1 Smooth', '2 Sharp', '– Late']);
    expect(ranking([1, 3])).toEqual(['1 Sharp', '2 Smooth', '– Late']);
  });

  test('gives equal scores one place', () => {
    const twin = rowOf({ method: 'Twin' });
    const tied = {
      ...bands,
      entries: [...bands.entries, { ...bands.entries[1]!, evaluationId: twin.evaluationId }],
    };
    expect(
      rankByBand([smooth, sharp, twin], tied, { wavelength: [1, 3], period: [0, 2] }).map(
        ({ place }) => place,
      ),
    ).toEqual([1, 1, 3]);
  });

  test('draws a curve from long to short wavelengths, at the geometric middle of each band', () => {
    const curve = bandCurve(bands, sharp.evaluationId);
    expect(curve.map(({ x }) => x)).toEqual([Math.sqrt(32), Math.sqrt(8), Math.sqrt(2)]);
    expect(curve[2]?.y).toBeCloseTo(0.6, 12);
    expect(bandCurve(bands, late.evaluationId)).toEqual([]);
  });

  test('counts who leads where, and where nobody does', () => {
    expect(countWinners(bands)).toEqual({
      leaders: [
        { evaluationId: sharp.evaluationId, bandCount: 3 },
        { evaluationId: smooth.evaluationId, bandCount: 2 },
      ],
      nobody: 1,
    });
  });
});

describe('a band in the address', () => {
  test.each([
    { text: '4~0.5', expected: [4, 0.5] },
    { text: '0.5~4', expected: null },
    { text: '4~0', expected: null },
    { text: 'a~b', expected: null },
    { text: undefined, expected: null },
  ])('$text is $expected', ({ text, expected }) => {
    expect(parseRange(text)).toEqual(expected);
  });

  test('survives the round trip', () => {
    expect(parseRange(rangeParameter([3.21, 0.5]) ?? '')).toEqual([3.21, 0.5]);
    expect(rangeParameter(null)).toBeNull();
  });

  test('means the nearest edges, and one band at least', () => {
    const axes = bands.axes!;
    expect(selectBands(axes, null, null)).toEqual(all);
    expect(selectBands(axes, [4.1, 1.9], [1000, 19])).toEqual({ wavelength: [1, 2], period: [0, 1] });
    expect(selectBands(axes, [0.9, 0.8], null).wavelength).toEqual([2, 3]);
  });
});
