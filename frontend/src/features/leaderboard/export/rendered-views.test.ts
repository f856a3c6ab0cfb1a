import type { BoardBands, Physics } from '@sillage/contracts';
import { createElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { describe, expect, test } from 'vitest';
import { taskKey } from '../../../lib/tasks';
import { selectBands } from '../bands/bands-view';
import { parseBoardQuery } from '../board-view';
import { ComparisonScores } from '../comparison/comparison-scores';
import { LeaderboardTable } from '../board/leaderboard-table';
import { ScorecardTable } from '../matrix/scorecard-table';
import { scorecard } from '../matrix/scorecard-view';
import { boardOf, CHALLENGE, rowOf } from '../testing/boards';
import { WinnerMap } from '../bands/winner-map';

const GF = { area: 'gf', scenario: 'nadir4' };
const physics: Physics = {
  varianceRatio: 0.8,
  gradientRatio: 1.2,
  vorticityRatio: 1,
  spectralSlope: -5.6,
  truthSpectralSlope: -5.1,
  slopeWavelengthsKm: [60, 250],
};
const oi = rowOf({
  submissionId: 'oi',
  method: 'OI',
  kind: 'reference',
  author: 'Sillage',
  scores: { mu: 0.8 },
});
const mine = rowOf({
  submissionId: 'mine',
  method: 'Mine',
  form: 'network',
  rank: 1,
  rankLow: 1,
  rankHigh: 2,
  intervals: { mu: [0.88, 0.92], sigma: [0.01, 0.02] },
  physics,
  cost: { runtime: 'onnxruntime-cpu', device: 'a CPU', wallSeconds: 42, energyJoules: null },
});
const board = boardOf(GF, [mine, oi]);
const boards = { [taskKey(board)]: board };

describe('what a view writes', () => {
  test('the board: rank interval, interval of µ, physics with its side, cost', () => {
    const html = renderToStaticMarkup(
      createElement(LeaderboardTable, {
        board,
        query: parseBoardQuery({ columns: 'all' }),
        caption: 'Board',
      }),
    );
    expect(html).toContain('1–2');
    expect(html).toContain('0.880–0.920');
    expect(html).toContain('truth \u22125.1, smooth');
    expect(html).toContain('42 s');
    expect(html).toContain('aria-label="Compare Mine"');
  });

  test('the board without them: nothing stands where nothing is known', () => {
    const html = renderToStaticMarkup(
      createElement(LeaderboardTable, {
        board: boardOf(GF, [oi]),
        query: parseBoardQuery({ columns: 'all' }),
        caption: 'Board',
      }),
    );
    expect(html).not.toContain('variance ratio');
    expect(html).not.toContain('Time to map');
  });

  test('the matrix: value, mark and words for it, and why a cell is empty', () => {
    const query = parseBoardQuery({ view: 'matrix' });
    const card = scorecard({ challenge: CHALLENGE, boards, query, choice: GF, metric: 'mu' });
    const html = renderToStaticMarkup(
      createElement(ScorecardTable, {
        challenge: CHALLENGE,
        protocol: 'osse-2020a',
        card,
        query,
        choice: GF,
      }),
    );
    expect(html).toContain('0.900');
    expect(html).toContain('better than the zero line, not shown to be significant');
    expect(html).toContain('the challenge has no such board');
    expect(html).toContain('still loading');
    expect(html).toMatch(/--strength:6[23]%/); // 12.5 of 20 per cent
  });

  test('the winner map: a letter for each leader and hatching for nobody', () => {
    const bands: BoardBands = {
      challenge: 'demo',
      ...GF,
      datasetVersion: '2.1.0',
      axes: { wavelengthUnit: 'degrees', wavelengthEdges: [8, 4, 2], periodEdgesDays: [40, 20] },
      truthPower: [[0.7, 0.3]],
      entries: [{ evaluationId: mine.evaluationId, errorRatio: [[0.1, 1.2]] }],
      winners: [[0, null]],
    };
    const axes = bands.axes!;
    const html = renderToStaticMarkup(
      createElement(WinnerMap, {
        bands,
        axes,
        selection: selectBands(axes, null, null),
        lookOf: () => ({ name: 'Mine', slot: 3 }),
        description: 'Mine leads in 1',
      }),
    );
    expect(html).toContain('>A</text>');
    expect(html).toContain('url(#nobody)');
    expect(html).toContain('aria-label="Mine leads in 1"');
    expect(html).not.toContain('NaN');
  });

  test('the comparison: differences to the first, the best marked in words', () => {
    const html = renderToStaticMarkup(
      createElement(ComparisonScores, { board, rows: [oi, mine], slotOf: () => 1, svgHref: '/scores.svg' }),
    );
    expect(html).toContain('▲ +12.5');
    expect(html).toContain('best: ');
    expect(html).toContain('Differences are to OI');
  });
});
