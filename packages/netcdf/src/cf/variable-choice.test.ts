import { describe, expect, it } from 'vitest';
import type { NetcdfAttributes, NetcdfVariable } from '../netcdf-file.js';
import { chooseHeightVariable, heightKindOf } from './variable-choice.js';

const variable = (name: string, attributes: NetcdfAttributes = {}): NetcdfVariable => ({
  name,
  type: 'float32',
  dimensions: ['time', 'lat', 'lon'],
  shape: [2, 3, 4],
  attributes,
  chunkShape: null,
  isCompressed: false,
});
const choose = (...variables: NetcdfVariable[]): string =>
  chooseHeightVariable(
    variables,
    variables.map(({ name }) => name),
  ).variable.name;

describe('chooseHeightVariable', () => {
  it.each([
    ['gssh', ['ssh_gt', 'ssh_obs', 'gssh', 'ssh_oi']],
    ['adt', ['sla', 'ugos', 'adt', 'err']],
    ['ssh_mod', ['lag', 'flag', 'ssh_mod', 'ssh_obs']],
    ['sla', ['sla', 'ugos', 'vgos']],
    ['SSH', ['SSH', 'SST']],
    ['model/sossheig', ['model/sossheig', 'other']],
  ])('finds %s among the variables of a usual file', (expected, names) => {
    expect(choose(...names.map((name) => variable(name)))).toBe(expected);
  });

  it('goes by the CF standard name when no name is known', () => {
    expect(
      choose(variable('field_1'), variable('field_2', { standard_name: 'sea_surface_height_above_geoid' })),
    ).toBe('field_2');
  });

  it('takes the only gridded height, and says that it is a guess', () => {
    const only = variable('prediction', { units: 'm' });
    expect(chooseHeightVariable([only, variable('sst', { units: 'degC' })], [])).toEqual({
      variable: only,
      isGuess: true,
    });
  });

  it('asks when two variables could be meant, and names both', () => {
    expect(() => choose(variable('ssh'), variable('gssh'))).toThrow(
      expect.objectContaining({
        code: 'ambiguous-variable',
        found: expect.stringContaining("'ssh', 'gssh'") as string,
      }),
    );
  });

  it('says what there is when nothing fits', () => {
    expect(() => choose(variable('sst', { units: 'degC' }))).toThrow(
      expect.objectContaining({
        code: 'variable-not-found',
        found: expect.stringContaining("'sst'") as string,
      }),
    );
  });
});

describe('heightKindOf', () => {
  it.each([
    ['sla', {}, 'sla'],
    ['out', { standard_name: 'sea_surface_height_above_sea_level' }, 'sla'],
    ['ssh', { long_name: 'Sea level anomaly' }, 'sla'],
    ['adt', {}, 'adt'],
    ['gssh', {}, 'ssh'],
    ['out', {}, 'unknown'],
  ] as const)('calls %s %j %s', (name, attributes, expected) => {
    expect(heightKindOf(variable(name, attributes))).toBe(expected);
  });
});
