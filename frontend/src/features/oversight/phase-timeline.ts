import type { DisclosureLevel, Phase } from '@sillage/contracts';

/** A stretch of time with one rule: a phase, or the time before, between and after phases. */
export type Stretch = {
  phase: Phase | null;
  from: string | null;
  to: string | null;
  disclosure: DisclosureLevel;
  isNow: boolean;
};

/** Everything from the first opening on, gaps included: what holds when. `phases` are in order. */
export function stretchesOf(phases: readonly Phase[], declared: DisclosureLevel, now: string): Stretch[] {
  const stretches: Omit<Stretch, 'isNow'>[] = [];
  let end: string | null = null;
  for (const phase of phases) {
    if (stretches.length === 0 || (end !== null && Date.parse(phase.opens) > Date.parse(end)))
      stretches.push({ phase: null, from: end, to: phase.opens, disclosure: declared });
    stretches.push({ phase, from: phase.opens, to: phase.closes, disclosure: phase.disclosure });
    end = phase.closes;
  }
  if (end !== null || phases.length === 0)
    stretches.push({ phase: null, from: end, to: null, disclosure: declared });
  const at = Date.parse(now);
  return stretches.map((stretch) => ({
    ...stretch,
    isNow:
      (stretch.from === null || Date.parse(stretch.from) <= at) &&
      (stretch.to === null || at < Date.parse(stretch.to)),
  }));
}

const STRICTNESS: Record<DisclosureLevel, number> = { practice: 0, 'public-test': 1, blind: 2 };

/** What an organiser may not have thought of: a truth that was public once cannot be made secret again. */
export function warningsOf(stretches: readonly Stretch[]): string[] {
  const name = ({ phase }: Stretch) => (phase === null ? 'the time outside of phases' : `“${phase.name}”`);
  return stretches.flatMap((stretch, index) => {
    const open = stretches.slice(0, index).find(({ disclosure }) => disclosure === 'practice');
    if (open === undefined || STRICTNESS[stretch.disclosure] === 0) return [];
    return [
      `${name(stretch)} withholds the truth that ${name(open)} shows before it: whoever downloads it keeps it. Scores stay comparable only on a new dataset version.`,
    ];
  });
}
