import type { ChallengeView, PublishedScore } from '@sillage/contracts';
import { describe, expect, test } from 'vitest';
import { boardChallengeOf, chooseBoard, literatureBoard } from './choose-board';

const challenge = {
  tasks: [
    { area: 'gf', scenario: 'nadir1' },
    { area: 'gf', scenario: 'nadir4' },
    { area: 'gf', scenario: 'swot' },
    { area: 'osmosis', scenario: 'nadir1' },
    { area: 'osmosis', scenario: 'swot' },
    { area: 'natl', scenario: 'nadir1' },
    { area: 'natl', scenario: 'nadir4' },
  ],
  headline: { area: 'gf', scenario: 'nadir4' },
};

describe('chooseBoard', () => {
  test.each([
    {
      name: 'the headline where nothing is asked for',
      asked: {},
      area: 'gf',
      scenario: 'nadir4',
      isAsked: true,
    },
    {
      name: 'the board that is asked for',
      asked: { area: 'osmosis', scenario: 'swot' },
      area: 'osmosis',
      scenario: 'swot',
      isAsked: true,
    },
    {
      name: 'the nearest board, and says so',
      asked: { area: 'osmosis', scenario: 'nadir4' },
      area: 'osmosis',
      scenario: 'nadir1',
      isAsked: false,
    },
    {
      name: 'the scenario of the headline where only an area is asked for',
      asked: { area: 'natl' },
      area: 'natl',
      scenario: 'nadir4',
      isAsked: false,
    },
    {
      name: 'the area of the headline where only observations are asked for',
      asked: { scenario: 'swot' },
      area: 'gf',
      scenario: 'swot',
      isAsked: false,
    },
    {
      name: 'the base of a noise ladder where an area lacks the rung',
      asked: { area: 'gf', scenario: 'swot-noise2' },
      area: 'gf',
      scenario: 'swot',
      isAsked: false,
    },
    {
      name: 'the headline for nonsense, and says so',
      asked: { area: 'moon' },
      area: 'gf',
      scenario: 'nadir4',
      isAsked: false,
    },
  ])('takes $name', ({ asked, area, scenario, isAsked }) => {
    expect(chooseBoard(challenge, asked)).toEqual({ board: { area, scenario }, isAsked });
  });
});

describe('a challenge without data', () => {
  const score = (area: string, scenario: string): PublishedScore => ({
    area,
    scenario,
    method: `${area} ${scenario}`,
    mu: 0.9,
    sigma: null,
    lambdaXDeg: null,
    lambdaXKm: null,
    lambdaTDays: null,
    period: '2017',
    protocol: 'theirs',
    inputs: [],
    source: 'README',
    sourceUrl: null,
    note: '',
  });
  const view: ChallengeView = {
    id: 'natl60',
    name: 'NATL60',
    summary: 'Real files.',
    description: 'long',
    synthetic: false,
    licence: 'theirs',
    citation: '',
    protocol: 'osse-2020a',
    disclosure: 'practice',
    datasetVersion: '0.1.0',
    periods: { evaluation: { start: '2012-10-22', end: '2012-12-02' } },
    areas: [],
    scenarios: [],
    ...challenge,
    files: [],
    published: [score('gf', 'nadir4'), score('osmosis', 'swot')],
    expectedFiles: [],
    isInstalled: false,
    rules: {
      now: '2026-01-01T00:00:00.000Z',
      phases: [],
      phase: null,
      acceptsSubmissions: true,
      acceptsFrom: null,
      quota: { perDay: null, perPhase: null },
    },
    entryCount: 0,
    createdAt: '2026-11-24T00:00:00Z',
  };

  test('has boards with the published scores of their task, and no row', () => {
    const board = literatureBoard(boardChallengeOf(view), { area: 'osmosis', scenario: 'swot' });
    expect(board.rows).toEqual([]);
    expect(board.published.map((item) => item.method)).toEqual(['osmosis swot']);
  });

  test('sends neither its description nor its files to the boards, and with data not even published scores', () => {
    expect(boardChallengeOf(view)).not.toHaveProperty('description');
    expect(boardChallengeOf(view)).not.toHaveProperty('files');
    expect(boardChallengeOf({ ...view, isInstalled: true }).published).toEqual([]);
  });
});
