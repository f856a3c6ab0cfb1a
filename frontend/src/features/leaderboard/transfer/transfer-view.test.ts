import type { Scores, Transfer } from '@sillage/contracts';
import { describe, expect, it } from 'vitest';
import { transferCsv, transferGroups, transferMetric, transferSentence } from './transfer-view';

const scoresOf = (mu: number, lambdaXDeg: number | null = 1.2): Scores => ({
  mu,
  sigma: 0.01,
  lambdaXDeg,
  lambdaXKm: null,
  lambdaTDays: 10,
  unresolved: lambdaXDeg === null ? ('never-below-threshold' as Scores['unresolved']) : null,
  atGridLimit: [],
  rmseM: 0.05,
});

const transfer: Transfer = {
  challenge: 'demo',
  scenario: 'nadir4',
  protocol: 'osse-2020a',
  datasetVersion: '1.0.0',
  areas: [
    { id: 'gf', name: 'Gulf Stream' },
    { id: 'osmosis', name: 'OSMOSIS' },
  ],
  rows: [
    {
      submissionId: 'a',
      method: 'Net, of the Gulf Stream',
      author: 'Ada',
      kind: 'participant',
      trainedOn: ['gf'],
      cells: [
        { area: 'gf', how: 'entered', scores: scoresOf(0.92) },
        { area: 'osmosis', how: 'stress', scores: scoresOf(0.8) },
      ],
    },
    {
      submissionId: 'b',
      method: 'Net of nowhere',
      author: 'Bob',
      kind: 'participant',
      trainedOn: [],
      cells: [{ area: 'gf', how: 'entered', scores: scoresOf(0.9) }],
    },
  ],
  baselines: [
    { area: 'gf', method: 'OI', scores: scoresOf(0.9) },
    { area: 'osmosis', method: 'OI', scores: scoresOf(0.85) },
  ],
};

describe('networks across areas', () => {
  it('are grouped by what they learnt from, with a cell for each area', () => {
    const groups = transferGroups(transfer, 'mu');
    expect(groups.map(({ title }) => title)).toEqual(['Trained on: Gulf Stream', 'Trained on: not said']);
    const [home, away] = groups[0]!.rows[0]!.cells;
    expect(home).toMatchObject({ isHome: true, how: 'entered', difference: { verdict: 'better' } });
    expect(away).toMatchObject({ isHome: false, how: 'stress', difference: { verdict: 'worse' } });
    expect(groups[1]!.rows[0]!.cells[1]).toEqual({ state: 'missing', area: 'osmosis' });
  });

  it('say in one sentence how they do away from home; where nobody is away, that', () => {
    expect(transferSentence(transfer, 'mu')).toContain('1 score of µ(RMSE) (higher is better): 0 better');
    const home = {
      ...transfer,
      rows: transfer.rows.map((row) => ({ ...row, cells: row.cells.slice(0, 1) })),
    };
    expect(transferSentence(home, 'mu')).toContain('No network has been scored outside');
  });

  it('take µ where the address names no metric of the protocol', () => {
    expect(transferMetric('osse-2020a', undefined)).toBe('mu');
    expect(transferMetric('osse-2020a', 'lambda-x')).toBe('lambdaXDeg');
    expect(transferMetric('ose-2021a', 'lambda-x')).toBe('lambdaXKm');
    expect(transferMetric('osse-2020a', 'nonsense')).toBe('mu');
  });

  it('leave as a table with every cell and every baseline', () => {
    const lines = transferCsv(transfer).trimEnd().split('\r\n');
    expect(lines).toHaveLength(1 + 3 + 2);
    expect(lines[1]).toBe(
      '"Net, of the Gulf Stream",Ada,participant,gf,gf,entered,0.92,0.01,1.2,,10,a,demo,nadir4,osse-2020a,1.0.0',
    );
    expect(lines.at(-1)).toContain('OI,,baseline,,osmosis,entered,0.85');
  });
});
