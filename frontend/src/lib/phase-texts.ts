import type { ChallengeRules, DisclosureLevel, Phase, QuotaUse } from '@sillage/contracts';
import { formatDuration, formatInstant } from './format-time';

export const DISCLOSURE_NAMES: Record<DisclosureLevel, string> = {
  practice: 'practice',
  'public-test': 'public test',
  blind: 'blind',
};

/** `1 Mar 2026, 00:00 UTC to 1 Apr 2026, 00:00 UTC` */
export function phaseDates({ opens, closes }: Pick<Phase, 'opens' | 'closes'>): string {
  return closes === null
    ? `from ${formatInstant(opens)} on`
    : `${formatInstant(opens)} to ${formatInstant(closes)}`;
}

/** What runs now, and how long still: one sentence. Null where the challenge has no phases. */
export function phaseSentence({ phases, phase, acceptsFrom, now }: ChallengeRules): string | null {
  if (phases.length === 0) return null;
  const left = (until: string) => formatDuration(Date.parse(until) - Date.parse(now));
  if (phase !== null) {
    const end =
      phase.closes === null ? '' : ` until ${formatInstant(phase.closes)} (${left(phase.closes)} left)`;
    return `Phase “${phase.name}” runs${end}. ${phase.acceptsSubmissions ? 'It takes submissions.' : 'It takes no submissions.'}`;
  }
  if (acceptsFrom !== null)
    return `No phase runs now. Submissions open on ${formatInstant(acceptsFrom)}, in ${left(acceptsFrom)}.`;
  return 'No phase runs now, and no later one takes submissions.';
}

/** `2 of 5 used today; counted again from 28 Nov 2026, 00:00 UTC` */
export function quotaSentence(use: QuotaUse, kind: 'perDay' | 'perPhase'): string {
  const when = kind === 'perDay' ? 'today' : 'in this phase';
  const reset = use.resetsAt === null ? '' : `; counted again from ${formatInstant(use.resetsAt)}`;
  return `${use.used} of ${use.limit} used ${when}${reset}`;
}

/** Where the limits are used up. */
export function nextSlotSentence(nextSlotAt: string | null): string {
  return nextSlotAt === null
    ? 'No more are taken before the organisers allow it.'
    : `The next slot opens ${formatInstant(nextSlotAt)}.`;
}
