import { expect, test } from 'vitest';
import { addSummaries, closingLine, isGreen, summariseVitest } from './test-summary.mjs';

const assertion = (status: string, fullName = 'a test') => ({ status, fullName, duration: 12 });

test('counts passed, failed and skipped tests of a vitest report', () => {
  const report = {
    testResults: [
      {
        name: 'a',
        status: 'failed',
        assertionResults: [assertion('passed'), assertion('failed', 'breaks'), assertion('pending')],
      },
      { name: 'b', status: 'passed', assertionResults: [assertion('passed'), assertion('todo')] },
    ],
  };
  const { counts, failures } = summariseVitest(report, 1);
  expect(counts).toEqual({ passed: 2, failed: 1, skipped: 2 });
  expect(failures).toEqual(['breaks']);
});

test('names a test that passed at its second try, and what it said at the first', () => {
  const again = { ...assertion('passed', 'waits'), failureMessages: ['TimeoutError: 30000ms\nat a line'] };
  const report = {
    testResults: [{ name: 'a', status: 'passed', assertionResults: [again, assertion('passed')] }],
  };
  const { counts, secondTries } = addSummaries([summariseVitest(report, 0)]);
  expect(counts).toEqual({ passed: 2, failed: 0, skipped: 0 });
  expect(secondTries).toEqual([{ name: 'waits', firstError: 'TimeoutError: 30000ms' }]);
});

test('counts a file that does not load as a failure', () => {
  const report = {
    testResults: [{ name: 'a.test.ts', status: 'failed', message: 'no module\nstack', assertionResults: [] }],
  };
  const { counts, failures } = summariseVitest(report, 1);
  expect(counts.failed).toBe(1);
  expect(failures).toEqual(['a.test.ts: no module']);
});

test('counts a run that crashed without a report as a failure', () => {
  expect(summariseVitest(null, 137).counts).toEqual({ passed: 0, failed: 1, skipped: 0 });
});

test('counts an error outside of any test as a failure', () => {
  const report = { testResults: [{ name: 'a', status: 'passed', assertionResults: [assertion('passed')] }] };
  expect(summariseVitest(report, 1).counts.failed).toBe(1);
});

test('adds up and ends with the line that CI reads', () => {
  const one = summariseVitest(
    { testResults: [{ name: 'a', status: 'passed', assertionResults: [assertion('passed')] }] },
    0,
  );
  expect(closingLine(addSummaries([one, one]).counts)).toBe('2 passed, 0 failed, 0 skipped');
});

test('is not green when nothing ran', () => {
  expect(isGreen({ passed: 0, failed: 0, skipped: 3 })).toBe(false);
  expect(isGreen({ passed: 1, failed: 0, skipped: 0 })).toBe(true);
  expect(isGreen({ passed: 1, failed: 1, skipped: 0 })).toBe(false);
});
