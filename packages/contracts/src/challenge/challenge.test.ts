import { describe, expect, test } from 'vitest';
import { challengeDefinitionSchema, mapsOfReference, type ChallengeDefinition } from './challenge.js';

const valid = {
  id: 'demo-osse',
  name: 'Demo',
  summary: 'A synthetic ocean.',
  synthetic: true,
  licence: 'CC-BY-4.0',
  protocol: 'osse-2020a',
  disclosure: 'practice',
  datasetVersion: '1.0.0',
  periods: { evaluation: { start: '2012-10-22', end: '2012-12-02' } },
  areas: [{ id: 'gf', name: 'Gulf Stream', scoredBox: { west: -65, east: -55, south: 33, north: 43 } }],
  scenarios: [{ id: 'nadir4', name: '4 nadirs' }],
  tasks: [{ area: 'gf', scenario: 'nadir4' }],
  files: [{ role: 'truth', area: 'gf', path: 'truth-gf.nc' }],
};

const messagesOf = (change: object): string[] => {
  const result = challengeDefinitionSchema.safeParse({ ...valid, ...change });
  return result.success ? [] : result.error.issues.map((issue) => issue.message);
};

describe('challengeDefinitionSchema', () => {
  test('accepts a small challenge and fills the defaults', () => {
    const definition: ChallengeDefinition = challengeDefinitionSchema.parse(valid);
    expect(definition.references).toEqual([]);
    expect(definition.scenarios[0]?.satellites).toEqual([]);
  });

  test.each([
    {
      name: 'a task in an unknown area',
      change: { tasks: [{ area: 'atlantis', scenario: 'nadir4' }] },
      says: "no area 'atlantis'",
    },
    {
      name: 'a task in an unknown scenario',
      change: { tasks: [{ area: 'gf', scenario: 'swot' }] },
      says: "no scenario 'swot'",
    },
    {
      name: 'a task without truth',
      change: { files: [{ role: 'oi', area: 'gf', path: 'oi.nc' }] },
      says: "area 'gf' has a task but no truth file",
    },
    {
      name: 'a period that ends before it starts',
      change: { periods: { evaluation: { start: '2012-12-02', end: '2012-10-22' } } },
      says: 'start must not be after end',
    },
  ])('refuses $name', ({ change, says }) => {
    expect(messagesOf(change)).toContain(says);
  });

  test.each(['../truth.nc', '/etc/passwd', 'folder/truth.nc', '.hidden.nc'])(
    'refuses the file path %s',
    (path) => {
      expect(messagesOf({ files: [{ role: 'truth', area: 'gf', path }] })).not.toEqual([]);
    },
  );

  test('refuses a key that it does not know', () => {
    expect(messagesOf({ areass: [] }).join()).toMatch(/areass/);
  });
});

test('a reference enters the maps of its role, but not those of another reference', () => {
  const files = [
    { role: 'oi' as const, path: 'any.nc' },
    { role: 'oi' as const, path: 'duacs.nc', reference: 'duacs' },
    { role: 'truth' as const, path: 'truth.nc' },
  ];
  const paths = (id: string): string[] => mapsOfReference(files, { id, role: 'oi' }).map((file) => file.path);
  expect(paths('duacs')).toEqual(['any.nc', 'duacs.nc']);
  expect(paths('oi')).toEqual(['any.nc']);
});
