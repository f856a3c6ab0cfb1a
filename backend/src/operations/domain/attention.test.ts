import { expect, it } from 'vitest';
import { attentionOf, type Facts } from './attention.js';

const CALM: Facts = {
  failedReferences: [],
  outdatedProducts: [],
  retryableFailures: 0,
  steps: [{ step: 'score', queued: 3 }],
  workedSteps: new Set(['score']),
  stuckJobs: 0,
  failedMails: 0,
  missingObjects: 0,
  untoldEvents: 0,
};

it('is nothing while all is well', () => {
  expect(attentionOf(CALM)).toEqual([]);
});

it('begins with work that nobody does', () => {
  const found = attentionOf({
    ...CALM,
    workedSteps: new Set(),
    failedReferences: [{ challenge: 'demo', count: 1 }],
    retryableFailures: 2,
  });
  expect(found.map(({ code }) => code)).toEqual(['no-worker', 'failed-references', 'failed-jobs']);
  expect(found[0]?.message).toBe("3 jobs wait for a worker that does 'score', and none is connected.");
  expect(found[1]?.message).toMatch(/^1 reference of demo failed/);
});
