import type { ChallengeRules, Phase } from '@sillage/contracts';
import { expect, test } from 'vitest';
import { nextSlotSentence, phaseDates, phaseSentence, quotaSentence } from './phase-texts';

const FINAL: Phase = {
  name: 'Final',
  opens: '2026-03-01T00:00:00.000Z',
  closes: '2026-04-01T12:00:00.000Z',
  disclosure: 'blind',
  acceptsSubmissions: true,
};
const rules = (now: string, rest: Partial<ChallengeRules>): ChallengeRules => ({
  now,
  phases: [FINAL],
  phase: null,
  acceptsSubmissions: false,
  acceptsFrom: null,
  quota: { perDay: null, perPhase: null },
  ...rest,
});

test('says which phase runs, until when in UTC, and how long still', () => {
  expect(phaseSentence(rules('2026-03-30T10:00:00.000Z', { phase: FINAL }))).toBe(
    'Phase “Final” runs until 1 Apr 2026, 12:00 UTC (2 d 2 h left). It takes submissions.',
  );
  expect(
    phaseSentence(
      rules('2026-03-30T10:00:00.000Z', { phase: { ...FINAL, closes: null, acceptsSubmissions: false } }),
    ),
  ).toBe('Phase “Final” runs. It takes no submissions.');
});

test('says when submissions open, or that they do not any more', () => {
  expect(phaseSentence(rules('2026-02-28T23:00:00.000Z', { acceptsFrom: FINAL.opens }))).toBe(
    'No phase runs now. Submissions open on 1 Mar 2026, 00:00 UTC, in 1 h 00 min.',
  );
  expect(phaseSentence(rules('2026-05-01T00:00:00.000Z', {}))).toBe(
    'No phase runs now, and no later one takes submissions.',
  );
  expect(phaseSentence(rules('2026-05-01T00:00:00.000Z', { phases: [] }))).toBeNull();
});

test('says when the next slot opens', () => {
  expect(nextSlotSentence('2026-12-03T14:05:00.000Z')).toBe('The next slot opens 3 Dec 2026, 14:05 UTC.');
  expect(nextSlotSentence(null)).toContain('before the organisers allow it');
});

test('tells dates and what is used of a limit', () => {
  expect(phaseDates(FINAL)).toBe('1 Mar 2026, 00:00 UTC to 1 Apr 2026, 12:00 UTC');
  expect(phaseDates({ ...FINAL, closes: null })).toBe('from 1 Mar 2026, 00:00 UTC on');
  expect(quotaSentence({ limit: 5, used: 2, resetsAt: '2026-03-02T00:00:00.000Z' }, 'perDay')).toBe(
    '2 of 5 used today; counted again from 2 Mar 2026, 00:00 UTC',
  );
  expect(quotaSentence({ limit: 9, used: 9, resetsAt: null }, 'perPhase')).toBe('9 of 9 used in this phase');
});
