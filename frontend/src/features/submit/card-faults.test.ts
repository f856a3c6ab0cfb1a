import { describe, expect, test } from 'vitest';
import { fieldOf, submissionRequestOf, type SubmitValues } from './card-faults';

const values: SubmitValues = {
  challenge: 'demo-osse',
  tasks: [{ area: 'gf', scenario: 'nadir4' }],
  uploadId: 'abc',
  variable: ' ',
  name: ' My method ',
  description: '',
  inputs: ['ssh-nadir'],
  codeUrl: '',
  paperUrl: 'https://doi.org/10.5194/x',
  licence: 'CC-BY-4.0',
};

describe('the submit form', () => {
  test('becomes a request: empty links are none, an empty variable is left out', () => {
    expect(submissionRequestOf(values)).toEqual({
      request: {
        challenge: 'demo-osse',
        tasks: [{ area: 'gf', scenario: 'nadir4' }],
        uploadId: 'abc',
        onlyCovered: false,
        card: {
          name: 'My method',
          description: '',
          inputs: ['ssh-nadir'],
          codeUrl: null,
          paperUrl: 'https://doi.org/10.5194/x',
          licence: 'CC-BY-4.0',
        },
      },
    });
  });

  test.each([
    { name: 'no name', change: { name: '  ' }, field: 'card.name' },
    { name: 'no input', change: { inputs: [] }, field: 'card.inputs' },
    { name: 'no task', change: { tasks: [] }, field: 'tasks' },
    { name: 'half a link', change: { codeUrl: 'github.com/me' }, field: 'card.codeUrl' },
    { name: 'a script as a link', change: { paperUrl: 'javascript:alert(1)' }, field: 'card.paperUrl' },
  ])('marks the one field that is off: $name', ({ change, field }) => {
    const result = submissionRequestOf({ ...values, ...change });
    expect('faults' in result && Object.keys(result.faults)).toEqual([field]);
  });

  test('finds the field of a nested fault', () => {
    expect(fieldOf('card.inputs.0')).toBe('card.inputs');
    expect(fieldOf('tasks.2.area')).toBe('tasks');
    expect(fieldOf('card.name')).toBe('card.name');
  });
});
