import type { DatasetFile } from '@sillage/contracts';
import { describe, expect, it } from 'vitest';
import { challengeDefinition } from '../../testing/challenge-definition.js';
import { filesOfTask, fromStored, isInstalled } from './installation.js';

const file = (path: string, more: Partial<DatasetFile> = {}): DatasetFile => ({
  role: 'oi',
  area: 'gf',
  path,
  description: '',
  ...more,
});

describe('isInstalled', () => {
  it('is a matter of having files', () => {
    expect(isInstalled(challengeDefinition())).toBe(true);
    expect(isInstalled(challengeDefinition({ files: [] }))).toBe(false);
  });
});

describe('fromStored', () => {
  it('gives definitions from before published scores empty lists', () => {
    const { published: _published, expectedFiles: _expected, ...old } = challengeDefinition();
    expect(fromStored(old)).toMatchObject({ published: [], expectedFiles: [] });
  });
});

describe('filesOfTask', () => {
  const task = { area: 'gf', scenario: 'nadir4' };

  it('puts files of the scenario before files of every scenario', () => {
    const files = [file('any.nc'), file('own.nc', { scenario: 'nadir4' })];
    expect(filesOfTask(files, ['oi'], task).map(({ path }) => path)).toEqual(['own.nc', 'any.nc']);
  });

  it('finds a file that is listed under several scenarios once', () => {
    const files = [
      file('oi.nc', { scenario: 'swot1' }),
      file('oi.nc', { scenario: 'nadir4', variable: 'ssh' }),
      file('oi.nc'),
    ];
    expect(filesOfTask(files, ['oi'], task)).toEqual([files[1]]);
  });

  it('leaves out other roles, areas and scenarios', () => {
    const files = [
      file('truth.nc', { role: 'truth' }),
      file('natl.nc', { area: 'natl' }),
      file('swot.nc', { scenario: 'swot1' }),
    ];
    expect(filesOfTask(files, ['oi'], task)).toEqual([]);
  });
});
