import { EVALUATION_STATES, type EvaluationView, type RejectionCode, type Scores } from '@sillage/contracts';
import { describe, expect, test } from 'vitest';
import {
  inOrderOf,
  isFinal,
  isSettled,
  stagesOf,
  startText,
  stateText,
  submissionSummary,
} from './evaluation-texts';

const since = '2026-11-23T22:00:00Z';
const sinceMs = Date.parse(since);
const evaluation = (over: Partial<EvaluationView>): EvaluationView => ({
  id: '00000000-0000-4000-8000-000000000001',
  area: 'gf',
  scenario: 'nadir4',
  state: 'queued',
  step: 'check',
  progress: null,
  activity: '',
  stateSince: since,
  deadline: null,
  attempt: 1,
  queuePosition: null,
  obstacle: null,
  previewDays: 0,
  run: null,
  datasetVersion: '1.0.0',
  protocol: 'osse-2020a',
  evaluatorVersion: null,
  scores: null,
  physics: null,
  rank: null,
  identicalTo: null,
  isHeldBack: false,
  coarseErrors: null,
  rejection: null,
  failureMessage: null,
  warnings: [],
  lacksTruth: false,
  artefacts: [],
  ...over,
});
const scores: Scores = {
  ...{ mu: 0.9, sigma: 0.01, lambdaXDeg: 1.2, lambdaXKm: null, lambdaTDays: 11 },
  ...{ unresolved: null, atGridLimit: [], rmseM: 0.04 },
};
const reason = (code: RejectionCode) => ({ code, where: '', found: '', expected: '', fix: '' });
const maps = { name: 'maps.json' as const, sizeBytes: 1, sha256: '0'.repeat(64), url: '/x' };

describe('asking stops', () => {
  test('not before the state is final', () => {
    expect(isSettled(evaluation({ state: 'running' }), sinceMs + 1e9)).toBe(false);
  });

  test('at once after a rejection, but only with its maps after a score', () => {
    expect(isSettled(evaluation({ state: 'rejected', step: null }), sinceMs)).toBe(true);
    expect(isSettled(evaluation({ state: 'scored', step: null, scores }), sinceMs + 1000)).toBe(false);
    expect(
      isSettled(evaluation({ state: 'scored', step: null, scores, artefacts: [maps] }), sinceMs + 1000),
    ).toBe(true);
  });

  test('at once after a score that is not told', () => {
    expect(isSettled(evaluation({ state: 'scored', step: null }), sinceMs + 1000)).toBe(true);
  });

  test('some time after a score whose maps do not come', () => {
    expect(isSettled(evaluation({ state: 'scored', step: null, scores }), sinceMs + 120_000)).toBe(true);
  });
});

describe('the stages of a network', () => {
  const run = {
    runtime: { name: 'onnxruntime-cpu', version: '1', device: 'CPU', precision: 'float32' },
    patchCount: 1,
    batchCount: 1,
    wallSeconds: 1,
    deviceSeconds: null,
    energyJoules: null,
    gflop: null,
  };
  const here = (over: Partial<EvaluationView>) =>
    stagesOf(evaluation(over), 'upload', 'network').find(
      ({ status }) => status === 'current' || status === 'stopped',
    );

  test.each([
    { over: { step: 'check' }, name: 'Weights' },
    { over: { step: 'predict' }, name: 'Network' },
    { over: { step: 'check', run }, name: 'Map check' },
    { over: { step: 'score', run }, name: 'Score' },
    { over: { state: 'rejected', step: null, rejection: reason('checkpoint-with-code') }, name: 'Weights' },
    { over: { state: 'rejected', step: null, rejection: reason('network-diverged') }, name: 'Network' },
    {
      over: { state: 'rejected', step: null, run, rejection: reason('area-not-covered') },
      name: 'Map check',
    },
    {
      over: { state: 'rejected', step: null, run, rejection: reason('holes-in-reconstruction') },
      name: 'Score',
    },
    { over: { state: 'failed', step: null, previewDays: 3 }, name: 'Network' },
    { over: { state: 'scored', step: null, scores, run }, name: 'Curves and maps' },
  ] as const)('stand at $name', ({ over, name }) => {
    expect(here(over)?.name).toBe(name);
  });

  test.each([
    { over: { state: 'rejected', step: null, rejection: reason('network-too-large') }, name: 'Network' },
    { over: { state: 'rejected', step: null, rejection: reason('inputs-missing') }, name: 'Weights' },
    { over: { state: 'cancelled', step: null }, name: 'Network' },
  ] as const)('of one that was found good stop at $name', ({ over, name }) => {
    const stages = stagesOf(evaluation(over), 'upload', 'network', true);
    expect(stages.find(({ status }) => status === 'stopped')?.name).toBe(name);
  });

  test('are all done with its maps', () => {
    const done = stagesOf(
      evaluation({ state: 'scored', step: null, scores, run, artefacts: [maps] }),
      'upload',
      'network',
    );
    expect(done.map(({ status }) => status)).toEqual(Array.from({ length: 7 }, () => 'done'));
  });
});

