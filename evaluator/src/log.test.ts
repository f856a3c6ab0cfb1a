import { expect, test } from 'vitest';
import { createLog } from './log.js';

test('an event is one line with its fields, quoted where a blank would split them', () => {
  const lines: string[] = [];
  const log = createLog(
    (line) => lines.push(line),
    () => new Date('2026-01-02T03:04:05Z'),
  );
  log('job-started', { job: 'a1', attempt: 2, reason: 'no answer\nat all', outcome: undefined });
  expect(lines).toEqual([
    '2026-01-02T03:04:05.000Z job-started job=a1 attempt=2 reason="no answer\\nat all"',
  ]);
});
