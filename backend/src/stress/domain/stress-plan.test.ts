import { describe, expect, test } from 'vitest';
import { stressPlan, variantKey, withoutOfKey, type StressVariant } from './stress-plan.js';

const challenge = {
  scenarios: [
    { id: 'one', name: '', description: '', satellites: ['jason1'] },
    { id: 'three', name: '', description: '', satellites: ['jason1', 'envisat', 'swot'] },
    { id: 'noisy', name: '', description: '', satellites: ['jason1', 'envisat', 'swot'] },
  ],
  tasks: [
    ...['one', 'three', 'noisy'].map((scenario) => ({ area: 'gf', scenario })),
    { area: 'osmosis', scenario: 'three' },
  ],
};
const names = (plan: StressVariant[]) =>
  plan.map(({ area, scenario, without }) => `${area} ${scenario}${without === null ? '' : ` −${without}`}`);
const three = { area: 'gf', scenario: 'three' };
const one = { area: 'gf', scenario: 'one' };

describe('the plan of stress runs', () => {
  test('leaves out each satellite in turn, and runs the other scenarios and areas', () => {
    const tasks = { bases: [three], entered: [three] };
    expect(names(stressPlan(challenge, ['satellites'], tasks))).toEqual([
      'gf three −jason1',
      'gf three −envisat',
      'gf three −swot',
    ]);
    expect(names(stressPlan(challenge, ['scenarios'], tasks))).toEqual(['gf one', 'gf noisy']);
    expect(names(stressPlan(challenge, ['areas'], tasks))).toEqual(['osmosis three']);
    expect(stressPlan(challenge, ['satellites', 'scenarios', 'areas'], tasks)).toHaveLength(6);
  });

  test('never leaves out the only satellite', () => {
    expect(stressPlan(challenge, ['satellites'], { bases: [one], entered: [one] })).toEqual([]);
  });

  test('has no run twice, and none of a task that was entered, scored or not', () => {
    const noisy = { area: 'gf', scenario: 'noisy' };
    expect(
      names(stressPlan(challenge, ['scenarios'], { bases: [one, three], entered: [one, three, noisy] })),
    ).toEqual([]);
    expect(
      names(stressPlan(challenge, ['scenarios'], { bases: [one, three], entered: [one, three] })),
    ).toEqual(['gf noisy']);
  });

  test('keeps in the key of a run what was left out', () => {
    expect([variantKey(null), variantKey('jason1')]).toEqual(['', 'without:jason1']);
    expect([withoutOfKey(''), withoutOfKey('without:jason1')]).toEqual([null, 'jason1']);
  });
});
