import { describe, expect, it } from 'vitest';
import { dayOf, phaseSpan, quotaRefusal, tighter } from './quota.js';

describe('the spans in which submissions are counted', () => {
  it('are UTC days, from midnight to the last instant before the next', () => {
    for (const text of ['2026-02-28T00:00:00.000Z', '2026-02-28T23:59:59.999Z'])
      expect(dayOf(new Date(text))).toEqual({
        start: new Date('2026-02-28T00:00:00Z'),
        end: new Date('2026-03-01T00:00:00Z'),
      });
    expect(dayOf(new Date('2026-03-01T00:00:00Z')).start).toEqual(new Date('2026-03-01T00:00:00Z'));
  });

  it('and the running phase, or all time', () => {
    expect(phaseSpan({ phase: null })).toEqual({ start: new Date(0), end: null });
    const phase = {
      name: 'Final',
      opens: '2026-03-01T00:00:00Z',
      closes: '2026-04-01T00:00:00Z',
      disclosure: 'blind' as const,
      acceptsSubmissions: true,
    };
    expect(phaseSpan({ phase })).toEqual({ start: new Date(phase.opens), end: new Date(phase.closes) });
    expect(phaseSpan({ phase: { ...phase, closes: null } }).end).toBeNull();
  });
});

describe('a refusal', () => {
  const use = (used: number) => ({ limit: 5, used, resetsAt: '2026-03-01T00:00:00.000Z' });

  it('comes with the fifth of five used, and says when the next is free', () => {
    expect(quotaRefusal(use(4), 'perDay', 'You have')).toBeNull();
    expect(quotaRefusal(use(5), 'perDay', 'You have')).toEqual({
      message: 'You have used 5 of 5 submissions today.',
      fix: 'The count starts again at 2026-03-01 00:00 UTC. A rejected file counts; what failed on our side, or was cancelled before it ran, does not.',
    });
    expect(quotaRefusal({ ...use(5), resetsAt: null }, 'perPhase', "Your team 'A' has")).toMatchObject({
      message: "Your team 'A' has used 5 of 5 submissions in this phase.",
    });
  });

  it('is by whichever of account and team has used more', () => {
    expect(tighter(use(1), use(3))?.used).toBe(3);
    expect(tighter(use(4), use(3))?.used).toBe(4);
    expect(tighter(null, use(3))?.used).toBe(3);
    expect(tighter(null, null)).toBeNull();
  });
});
