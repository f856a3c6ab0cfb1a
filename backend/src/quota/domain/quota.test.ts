import { describe, expect, it } from 'vitest';
import { rulesAt } from '../../challenges/domain/phases.js';
import { dayOf, isUsedUp, nextSlotAt, phaseSpan, quotaRefusal, tighter } from './quota.js';

describe('the spans in which submissions are counted', () => {
  it('are UTC days, from midnight to the last instant before the next', () => {
    for (const text of ['2026-02-28T00:00:00.000Z', '2026-02-28T23:59:59.999Z'])
      expect(dayOf(new Date(text))).toEqual({
        kind: 'day',
        start: new Date('2026-02-28T00:00:00Z'),
        end: new Date('2026-03-01T00:00:00Z'),
      });
    expect(dayOf(new Date('2026-03-01T00:00:00Z')).start).toEqual(new Date('2026-03-01T00:00:00Z'));
  });

  it('and the running phase, or all time', () => {
    expect(phaseSpan({ phase: null })).toEqual({ kind: 'phase', start: new Date(0), end: null });
    const phase = {
      name: 'Final',
      opens: '2026-03-01T00:00:00Z',
      closes: '2026-04-01T00:00:00Z',
      disclosure: 'blind' as const,
      acceptsSubmissions: true,
    };
    expect(phaseSpan({ phase })).toEqual({
      kind: 'phase',
      start: new Date(phase.opens),
      end: new Date(phase.closes),
    });
    expect(phaseSpan({ phase: { ...phase, closes: null } }).end).toBeNull();
  });
});

describe('a refusal', () => {
  const use = (used: number) => ({ limit: 5, used, resetsAt: '2026-03-01T00:00:00.000Z' });

  it('comes with the fifth of five used, and says when the next slot opens', () => {
    expect([use(4), use(5)].map(isUsedUp)).toEqual([false, true]);
    const opensAt = '2026-03-01T00:00:00.000Z';
    expect(quotaRefusal(use(5), 'perDay', { who: 'You have', opensAt })).toEqual({
      message: 'You have used 5 of 5 submissions today.',
      fix: 'The next slot opens at 2026-03-01 00:00 UTC. A rejected file counts; what failed on our side, or was cancelled before it ran, does not.',
    });
    expect(quotaRefusal(use(5), 'perPhase', { who: "Your team 'A' has", opensAt: null })).toMatchObject({
      message: "Your team 'A' has used 5 of 5 submissions in this phase.",
      fix: expect.stringContaining('before the organisers allow it'),
    });
  });

  it('is by whichever of account and team has used more', () => {
    expect(tighter(use(1), use(3))?.used).toBe(3);
    expect(tighter(use(4), use(3))?.used).toBe(4);
    expect(tighter(null, use(3))?.used).toBe(3);
    expect(tighter(null, null)).toBeNull();
  });
});

describe('the next slot', () => {
  const phase = (name: string, opens: string, closes: string | null, acceptsSubmissions = true) => ({
    name,
    opens,
    closes,
    disclosure: 'public-test' as const,
    acceptsSubmissions,
  });
  const [march, april, may] = [
    '2026-03-01T00:00:00.000Z',
    '2026-04-01T00:00:00.000Z',
    '2026-05-01T00:00:00.000Z',
  ];
  const phases = [phase('One', march, april), phase('Quiet', april, may, false), phase('Two', may, null)];
  const quota = { perDay: 2, perPhase: 5 };
  const at = (now: string, days = phases) => rulesAt('practice', { phases: days, quota }, new Date(now));
  const day = (used: number, resetsAt: string) => ({ limit: 2, used, resetsAt });
  const inPhase = (used: number, resetsAt: string | null) => ({ limit: 5, used, resetsAt });
  const tomorrow = '2026-03-11T00:00:00.000Z';

  it.each([
    { name: 'is now where both limits leave one', day: 1, phase: 4, expected: null },
    { name: 'is tomorrow where the day is used up', day: 2, phase: 4, expected: tomorrow },
    { name: 'is in the next phase where this one is used up', day: 1, phase: 5, expected: may },
    { name: 'is in the next phase where both are used up', day: 2, phase: 5, expected: may },
  ])('$name', ({ day: ofDay, phase: ofPhase, expected }) => {
    const uses = { perDay: day(ofDay, tomorrow), perPhase: inPhase(ofPhase, may) };
    expect(nextSlotAt(at('2026-03-10T14:05:00.000Z'), uses)).toBe(expected);
  });

  it('is when a phase opens that takes any, where the day that brings it begins in one that does not', () => {
    const uses = { perDay: day(2, april), perPhase: inPhase(4, may) };
    expect(nextSlotAt(at('2026-03-31T14:05:00.000Z'), uses)).toBe(may);
    expect(nextSlotAt(at('2026-04-10T00:00:00.000Z'), uses)).toBe(may);
  });

  it('is not known where no later phase takes any', () => {
    const uses = { perDay: day(2, april), perPhase: null };
    expect(nextSlotAt(at('2026-03-31T14:05:00.000Z', phases.slice(0, 2)), uses)).toBeNull();
    expect(
      nextSlotAt(at('2026-03-31T14:05:00.000Z', []), { perDay: null, perPhase: inPhase(5, null) }),
    ).toBeNull();
  });
});
