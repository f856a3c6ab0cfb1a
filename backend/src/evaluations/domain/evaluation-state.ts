import type { EvaluationState } from '@sillage/contracts';

/**
 * Where an evaluation may go from where it is. `running → queued` is both the way to the next step and the way back
 * from a lost worker. The last four states are final.
 */
export const TRANSITIONS: Record<EvaluationState, readonly EvaluationState[]> = {
  queued: ['running', 'rejected', 'failed', 'cancelled'],
  running: ['queued', 'scored', 'rejected', 'failed', 'cancelled'],
  scored: [],
  rejected: [],
  failed: [],
  cancelled: [],
};

export function isFinal(state: EvaluationState): boolean {
  return TRANSITIONS[state].length === 0;
}

export function mayBecome(from: EvaluationState, to: EvaluationState): boolean {
  return TRANSITIONS[from].includes(to);
}

/** The states from which `to` can be reached: what an update in the database asks for. */
export function statesBefore(to: EvaluationState): EvaluationState[] {
  return (Object.keys(TRANSITIONS) as EvaluationState[]).filter((from) => mayBecome(from, to));
}
