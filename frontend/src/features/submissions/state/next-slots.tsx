import type { Allowance } from '@sillage/contracts';
import { nextSlotSentence } from '../../../lib/phase-texts';

/** Of the challenges in which the limits are used up: when the next submission is taken. */
export function NextSlots({ challenges }: { challenges: readonly { name: string; allowance: Allowance }[] }) {
  const waiting = challenges.filter(({ allowance: { perDay, perPhase } }) =>
    [perDay, perPhase].some((use) => use !== null && use.used >= use.limit),
  );
  return waiting.map(({ name, allowance }) => (
    <p key={name} className="muted" style={{ marginBottom: '0.75rem' }}>
      {name}: you have used all your submissions for now. {nextSlotSentence(allowance.nextSlotAt)}
    </p>
  ));
}
