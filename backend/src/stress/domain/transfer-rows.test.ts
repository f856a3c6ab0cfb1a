import type { Scores } from '@sillage/contracts';
import { describe, expect, it } from 'vitest';
import { transferRows } from './transfer-rows.js';

const AREAS = ['gf', 'osmosis', 'natl'];
const scoresOf = (mu: number): Scores => ({
  mu,
  sigma: 0.02,
  lambdaXDeg: 1.4,
  lambdaXKm: null,
  lambdaTDays: 8,
  unresolved: null,
  atGridLimit: [],
  rmseM: 0.05,
});
const score = (
  submissionId: string,
  area: string,
  mu: number,
  more: { trainedOn?: string[]; form?: 'map' | 'network'; how?: 'entered' | 'stress' } = {},
) => ({
  submissionId,
  card: {
    name: `method ${submissionId}`,
    description: '',
    inputs: ['ssh-nadir' as const],
    codeUrl: null,
    paperUrl: null,
    licence: 'CC0-1.0',
    ...(more.trainedOn === undefined ? {} : { trainedOn: more.trainedOn }),
  },
  author: 'Sillage',
  kind: 'reference' as const,
  form: more.form ?? ('network' as const),
  area,
  how: more.how ?? ('entered' as const),
  scores: scoresOf(mu),
});

describe('rows of training against evaluation area', () => {
  it('gathers the scores of a network in the order of the areas', () => {
    const { rows } = transferRows(AREAS, [
      score('a', 'osmosis', 0.8, { trainedOn: ['gf'], how: 'stress' }),
      score('a', 'gf', 0.9, { trainedOn: ['gf'] }),
    ]);
    expect(rows).toHaveLength(1);
    expect(rows[0]?.cells.map(({ area, how, scores }) => [area, how, scores.mu])).toEqual([
      ['gf', 'entered', 0.9],
      ['osmosis', 'stress', 0.8],
    ]);
  });

  it('sorts by training area, then by the best µ; elsewhere and unsaid come last', () => {
    const { rows } = transferRows(AREAS, [
      score('unsaid', 'gf', 0.99),
      score('elsewhere', 'gf', 0.98, { trainedOn: ['mediterranean'] }),
      score('osmosis', 'osmosis', 0.97, { trainedOn: ['osmosis'] }),
      score('gf-weak', 'gf', 0.7, { trainedOn: ['gf'] }),
      score('gf-good', 'gf', 0.9, { trainedOn: ['gf'] }),
    ]);
    expect(rows.map(({ submissionId }) => submissionId)).toEqual([
      'gf-good',
      'gf-weak',
      'osmosis',
      'elsewhere',
      'unsaid',
    ]);
  });

  it('keeps maps out of the rows, and the best one of each area as its baseline', () => {
    const { rows, baselines } = transferRows(AREAS, [
      score('oi', 'gf', 0.85, { form: 'map' }),
      score('miost', 'gf', 0.87, { form: 'map' }),
      score('oi-osmosis', 'osmosis', 0.8, { form: 'map' }),
    ]);
    expect(rows).toEqual([]);
    expect(baselines.map(({ area, method, scores }) => [area, method, scores.mu])).toEqual([
      ['gf', 'method miost', 0.87],
      ['osmosis', 'method oi-osmosis', 0.8],
    ]);
  });

  it('leaves out areas that have no board of the scenario', () => {
    expect(transferRows(['gf'], [score('a', 'natl', 0.9)])).toEqual({ rows: [], baselines: [] });
  });
});
