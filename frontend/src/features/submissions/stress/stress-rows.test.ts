import type { Scores, StressRun, StressView } from '@sillage/contracts';
import { describe, expect, test } from 'vitest';
import { stressBars, stressRows } from './stress-rows';

const scores = (mu: number): Scores => ({
  mu,
  sigma: 0.01,
  lambdaXDeg: 1.5,
  lambdaXKm: null,
  lambdaTDays: 9,
  unresolved: null,
  atGridLimit: [],
  rmseM: 0.05,
});
const run = (area: string, scenario: string, without: string | null, mu: number | null): StressRun => ({
  id: `${area}-${scenario}-${without}`,
  area,
  scenario,
  without,
  state: mu === null ? 'queued' : 'scored',
  step: mu === null ? 'predict' : null,
  stateSince: '2026-11-27T00:00:00.000Z',
  progress: null,
  activity: '',
  scores: mu === null ? null : scores(mu),
  rejection: null,
  failureMessage: null,
  run: null,
  datasetVersion: '1.0.0',
  protocol: 'osse-natl',
  evaluatorVersion: null,
});
const entered = (area: string, scenario: string, mu: number) => ({
  evaluationId: `${area}-${scenario}`,
  area,
  scenario,
  scores: scores(mu),
  evaluatorVersion: null,
});
const words = {
  areas: [
    { id: 'gf', name: 'Gulf Stream' },
    { id: 'osmosis', name: 'OSMOSIS' },
  ],
  scenarios: [
    { id: 'nadir4', name: '4 nadirs' },
    { id: 'swot1-nadir4', name: 'SWOT + 4 nadirs' },
    { id: 'noise1', name: 'noise' },
  ],
};
const view: StressView = {
  mayAsk: true,
  mayCancel: false,
  askableCount: 0,
  normal: [entered('gf', 'nadir4', 0.9), entered('gf', 'swot1-nadir4', 0.95)],
  runs: [
    run('gf', 'noise1', null, 0.93),
    run('gf', 'nadir4', 'jason1', 0.87),
    run('gf', 'nadir4', 'envisat', null),
    run('osmosis', 'nadir4', null, 0.8),
    run('gf', 'swot1-nadir4', 'swot', 0.9),
  ],
};
const labels = (rows: { label: string }[]) => rows.map(({ label }) => label);

describe('the stress runs of a task', () => {
  test('are told apart by what was changed, entered tasks among them', () => {
    const rows = stressRows(view, { area: 'gf', scenario: 'nadir4' }, words);
    expect(rows.normal?.mu).toBe(0.9);
    expect(labels(rows.satellites)).toEqual(['without Jason-1', 'without Envisat']);
    expect(labels(rows.scenarios)).toEqual(['SWOT + 4 nadirs', 'noise']);
    expect(rows.scenarios[0]?.run).toBeNull();
    expect(labels(rows.areas)).toEqual(['OSMOSIS']);
  });

  test('are compared with the score of that task alone, and not across seas', () => {
    expect(stressBars(stressRows(view, { area: 'gf', scenario: 'nadir4' }, words))).toEqual([
      { label: 'without Jason-1', mu: 0.87, normalMu: 0.9 },
      { label: 'SWOT + 4 nadirs', mu: 0.95, normalMu: 0.9 },
      { label: 'noise', mu: 0.93, normalMu: 0.9 },
    ]);
    expect(stressBars(stressRows(view, { area: 'gf', scenario: 'swot1-nadir4' }, words))).toEqual([
      { label: 'without SWOT', mu: 0.9, normalMu: 0.95 },
      { label: '4 nadirs', mu: 0.9, normalMu: 0.95 },
      { label: 'noise', mu: 0.93, normalMu: 0.95 },
    ]);
    expect(stressBars(stressRows(view, { area: 'osmosis', scenario: 'nadir4' }, words))).toEqual([]);
  });
});
