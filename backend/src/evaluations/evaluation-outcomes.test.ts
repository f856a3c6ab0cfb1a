import { Logger } from '@nestjs/common';
import type { JobPayload, RejectionReason, Scores } from '@sillage/contracts';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { FakeEvaluations, fakeEvaluation, SUBMISSION_ID } from '../testing/evaluation-fakes.js';
import type { DoneResult } from './ports.js';

const FILE = { sha256: 'b'.repeat(64), sizeBytes: 20 };
const BOX = { west: -65, east: -55, south: 33, north: 43 };
const extent = (area: string) => ({
  area,
  scenario: 'nadir4',
  scoredBox: BOX,
  period: { start: '2012-10-22', end: '2012-12-02' },
});
const checkOf = (areas: string[], change: Partial<Extract<JobPayload, { kind: 'check' }>> = {}) => ({
  kind: 'check' as const,
  submissionId: SUBMISSION_ID,
  upload: FILE,
  fileName: 'map.nc',
  variable: null,
  tasks: areas.map(extent),
  onlyCovered: false,
  evaluationId: null,
  network: null,
  ...change,
});
const scoreOf = (evaluationId: string) => ({
  kind: 'score' as const,
  evaluationId,
  canonical: FILE,
  task: extent('gf'),
  protocol: 'osse-2020a' as const,
  truth: FILE,
  truthVariable: null,
  oi: null,
});
const SCORES: Scores = {
  mu: 0.9,
  sigma: 0.01,
  lambdaXDeg: 1.2,
  lambdaXKm: null,
  lambdaTDays: 11,
  unresolved: null,
  atGridLimit: [],
  rmseM: 0.05,
};
const scored = (scores: Partial<Scores> = {}): DoneResult => ({
  kind: 'score',
  scores: { ...SCORES, ...scores },
  statistics: null,
  warnings: [],
  artefacts: [],
});
const checked = (uncovered: { area: string; scenario: string }[] = []): DoneResult => ({
  kind: 'check',
  canonical: FILE,
  warnings: [],
  uncovered,
});
const REASON: RejectionReason = {
  code: 'days-missing',
  where: 'gf',
  found: '41 days',
  expected: '42 days',
  fix: 'Add the day.',
};
const products = (evaluationId: string): JobPayload => ({ kind: 'products', evaluationId }) as JobPayload;

beforeEach(() => void vi.spyOn(Logger.prototype, 'error').mockImplementation(() => {}));
afterEach(() => void vi.restoreAllMocks());

describe('a result of a worker', () => {
  it('of a wrong kind is refused, and changes nothing', async () => {
    const world = new FakeEvaluations(fakeEvaluation('one', { state: 'running' }));
    await expect(world.outcomes.applyResult(world.job(checkOf(['gf'])), scored())).rejects.toThrow(
      'Job job is a check step; its result is that of a score step.',
    );
    await expect(
      world.outcomes.applyResult(
        world.job(checkOf(['gf'], { network: { manifest: '', tasks: [] } as never })),
        checked(),
      ),
    ).rejects.toThrow('Job job is a check-network step');
    expect(world.states).toEqual({ one: 'running' });
    expect(world.enqueued).toEqual([]);
  });

  it('of a check sends every open evaluation of the submission to its score', async () => {
    const world = new FakeEvaluations(
      fakeEvaluation('one', { state: 'running' }),
      fakeEvaluation('two', { state: 'running' }),
      fakeEvaluation('over', { state: 'rejected' }),
      fakeEvaluation('of-a-rescore', { state: 'running', isOwn: false, isShadow: true }),
    );
    await world.outcomes.applyResult(world.job(checkOf(['gf'])), checked());
    expect(world.states).toEqual({
      one: 'queued',
      two: 'queued',
      over: 'rejected',
      'of-a-rescore': 'running',
    });
    expect(world.enqueued).toMatchObject([
      { kind: 'score', evaluationId: 'one' },
      { kind: 'score', evaluationId: 'two' },
    ]);
    expect(world.required).toEqual([FILE.sha256]);
  });

  it('of a map goes to its check', async () => {
    const world = new FakeEvaluations(fakeEvaluation('one', { state: 'running', step: 'map' }));
    const job = world.job({ kind: 'map', submissionId: SUBMISSION_ID, task: extent('gf') } as JobPayload);
    await world.outcomes.applyResult(job, { kind: 'map', map: FILE, variable: 'ssh', fileName: 'oi.nc' });
    expect(world.get('one')).toMatchObject({ state: 'queued', step: 'check' });
    expect(world.enqueued).toMatchObject([
      { kind: 'check', upload: FILE, evaluationId: null, onlyCovered: false },
    ]);
  });

  it('that contradicts itself is refused', async () => {
    const world = new FakeEvaluations(fakeEvaluation('one', { state: 'running' }));
    const result = world.outcomes.applyResult(world.job(scoreOf('one')), scored({ lambdaTDays: null }));
    await expect(result).rejects.toThrow('contradict themselves: lambdaTDays is missing alone');
    expect(world.states).toEqual({ one: 'running' });
  });

  it('of a score that was cancelled meanwhile is dropped', async () => {
    const world = new FakeEvaluations(fakeEvaluation('one', { state: 'cancelled' }));
    await world.outcomes.applyResult(world.job(scoreOf('one')), scored());
    expect(world.get('one')).toMatchObject({ state: 'cancelled', scores: null });
    expect([world.events, world.enqueued]).toEqual([[], []]);
  });
});

