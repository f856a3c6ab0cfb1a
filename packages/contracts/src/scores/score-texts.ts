// Constants without zod: a program that only prints scores must not wait for the schemas of a whole platform.

/** Why an effective resolution has no value. `everything-resolved`: the score never falls to 0.5 on this grid. */
export const UNRESOLVED_REASONS = [
  'everything-resolved',
  'nothing-resolved',
  'identical',
  'undefined-spectrum',
] as const;
export type UnresolvedReason = (typeof UNRESOLVED_REASONS)[number];

/** One sentence per reason, for a participant. */
export const UNRESOLVED_TEXTS: Record<UnresolvedReason, string> = {
  'everything-resolved': 'The PSD score stays above 0.5 at every wavelength and period of this grid.',
  'nothing-resolved': 'The PSD score is below 0.5 at every wavelength and period.',
  identical: 'The reconstruction is identical to the reference.',
  'undefined-spectrum':
    'No latitude row is complete, or no piece of the track long enough: this protocol has no spectrum here.',
};

/** Why a public test does not tell a score. */
export const HELD_BACK_TEXT =
  'It is not clearly better than the best score that you were told on this board. A public test tells the next one once the error is a tenth smaller, and by more than its standard error. This one is kept, and is shown when the challenge shows everything.';

export * from './score-table.js';
