import { afterEach, expect, test, vi } from 'vitest';
import { backendLogger } from './backend-logger.js';
import { addLogFields, withLogFields } from './log-fields.js';

afterEach(() => void vi.restoreAllMocks());

function linesOf(work: () => void): Record<string, unknown>[] {
  const written: string[] = [];
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => written.push(String(text)) > 0);
  work();
  vi.restoreAllMocks();
  return written.map((line) => JSON.parse(line) as Record<string, unknown>);
}

test('each line is one JSON object that names its request, and what was found out about it meanwhile', () => {
  const logger = backendLogger();
  const lines = linesOf(() => {
    withLogFields({ requestId: 'r1' }, () => {
      logger.warn('first\nline', 'api');
      addLogFields({ submissionId: 's1' });
      logger.error('second', undefined, 'api');
    });
    logger.log('outside of a request', 'start');
  });
  expect(lines).toMatchObject([
    { level: 'warn', process: 'backend', context: 'api', message: 'first\nline', requestId: 'r1' },
    { level: 'error', message: 'second', requestId: 'r1', submissionId: 's1' },
    { level: 'info', context: 'start', message: 'outside of a request' },
  ]);
  expect(lines[2]).not.toHaveProperty('requestId');
  expect(new Date(String(lines[0]?.['at'])).toISOString()).toBe(lines[0]?.['at']);
});

test('what the framework tells of itself is left out', () => {
  expect(
    linesOf(() => backendLogger().log('HealthModule dependencies initialized', 'InstanceLoader')),
  ).toEqual([]);
});
