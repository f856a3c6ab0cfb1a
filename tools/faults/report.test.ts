import { expect, test } from 'vitest';
import { outcomeTable } from './report.mjs';

test('counts rounds and violations of each fault, with the median and the longest recovery', () => {
  const outcomes = [
    { kind: 'kill', violations: [], recoveryMs: 1_000 },
    { kind: 'kill', violations: ['lost', 'lost again'], recoveryMs: 4_000 },
    { kind: 'kill', violations: [], recoveryMs: 2_000 },
    { kind: 'cut', violations: [], recoveryMs: 3_000 },
    { kind: 'cut', violations: [], recoveryMs: 9_000 },
  ].map((outcome) => ({ ...outcome, wholeMs: 6_000 }));
  const skipped = new Map([['full disk: store', 'no disk']]);
  expect(outcomeTable(outcomes, skipped).split('\n').slice(2)).toEqual([
    '| cut | 2 | 0 | 9.0 | 9.0 |',
    '| kill | 3 | 1 | 2.0 | 4.0 |',
    '| full disk: store | skipped: no disk | | | |',
    '| all | 5 | 1 | 3.0 | 9.0 |',
    '',
    'A round took 6.0 s.',
  ]);
});
