import { describe, expect, test } from 'vitest';
import { scenarioGroups } from './scenario-groups';

const named = (id: string, name = id) => ({ id, name });

describe('scenarioGroups', () => {
  test('puts the rungs of a ladder under their base, in order and by their own names', () => {
    const { plain, ladders } = scenarioGroups([
      named('nadir4'),
      named('swot1-nadir4', 'SWOT + 4 nadirs'),
      named('swot1-nadir4-noise2', 'SWOT + 4 nadirs, all but the wet troposphere'),
      named('swot1-nadir4-noise1', 'SWOT + 4 nadirs: instrument noise'),
    ]);
    expect(plain.map((item) => item.id)).toEqual(['nadir4', 'swot1-nadir4']);
    expect(ladders).toHaveLength(1);
    expect(ladders[0]!.base.id).toBe('swot1-nadir4');
    expect(ladders[0]!.rungs.map((rung) => rung.name)).toEqual([
      'instrument noise',
      'all but the wet troposphere',
    ]);
  });

  test('leaves alone what has no base, and a rung that is named like its base', () => {
    expect(scenarioGroups([named('nadir4-noise1')])).toEqual({
      plain: [named('nadir4-noise1')],
      ladders: [],
    });
    const twins = [named('nadir4', 'Nadirs'), named('nadir4-noise1', 'Nadirs')];
    expect(scenarioGroups(twins).ladders[0]!.rungs[0]!.name).toBe('Nadirs');
  });
});
