import type { JobPayload } from '@sillage/contracts';
import { describe, expect, it } from 'vitest';
import { FakeEvaluations, fakeEvaluation } from '../testing/evaluation-fakes.js';

describe('trying again', () => {
  const payload = { kind: 'score', evaluationId: 'one' } as JobPayload;
  const shared = { kind: 'check', evaluationId: null } as JobPayload;

  it('puts another evaluation in the place of a failed one, from the step that failed', async () => {
    const world = new FakeEvaluations(fakeEvaluation('one', { state: 'failed' }), fakeEvaluation('two'));
    world.failedJob = world.job(payload);
    const { evaluationIds, step } = await world.retries.retry('one');
    const [id = ''] = evaluationIds;
    expect([evaluationIds.length, step]).toEqual([1, 'score']);
    expect(world.get('one').state).toBe('failed');
    expect(world.get(id)).toMatchObject({ state: 'queued', step: 'score', taskId: 'task-of-one' });
    expect(world.enqueued).toEqual([{ kind: 'score', evaluationId: id }]);
    expect(world.settlements).toEqual(['tried again']);
    expect(world.raised).toEqual(['task-of-one']);
  });

  it('takes up everything that a shared step took down, and enqueues that step once', async () => {
    const world = new FakeEvaluations(
      fakeEvaluation('one', { state: 'failed' }),
      fakeEvaluation('two', { state: 'failed' }),
      fakeEvaluation('three', { state: 'scored' }),
    );
    world.failedJob = world.job(shared);
    expect((await world.retries.retry('one')).evaluationIds).toHaveLength(2);
    expect(world.enqueued).toEqual([shared]);
  });

  it('happens once', async () => {
    const world = new FakeEvaluations(fakeEvaluation('one', { state: 'failed' }));
    world.failedJob = world.job(payload);
    await world.retries.retry('one');
    await expect(world.retries.retry('one')).rejects.toThrow('was tried again already');
    expect(world.enqueued).toHaveLength(1);
  });

  it.each(['queued', 'scored', 'rejected', 'cancelled'] as const)(
    'is refused for what is %s',
    async (state) => {
      const world = new FakeEvaluations(fakeEvaluation('one', { state }));
      await expect(world.retries.retry('one')).rejects.toThrow(`this evaluation is ${state}`);
      expect(world.enqueued).toEqual([]);
    },
  );

  it('makes the maps and files of a score again, where they failed', async () => {
    const scores = {
      mu: 0.9,
      sigma: 0.01,
      lambdaXDeg: 1.2,
      lambdaXKm: null,
      lambdaTDays: 11,
      unresolved: null,
      atGridLimit: [],
      rmseM: 0.05,
      publicTest: null,
    };
    const world = new FakeEvaluations(fakeEvaluation('one', { state: 'scored', scores }));
    world.haveProductsFailed = true;
    expect((await world.retries.retry('one')).step).toBe('products');
    expect(world.enqueued).toMatchObject([{ kind: 'products', evaluationId: 'one' }]);
    expect(world.states).toEqual({ one: 'scored' });
  });

  it('knows no evaluation that is not there', async () => {
    await expect(new FakeEvaluations().retries.retry('none')).rejects.toThrow('There is no evaluation none.');
  });
});
