import type { Leaderboard, PublishedScore } from '@sillage/contracts';
import { describe, expect, test } from 'vitest';
import { boardJson, publishedCsv } from '../export/board-export';
import { parseBoardQuery } from '../board-view';
import { columnDecimals, publishedGroups, publishedMetrics, shownDecimals } from './published-view';

const score = (method: string, over: Partial<PublishedScore> = {}): PublishedScore => ({
  area: 'gf',
  scenario: 'nadir4',
  method,
  mu: 0.9,
  sigma: 0.01,
  lambdaXDeg: 1.2,
  lambdaXKm: null,
  lambdaTDays: 10.4,
  period: '2012-10-22 to 2012-12-02',
  protocol: 'code of 2020a',
  inputs: ['ssh-nadir'],
  source: 'README',
  sourceUrl: null,
  note: '',
  ...over,
});
const board = (
  published: PublishedScore[],
  protocol: Leaderboard['protocol'] = 'osse-2020a',
): Leaderboard => ({
  challenge: 'natl60-2020a',
  area: 'gf',
  scenario: 'nadir4',
  protocol,
  datasetVersion: '1.0.0',
  pendingCount: 0,
  failedReferences: [],
  uncertainty: null,
  rows: [],
  identical: [],
  published,
});

describe('scores from the literature', () => {
  test('stand together only if source, period and code are the same', () => {
    const groups = publishedGroups([
      score('a'),
      score('b', { period: '41 days' }),
      score('c'),
      score('d', { protocol: 'OceanBench' }),
    ]);
    expect(groups.map((group) => group.scores.map((item) => item.method))).toEqual([
      ['a', 'c'],
      ['b'],
      ['d'],
    ]);
  });

  test('bring a column of their own only where they have a value for it', () => {
    expect(publishedMetrics(board([score('a')]))).toEqual(['mu', 'sigma', 'lambdaXDeg', 'lambdaTDays']);
    expect(publishedMetrics(board([score('a', { lambdaXKm: 138.6 })]))).toContain('lambdaXKm');
    const ose = score('a', { lambdaXDeg: null, lambdaXKm: 152, lambdaTDays: null });
    expect(publishedMetrics(board([ose], 'ose-2021a'))).toEqual(['mu', 'sigma', 'lambdaXKm']);
  });

  test('have the decimals of the most precise value of their column, and two at least for µ, σ and degrees', () => {
    const scores = [score('a', { lambdaXKm: 97.9 }), score('b', { mu: 0.96362, lambdaXKm: 138.64 })];
    expect(columnDecimals('mu', scores)).toBe(5);
    expect(columnDecimals('mu', scores.slice(0, 1))).toBe(2);
    expect(columnDecimals('lambdaXDeg', [score('a', { lambdaXDeg: 1 })])).toBe(2);
    expect(columnDecimals('lambdaXKm', scores)).toBe(2);
    expect(columnDecimals('lambdaXKm', [score('a', { lambdaXKm: 152 })])).toBe(0);
    expect(columnDecimals('sigma', [score('a', { sigma: null })])).toBe(2);
  });

  test('keep fewer decimals than their column where the source printed fewer', () => {
    const printed = score('nerf_mlp', { mu: 0.92, decimals: { mu: 2 } });
    const column = [score('bfn', { mu: 0.927 }), printed];
    expect(shownDecimals('mu', printed, column)).toBe(2);
    expect(shownDecimals('mu', column[0]!, column)).toBe(3);
    expect(shownDecimals('sigma', printed, column)).toBe(2);
  });

  test('are never among the rows of a download', () => {
    const json = JSON.parse(boardJson(board([score('a')]), parseBoardQuery({}), 'http://localhost/x')) as {
      rows: unknown[];
      published: { method: string; published_period: string }[];
    };
    expect(json.rows).toEqual([]);
    expect(json.published).toMatchObject([{ method: 'a', published_period: '2012-10-22 to 2012-12-02' }]);
    const lines = publishedCsv(board([score('a, b'), score('=c')])).split('\r\n');
    expect(lines).toHaveLength(4);
    expect(lines[1]).toMatch(/^"a, b",0\.9,/);
    expect(lines[2]).toMatch(/^'=c,/);
  });
});
