import { EVALUATION_STATES, type EvaluationState } from '@sillage/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isFinal, mayBecome, statesBefore, TRANSITIONS } from './evaluation-state.js';

const FINAL: EvaluationState[] = ['scored', 'rejected', 'failed', 'cancelled'];
const state = fc.constantFrom(...EVALUATION_STATES);

/** Follows the wanted changes as far as the table lets them. */
function walk(wanted: EvaluationState[]): EvaluationState[] {
  const path: EvaluationState[] = ['queued'];
  for (const next of wanted) {
    const current = path.at(-1) ?? 'queued';
    if (mayBecome(current, next)) path.push(next);
  }
  return path;
}

describe('the states of an evaluation', () => {
  it('are final exactly where the contracts say so', () => {
    expect(EVALUATION_STATES.filter(isFinal)).toEqual(FINAL);
  });

  it('reach at most one final state, whatever is tried', () => {
    fc.assert(
      fc.property(fc.array(state, { maxLength: 30 }), (wanted) => {
        const path = walk(wanted);
        const ends = path.filter(isFinal);
        expect(ends.length).toBeLessThanOrEqual(1);
        if (ends.length === 1) expect(isFinal(path.at(-1) ?? 'queued')).toBe(true);
      }),
    );
  });

  it('are scored only from running: nothing is scored that no worker had', () => {
    expect(statesBefore('scored')).toEqual(['running']);
    fc.assert(
      fc.property(fc.array(state, { maxLength: 30 }), (wanted) => {
        const path = walk(wanted);
        const index = path.indexOf('scored');
        if (index > 0) expect(path[index - 1]).toBe('running');
      }),
    );
  });

  it('can always still come to an end', () => {
    for (const open of EVALUATION_STATES.filter((candidate) => !isFinal(candidate))) {
      expect(TRANSITIONS[open].some(isFinal)).toBe(true);
    }
  });

  it('are listed backwards as they are forwards', () => {
    fc.assert(
      fc.property(state, state, (from, to) => statesBefore(to).includes(from) === mayBecome(from, to)),
    );
  });
});
