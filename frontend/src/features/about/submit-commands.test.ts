import type { ChallengeView } from '@sillage/contracts';
import { expect, test } from 'vitest';
import {
  cliCommands,
  localScoreCommand,
  networkCommands,
  pythonProgram,
  setCommands,
} from './submit-commands';

const example = { origin: 'http://localhost:3000', challenge: 'demo-osse', area: 'gf', scenario: 'nadir4' };

test('the commands name the challenge and its task', () => {
  expect(cliCommands(example)).toContain(
    'npx sillage submit map.nc --challenge demo-osse --area gf --scenario nadir4',
  );
  expect(networkCommands(example)).toContain(
    'npx sillage submit net.ckpt --manifest manifest.yaml \\\n    --challenge demo-osse --area gf --scenario nadir4',
  );
  expect(pythonProgram(example)).toContain('"tasks": [{"area": "gf", "scenario": "nadir4"}]');
  expect(pythonProgram(example)).toContain('BASE = "http://localhost:3000"');
});

const challenge: ChallengeView = {
  id: 'demo-osse',
  name: 'Demo',
  summary: 'A demo.',
  description: '',
  synthetic: true,
  licence: 'CC-BY-4.0',
  citation: '',
  protocol: 'osse-2020a',
  disclosure: 'practice',
  datasetVersion: '1.0.0',
  periods: { evaluation: { start: '2012-10-22', end: '2012-12-02' } },
  areas: [
    { id: 'gf', name: 'GF', description: '', scoredBox: { west: -65, east: -55, south: 33, north: 43 } },
  ],
  scenarios: [],
  tasks: [{ area: 'gf', scenario: 'nadir4' }],
  headline: { area: 'gf', scenario: 'nadir4' },
  files: [
    {
      role: 'truth',
      area: 'gf',
      path: 'truth-gf.nc',
      description: '',
      sha256: '0'.repeat(64),
      sizeBytes: 1,
      url: '/api/challenges/demo-osse/files/truth-gf.nc',
    },
  ],
  published: [],
  expectedFiles: [],
  isInstalled: true,
  rules: {
    now: '2026-01-01T00:00:00.000Z',
    phases: [],
    phase: null,
    acceptsSubmissions: true,
    acceptsFrom: null,
    quota: { perDay: null, perPhase: null },
  },
  entryCount: 0,
  createdAt: '2026-11-24T00:00:00Z',
};

test('the local score is that of the board: the truth is cut to the scored box and the evaluation period', () => {
  const command = localScoreCommand(challenge, 'gf');
  expect(command?.split(/\n|\s+\\\n\s+/)).toEqual([
    'npx sillage challenge download demo-osse',
    'npx sillage score --reference demo-osse/truth-gf.nc',
    '--reconstruction map.nc --protocol osse-2020a',
    '--box=-65,-55,33,43 --start 2012-10-22 --end 2012-12-02',
  ]);
});

test('there is no local score where the truth is withheld', () => {
  const files = challenge.files.map(({ url: _url, ...file }) => file);
  expect(localScoreCommand({ ...challenge, files }, 'gf')).toBeNull();
});

test('several tasks are entered by one command, of a basin map or of a set', () => {
  const commands = setCommands({
    id: 'demo-osse',
    tasks: [
      { area: 'gf', scenario: 'nadir1' },
      { area: 'gf', scenario: 'nadir4' },
      { area: 'natl', scenario: 'nadir4' },
    ],
  });
  expect(commands).toContain('submit basin.nc --challenge demo-osse --scenario nadir4 --all-areas');
  expect(commands).toContain('--map gf:nadir1=map-gf-nadir1.nc');
  expect(commands).toContain('--map gf:nadir4=map-gf-nadir4.nc');
  expect(setCommands(challenge)).toBeNull();
});
