import type { Leaderboard, PublishedScore } from '@sillage/contracts';
import { describe, expect, test } from 'vitest';
import { boardText } from './board.js';

const published: PublishedScore = {
  area: 'gf',
  scenario: 'nadir6',
  method: 'DUACS',
  mu: 0.88,
  sigma: 0.07,
  lambdaXDeg: null,
  lambdaXKm: 152,
  lambdaTDays: null,
  period: '2017',
  protocol: '2021a notebooks',
  inputs: ['ssh-nadir'],
  source: 'README',
  sourceUrl: 'https://example.org/readme',
  note: '',
};
const board: Leaderboard = {
  challenge: 'ose-2021a',
  area: 'gf',
  scenario: 'nadir6',
  protocol: 'ose-2021a',
  datasetVersion: '0.1.0',
  pendingCount: 0,
  failedReferences: [],
  uncertainty: null,
  rows: [],
  identical: [],
  published: [
    published,
    { ...published, method: 'MIOST', mu: 0.89, sigma: null },
    { ...published, method: '4DVarNet', protocol: 'own code', note: 'another period' },
  ],
};

describe('boardText', () => {
  test('shows the metrics of the protocol, and published values with no digit more than the source', () => {
    const lines = boardText(board).split('\n');
    expect(lines[0]).toMatch(/σ\(RMSE\) ↓\s+λx \[km\] ↓$/);
    expect(lines[3]).toMatch(/DUACS\s+published \[1\]\s+ssh-nadir\s+0\.88\s+0\.07\s+152$/);
    expect(lines[4]).toMatch(/MIOST\s+published \[1\]\s+ssh-nadir\s+0\.89\s+–\s+152$/);
    expect(lines[5]).toMatch(/4DVarNet\s+published \[2\]/);
  });

  test('names each source once', () => {
    expect(boardText(board).split('\n').slice(-2)).toEqual([
      '[1] 2021a notebooks; 2017; README. https://example.org/readme',
      '[2] own code; 2017; README. https://example.org/readme. another period',
    ]);
  });

  test('has no second line without published scores', () => {
    expect(boardText({ ...board, published: [] }).split('\n')).toHaveLength(2);
  });
});
