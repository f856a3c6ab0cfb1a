import type { Scores, StressRun, StressView } from '@sillage/contracts';
import { describe, expect, test } from 'vitest';
import { stressText } from './stress.js';

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
const run = (change: Partial<StressRun>): StressRun => ({
  id: '00000000-0000-4000-8000-000000000000',
  area: 'gf',
  scenario: 'nadir4',
  without: null,
  state: 'scored',
  step: null,
  stateSince: '2026-11-27T00:00:00.000Z',
  progress: null,
  activity: '',
  scores: scores(0.85),
  rejection: null,
  failureMessage: null,
  run: null,
  datasetVersion: '1.0.0',
  protocol: 'osse-natl',
  evaluatorVersion: null,
  ...change,
});
const view = (runs: StressRun[]): StressView => ({
  mayAsk: true,
  mayCancel: false,
  askableCount: 0,
  normal: [
    {
      evaluationId: '00000000-0000-4000-8000-000000000001',
      area: 'gf',
      scenario: 'nadir4',
      scores: scores(0.9),
      evaluatorVersion: null,
    },
  ],
  runs,
});

describe('stress runs in a terminal', () => {
  test('stand beside the normal run, with what each satellite is worth', () => {
    const lines = stressText(view([run({ without: 'jason1' })])).split('\n');
    expect(lines[0]).toMatch(/task +run +µ.*loss of µ +state/);
    expect(lines.slice(2).map((line) => line.replaceAll(/ +/g, ' '))).toEqual([
      'gf × nadir4 normal run 0.900 0.010 1.50 9.00 scored',
      'gf × nadir4 without jason1 0.850 0.010 1.50 9.00 0.050 scored',
    ]);
  });

  test('tell no loss where there is no normal score, and the reason where there is no score', () => {
    const rejection = {
      code: 'inputs-missing' as const,
      where: 'a',
      found: 'no OI',
      expected: 'OI',
      fix: '',
    };
    const text = stressText(
      view([
        run({ area: 'osmosis' }),
        run({ without: 'swot', state: 'rejected', scores: null, rejection }),
        run({ without: 'envisat', state: 'failed', scores: null, failureMessage: 'the card fell off' }),
      ]),
    );
    expect(text).toMatch(/osmosis × nadir4 +not entered +0\.850 +0\.010 +1\.50 +9\.00 +scored/);
    expect(text).toContain('without swot');
    expect(text).toMatch(/not possible: .*: no OI/);
    expect(text).toContain('failed: the card fell off');
    expect(stressText(view([]))).toBe('there are no stress runs');
  });
});
