import { describe, expect, test } from 'vitest';
import {
  fieldOf,
  setRequestOf,
  submissionRequestOf,
  type FileValues,
  type SubmitValues,
} from './card-faults';

const values: SubmitValues = {
  challenge: 'demo-osse',
  tasks: [{ area: 'gf', scenario: 'nadir4' }],
  uploadId: 'abc',
  onlyCovered: false,
  variable: ' ',
  network: null,
  name: ' My method ',
  description: '',
  inputs: ['ssh-nadir'],
  codeUrl: '',
  paperUrl: 'https://doi.org/10.5194/x',
  licence: 'CC-BY-4.0',
};

describe('the submit form', () => {
  test('of a network carries its manifest, and nothing that is for maps', () => {
    const network = {
      ...values,
      onlyCovered: true,
      variable: 'ssh',
      network: { manifest: 'architecture: starter' },
    };
    const result = submissionRequestOf(network);
    expect(result).toMatchObject({
      request: { network: { manifest: 'architecture: starter' }, onlyCovered: false },
    });
    expect('request' in result && result.request).not.toHaveProperty('variable');
    expect(submissionRequestOf({ ...network, network: { manifest: ' \n' } })).toEqual({
      faults: { 'network.manifest': expect.stringMatching(/^Say how the network is run/) },
    });
    expect(submissionRequestOf({ ...network, network: { manifest: null } })).toMatchObject({
      request: { network: { manifest: null } },
    });
  });

  test('becomes a request: empty links are none, an empty variable is left out', () => {
    expect(submissionRequestOf(values)).toEqual({
      request: {
        challenge: 'demo-osse',
        tasks: [{ area: 'gf', scenario: 'nadir4' }],
        uploadId: 'abc',
        onlyCovered: false,
        card: {
          name: 'My method',
          description: '',
          inputs: ['ssh-nadir'],
          codeUrl: null,
          paperUrl: 'https://doi.org/10.5194/x',
          licence: 'CC-BY-4.0',
        },
        visibility: { kind: 'public' },
        team: null,
      },
    });
  });

  test.each([
    { name: 'no name', change: { name: '  ' }, field: 'card.name' },
    { name: 'no input', change: { inputs: [] }, field: 'card.inputs' },
    { name: 'no task', change: { tasks: [] }, field: 'tasks' },
    { name: 'half a link', change: { codeUrl: 'github.com/me' }, field: 'card.codeUrl' },
    { name: 'a script as a link', change: { paperUrl: 'javascript:alert(1)' }, field: 'card.paperUrl' },
  ])('marks the one field that is off: $name', ({ change, field }) => {
    const result = submissionRequestOf({ ...values, ...change });
    expect('faults' in result && Object.keys(result.faults)).toEqual([field]);
  });

  test('finds the field of a nested fault', () => {
    expect(fieldOf('card.inputs.0')).toBe('card.inputs');
    expect(fieldOf('tasks.2.area')).toBe('tasks');
    expect(fieldOf('card.name')).toBe('card.name');
  });
});

describe('several files at once', () => {
  const file = (name: string, over: Partial<FileValues> = {}): FileValues => ({
    name,
    uploadId: name,
    tasks: [{ area: name, scenario: 'nadir4' }],
    onlyCovered: false,
    ...over,
  });
  const set = (files: FileValues[]) => setRequestOf({ ...values, files });

  test('become one request with one card', () => {
    const basin = file('natl', {
      tasks: [
        { area: 'gf', scenario: 'swot1' },
        { area: 'natl', scenario: 'swot1' },
      ],
      onlyCovered: true,
    });
    const result = set([file('gf'), basin]);
    expect(result).toMatchObject({
      request: {
        challenge: 'demo-osse',
        card: { name: 'My method' },
        files: [
          { uploadId: 'gf', tasks: [{ area: 'gf', scenario: 'nadir4' }], onlyCovered: false },
          { uploadId: 'natl', onlyCovered: true },
        ],
      },
    });
  });

  test('send a file that was chosen twice once, with all that it is scored on', () => {
    const again = file('gf', { tasks: [{ area: 'gf', scenario: 'swot1' }] });
    expect(
      set([file('gf'), again, file('osmosis', { tasks: [{ area: 'osmosis', scenario: 'nadir4' }] })]),
    ).toMatchObject({
      request: {
        files: [
          {
            uploadId: 'gf',
            tasks: [
              { area: 'gf', scenario: 'nadir4' },
              { area: 'gf', scenario: 'swot1' },
            ],
          },
          { uploadId: 'osmosis', tasks: [{ area: 'osmosis', scenario: 'nadir4' }] },
        ],
      },
    });
  });

  test.each([
    { name: 'no file', files: [], fault: 'Choose the files to submit.' },
    {
      name: 'a file without a task',
      files: [file('gf', { tasks: [] })],
      fault: 'Say what gf is scored on.',
    },
    {
      name: 'two files on one task',
      files: [file('gf'), file('again', { tasks: [{ area: 'gf', scenario: 'nadir4' }] })],
      fault: 'gf and again are to be scored on the same task.',
    },
    {
      name: 'a file on its way',
      files: [file('gf', { uploadId: '' })],
      fault: 'Wait until gf is uploaded.',
    },
  ])('say what is off: $name', ({ files, fault }) => {
    const result = set(files);
    expect('faults' in result && result.faults['files']).toBe(fault);
  });
});
