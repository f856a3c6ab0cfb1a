import { describe, expect, test } from 'vitest';
import { facetCount, facetParameters, facetSummary, matchesFacets, NO_FACETS, parseFacets } from './facets';
import { rowOf } from './testing/boards';

const cost = (wallSeconds: number) => ({ runtime: 'cpu', device: 'a CPU', wallSeconds, energyJoules: null });
const nadir = rowOf({ method: 'nadir', family: 'interpolation' });
const swot = rowOf({ method: 'swot', inputs: ['ssh-nadir', 'ssh-swot'], form: 'network', cost: cost(60) });
const sst = rowOf({ method: 'sst', inputs: ['ssh-nadir', 'sst'], form: 'network', cost: cost(601) });
const rows = [nadir, swot, sst];
const left = (change: Partial<typeof NO_FACETS>) =>
  rows.filter((row) => matchesFacets(row, { ...NO_FACETS, ...change })).map((row) => row.method);

describe('facets', () => {
  test.each([
    { name: 'none', change: {}, expected: ['nadir', 'swot', 'sst'] },
    { name: 'nadir SSH only', change: { inputs: 'ssh' }, expected: ['nadir'] },
    { name: '+ SWOT', change: { inputs: 'swot' }, expected: ['swot'] },
    { name: '+ SST', change: { inputs: 'sst' }, expected: ['sst'] },
    { name: 'networks', change: { form: 'network' }, expected: ['swot', 'sst'] },
    {
      name: 'a family: who does not say it is not in it',
      change: { family: 'interpolation' },
      expected: ['nadir'],
    },
    { name: 'a minute, its end included', change: { cost: 'minute' }, expected: ['swot'] },
    {
      name: 'longer: a map whose cost nobody measured is not dear',
      change: { cost: 'longer' },
      expected: ['sst'],
    },
  ] as const)('$name', ({ change, expected }) => {
    expect(left(change)).toEqual(expected);
  });

  test('count what a choice would leave with the others as they are', () => {
    expect(facetCount(rows, { ...NO_FACETS, form: 'network' }, { inputs: 'ssh' })).toBe(0);
    expect(facetCount(rows, { ...NO_FACETS, inputs: 'swot' }, { inputs: 'sst' })).toBe(1);
  });

  test('survive the address, which ignores what it does not know', () => {
    const facets = { inputs: 'sst', form: 'network', family: 'other', cost: 'minute' } as const;
    expect(parseFacets(facetParameters(facets) as Record<string, string>)).toEqual(facets);
    expect(parseFacets({ inputs: 'everything', form: '' })).toEqual(NO_FACETS);
  });

  test('are said in words', () => {
    expect(facetSummary(NO_FACETS)).toBe('all methods');
    expect(facetSummary({ ...NO_FACETS, inputs: 'swot', cost: 'minute' })).toBe('+ SWOT, up to 1 min');
  });
});
