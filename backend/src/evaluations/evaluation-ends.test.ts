import { describe, expect, it } from 'vitest';
import { FakeEvaluations, fakeEvaluation } from '../testing/evaluation-fakes.js';

describe('cancelling', () => {
  const mixed = () =>
    new FakeEvaluations(
      fakeEvaluation('waiting'),
      fakeEvaluation('running', { state: 'running' }),
      fakeEvaluation('scored', { state: 'scored' }),
      fakeEvaluation('shadow', { state: 'running', isShadow: true, isOwn: false }),
    );

  it('ends what is open, but no shadow, and settles what was used', async () => {
    const world = mixed();
    await world.ends.cancelOf('submission', 'author');
    expect(world.states).toEqual({
      waiting: 'cancelled',
      running: 'cancelled',
      scored: 'scored',
      shadow: 'running',
    });
    expect(world.cancelledBut).toEqual([['shadow']]);
    expect(world.settlements).toEqual(['cancelled before it ran']);
    expect(world.raised).toEqual(['task-of-waiting', 'task-of-running']);
    expect(world.get('running').failureMessage).toBeNull();
  });

  it('by an organiser says so: it does not count, however far it had come', async () => {
    const world = mixed();
    await world.ends.cancelOf('submission', 'organiser');
    expect(world.get('running').failureMessage).toBe('cancelled by an organiser');
    expect(world.settlements).toEqual(['cancelled by an organiser']);
  });

  it('is refused where nothing is left but shadows', async () => {
    const world = new FakeEvaluations(
      fakeEvaluation('scored', { state: 'scored' }),
      fakeEvaluation('shadow', { state: 'running', isShadow: true, isOwn: false }),
    );
    await expect(world.ends.cancelOf('submission', 'author')).rejects.toThrow('nothing is left to cancel');
    expect(world.get('shadow').state).toBe('running');
  });
});

describe('a submission that changes', () => {
  it('ends with its shadows where it was withdrawn, and leaves scores', async () => {
    const world = new FakeEvaluations(
      fakeEvaluation('scored', { state: 'scored' }),
      fakeEvaluation('open', { state: 'running' }),
      fakeEvaluation('shadow', { state: 'running', isShadow: true, isOwn: false }),
    );
    await world.ends.submissionChanged('submission', { isWithdrawn: true });
    expect(world.states).toEqual({ scored: 'scored', open: 'cancelled', shadow: 'cancelled' });
    expect(world.raised).toEqual(['task-of-scored', 'task-of-open']);
  });

  it('is only shown otherwise, where it was moderated', async () => {
    const world = new FakeEvaluations(fakeEvaluation('open', { state: 'running' }));
    await world.ends.submissionChanged('submission', { isWithdrawn: false });
    expect(world.states).toEqual({ open: 'running' });
    expect(world.raised).toEqual(['task-of-open']);
    expect(world.settlements).toEqual([]);
  });

  it('tells of its shown scores once it is public', async () => {
    const world = new FakeEvaluations(
      fakeEvaluation('scored', { state: 'scored' }),
      fakeEvaluation('open'),
      fakeEvaluation('shadow', { state: 'scored', isShadow: true }),
    );
    await world.ends.submissionListed('submission');
    expect(world.events).toEqual([{ kind: 'evaluation-listed', evaluationId: 'scored' }]);
  });
});