describe('the stages', () => {
  const statuses = (over: Partial<EvaluationView>) => stagesOf(evaluation(over)).map((stage) => stage.status);

  test.each([
    {
      name: 'waiting for the check',
      over: { state: 'queued', step: 'check' },
      expected: ['done', 'current', 'ahead', 'ahead', 'ahead'],
    },
    {
      name: 'waiting for the score',
      over: { state: 'queued', step: 'score' },
      expected: ['done', 'done', 'current', 'ahead', 'ahead'],
    },
    {
      name: 'scored without maps',
      over: { state: 'scored', step: null, scores },
      expected: ['done', 'done', 'done', 'done', 'current'],
    },
    {
      name: 'scored, and not told',
      over: { state: 'scored', step: null },
      expected: ['done', 'done', 'done', 'ahead', 'ahead'],
    },
    {
      name: 'all done',
      over: { state: 'scored', step: null, scores, artefacts: [maps] },
      expected: ['done', 'done', 'done', 'done', 'done'],
    },
    {
      name: 'rejected',
      over: { state: 'rejected', step: null },
      expected: ['done', 'stopped', 'ahead', 'ahead', 'ahead'],
    },
    {
      name: 'rejected for holes, which only the score step sees',
      over: { state: 'rejected', step: null, rejection: reason('holes-in-reconstruction') },
      expected: ['done', 'done', 'stopped', 'ahead', 'ahead'],
    },
    {
      name: 'one of several tasks is not covered by a file that passed the check',
      over: {
        state: 'rejected',
        step: null,
        rejection: reason('area-not-covered'),
        warnings: [{ code: 'area-not-covered', message: 'The task east × nadir4 cannot be scored.' }],
      },
      expected: ['done', 'done', 'stopped', 'ahead', 'ahead'],
    },
    {
      name: 'no task is covered',
      over: { state: 'rejected', step: null, rejection: reason('area-not-covered') },
      expected: ['done', 'stopped', 'ahead', 'ahead', 'ahead'],
    },
  ] as const)('are right when $name', ({ over, expected }) => {
    expect(statuses(over as Partial<EvaluationView>)).toEqual(expected);
  });

  test('begin with the map where the platform makes it', () => {
    const stages = stagesOf(evaluation({ state: 'running', step: 'map' }), 'platform');
    expect(stages.map((stage) => stage.status)).toEqual(['current', 'ahead', 'ahead', 'ahead', 'ahead']);
    expect(stages[0]!.name).toBe('Map');
    expect(stateText({ state: 'running', step: 'map' })).toBe('mapping the observations');
  });

  test('have at most one that is current or stopped, in every state', () => {
    for (const state of EVALUATION_STATES) {
      const here = statuses({ state }).filter((status) => status === 'current' || status === 'stopped');
      expect(here.length).toBeLessThanOrEqual(1);
      expect(isFinal({ state }) || stateText({ state, step: 'score' }) !== '').toBe(true);
    }
  });
});

test('a submission of several tasks says how many are done', () => {
  const scored = evaluation({ state: 'scored', step: null, scores });
  const running = evaluation({ state: 'running', step: 'score' });
  expect(submissionSummary({ evaluations: [scored, running] })).toBe('1 of 2 tasks done');
  expect(submissionSummary({ evaluations: [running, running] })).toBe('scoring');
  const rejected = evaluation({ state: 'rejected', step: null });
  expect(submissionSummary({ evaluations: [rejected, scored] })).toBe('1 scored, 1 rejected');
});

test('tasks stand in the order of the challenge', () => {
  const east = evaluation({ area: 'east' });
  const west = evaluation({ area: 'west' });
  expect(inOrderOf(['west.nadir4', 'east.nadir4'], [east, west])).toEqual([west, east]);
});

describe('the start of what waits', () => {
  test.each([
    { over: { queuePosition: 0 }, text: 'as soon as an evaluator is free' },
    { over: { queuePosition: 1 }, text: 'after the job ahead of it' },
    { over: { queuePosition: 4 }, text: 'after the 4 jobs ahead of it' },
    {
      over: { queuePosition: 2, obstacle: { code: 'no-worker-predicts' as const, message: '' } },
      text: 'when what it waits for is there',
    },
  ])('is $text', ({ over, text }) => {
    expect(startText(evaluation(over))).toBe(text);
  });
});