describe('tasks that a map does not cover', () => {
  const two = () =>
    new FakeEvaluations(
      fakeEvaluation('gf', { state: 'running' }),
      fakeEvaluation('natl', { state: 'running', area: 'natl' }),
    );
  const natl = { area: 'natl', scenario: 'nadir4' };

  it('are taken back where the participant asked for it, with a note', async () => {
    const world = two();
    await world.outcomes.applyResult(
      world.job(checkOf(['gf', 'natl'], { onlyCovered: true })),
      checked([natl]),
    );
    expect(world.states).toEqual({ gf: 'queued' });
    expect(world.warnings).toEqual(['The map does not cover natl × nadir4: it was not entered there.']);
    expect(world.raised).toContain('task-of-natl');
  });

  it('must not be left out otherwise, nor all of them', async () => {
    const world = two();
    await expect(
      world.outcomes.applyResult(world.job(checkOf(['gf', 'natl'])), checked([natl])),
    ).rejects.toThrow('must not leave tasks out');
    await expect(
      world.outcomes.applyResult(
        world.job(checkOf(['gf', 'natl'], { onlyCovered: true })),
        checked([natl, { area: 'gf', scenario: 'nadir4' }]),
      ),
    ).rejects.toThrow('leaves no task');
    expect(world.states).toEqual({ gf: 'running', natl: 'running' });
  });
});

describe('a score', () => {
  const score = async (world: FakeEvaluations, scores: Partial<Scores> = {}) => {
    await world.outcomes.applyResult(world.job(scoreOf('one')), scored(scores));
    return world.get('one').scores?.publicTest?.isHeldBack;
  };
  const running = (change = {}) =>
    new FakeEvaluations(fakeEvaluation('one', { state: 'running', step: 'score', ...change }));

  it('is told, shown on its board, and gets its maps and files', async () => {
    const world = running();
    await score(world);
    expect(world.states).toEqual({ one: 'scored' });
    expect(world.events).toEqual([{ kind: 'evaluation-scored', evaluationId: 'one' }]);
    expect(world.notifications.notices).toEqual([{ kind: 'board-changed', taskId: 'task-of-one' }]);
    expect(world.enqueued).toMatchObject([{ kind: 'products', evaluationId: 'one', scores: { mu: 0.9 } }]);
  });

  it('of a re-score stays out of sight', async () => {
    const world = running({ isShadow: true, isOwn: false });
    await score(world);
    expect(world.states).toEqual({ one: 'scored' });
    expect([world.events, world.raised, world.enqueued]).toEqual([[], [], []]);
  });

  it('gets no maps and files in a blind challenge, and the truth in none but an open one', async () => {
    for (const [level, includeTruth] of [
      ['blind', undefined],
      ['public-test', false],
      ['practice', true],
    ] as const) {
      const world = running();
      world.disclosure = level;
      await score(world);
      const [made] = world.enqueued;
      expect(made?.kind === 'products' ? made.includeTruth : undefined).toBe(includeTruth);
    }
  });

  it.each([
    {
      name: 'the first is told',
      told: { isReference: false, wasHeldBack: null, mu: null },
      isHeldBack: false,
    },
    {
      name: 'one hardly better is not',
      told: { isReference: false, wasHeldBack: null, mu: 0.899 },
      isHeldBack: true,
    },
    {
      name: 'one clearly better is',
      told: { isReference: false, wasHeldBack: null, mu: 0.8 },
      isHeldBack: false,
    },
    {
      name: 'a reference always is',
      told: { isReference: true, wasHeldBack: null, mu: 0.95 },
      isHeldBack: false,
    },
    {
      name: 'one done again stays told',
      told: { isReference: false, wasHeldBack: false, mu: 0.95 },
      isHeldBack: false,
    },
    { name: 'or held back', told: { isReference: false, wasHeldBack: true, mu: 0.1 }, isHeldBack: true },
  ])('in a public test: $name', async ({ told, isHeldBack }) => {
    const world = running();
    world.told = told;
    expect(await score(world)).toBe(isHeldBack);
  });
});

