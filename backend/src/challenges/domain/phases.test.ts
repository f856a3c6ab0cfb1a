import type { Phase } from '@sillage/contracts';
import { phasesSchema, WITHHELD_TRUTH_QUOTA } from '@sillage/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { closedReason, disclosureAt, nextPhaseChange, NO_QUOTA, phaseAt, rulesAt } from './phases.js';

const phase = (name: string, opens: string, closes: string | null, rest: Partial<Phase> = {}): Phase => ({
  name,
  opens,
  closes,
  disclosure: 'public-test',
  acceptsSubmissions: true,
  ...rest,
});
const WARM_UP = phase('Warm-up', '2026-03-01T00:00:00Z', '2026-04-01T00:00:00Z');
const FINAL = phase('Final', '2026-05-01T12:00:00Z', '2026-06-01T00:00:00Z', { disclosure: 'blind' });
const AFTER = phase('Open', '2026-06-01T00:00:00Z', null, {
  disclosure: 'practice',
  acceptsSubmissions: false,
});
const PHASES = [WARM_UP, FINAL, AFTER];
const at = (text: string) => new Date(text);

describe('the running phase', () => {
  it('opens in its first instant and is over in the one in which it closes', () => {
    expect(phaseAt(PHASES, at('2026-02-28T23:59:59.999Z'))).toBeNull();
    expect(phaseAt(PHASES, at('2026-03-01T00:00:00Z'))).toBe(WARM_UP);
    expect(phaseAt(PHASES, at('2026-03-31T23:59:59.999Z'))).toBe(WARM_UP);
    expect(phaseAt(PHASES, at('2026-04-01T00:00:00Z'))).toBeNull();
    expect(phaseAt(PHASES, at('2026-05-31T23:59:59Z'))).toBe(FINAL);
    expect(phaseAt(PHASES, at('2026-06-01T00:00:00Z'))).toBe(AFTER);
    expect(phaseAt(PHASES, at('2999-01-01T00:00:00Z'))).toBe(AFTER);
  });

  it('decides what is shown; the definition does in between and without phases', () => {
    expect(disclosureAt('blind', PHASES, at('2026-03-15T00:00:00Z'))).toBe('public-test');
    expect(disclosureAt('blind', PHASES, at('2026-04-15T00:00:00Z'))).toBe('blind');
    expect(disclosureAt('practice', PHASES, at('2026-05-15T00:00:00Z'))).toBe('blind');
    expect(disclosureAt('blind', PHASES, at('2026-06-15T00:00:00Z'))).toBe('practice');
    expect(disclosureAt('public-test', [], at('2026-06-15T00:00:00Z'))).toBe('public-test');
  });

  it('never changes before the next change that is told', () => {
    fc.assert(
      fc.property(fc.integer({ min: Date.UTC(2026, 0), max: Date.UTC(2026, 11) }), fc.nat(), (time, step) => {
        const now = new Date(time);
        const change = nextPhaseChange(PHASES, now);
        const span = (change?.getTime() ?? time + 1e10) - time;
        const later = new Date(time + (step % span));
        expect(phaseAt(PHASES, later)).toBe(phaseAt(PHASES, now));
        if (change !== null) expect(phaseAt(PHASES, change)).not.toBe(phaseAt(PHASES, now));
      }),
    );
  });
});

describe('whether something can be submitted', () => {
  const rules = (text: string) => rulesAt('practice', { phases: PHASES, quota: NO_QUOTA }, at(text));

  it('is told with the instant from which on it can', () => {
    expect(rules('2026-03-15T00:00:00Z')).toMatchObject({ acceptsSubmissions: true, acceptsFrom: null });
    expect(closedReason('Demo', rules('2026-03-15T00:00:00Z'))).toBeNull();
    expect(closedReason('Demo', rules('2026-01-01T00:00:00Z'))).toEqual({
      message: "'Demo' takes no submissions now: it has not opened yet.",
      fix: "Submit again from 2026-03-01 00:00 UTC on, when 'Warm-up' opens.",
    });
    expect(closedReason('Demo', rules('2026-04-15T00:00:00Z'))).toEqual({
      message: "'Demo' takes no submissions now: its phase 'Warm-up' closed on 2026-04-01 00:00 UTC.",
      fix: "Submit again from 2026-05-01 12:00 UTC on, when 'Final' opens.",
    });
    expect(closedReason('Demo', rules('2026-07-01T00:00:00Z'))).toEqual({
      message: "'Demo' takes no submissions now: its phase 'Open' runs, and takes none.",
      fix: 'No later phase takes submissions. The boards stay where they are.',
    });
  });

  it('is never a question without phases', () => {
    const free = rulesAt('practice', { phases: [], quota: NO_QUOTA }, at('2026-01-01T00:00:00Z'));
    expect(free).toMatchObject({ phase: null, acceptsSubmissions: true });
  });

  it.each([
    { level: 'practice', named: NO_QUOTA, holds: NO_QUOTA },
    { level: 'blind', named: NO_QUOTA, holds: WITHHELD_TRUTH_QUOTA },
    { level: 'public-test', named: NO_QUOTA, holds: WITHHELD_TRUTH_QUOTA },
    { level: 'public-test', named: { perDay: 40, perPhase: null }, holds: { perDay: 40, perPhase: null } },
    { level: 'public-test', named: { perDay: null, perPhase: 9 }, holds: { perDay: null, perPhase: 9 } },
  ] as const)('is limited at $level with $named to $holds', ({ level, named, holds }) => {
    expect(rulesAt(level, { phases: [], quota: named }, at('2026-01-01T00:00:00Z')).quota).toEqual(holds);
  });

  it('is limited by the level of the phase that runs', () => {
    const open = (disclosure: 'practice' | 'public-test') => {
      const phases = [{ ...phase('Open', '2026-01-01T00:00:00Z', null), disclosure }];
      return rulesAt('public-test', { phases, quota: NO_QUOTA }, at('2026-02-01T00:00:00Z')).quota;
    };
    expect([open('practice'), open('public-test')]).toEqual([NO_QUOTA, WITHHELD_TRUTH_QUOTA]);
  });
});

describe('phases that are refused', () => {
  const faults = (phases: Phase[]) =>
    phasesSchema
      .safeParse(phases)
      .error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`) ?? [];

  it.each([
    { name: 'overlap', phases: [WARM_UP, phase('Next', '2026-03-31T23:59:59Z', null)], path: '1.opens' },
    { name: 'are out of order', phases: [FINAL, WARM_UP], path: '1.opens' },
    { name: 'close before they open', phases: [phase('A', FINAL.opens, WARM_UP.opens)], path: '0.closes' },
    {
      name: 'have something after the last',
      phases: [AFTER, phase('B', '2027-01-01T00:00:00Z', null)],
      path: '0.closes',
    },
    { name: 'share a name', phases: [WARM_UP, { ...FINAL, name: 'warm-up' }], path: '1.name' },
  ])('$name', ({ phases, path }) => {
    expect(faults(phases)).toEqual([expect.stringContaining(`${path}: `)]);
  });

  it('but one may open when the one before it closes', () => {
    expect(faults(PHASES)).toEqual([]);
  });
});
