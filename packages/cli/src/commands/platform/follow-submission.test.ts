import type { EvaluationView, SubmissionView } from '@sillage/contracts';
import { expect, test } from 'vitest';
import { submissionText } from './follow-submission.js';

const evaluation: EvaluationView = {
  id: 'ac376aa2-19e7-4232-88a9-4d32a102c1fd',
  area: 'gf',
  scenario: 'nadir4',
  state: 'scored',
  step: null,
  progress: null,
  activity: '',
  stateSince: '2026-11-24T00:00:00Z',
  deadline: null,
  attempt: 1,
  queuePosition: null,
  obstacle: null,
  previewDays: 0,
  run: null,
  datasetVersion: '1.0.0',
  protocol: 'osse-2020a',
  evaluatorVersion: '0.1.0',
  scores: {
    mu: 1,
    sigma: 0,
    lambdaXDeg: null,
    lambdaXKm: null,
    lambdaTDays: null,
    unresolved: 'identical',
    atGridLimit: [],
    rmseM: 0,
  },
  physics: null,
  rank: 1,
  identicalTo: null,
  isHeldBack: false,
  coarseErrors: null,
  rejection: null,
  failureMessage: null,
  warnings: [],
  lacksTruth: false,
  artefacts: [],
};
const submission: SubmissionView = {
  id: '273758a4-f1b5-415a-8f72-a027874263b1',
  challenge: 'demo-osse',
  challengeName: 'Demo',
  kind: 'participant',
  form: 'map',
  network: null,
  author: 'Ada',
  team: null,
  people: [],
  isMine: true,
  mayManage: true,
  visibility: { kind: 'public' },
  withdrawal: null,
  moderation: { hidden: null, verified: null, disqualified: null },
  card: {
    name: 'Truth',
    description: '',
    inputs: ['ssh-nadir'],
    codeUrl: null,
    paperUrl: null,
    licence: 'CC-BY-4.0',
  },
  file: { name: 'truth.nc', sizeBytes: 1, sha256: '0'.repeat(64) },
  siblings: [],
  createdAt: '2026-11-24T00:00:00Z',
  evaluations: [evaluation],
  shadows: [],
};

test('along a track there is a resolution in km, and none in degrees or days', () => {
  const scores = {
    mu: 0.88,
    sigma: 0.05,
    lambdaXDeg: null,
    lambdaXKm: 139.4,
    lambdaTDays: null,
    unresolved: null,
    atGridLimit: [],
    rmseM: 0.06,
  };
  const text = submissionText(
    { ...submission, evaluations: [{ ...evaluation, protocol: 'ose-along-track', scores }] },
    'http://localhost:3000',
  );
  expect(text).toMatch(/µ\(RMSE\)\s+σ\(RMSE\)\s+λx \[km\]\n/);
  expect(text).toMatch(/0\.880\s+0\.050\s+139$/);
});

test('a score without effective resolution says why there is none', () => {
  expect(submissionText(submission, 'http://localhost:3000')).toContain(
    'gf × nadir4: no effective resolution: The reconstruction is identical to the reference.',
  );
});

test('a score that is not told, or has no rank, says why', () => {
  const heldBack = { ...evaluation, scores: null, rank: null, isHeldBack: true };
  const copy = { ...evaluation, rank: null, identicalTo: { submissionId: submission.id, method: 'First' } };
  const text = (only: EvaluationView) =>
    submissionText({ ...submission, evaluations: [only] }, 'http://localhost:3000');
  expect(text(heldBack)).toContain('gf × nadir4: scored, and not told: It is not clearly better than');
  expect(text(copy)).toContain('gf × nadir4: identical to First, so it has no rank');
});

test('a task that is worked on says how far it is, and one that is done does not', () => {
  const running: EvaluationView = {
    ...evaluation,
    state: 'running',
    step: 'predict',
    scores: null,
    activity: '16 of 51 patches solved, about 10 s left on CPU, 2 threads',
  };
  const text = (only: EvaluationView) =>
    submissionText({ ...submission, evaluations: [only] }, 'http://localhost:3000');
  expect(text(running)).toContain('gf × nadir4: 16 of 51 patches solved, about 10 s left on CPU, 2 threads');
  expect(text({ ...evaluation, activity: 'scored' })).not.toContain(': scored');
});

test('an entry that was withdrawn says by whom, when and why', () => {
  const text = submissionText(
    {
      ...submission,
      withdrawal: { at: '2026-11-25T08:00:00Z', by: 'author', reason: 'wrong manifest' },
    },
    'http://localhost:3000',
  );
  expect(text).toContain('withdrawn by its author on 2026-11-25: wrong manifest');
});
