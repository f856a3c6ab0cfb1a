import type { Allowance, ChallengeRules, QuotaUse } from '@sillage/contracts';

const DAY_MS = 86_400_000;

/** From `start` on, until `end` (not included); null: without an end. */
export type Span = { kind: 'day' | 'phase'; start: Date; end: Date | null };

/** The calendar day in UTC. */
export function dayOf(now: Date): Span {
  const start = Math.floor(now.getTime() / DAY_MS) * DAY_MS;
  return { kind: 'day', start: new Date(start), end: new Date(start + DAY_MS) };
}

/** The running phase; all time where the challenge has none. */
export function phaseSpan({ phase }: Pick<ChallengeRules, 'phase'>): Span {
  return phase === null
    ? { kind: 'phase', start: new Date(0), end: null }
    : {
        kind: 'phase',
        start: new Date(phase.opens),
        end: phase.closes === null ? null : new Date(phase.closes),
      };
}

/** Of the account and of its team the one that leaves less. */
export function tighter(first: QuotaUse | null, second: QuotaUse | null): QuotaUse | null {
  if (first === null || second === null) return first ?? second;
  return second.used >= first.used ? second : first;
}

export function isUsedUp({ used, limit }: QuotaUse): boolean {
  return used >= limit;
}

/**
 * When the next submission is taken: null where one is taken now, or nobody knows. What is used up comes back with the next day, or
 * the next phase; and a day that begins in a phase that takes none brings nothing.
 */
export function nextSlotAt(
  rules: ChallengeRules,
  { perDay, perPhase }: Pick<Allowance, 'perDay' | 'perPhase'>,
): string | null {
  if (!rules.acceptsSubmissions) return rules.acceptsFrom;
  const used = [perDay, perPhase].filter((use) => use !== null).filter(isUsedUp);
  if (used.length === 0 || used.some(({ resetsAt }) => resetsAt === null)) return null;
  const at = Math.max(...used.map(({ resetsAt }) => Date.parse(resetsAt ?? '')));
  if (rules.phases.length === 0) return new Date(at).toISOString();
  const openings = rules.phases
    .filter(
      ({ acceptsSubmissions, closes }) => acceptsSubmissions && (closes === null || Date.parse(closes) > at),
    )
    .map(({ opens }) => Math.max(Date.parse(opens), at));
  return openings.length === 0 ? null : new Date(Math.min(...openings)).toISOString();
}

/** @param who - `You have`, `Your team 'X' has`. @param opensAt - what {@link nextSlotAt} says. */
export function quotaRefusal(
  use: QuotaUse,
  kind: 'perDay' | 'perPhase',
  { who, opensAt }: { who: string; opensAt: string | null },
): { message: string; fix: string } {
  const when = kind === 'perDay' ? 'today' : 'in this phase';
  const next =
    opensAt === null
      ? 'No more are taken before the organisers allow it'
      : `The next slot opens at ${opensAt.slice(0, 10)} ${opensAt.slice(11, 16)} UTC`;
  return {
    message: `${who} used ${use.used} of ${use.limit} submissions ${when}.`,
    fix: `${next}. A rejected file counts; what failed on our side, or was cancelled before it ran, does not.`,
  };
}
