import { expect, test } from 'vitest';
import { createLog } from './log.js';

test('an event is one line of JSON with its fields, whatever they hold', () => {
  const lines: string[] = [];
  const log = createLog(
    (line) => lines.push(line),
    () => new Date('2026-01-02T03:04:05Z'),
  );
  log('job-started', { jobId: 'a1', attempt: 2, reason: 'no answer\nat all', outcome: undefined });
  log('backend-away', { slot: 0 });
  expect(lines).toEqual([
    '{"at":"2026-01-02T03:04:05.000Z","level":"info","process":"evaluator","event":"job-started","jobId":"a1","attempt":2,"reason":"no answer\\nat all"}',
    '{"at":"2026-01-02T03:04:05.000Z","level":"warn","process":"evaluator","event":"backend-away","slot":0}',
  ]);
});
