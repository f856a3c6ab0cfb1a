import { Logger } from '@nestjs/common';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { PeriodicTask } from './periodic-task.js';

const INTERVAL_MS = 1_000;

class Counted extends PeriodicTask {
  rounds = 0;
  underWay = 0;
  act: () => Promise<void> = () => Promise.resolve();

  constructor() {
    super({ name: 'counted', purpose: 'count', intervalMs: INTERVAL_MS });
  }

  protected async round(): Promise<void> {
    this.rounds += 1;
    this.underWay += 1;
    await this.act().finally(() => (this.underWay -= 1));
  }
}

describe('PeriodicTask', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => {
    vi.useRealTimers();
    vi.restoreAllMocks();
  });

  test('goes round after each interval, and no more once it is stopped', async () => {
    const task = new Counted();
    task.onApplicationBootstrap();
    expect(task.rounds).toBe(0);
    await vi.advanceTimersByTimeAsync(3 * INTERVAL_MS);
    expect(task.rounds).toBe(3);
    await task.onModuleDestroy();
    await vi.advanceTimersByTimeAsync(3 * INTERVAL_MS);
    expect(task.rounds).toBe(3);
  });

  test('never goes two rounds at once', async () => {
    const task = new Counted();
    let finish = () => {};
    task.act = () => new Promise((resolve) => (finish = resolve));
    task.onApplicationBootstrap();
    await vi.advanceTimersByTimeAsync(5 * INTERVAL_MS);
    expect(task).toMatchObject({ rounds: 1, underWay: 1 });
    finish();
    await vi.advanceTimersByTimeAsync(INTERVAL_MS);
    expect(task).toMatchObject({ rounds: 2, underWay: 1 });
  });

  test('warns of a failed round, and goes on', async () => {
    const warn = vi.spyOn(Logger.prototype, 'warn').mockImplementation(() => {});
    const task = new Counted();
    task.act = () => Promise.reject(new Error('the database is away'));
    task.onApplicationBootstrap();
    await vi.advanceTimersByTimeAsync(2 * INTERVAL_MS);
    expect(task.rounds).toBe(2);
    expect(warn).toHaveBeenCalledWith('could not count: the database is away');
    await task.onModuleDestroy();
  });

  test('waits for the round under way when it stops', async () => {
    const task = new Counted();
    let finish = () => {};
    task.act = () => new Promise((resolve) => (finish = resolve));
    task.onApplicationBootstrap();
    await vi.advanceTimersByTimeAsync(INTERVAL_MS);
    let isOver = false;
    const over = task.onModuleDestroy().then(() => (isOver = true));
    await vi.advanceTimersByTimeAsync(INTERVAL_MS);
    expect(isOver).toBe(false);
    finish();
    await over;
    await vi.advanceTimersByTimeAsync(INTERVAL_MS);
    expect(task.rounds).toBe(1);
  });
});
