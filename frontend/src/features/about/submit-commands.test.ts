import { expect, test } from 'vitest';
import { cliCommands, pythonProgram } from './submit-commands';

const example = { origin: 'http://localhost:3000', challenge: 'demo-osse', area: 'gf', scenario: 'nadir4' };

test('the commands name the challenge and its task', () => {
  expect(cliCommands(example)).toContain(
    'npx sillage submit map.nc --challenge demo-osse --area gf --scenario nadir4',
  );
  expect(pythonProgram(example)).toContain('"tasks": [{"area": "gf", "scenario": "nadir4"}]');
  expect(pythonProgram(example)).toContain('BASE = "http://localhost:3000"');
});
