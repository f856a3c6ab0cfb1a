import type { BandPowers, LeaderboardRow } from '@sillage/contracts';
import { describe, expect, it } from 'vitest';
import { bandBoard } from './band-board.js';
import { boardHistory } from './board-history.js';
import { scorecardOf } from './scorecard.js';

const axes = { wavelengthUnit: 'degrees' as const, wavelengthEdges: [20, 5, 1], periodEdgesDays: [80, 20] };
const powers = (error: number[], truth = [3, 1]): BandPowers => ({ axes, error: [error], truth: [truth] });

describe('bandBoard', () => {
  it('tells errors relative to the truth, and who is best where', () => {
    const board = bandBoard([
      { evaluationId: 'a', bands: powers([0.3, 0.9]) },
      { evaluationId: 'b', bands: powers([0.6, 0.4]) },
      { evaluationId: 'old', bands: null },
    ]);
    expect(board.truthPower).toEqual([[0.75, 0.25]]);
    expect(board.entries).toEqual([
      { evaluationId: 'a', errorRatio: [[0.1, 0.9]] },
      { evaluationId: 'b', errorRatio: [[0.2, 0.4]] },
    ]);
    expect(board.winners).toEqual([[0, 1]]);
    // The score over both bands is 1 − Σ error ÷ Σ truth, whatever was divided in between.
    const scoreOf = (entry: number) =>
      1 -
      board.truthPower
        .flat()
        .reduce((sum, power, band) => sum + power * (board.entries[entry]?.errorRatio.flat()[band] ?? 0), 0);
    expect(scoreOf(0)).toBeCloseTo(1 - 1.2 / 4, 12);
    expect(scoreOf(1)).toBeCloseTo(1 - 1 / 4, 12);
  });

  it('has no winner where every error is as strong as the truth, and no ratio where the truth has no power', () => {
    const board = bandBoard([{ evaluationId: 'a', bands: powers([3, 0.5], [3, 0]) }]);
    expect(board.winners).toEqual([[null, null]]);
    expect(board.entries[0]?.errorRatio).toEqual([[1, null]]);
  });

  it('leaves out bands of another grid', () => {
    const other = { ...powers([1, 1]), axes: { ...axes, wavelengthEdges: [16, 4, 1] } };
    const board = bandBoard([
      { evaluationId: 'a', bands: powers([0.3, 0.9]) },
      { evaluationId: 'b', bands: other },
    ]);
    expect(board.entries.map(({ evaluationId }) => evaluationId)).toEqual(['a']);
    expect(bandBoard([]).axes).toBeNull();
  });
});

let count = 0;
function row(overrides: Partial<LeaderboardRow> & { lambdaXDeg?: number | null; setId?: string | null }) {
  const { lambdaXDeg = 1.2, setId = null, ...rest } = overrides;
  const id = String(++count);
  return {
    submissionId: id,
    evaluationId: `evaluation ${id}`,
    setId,
    rank: 1,
    tieGroup: 1,
    rankLow: null,
    rankHigh: null,
    intervals: null,
    places: {},
    method: 'a method',
    author: 'Ada',
    kind: 'participant' as const,
    form: 'map' as const,
    verified: null,
    family: null,
    inputs: ['ssh-nadir' as const],
    codeUrl: null,
    paperUrl: null,
    scores: {
      mu: 0.9,
      sigma: 0.01,
      lambdaXDeg,
      lambdaXKm: null,
      lambdaTDays: null,
      unresolved: null,
      atGridLimit: [],
      rmseM: 0.1,
    },
    physics: null,
    cost: null,
    hasMaps: false,
    areMapsComing: false,
    submittedAt: '2026-01-01T00:00:00Z',
    scoredAt: '2026-01-01T00:00:00Z',
    ...rest,
  };
}
const withMu = (mu: number, day: string, lambdaXDeg: number | null) => {
  const made = row({ submittedAt: `2026-01-${day}T00:00:00Z`, lambdaXDeg });
  return { ...made, scores: { ...made.scores, mu } };
};

describe('boardHistory', () => {
  it('tells each new best, oldest first, in the direction of the metric', () => {
    const rows = [
      withMu(0.95, '04', 0.8),
      withMu(0.9, '01', 1.5),
      withMu(0.92, '02', 1.6),
      withMu(0.92, '03', null),
    ];
    const { mu, lambdaXDeg, lambdaXKm } = boardHistory(rows, 'osse-2020a');
    expect(mu?.map(({ value }) => value)).toEqual([0.9, 0.92, 0.95]);
    expect(lambdaXDeg?.map(({ at, value }) => [at.slice(8, 10), value])).toEqual([
      ['01', 1.5],
      ['04', 0.8],
    ]);
    expect(lambdaXKm).toBeUndefined();
  });
});

describe('scorecardOf', () => {
  it('joins what was sent together and the maps of a reference, and takes the best of several', () => {
    const set = 'a set';
    const { entries, boards } = scorecardOf([
      {
        area: 'gf',
        scenario: 'nadir4',
        rows: [row({ setId: set }), row({ kind: 'reference', method: 'OI' }), row({ setId: set, rank: 3 })],
      },
      {
        area: 'osmosis',
        scenario: 'nadir4',
        rows: [row({ kind: 'reference', method: 'OI' }), row({ setId: set, rank: 2 }), row({ rank: 3 })],
      },
    ]);
    expect(entries.map(({ method, kind }) => [method, kind])).toEqual([
      ['a method', 'participant'],
      ['OI', 'reference'],
      ['a method', 'participant'],
    ]);
    expect(boards.map(({ cells }) => cells.map(({ entry, rank }) => [entry, rank]))).toEqual([
      [
        [0, 1],
        [1, 1],
      ],
      [
        [1, 1],
        [0, 2],
        [2, 3],
      ],
    ]);
  });
});
