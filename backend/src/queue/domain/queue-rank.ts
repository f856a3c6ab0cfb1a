import type { Step } from '@sillage/contracts';

/**
 * Work that is close to a result goes first, pictures after it. Running a network takes minutes and has workers of its own;
 * mapping for the platform waits until nobody else does. Somebody sits before the inspection of a draft, so it goes before
 * pictures, and behind what participants wait for.
 */
export const STEPS_BY_URGENCY: readonly Step[] = ['score', 'check', 'inspect', 'products', 'predict', 'map'];

/** Of two jobs the one with the lower rank goes first: by step, and in one step participants before the platform. */
export function queueRank(step: Step, kind: 'participant' | 'reference'): number {
  return 2 * STEPS_BY_URGENCY.indexOf(step) + (kind === 'participant' ? 0 : 1);
}

/** Stress runs go behind everything else, in the same order of steps. */
export function stressQueueRank(step: Step): number {
  return 2 * STEPS_BY_URGENCY.length + STEPS_BY_URGENCY.indexOf(step);
}

/** Re-scores go behind stress runs too: what people wait for is not later for them. */
export function rescoreQueueRank(step: Step): number {
  return 3 * STEPS_BY_URGENCY.length + STEPS_BY_URGENCY.indexOf(step);
}

export const LAST_QUEUE_RANK = 4 * STEPS_BY_URGENCY.length - 1;
