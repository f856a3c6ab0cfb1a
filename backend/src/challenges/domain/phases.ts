import {
  WITHHELD_TRUTH_QUOTA,
  type ChallengeRules,
  type DisclosureLevel,
  type Phase,
  type Quota,
} from '@sillage/contracts';

export const NO_QUOTA: Quota = { perDay: null, perPhase: null };

/** The limits that hold at a level. */
function quotaAt(level: DisclosureLevel, named: Quota): Quota {
  const isNamed = named.perDay !== null || named.perPhase !== null;
  return level !== 'practice' && !isNamed ? WITHHELD_TRUTH_QUOTA : named;
}

const opensAt = (phase: Phase): number => Date.parse(phase.opens);
const closesAt = (phase: Phase): number => (phase.closes === null ? Infinity : Date.parse(phase.closes));

/** The phase that runs: one opens at its first instant, and is over at the instant in which it closes. */
export function phaseAt(phases: readonly Phase[], now: Date): Phase | null {
  const at = now.getTime();
  return phases.find((phase) => opensAt(phase) <= at && at < closesAt(phase)) ?? null;
}

/** What may be shown of a challenge: the one place that answers it. The level of the running phase, else what the definition says. */
export function disclosureAt(
  declared: DisclosureLevel,
  phases: readonly Phase[],
  now: Date,
): DisclosureLevel {
  return phaseAt(phases, now)?.disclosure ?? declared;
}

/** When another phase begins or the running one ends: what is known of the challenge until then is old after it. */
export function nextPhaseChange(phases: readonly Phase[], now: Date): Date | null {
  const later = phases
    .flatMap((phase) => [opensAt(phase), closesAt(phase)])
    .filter((at) => Number.isFinite(at) && at > now.getTime());
  return later.length === 0 ? null : new Date(Math.min(...later));
}

/**
 * A challenge without phases takes submissions at any time; with phases, while one runs that accepts them.
 * @param declared - the level of its definition.
 */
export function rulesAt(
  declared: DisclosureLevel,
  { phases, quota }: { phases: readonly Phase[]; quota: Quota },
  now: Date,
): ChallengeRules {
  const phase = phaseAt(phases, now);
  const acceptsSubmissions = phases.length === 0 || (phase?.acceptsSubmissions ?? false);
  const next = phases.find((candidate) => candidate.acceptsSubmissions && opensAt(candidate) > now.getTime());
  return {
    now: now.toISOString(),
    phases: [...phases],
    phase,
    acceptsSubmissions,
    acceptsFrom: acceptsSubmissions ? null : (next?.opens ?? null),
    quota: quotaAt(disclosureAt(declared, phases, now), quota),
  };
}

const minute = (instant: string): string => `${instant.slice(0, 10)} ${instant.slice(11, 16)} UTC`;

/** Why nothing can be submitted now, and when it can; null where it can. */
export function closedReason(name: string, rules: ChallengeRules): { message: string; fix: string } | null {
  if (rules.acceptsSubmissions) return null;
  const { phase, phases, acceptsFrom } = rules;
  const last = phases.findLast(({ closes }) => closes !== null && closes <= rules.now);
  const state =
    phase !== null
      ? `its phase '${phase.name}' runs${phase.closes === null ? '' : ` until ${minute(phase.closes)}`}, and takes none`
      : last === undefined || last.closes === null
        ? 'it has not opened yet'
        : `its phase '${last.name}' closed on ${minute(last.closes)}`;
  const next = phases.find(({ opens }) => opens === acceptsFrom);
  return {
    message: `'${name}' takes no submissions now: ${state}.`,
    fix:
      next === undefined
        ? 'No later phase takes submissions. The boards stay where they are.'
        : `Submit again from ${minute(next.opens)} on, when '${next.name}' opens.`,
  };
}
