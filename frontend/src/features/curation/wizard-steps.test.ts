import { describe, expect, it } from 'vitest';
import { fieldId, problemAt, problemsOfStep, stepOf, stepOfProblem } from './wizard-steps';

const problem = (path: string, message = 'wrong') => ({ path, message, found: '', needed: '', fix: '' });

describe('the steps of the wizard', () => {
  it.each([
    { path: 'areas.0.scoredBox', step: 'areas' },
    { path: 'periods.evaluation.start', step: 'areas' },
    { path: 'tasks.2.area', step: 'scenarios' },
    { path: 'files', step: 'files' },
    { path: 'references.0.compute.checkpoint', step: 'references' },
    { path: 'published.3.mu', step: 'published' },
    { path: 'expectedFiles.0.name', step: 'files' },
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
