import { describe, expect, test } from 'vitest';
import type { DatasetFile } from './challenge.js';
import { filesOfTask, lackingInput } from './task-files.js';

const file = (path: string, more: Partial<DatasetFile> = {}): DatasetFile => ({
  role: 'oi',
  area: 'gf',
  path,
  description: '',
  ...more,
});
const task = { area: 'gf', scenario: 'nadir4' };

describe('filesOfTask', () => {
  test('puts files of the scenario before files of every scenario', () => {
    const files = [file('any.nc'), file('own.nc', { scenario: 'nadir4' })];
    expect(filesOfTask(files, ['oi'], task).map(({ path }) => path)).toEqual(['own.nc', 'any.nc']);
  });

  test('finds a file that is listed under several scenarios once', () => {
    const files = [
      file('oi.nc', { scenario: 'swot1' }),
      file('oi.nc', { scenario: 'nadir4', variable: 'ssh' }),
      file('oi.nc'),
    ];
    expect(filesOfTask(files, ['oi'], task)).toEqual([files[1]]);
  });

  test('leaves out other roles, areas and scenarios', () => {
    const files = [
      file('truth.nc', { role: 'truth' }),
      file('natl.nc', { area: 'natl' }),
      file('swot.nc', { scenario: 'swot1' }),
    ];
    expect(filesOfTask(files, ['oi'], task)).toEqual([]);
  });
});

describe('lackingInput', () => {
  const observations = file('obs.nc', { role: 'gridded-observations' });

  test('is nothing where the task has observations and every other field', () => {
    expect(lackingInput([observations], task, [])).toBeNull();
    expect(lackingInput([observations, file('oi.nc')], task, ['oi'])).toBeNull();
  });

  test.each([
    { name: 'observations', files: [file('oi.nc')], reads: [], found: /publishes no observations/ },
    { name: 'SST', files: [observations, file('oi.nc')], reads: ['oi', 'sst'], found: /a sea surface temp/ },
    {
      name: 'OI of its own scenario',
      files: [observations, file('oi.nc', { scenario: 'swot1' })],
      reads: ['oi'],
      found: /a map by optimal interpolation/,
    },
  ] as const)('names the task and the lack of $name', ({ files, reads, found }) => {
    const reason = lackingInput(files, task, [...reads]);
    expect(reason).toMatchObject({ code: 'inputs-missing', where: 'gf × nadir4' });
    expect(reason?.found).toMatch(found);
  });
});
