import { describe, expect, test } from 'vitest';
import { reconstructionWeights, stridedAxis, type FinishedDay, type PatchPlan } from '@sillage/fourdvarnet';
import type { NetworkSolver } from './network-solver.js';
import { NetworkOutputError, solvePatches, type SolvePatchesOptions } from './solve-patches.js';

const plan: PatchPlan = {
  time: stridedAxis({ length: 6, patch: 3, stride: 1 }),
  lat: stridedAxis({ length: 4, patch: 4, stride: 1 }),
  lon: stridedAxis({ length: 7, patch: 4, stride: 3 }),
};
const MAP = 4 * 7;

const heightAt = (day: number, node: number): number => day + node / 100;

type Journal = { compiled: number[]; released: number[]; mostUnderWay: number };

/** Gives back what it is given, a little later. */
function echo(
  journal: Journal,
  inFlight = 1,
  change: (values: Float32Array) => Float32Array = (v) => v,
): NetworkSolver {
  let underWay = 0;
  return {
    kinds: ['observations'],
    compile: async (batch) => {
      journal.compiled.push(batch);
      return {
        peakBytes: null,
        usefulRunsInFlight: inFlight,
        solve: async (fields) => {
          journal.mostUnderWay = Math.max(journal.mostUnderWay, ++underWay);
          await new Promise((resolve) => setTimeout(resolve, 1));
          underWay--;
          return change(Float32Array.from(fields.observations!));
        },
        release: async () => void journal.released.push(batch),
      };
    },
  };
}

const newJournal = (): Journal => ({ compiled: [], released: [], mostUnderWay: 0 });

function optionsOf(solver: NetworkSolver, changes: Partial<SolvePatchesOptions> = {}): SolvePatchesOptions {
  return {
    plan,
    weights: reconstructionWeights(
      { time: 'uniform', offset: 1, crop: { time: 0, lat: 0, lon: 0 } },
      { time: 3, lat: 4, lon: 4 },
    ),
    batchSize: 3,
    solver,
    scaling: { mean: 0, std: 2 },
    readDay: async (day) => ({
      observations: Float32Array.from({ length: MAP }, (_, node) => heightAt(day, node) / 2),
    }),
    ...changes,
  };
}

async function allDays(options: SolvePatchesOptions): Promise<FinishedDay[]> {
  const days: FinishedDay[] = [];
  for await (const day of solvePatches(options)) days.push(day);
  return days;
}

describe('solvePatches', () => {
  test.each([{ inFlight: 1 }, { inFlight: 3 }])(
    'cuts, solves and joins patches without loss, $inFlight under way',
    async ({ inFlight }) => {
      const journal = newJournal();
      const days = await allDays(optionsOf(echo(journal, inFlight)));
      expect(days.map(({ dayIndex }) => dayIndex)).toEqual([0, 1, 2, 3, 4, 5]);
      for (const { dayIndex, values } of days)
        values.forEach((value, node) => expect(value).toBeCloseTo(heightAt(dayIndex, node), 5));
      // 8 patches in batches of 3, the last one of 2: another size is another network, and each is let go
      expect(journal.compiled).toEqual([3, 2]);
      expect(journal.released).toEqual([3, 2]);
    },
  );

  test('runs the first batch alone, then as many as the runtime wants', async () => {
    const journal = newJournal();
    const order: number[] = [];
    await allDays(
      optionsOf(echo(journal, 3), {
        batchSize: 1,
        onBatch: ({ span }) => {
          order.push(span.first);
          if (span.first === 0) expect(journal.mostUnderWay).toBe(1);
        },
      }),
    );
    expect(journal.mostUnderWay).toBe(3);
    expect(order).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  });

  test('stops at the first patch that is not made of numbers, and lets the network go', async () => {
    const journal = newJournal();
    const solver = echo(journal, 1, (values) => {
      if (values.length > 0) values[50] = NaN; // in the second patch of the batch
      return values;
    });
    const failure = await allDays(optionsOf(solver)).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(NetworkOutputError);
    expect(failure).toMatchObject({ patch: 1, found: '1 of 48 values are no numbers' });
    expect(journal.released).toEqual([3]);
  });

  test('stops at a result of another size', async () => {
    const solver = echo(newJournal(), 1, (values) => values.subarray(1));
    await expect(allDays(optionsOf(solver))).rejects.toThrow(/143 values come back, 144/);
  });

  test('ends when it is aborted', async () => {
    const journal = newJournal();
    const controller = new AbortController();
    const act = allDays(
      optionsOf(echo(journal), {
        signal: controller.signal,
        onBatch: () => controller.abort(new Error('no longer wanted')),
      }),
    );
    await expect(act).rejects.toThrow('no longer wanted');
    expect(journal.released).toEqual([3]);
  });

  test('lets a network go whose days nobody wants any more', async () => {
    const journal = newJournal();
    for await (const day of solvePatches(optionsOf(echo(journal, 3)))) if (day.dayIndex === 0) break;
    expect(journal.released).toHaveLength(1);
  });
});
