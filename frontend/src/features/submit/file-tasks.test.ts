import { describe, expect, test } from 'vitest';
import { choiceFromName, everywhere, tasksOfChoice } from './file-tasks';

const tasks = ['gf', 'natl'].flatMap((area) =>
  ['nadir4', 'swot1-nadir4', 'swot1-nadir4-noise1'].map((scenario) => ({ area, scenario })),
);

describe('what a file name says', () => {
  test.each([
    { file: 'map-gf-nadir4.nc', choice: 'gf.nadir4' },
    { file: 'My_Map_NATL_swot1_nadir4.nc', choice: 'natl.swot1-nadir4' },
    { file: 'gf.swot1-nadir4-noise1.v2.nc', choice: 'gf.swot1-nadir4-noise1' },
    { file: 'gfdl-nadir4.nc', choice: '' },
    { file: 'natl.nc', choice: '' },
  ])('$file is for "$choice"', ({ file, choice }) => {
    expect(choiceFromName(file, tasks, [])).toBe(choice);
  });

  test('is not believed twice, and not needed where there is one area', () => {
    expect(choiceFromName('gf-nadir4-b.nc', tasks, ['gf.nadir4'])).toBe('');
    const one = tasks.filter((task) => task.area === 'gf');
    expect(choiceFromName('nadir4.nc', one, [])).toBe('gf.nadir4');
  });
});

test('a choice is one task, or every area of a scenario that the map covers', () => {
  expect(tasksOfChoice('gf.nadir4', tasks)).toEqual({
    tasks: [{ area: 'gf', scenario: 'nadir4' }],
    onlyCovered: false,
  });
  expect(tasksOfChoice(everywhere('nadir4'), tasks)).toEqual({
    tasks: [
      { area: 'gf', scenario: 'nadir4' },
      { area: 'natl', scenario: 'nadir4' },
    ],
    onlyCovered: true,
  });
  expect(tasksOfChoice('', tasks).tasks).toEqual([]);
});
