import { challengeDefinitionSchema, type ChallengeDefinition, type DatasetFile } from '@sillage/contracts';
import { describe, expect, it } from 'vitest';
import { challengeDefinition } from '../../testing/challenge-definition.js';
import { referenceEntries, type ReferenceEntry } from './reference-entries.js';

const file = (role: DatasetFile['role'], path: string, more: Partial<DatasetFile> = {}): DatasetFile => ({
  role,
  area: 'gf',
  path,
  description: '',
  ...more,
});
const scenario = (id: string) => ({ id, name: id, description: '', satellites: [] });

function definition(
  files: DatasetFile[],
  references: Record<string, unknown>[],
  more: Partial<ChallengeDefinition> = {},
): ChallengeDefinition {
  return challengeDefinitionSchema.parse({
    ...challengeDefinition({
      scenarios: [scenario('nadir4'), scenario('swot1')],
      tasks: [
        { area: 'gf', scenario: 'nadir4' },
        { area: 'gf', scenario: 'swot1' },
      ],
      files: [file('truth', 'truth.nc'), ...files],
      ...more,
    }),
    references: references.map((reference) => ({
      id: 'oi',
      name: 'OI',
      inputs: ['ssh-nadir'],
      role: 'oi',
      ...reference,
    })),
  });
}

function inputOf(entry: ReferenceEntry): string | string[] {
  switch (entry.kind) {
    case 'file':
      return entry.file.path;
    case 'computed':
      return entry.observations.map(({ path }) => path);
    case 'network':
      return [entry.checkpoint, entry.manifest];
  }
}

/** Entries in short: what is entered where. */
const shortly = (entries: ReturnType<typeof referenceEntries>['entries']) =>
  entries.map((entry) => [entry.reference.id, inputOf(entry), entry.tasks.map((task) => task.scenario)]);

describe('referenceEntries', () => {
  it('enters a file once in all the tasks that it is listed for', () => {
    const { entries } = referenceEntries(
      definition(
        [file('oi', 'oi.nc', { scenario: 'nadir4' }), file('oi', 'oi.nc', { scenario: 'swot1' })],
        [{}],
      ),
    );
    expect(shortly(entries)).toEqual([['oi', 'oi.nc', ['nadir4', 'swot1']]]);
  });

  it('computes nothing unless told to', () => {
    expect(referenceEntries(definition([file('observations', 'obs.nc')], [{}])).entries).toEqual([]);
  });

  it('computes the maps of the tasks that have none, from nadirs and swaths of the task', () => {
    const { entries } = referenceEntries(
      definition(
        [
          file('oi', 'oi.nc', { scenario: 'nadir4' }),
          file('observations', 'nadir.nc', { scenario: 'swot1', variable: 'ssh_obs' }),
          file('swath-observations', 'swath.nc', { scenario: 'swot1' }),
          file('gridded-observations', 'gridded.nc', { scenario: 'swot1' }),
        ],
        [{ compute: { method: 'oi', parameters: { noise: 0.1 } } }],
      ),
    );
    expect(shortly(entries)).toEqual([
      ['oi', 'oi.nc', ['nadir4']],
      ['oi', ['nadir.nc', 'swath.nc'], ['swot1']],
    ]);
    expect(entries[1]).toMatchObject({ kind: 'computed', parameters: { noise: 0.1, spacingDeg: 0.2 } });
  });

  it('takes gridded pseudo-observations only where there are no others, and says where there are none', () => {
    const { entries, unobserved } = referenceEntries(
      definition(
        [file('gridded-observations', 'gridded.nc', { scenario: 'swot1' })],
        [{ compute: { method: 'oi', parameters: {} } }],
      ),
    );
    expect(shortly(entries)).toEqual([['oi', ['gridded.nc'], ['swot1']]]);
    expect(unobserved).toMatchObject([{ task: { area: 'gf', scenario: 'nadir4' } }]);
  });

  it('keeps to the scenarios of a reference, and to its own maps', () => {
    const { entries } = referenceEntries(
      definition(
        [file('oi', 'any.nc'), file('oi', 'duacs.nc', { reference: 'duacs' })],
        [
          { id: 'duacs', scenarios: ['nadir4'] },
          { id: 'oi', scenarios: ['swot1'] },
        ],
      ),
    );
    expect(shortly(entries)).toEqual([
      ['duacs', 'duacs.nc', ['nadir4']],
      ['oi', 'any.nc', ['swot1']],
    ]);
  });

  it('enters a network once, in the tasks of the areas that its checkpoint is listed for', () => {
    const compute = { method: 'network', checkpoint: 'net.ckpt', manifest: 'net.yaml' } as const;
    const files = [file('network', 'net.ckpt'), file('network-manifest', 'net.yaml')];
    const { entries, unobserved } = referenceEntries(
      definition(
        [...files, file('observations', 'obs.nc', { scenario: 'swot1' })],
        [{ role: 'reconstruction', compute }],
      ),
    );
    expect(shortly(entries)).toEqual([['oi', ['net.ckpt', 'net.yaml'], ['swot1']]]);
    expect(unobserved).toMatchObject([{ task: { scenario: 'nadir4' } }]);
    const observed = definition(
      [...files, file('observations', 'obs.nc'), file('reconstruction', 'map.nc', { scenario: 'nadir4' })],
      [{ role: 'reconstruction', compute }],
    );
    expect(shortly(referenceEntries(observed).entries)).toEqual([
      ['oi', 'map.nc', ['nadir4']],
      ['oi', ['net.ckpt', 'net.yaml'], ['swot1']],
    ]);
    const elsewhere = {
      ...observed,
      files: observed.files.map((listed) =>
        listed.role === 'network' ? { ...listed, area: 'osmosis' } : listed,
      ),
    };
    expect(shortly(referenceEntries(elsewhere).entries)).toEqual([['oi', 'map.nc', ['nadir4']]]);
  });
});
