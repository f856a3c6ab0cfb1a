import { describe, expect, it } from 'vitest';
import { challengeDefinition } from '../../testing/challenge-definition.js';
import {
  completeDefinition,
  definitionProblems,
  nextVersion,
  type DraftContext,
} from './definition-problems.js';

const TRUTH = { sha256: 'a'.repeat(64), sizeBytes: 2_000 };
const context = (more: Partial<DraftContext> = {}): DraftContext => ({
  files: new Map([['truth.nc', TRUTH]]),
  basedOnChallengeId: null,
  newestVersion: null,
  ...more,
});
const definition = challengeDefinition({ id: 'gulf-stream' });
const problems = (parts: object, more: Partial<DraftContext> = {}) =>
  definitionProblems({ ...definition, ...parts }, context(more));

describe('definitionProblems', () => {
  it('finds none in a definition whose files are there', () => {
    expect(problems({})).toEqual([]);
    expect(completeDefinition(definition)?.id).toBe('gulf-stream');
  });

  it('names what the schema refuses by its place', () => {
    const [area] = definition.areas;
    const areas = [{ ...area, scoredBox: { west: -55, east: -65, south: 33, north: 43 } }];
    expect(problems({ areas })).toMatchObject([
      {
        path: 'areas.0.scoredBox',
        message: 'west must be less than east',
        found: 'west -55, east -65',
        needed: 'west must be less than east',
        fix: expect.stringContaining('Exchange'),
      },
    ]);
    expect(problems({ extra: true })).toMatchObject([
      { path: '', message: expect.stringContaining('extra') },
    ]);
    expect(completeDefinition({ ...definition, areas })).toBeNull();
  });

  it.each([
    { name: 'nothing at all', files: undefined },
    { name: 'no list', files: 'truth.nc' },
    { name: 'a list of anything', files: [null, 3, {}, { path: 7 }, []] },
  ])('does not stumble over $name in the place of files', ({ files }) => {
    expect(problems({ files }).length).toBeGreaterThan(0);
  });

  it('misses a file that the draft does not have, also while other parts are wrong', () => {
    const files = [...definition.files, { role: 'sst', area: 'gf', path: 'sst.nc', description: '' }];
    const missing = {
      path: 'files.1.path',
      message: "the draft has no file 'sst.nc'",
      found: "'sst.nc'",
      needed: 'the name of a file that the draft has',
      fix: 'Add the file, correct the name, or take the line out.',
    };
    expect(problems({ files })).toEqual([missing]);
    expect(problems({ files, licence: '' })).toContainEqual(missing);
  });

  it('tells a file that is not the one that the definition declares', () => {
    const files = [{ ...definition.files[0], sha256: 'b'.repeat(64) }];
    expect(problems({ files })).toMatchObject([{ path: 'files.0.sha256' }]);
    expect(problems({ files: [{ ...definition.files[0], sha256: TRUTH.sha256 }] })).toEqual([]);
  });

  it('takes no file for a manifest that is no text of its size', () => {
    const files = [
      ...definition.files,
      { role: 'network-manifest', area: 'gf', path: 'net.yaml', description: '' },
    ];
    const withManifest = (sizeBytes: number) =>
      problems(
        { files },
        {
          files: new Map([
            ['truth.nc', TRUTH],
            ['net.yaml', { ...TRUTH, sizeBytes }],
          ]),
        },
      );
    expect(withManifest(500)).toEqual([]);
    for (const sizeBytes of [0, 300_000])
      expect(withManifest(sizeBytes)).toMatchObject([{ path: 'files.1.path' }]);
  });

  it.each([
    { version: '1.2.9', isFine: false },
    { version: '1.2.10', isFine: false },
    { version: '1.2.11', isFine: true },
    { version: '1.10.0', isFine: true },
    { version: '2.0.0', isFine: true },
  ])('takes $version for a newer version than 1.2.10: $isFine', ({ version, isFine }) => {
    const found = problems(
      { datasetVersion: version },
      { basedOnChallengeId: 'gulf-stream', newestVersion: '1.2.10' },
    );
    expect(found.map(({ path }) => path)).toEqual(isFine ? [] : ['datasetVersion']);
  });

  it('refuses the id of a challenge that the draft was not started from', () => {
    expect(problems({}, { newestVersion: '1.0.0' })).toMatchObject([{ path: 'id' }]);
    expect(problems({}, { newestVersion: '0.1.0', basedOnChallengeId: 'ose-gulf' })).toMatchObject([
      { path: 'id' },
    ]);
    expect(problems({}, { newestVersion: null, basedOnChallengeId: 'ose-gulf' })).toEqual([]);
  });

  it('wants names that tell one thing from another', () => {
    const [area] = definition.areas;
    const reference = { name: 'OI', inputs: ['ssh-nadir'], role: 'oi' };
    const found = problems({
      areas: [area, area],
      tasks: [...definition.tasks, ...definition.tasks],
      references: [
        { ...reference, id: 'oi' },
        { ...reference, id: 'oi-2' },
      ],
    });
    expect(found).toMatchObject([
      { path: 'areas.1.id', message: "there is another area 'gf'" },
      { path: 'tasks.1', message: "there is another task 'gf × nadir4'" },
      { path: 'references.1.name', message: "there is another reference 'OI'" },
    ]);
  });
});

it('raises the last number of a version', () => {
  expect(['1.0.0', '1.2.9', '0.0.99'].map(nextVersion)).toEqual(['1.0.1', '1.2.10', '0.0.100']);
});
