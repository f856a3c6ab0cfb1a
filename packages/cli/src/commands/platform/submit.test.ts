import { describe, expect, test } from 'vitest';
import { chooseTasks, parseInputs } from './submit.js';

const single = { id: 'demo-osse', tasks: [{ area: 'gf', scenario: 'nadir4' }] };
const several = {
  id: 'natl60',
  tasks: [
    { area: 'gf', scenario: 'nadir4' },
    { area: 'gf', scenario: 'swot1-nadir4' },
    { area: 'osmosis', scenario: 'nadir4' },
  ],
};

describe('chooseTasks', () => {
  test('needs no choice where there is one task', () => {
    expect(chooseTasks(single, {})).toEqual(single.tasks);
  });

  test('is settled by what tells the tasks apart', () => {
    expect(chooseTasks(several, { area: 'osmosis' })).toEqual([{ area: 'osmosis', scenario: 'nadir4' }]);
  });

  test('enters all when asked', () => {
    expect(chooseTasks(several, { allTasks: true })).toEqual(several.tasks);
  });

  test('enters every area of one scenario', () => {
    expect(chooseTasks(several, { allAreas: true, scenario: 'nadir4' })).toEqual([
      { area: 'gf', scenario: 'nadir4' },
      { area: 'osmosis', scenario: 'nadir4' },
    ]);
  });

  test.each([
    {
      name: 'all areas of several scenarios',
      options: { allAreas: true },
      message: 'one map is of one scenario',
    },
    {
      name: 'all areas and one of them',
      options: { allAreas: true, area: 'gf', scenario: 'nadir4' },
      message: 'leave out --area',
    },
    {
      name: 'an ambiguous choice',
      options: { area: 'gf' },
      message: 'several tasks, choose one or give --all-tasks',
    },
    {
      name: 'a task that is not there',
      options: { area: 'med' },
      message: 'has no task --area med; it has --area gf --scenario nadir4|swot1-nadir4; --area osmosis',
    },
    { name: 'all and one at once', options: { allTasks: true, area: 'gf' }, message: 'leave out --area' },
  ])('refuses $name', ({ options, message }) => {
    expect(() => chooseTasks(several, options)).toThrow(message);
  });
});

describe('parseInputs', () => {
  test('reads a list', () => {
    expect(parseInputs('ssh-nadir, sst')).toEqual(['ssh-nadir', 'sst']);
  });

  test('names the kinds', () => {
    expect(() => parseInputs('nadir')).toThrow(
      "'nadir' is no kind of input; give one or more of ssh-nadir, ssh-swot, sst",
    );
  });
});
