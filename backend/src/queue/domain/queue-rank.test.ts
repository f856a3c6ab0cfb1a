import { stepSchema } from '@sillage/contracts';
import { describe, expect, it } from 'vitest';
import {
  LAST_QUEUE_RANK,
  queueRank,
  rescoreQueueRank,
  STEPS_BY_URGENCY,
  stressQueueRank,
} from './queue-rank.js';

const KINDS = ['participant', 'reference'] as const;

describe('queueRank', () => {
  it('knows every step', () => {
    expect([...STEPS_BY_URGENCY].sort()).toEqual([...stepSchema.options].sort());
  });

  it('gives every step of every kind a rank of its own, none above the last', () => {
    const ranks = STEPS_BY_URGENCY.flatMap((step) => KINDS.map((kind) => queueRank(step, kind)));
    ranks.push(...STEPS_BY_URGENCY.map(stressQueueRank), ...STEPS_BY_URGENCY.map(rescoreQueueRank));
    expect(ranks).toEqual(Array.from({ length: LAST_QUEUE_RANK + 1 }, (_value, index) => index));
  });

  it('lets no map of the platform go before anything of a participant', () => {
    for (const step of stepSchema.options)
      expect(queueRank('map', 'reference')).toBeGreaterThan(queueRank(step, 'participant'));
  });

  it('lets no step of a re-score go before anything that people wait for', () => {
    const first = Math.min(...STEPS_BY_URGENCY.map(rescoreQueueRank));
    expect(first).toBeGreaterThan(Math.max(...STEPS_BY_URGENCY.map(stressQueueRank)));
  });

  it('lets no step of a stress run go before anything else', () => {
    for (const step of stepSchema.options)
      for (const kind of KINDS) expect(stressQueueRank('score')).toBeGreaterThan(queueRank(step, kind));
  });
});
