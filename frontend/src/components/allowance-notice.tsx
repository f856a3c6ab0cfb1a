import type { Allowance } from '@sillage/contracts';
import { nextSlotSentence, phaseSentence, quotaSentence } from '../lib/phase-texts';
import { Notice } from './notice';

/** Before the form: which phase runs, and how much of the limits is used. Nothing where there is neither. */
export function AllowanceNotice({
  allowance: { rules, perDay, perPhase, nextSlotAt },
}: {
  allowance: Allowance;
}) {
  if (!rules.acceptsSubmissions) return null;
  const phase = phaseSentence(rules);
  const uses = [
    ...(perDay === null ? [] : [{ kind: 'perDay' as const, use: perDay }]),
    ...(perPhase === null ? [] : [{ kind: 'perPhase' as const, use: perPhase }]),
  ];
  if (phase === null && uses.length === 0) return null;
  const isUsedUp = uses.some(({ use }) => use.used >= use.limit);
  return (
    <div style={{ marginBottom: '1.5rem' }}>
      <Notice
        tone={isUsedUp ? 'warning' : 'plain'}
        {...(isUsedUp ? { title: 'You have no submission left for now' } : {})}
      >
        {isUsedUp ? <p>{nextSlotSentence(nextSlotAt)}</p> : null}
        {phase === null ? null : <p>{phase}</p>}
        {uses.map(({ kind, use }) => (
          <p key={kind}>Your submissions: {quotaSentence(use, kind)}.</p>
        ))}
        {uses.length === 0 ? null : (
          <p className="small muted">
            A set counts once. A rejected file counts; what failed on our side, or was cancelled before it
            ran, does not.
          </p>
        )}
      </Notice>
    </div>
  );
}
