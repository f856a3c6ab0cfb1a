import type { UnresolvedReason } from '@sillage/contracts';

/** What stands in place of λx and λt: never blank, never a number, and the two opposite cases never alike. */
export const UNRESOLVED_MARKS: Record<UnresolvedReason, string> = {
  'everything-resolved': 'below grid',
  'nothing-resolved': 'unresolved',
  identical: 'identical',
  'undefined-spectrum': 'undefined',
};
