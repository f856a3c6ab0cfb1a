import { describe, expect, it } from 'vitest';
import { challengeDefinitionSchema } from '@sillage/contracts';
import { fieldId, problemAt, problemsOfStep, problemWords, stepOf, stepOfProblem } from './wizard-steps';

const problem = (path: string, message = 'wrong') => ({ path, message });

describe('the steps of the wizard', () => {
  it.each([
    { path: 'areas.0.scoredBox', step: 'areas' },
    { path: 'periods.evaluation.start', step: 'areas' },
    { path: 'tasks.2.area', step: 'scenarios' },
    { path: 'files', step: 'files' },
    { path: 'references.0.compute.checkpoint', step: 'references' },
    { path: 'licence', step: 'basics' },
    { path: '', step: 'basics' },
  ])('show the problem of "$path" in $step', ({ path, step }) => {
    expect(stepOfProblem(problem(path))).toBe(step);
  });

  it('count their own problems, and every problem once', () => {
    const problems = [problem('areas.0.id'), problem('licence'), problem('tasks'), problem('areas')];
    expect(problemsOfStep(problems, 'areas')).toHaveLength(2);
    expect(problemsOfStep(problems, 'validate')).toHaveLength(0);
  });

  it('begin with the first for an address that says something else', () => {
    expect(stepOf('check')).toBe('check');
    expect(stepOf('nowhere')).toBe('basics');
    expect(stepOf(null)).toBe('basics');
  });

  it('tell a field everything that is wrong with it, and nothing of its neighbours', () => {
    const problems = [
      problem('areas.0.id', 'too short'),
      problem('areas.0.id', 'no slug'),
      problem('areas.0'),
    ];
    expect(problemAt(problems, 'areas.0.id')).toBe('too short; no slug');
    expect(problemAt(problems, 'areas.1.id')).toBeUndefined();
    expect(fieldId('areas.0.id')).toBe('field-areas-0-id');
  });
});

describe('the words of the schemas', () => {
  it('are those of a form for everything that an empty definition lacks', () => {
    const parsed = challengeDefinitionSchema.safeParse({ areas: [], protocol: 'other', name: '' });
    const words = (parsed.error?.issues ?? []).map(({ path, message }) => [
      path.join('.'),
      problemWords(message),
    ]);
    expect(Object.fromEntries(words)).toMatchObject({
      id: 'missing',
      name: 'missing',
      synthetic: 'missing',
      periods: 'missing',
      areas: 'at least one is needed',
      protocol: 'choose one of osse-2020a, osse-natl, ose-2021a, ose-along-track',
    });
    expect(words.filter(([, text]) => /Invalid|Too small|undefined/.test(text ?? ''))).toEqual([]);
  });

  it.each([
    { message: 'Invalid input: expected number, received string', words: 'a number is needed' },
    { message: 'Too big: expected string to have <=300 characters', words: 'at most 300 characters' },
    { message: 'Invalid ISO date', words: 'a day like 2012-10-22 is needed' },
    { message: "no area 'gf'", words: "no area 'gf'" },
  ])('say of "$message": $words', ({ message, words }) => {
    expect(problemWords(message)).toBe(words);
  });
});
