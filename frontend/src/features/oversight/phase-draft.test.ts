import type { Phase } from '@sillage/contracts';
import { expect, test } from 'vitest';
import { draftOf, instantOf, nextDraft, phasesOf, timeFaults } from './phase-draft';

const PHASE: Phase = {
  name: 'Final',
  opens: '2027-03-01T00:00:00.000Z',
  closes: '2027-04-01T12:30:00.000Z',
  disclosure: 'blind',
  acceptsSubmissions: true,
};

test('reads back what it wrote, a phase without an end too', () => {
  expect(draftOf(PHASE)).toMatchObject({ opens: '2027-03-01 00:00', closes: '2027-04-01 12:30' });
  expect(phasesOf([draftOf(PHASE)])).toEqual([PHASE]);
  expect(phasesOf([draftOf({ ...PHASE, closes: null })])).toEqual([{ ...PHASE, closes: null }]);
});

test.each(['', '2027-03-01', '2027-02-30 00:00', '2027-03-01 24:00', '2027-03-01T00:00', '01.03.2027 00:00'])(
  "'%s' is no time",
  (text) => {
    expect(instantOf(text)).toBeNull();
    expect(phasesOf([{ ...draftOf(PHASE), opens: text }])).toBeNull();
    expect(timeFaults([{ ...draftOf(PHASE), opens: text }])).toHaveProperty(['phases.0.opens']);
  },
);

test('begins the next where the last ends', () => {
  const rules = { now: '2027-01-05T10:00:00.000Z', disclosure: 'practice' as const };
  expect(nextDraft([draftOf(PHASE)], rules)).toMatchObject({ name: 'Phase 2', opens: '2027-04-01 12:30' });
  expect(nextDraft([], rules)).toMatchObject({ opens: '2027-01-05 00:00', closes: '' });
});
