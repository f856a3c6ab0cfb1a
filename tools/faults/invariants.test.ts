import { expect, test } from 'vitest';
import { violationsOf, type Snapshot } from './invariants.mjs';

const evaluation = {
  id: 'e1',
  submission_id: 's1',
  upload_id: 'u1',
  name: 'map 0.9',
  state: 'scored',
  step: null,
  scores: '[0.9]',
  reason: null,
  statistics: 1,
  score_jobs: 1,
};
const second = { ...evaluation, id: 'e2', submission_id: 's2', upload_id: 'u2' };
const sound = {
  evaluations: [evaluation, second],
  jobs: [],
  lostTickets: 0,
  storage: { missing: 0, unused: 0 },
  strayUploads: [],
  ledger: [
    { submitted_id: null, kind: 'grant', amount: 9 },
    { submitted_id: 's1', kind: 'use', amount: -1 },
    { submitted_id: 's1', kind: 'refund', amount: 1 },
    { submitted_id: 's1', kind: 'use', amount: -1 },
    { submitted_id: 's2', kind: 'use', amount: -1 },
  ] satisfies Snapshot['ledger'],
  allowance: { limit: 9, used: 2 },
};
const known = { accepted: new Set(['s1', 's2']), earlier: [evaluation] };

test('a platform that kept everything violates nothing', () => {
  expect(violationsOf(sound, known)).toEqual([]);
});

const job = {
  id: 'j1',
  step: 'products',
  state: 'failed',
  attempt: 3,
  worker: 'local/1',
  failure_message: 'killed',
};
const booked = (entry: Snapshot['ledger'][number]) => ({ ...sound, ledger: [...sound.ledger, entry] });
const only = (change: object) => ({ ...sound, evaluations: [evaluation, { ...second, ...change }] });

test.each([
  {
    name: 'a submission that stopped',
    now: only({ state: 'running', step: 'score' }),
    told: /still running/,
  },
  {
    name: 'a good map that failed',
    now: only({ state: 'failed', reason: 'no disk' }),
    told: /failed: no disk/,
  },
  { name: 'two score jobs that both finished', now: only({ score_jobs: 2 }), told: /from 2 finished/ },
  { name: 'scores without statistics', now: only({ statistics: 0 }), told: /0 sets of statistics/ },
  {
    name: 'a lost submission',
    now: { ...sound, evaluations: [evaluation] },
    told: /s2 was accepted and is gone/,
  },
  {
    name: 'two evaluations of one task',
    now: { ...sound, evaluations: [evaluation, second, { ...second, id: 'e3' }] },
    told: /s2 has 2 evaluations/,
  },
  {
    name: 'one upload that became two submissions',
    now: only({ upload_id: 'u1' }),
    told: /u1 became 2 submissions/,
  },
  {
    name: 'a late write',
    now: { ...sound, evaluations: [{ ...evaluation, scores: '[0.1]' }] },
    told: /was final and changed/,
  },
  {
    name: 'equal files with different scores',
    now: only({ scores: '[0.8]' }),
    told: /2 different scores/,
  },
  { name: 'a job that failed', now: { ...sound, jobs: [job] }, told: /job j1 .* is failed: killed/ },
  { name: 'a lost ticket', now: { ...sound, lostTickets: 1 }, told: /1 tickets/ },
  {
    name: 'a missing object',
    now: { ...sound, storage: { missing: 1, unused: 0 } },
    told: /not in the store/,
  },
  {
    name: 'an orphan object',
    now: { ...sound, storage: { missing: 0, unused: 1 } },
    told: /not collected/,
  },
  { name: 'an orphan upload', now: { ...sound, strayUploads: ['u9'] }, told: /holds u9/ },
  {
    name: 'an allowance that counts twice',
    now: { ...sound, allowance: { limit: 9, used: 3 } },
    told: /counts 3 submissions, and there are 2/,
  },
  {
    name: 'a submission that was never booked',
    now: { ...sound, ledger: sound.ledger.slice(0, 4) },
    told: /s2 is scored, and the ledger has 0/,
  },
  {
    name: 'a second use',
    now: booked({ submitted_id: 's2', kind: 'use', amount: -1 }),
    told: /has -2 for it/,
  },
  { name: 'a failure without refund', now: only({ state: 'failed' }), told: /failed, and the ledger has -1/ },
  { name: 'a use of nothing', now: booked({ submitted_id: 's9', kind: 'use', amount: -1 }), told: /for s9/ },
  {
    name: 'a grant too many',
    now: booked({ submitted_id: null, kind: 'grant', amount: 9 }),
    told: /grants 18/,
  },
  {
    name: 'a refund of two',
    now: booked({ submitted_id: 's2', kind: 'refund', amount: 2 }),
    told: /a refund of 2/,
  },
])('tells $name', ({ now, told }) => {
  expect(violationsOf(now, known).join('\n')).toMatch(told);
});

test('a submission that nobody was told of is one too many', () => {
  expect(violationsOf(sound, { ...known, accepted: new Set(['s1']) }).join('\n')).toMatch(
    /s2 is there though nobody was told so/,
  );
});