describe('what ends without a score', () => {
  it('a rejection gives its reason, and reaches only what the step concerns', async () => {
    const world = new FakeEvaluations(
      fakeEvaluation('one', { state: 'running' }),
      fakeEvaluation('two', { state: 'running' }),
    );
    await world.outcomes.applyRejection(world.job(scoreOf('two')), REASON);
    expect(world.states).toEqual({ one: 'running', two: 'rejected' });
    expect(world.get('two').rejection).toEqual({ ...REASON, step: 'score' });
    expect(world.events).toEqual([{ kind: 'evaluation-rejected', evaluationId: 'two' }]);
    // What a participant can mend has used a submission.
    expect(world.settlements).toEqual([]);
  });

  it('a failure of ours gives the submission back', async () => {
    const world = new FakeEvaluations(
      fakeEvaluation('one', { state: 'running' }),
      fakeEvaluation('two', { state: 'running' }),
    );
    await world.outcomes.applyFailure(world.job(checkOf(['gf'])), 'The disk is full.');
    expect(world.states).toEqual({ one: 'failed', two: 'failed' });
    expect(world.get('one').failureMessage).toBe('The disk is full.');
    expect(world.settlements).toEqual(['failed on our side']);
    expect(world.events.map(({ kind }) => kind)).toEqual(['evaluation-failed', 'evaluation-failed']);
  });

  it('nobody is told of what fails or is rejected out of sight', async () => {
    const shadow = () =>
      new FakeEvaluations(fakeEvaluation('one', { state: 'running', isShadow: true, isOwn: false }));
    const [failed, rejected] = [shadow(), shadow()];
    await failed.outcomes.applyFailure(failed.job(scoreOf('one')), 'No.');
    await rejected.outcomes.applyRejection(rejected.job(scoreOf('one')), REASON);
    expect([failed.states, rejected.states]).toEqual([{ one: 'failed' }, { one: 'rejected' }]);
    for (const { events, raised } of [failed, rejected]) expect([events, raised]).toEqual([[], []]);
  });

  it('products that fail or are rejected leave the score, and the board says so', async () => {
    const world = new FakeEvaluations(fakeEvaluation('one', { state: 'scored' }));
    await world.outcomes.applyFailure(world.job(products('one')), 'No.');
    await world.outcomes.applyRejection(world.job(products('one')), REASON);
    expect(world.states).toEqual({ one: 'scored' });
    expect(world.raised).toEqual(['task-of-one', 'task-of-one']);
    expect([world.events, world.settlements]).toEqual([[], []]);
  });
});

describe('a job that changes hands', () => {
  it('runs once it is taken, with the version of its evaluator where it scores', async () => {
    const world = new FakeEvaluations(fakeEvaluation('one', { step: 'score' }));
    await world.outcomes.start(world.job(scoreOf('one')), '1.2.3');
    expect(world.get('one')).toMatchObject({ state: 'running', evaluatorVersion: '1.2.3' });
    await world.outcomes.returnToQueue(world.job(scoreOf('one')));
    expect(world.get('one')).toMatchObject({ state: 'queued', step: 'score' });
  });

  it('moves nothing that is final', async () => {
    const world = new FakeEvaluations(fakeEvaluation('one', { state: 'cancelled' }));
    await world.outcomes.start(world.job(checkOf(['gf'])), '1.2.3');
    await world.outcomes.returnToQueue(world.job(checkOf(['gf'])));
    await world.outcomes.applyResult(world.job(checkOf(['gf'])), checked());
    await world.outcomes.applyRejection(world.job(checkOf(['gf'])), REASON);
    await world.outcomes.applyFailure(world.job(checkOf(['gf'])), 'No.');
    expect(world.states).toEqual({ one: 'cancelled' });
    expect([world.enqueued, world.events]).toEqual([[], []]);
  });
});
