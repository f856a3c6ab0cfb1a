import type { ChallengeRules, QuotaUse } from '@sillage/contracts';

const DAY_MS = 86_400_000;

/** From `start` on, until `end` (not included); null: without an end. */
export type Span = { start: Date; end: Date | null };

/** The calendar day in UTC. */
export function dayOf(now: Date): Span {
  const start = Math.floor(now.getTime() / DAY_MS) * DAY_MS;
  return { start: new Date(start), end: new Date(start + DAY_MS) };
}

/** The running phase; all time where the challenge has none. */
export function phaseSpan({ phase }: Pick<ChallengeRules, 'phase'>): Span {
  return phase === null
    ? { start: new Date(0), end: null }
    : { start: new Date(phase.opens), end: phase.closes === null ? null : new Date(phase.closes) };
}

/** Of the account and of its team the one that leaves less. */
export function tighter(first: QuotaUse | null, second: QuotaUse | null): QuotaUse | null {
  if (first === null || second === null) return first ?? second;
  return second.used >= first.used ? second : first;
}

/** @param who - `You have`, `Your team 'X' has`. */
export function quotaRefusal(
  use: QuotaUse,
  kind: 'perDay' | 'perPhase',
  who: string,
): { message: string; fix: string } | null {
  if (use.used < use.limit) return null;
  const when = kind === 'perDay' ? 'today' : 'in this phase';
  const reset =
    use.resetsAt === null
      ? 'No more are taken before the organisers allow it'
      : `The count starts again at ${use.resetsAt.slice(0, 10)} ${use.resetsAt.slice(11, 16)} UTC`;
  return {
    message: `${who} used ${use.used} of ${use.limit} submissions ${when}.`,
    fix: `${reset}. A rejected file counts; what failed on our side, or was cancelled before it ran, does not.`,
  };
}
