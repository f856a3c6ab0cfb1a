import { challengeDefinitionSchema } from '@sillage/contracts';
import { describe, expect, it } from 'vitest';
import { challengeDefinition } from '../../testing/challenge-definition.js';
import { headlineTask } from './headline-task.js';

const TASKS = ['nadir1', 'nadir4', 'swot1'].map((scenario) => ({ area: 'gf', scenario }));

function definition(references: { id: string; scenarios: string[] }[], published: string[] = []) {
  const base = challengeDefinition();
  return challengeDefinitionSchema.parse({
    ...base,
    scenarios: TASKS.map(({ scenario }) => ({ id: scenario, name: scenario, inputs: ['ssh-nadir'] })),
    tasks: TASKS,
    files: [
      ...base.files.filter(({ role }) => role === 'truth'),
      ...TASKS.map(({ scenario }) => ({
        role: 'oi',
        area: 'gf',
        scenario,
        path: `oi-${scenario}.nc`,
        description: '',
      })),
    ],
    references: references.map(({ id, scenarios }) => ({
      id,
      name: id,
      description: '',
      inputs: ['ssh-nadir'],
      role: 'oi',
      scenarios,
    })),
    published: published.map((scenario) => ({
      area: 'gf',
      scenario,
      method: 'DUACS',
      mu: 0.92,
      sigma: 0.01,
      period: '2012-10-22 to 2012-12-02',
      protocol: '2020a notebooks',
      inputs: ['ssh-nadir'],
      source: 'README of 2020a',
    })),
  });
}

describe('headlineTask', () => {
  it('takes the first task where all are alike', () => {
    expect(headlineTask(definition([]))).toEqual(TASKS[0]);
    expect(headlineTask(definition([{ id: 'oi', scenarios: ['nadir1', 'nadir4', 'swot1'] }]))).toEqual(
      TASKS[0],
    );
  });

  it('takes the first of the tasks that most references enter', () => {
    const references = [
      { id: 'oi', scenarios: ['nadir1', 'nadir4', 'swot1'] },
      { id: 'net', scenarios: ['nadir4', 'swot1'] },
    ];
    expect(headlineTask(definition(references))).toEqual(TASKS[1]);
  });

  it('counts published scores beside references', () => {
    const references = [{ id: 'oi', scenarios: ['nadir4'] }];
    expect(headlineTask(definition(references, ['swot1', 'swot1']))).toEqual(TASKS[2]);
  });
});
