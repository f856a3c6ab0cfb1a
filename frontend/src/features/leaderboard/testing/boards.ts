import type { Leaderboard, LeaderboardRow, Scores } from '@sillage/contracts';
import type { BoardChallenge } from '../choose-board';

const SCORES: Scores = {
  mu: 0.9,
  sigma: 0.01,
  lambdaXDeg: 1.2,
  lambdaXKm: null,
  lambdaTDays: 10,
  unresolved: null,
  atGridLimit: [],
  rmseM: 0.05,
};

/** A row that says only what its test is about. */
export function rowOf(
  change: Partial<Omit<LeaderboardRow, 'scores'>> & { scores?: Partial<Scores> } = {},
): LeaderboardRow {
  const { scores, ...rest } = change;
  const id = rest.submissionId ?? rest.method ?? 'row';
  return {
    submissionId: id,
    evaluationId: `evaluation of ${id}`,
    rank: 1,
    tieGroup: 1,
    rankLow: null,
    rankHigh: null,
    intervals: null,
    places: {},
    method: id,
    author: 'Ada',
    kind: 'participant',
    form: 'map',
    verified: null,
    family: null,
    inputs: ['ssh-nadir'],
    codeUrl: null,
    paperUrl: null,
    physics: null,
    cost: null,
    hasMaps: false,
    submittedAt: '2026-01-01T00:00:00Z',
    scoredAt: '2026-01-02T00:00:00Z',
    ...rest,
    scores: { ...SCORES, ...scores },
  };
}

export function boardOf(
  task: { area: string; scenario: string },
  rows: readonly LeaderboardRow[],
  change: Partial<Leaderboard> = {},
): Leaderboard {
  return {
    challenge: 'demo',
    ...task,
    protocol: 'osse-2020a',
    datasetVersion: '2.1.0',
    pendingCount: 0,
    uncertainty: null,
    failedReferences: [],
    rows: [...rows],
    identical: [],
    published: [],
    ...change,
  };
}

const box = { west: -65, east: -55, south: 33, north: 43 };

/** Two areas, and observations that only the first of them has. */
export const CHALLENGE: BoardChallenge = {
  id: 'demo',
  name: 'Demo',
  protocol: 'osse-2020a',
  disclosure: 'practice',
  datasetVersion: '2.1.0',
  olderVersion: null,
  areas: [
    { id: 'gf', name: 'Gulf Stream', description: '', scoredBox: box },
    { id: 'osmosis', name: 'OSMOSIS', description: '', scoredBox: box },
  ],
  scenarios: [
    { id: 'nadir4', name: '4 nadirs', description: '', satellites: [] },
    { id: 'swot1', name: '1 SWOT', description: '', satellites: [] },
    { id: 'swot1-noise1', name: '1 SWOT, instrument noise', description: '', satellites: [] },
  ],
  tasks: [
    { area: 'gf', scenario: 'nadir4' },
    { area: 'gf', scenario: 'swot1' },
    { area: 'gf', scenario: 'swot1-noise1' },
    { area: 'osmosis', scenario: 'nadir4' },
  ],
  headline: { area: 'gf', scenario: 'nadir4' },
  published: [],
  isInstalled: true,
};
