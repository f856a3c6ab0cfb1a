import { describe, expect, it } from 'vitest';
import {
  differingPaths,
  numberAt,
  textAt,
  useFromName,
  withId,
  withItem,
  withoutNamed,
  withTask,
  withValue,
} from './draft-definition';

const definition = {
  areas: [
    { id: 'gf', scoredBox: { west: -65 } },
    { id: 'osmosis', scoredBox: { west: -19.5 } },
  ],
  scenarios: [{ id: 'nadir1' }, { id: 'nadir4' }],
  tasks: [
    { area: 'gf', scenario: 'nadir1' },
    { area: 'osmosis', scenario: 'nadir4' },
  ],
  files: [{ role: 'oi', area: 'gf', scenario: 'nadir1', path: 'oi.nc' }],
  references: [{ id: 'oi', scenarios: ['nadir1', 'nadir4'] }],
};

describe('a definition that is being written', () => {
  it('is read where it is there, and says nothing where it is not', () => {
    expect(numberAt(definition, ['areas', 1, 'scoredBox', 'west'])).toBe(-19.5);
    expect(textAt(definition, ['areas', 1, 'scoredBox', 'west'])).toBe('');
    expect(numberAt(definition, ['areas', 7, 'scoredBox', 'west'])).toBeNull();
    expect(numberAt({ areas: 'none' }, ['areas', 0, 'scoredBox'])).toBeNull();
  });

  it('is changed in one place and shared elsewhere', () => {
    const moved = withValue(definition, ['areas', 0, 'scoredBox', 'west'], -60);
    expect(numberAt(moved, ['areas', 0, 'scoredBox', 'west'])).toBe(-60);
    expect(numberAt(definition, ['areas', 0, 'scoredBox', 'west'])).toBe(-65);
    expect(moved['files']).toBe(definition.files);
    expect(differingPaths(definition, moved)).toEqual(['areas.0.scoredBox.west']);
  });

  it('gets what leads to a value, and loses a value that is taken out', () => {
    expect(withValue({}, ['periods', 'evaluation', 'start'], '2012-10-22')).toEqual({
      periods: { evaluation: { start: '2012-10-22' } },
    });
    expect(withValue({ periods: { training: {} } }, ['periods', 'training'], undefined)).toEqual({
      periods: {},
    });
    expect(withItem({}, ['areas'], { id: 'gf' })).toEqual({ areas: [{ id: 'gf' }] });
  });

  it('follows the new name of a scenario in tasks, files and references', () => {
    const renamed = withId(definition, 'scenarios', 0, 'jason');
    expect(renamed['tasks']).toEqual([
      { area: 'gf', scenario: 'jason' },
      { area: 'osmosis', scenario: 'nadir4' },
    ]);
    expect(textAt(renamed, ['files', 0, 'scenario'])).toBe('jason');
    expect(renamed['references']).toEqual([{ id: 'oi', scenarios: ['jason', 'nadir4'] }]);
  });

  it('lets what a reference was trained on follow the new id of an area', () => {
    const trained = { ...definition, references: [{ id: 'net', trainedOn: ['osmosis', 'gf'] }] };
    const renamed = withId(trained, 'areas', 0, 'stream');
    expect(renamed['references']).toEqual([{ id: 'net', trainedOn: ['osmosis', 'stream'] }]);
    expect(withId(trained, 'scenarios', 0, 'jason')['references']).toEqual(trained.references);
  });

  it('does not take over the tasks of another area while an id is typed that it has already', () => {
    const typed = withId(definition, 'areas', 0, 'osmosis');
    const further = withId(typed, 'areas', 0, 'osmosis2');
    expect(further['tasks']).toEqual([
      { area: 'osmosis', scenario: 'nadir1' },
      { area: 'osmosis', scenario: 'nadir4' },
    ]);
  });

  it('loses the tasks of an area with it', () => {
    expect(withoutNamed(definition, 'areas', 0)['tasks']).toEqual([{ area: 'osmosis', scenario: 'nadir4' }]);
  });

  it('keeps tasks in the order of the matrix', () => {
    expect(withTask(definition, { area: 'gf', scenario: 'nadir4' }, true)['tasks']).toEqual([
      { area: 'gf', scenario: 'nadir1' },
      { area: 'gf', scenario: 'nadir4' },
      { area: 'osmosis', scenario: 'nadir4' },
    ]);
    expect(withTask(definition, { area: 'gf', scenario: 'nadir1' }, false)['tasks']).toEqual([
      { area: 'osmosis', scenario: 'nadir4' },
    ]);
  });
});

describe('the name of a file', () => {
  it.each([
    { name: 'truth-osmosis.nc', use: { role: 'truth', area: 'osmosis' } },
    { name: 'OI_gf_nadir4.nc', use: { role: 'oi', area: 'gf', scenario: 'nadir4' } },
    {
      name: 'gridded-observations-gf-nadir1.nc',
      use: { role: 'gridded-observations', area: 'gf', scenario: 'nadir1' },
    },
    { name: 'sst-gf-nadir1.nc', use: { role: 'sst', area: 'gf' } },
    { name: 'file.nc', use: { role: 'observations', area: 'gf' } },
  ])('$name tells what it is for', ({ name, use }) => {
    expect(useFromName(definition, name)).toEqual(use);
  });
});
