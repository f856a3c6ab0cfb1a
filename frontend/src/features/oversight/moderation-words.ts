import type { ModerationAction, SubmissionView } from '@sillage/contracts';

export const MODERATION_WORDS: Record<ModerationAction, { button: string; label: string; hint: string }> = {
  hide: {
    button: 'Hide…',
    label: 'Why it is hidden',
    hint: 'It leaves every board and list. Only its author, who reads this, and organisers find its page.',
  },
  show: { button: 'Show again…', label: 'Why it is shown again', hint: 'Its author reads this.' },
  verify: {
    button: 'Verify…',
    label: 'What you verified',
    hint: 'Everybody reads this beside the mark: “we ran the published code and got the same map”.',
  },
  unverify: {
    button: 'Take the verification back…',
    label: 'Why it is taken back',
    hint: 'Its author reads this.',
  },
  disqualify: {
    button: 'Disqualify…',
    label: 'Why it is disqualified',
    hint: 'Everybody reads this on its page. It loses its rank, and a verification if it had one.',
  },
  reinstate: { button: 'Reinstate…', label: 'Why it is ranked again', hint: 'Its author reads this.' },
};

/** What the platform would accept: it says no to the others. */
export function possibleActions({
  kind,
  withdrawal,
  moderation: { hidden, verified, disqualified },
  evaluations,
}: SubmissionView): ModerationAction[] {
  if (kind === 'reference') return [];
  const isScored = evaluations.some(({ state }) => state === 'scored');
  const isOpen = withdrawal === null && disqualified === null;
  return [
    ...(hidden === null ? (['hide'] as const) : (['show'] as const)),
    ...(verified !== null ? (['unverify'] as const) : isOpen && isScored ? (['verify'] as const) : []),
    ...(disqualified !== null ? (['reinstate'] as const) : isOpen ? (['disqualify'] as const) : []),
  ];
}
