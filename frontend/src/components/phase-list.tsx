import type { ChallengeRules } from '@sillage/contracts';
import { DISCLOSURE_NAMES, phaseDates, phaseSentence } from '../lib/phase-texts';

/** What runs now, and every phase with its dates; nothing where the challenge has none. */
export function PhaseList({ rules }: { rules: ChallengeRules }) {
  if (rules.phases.length === 0) return null;
  return (
    <>
      <p>{phaseSentence(rules)}</p>
      <ol style={{ display: 'grid', gap: '0.5rem', marginTop: '0.5rem' }} className="small">
        {rules.phases.map((phase) => (
          <li key={phase.name} aria-current={phase.name === rules.phase?.name ? 'step' : undefined}>
            <strong>{phase.name}</strong>
            {phase.name === rules.phase?.name ? ' (now)' : null}
            <br />
            <span className="muted">
              {phaseDates(phase)}; {DISCLOSURE_NAMES[phase.disclosure]}
              {phase.acceptsSubmissions ? '' : '; no submissions'}
            </span>
          </li>
        ))}
      </ol>
    </>
  );
}
