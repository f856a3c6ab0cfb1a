import { Worker } from 'node:worker_threads';
import type { ObservationPlan, ObservedDay, ObservedPeriod } from '@sillage/ocean';
import { canStartWorkers } from '../worker-thread.js';

export type ObserveTask = { id: number; period: ObservedPeriod };
type ObserveReply = { id: number; day: ObservedDay };

/** Observes periods, several at once; give them in order and await them in order. */
export type Observer = {
  /** Periods that may be under way at once. */
  readonly width: number;
  /** Maps of the period must lie in shared memory where there are threads; they must not change before the answer. */
  observe(period: ObservedPeriod): Promise<ObservedDay>;
  close(): Promise<void>;
};

/** Starts `threads` threads for a plan; without threads, or from TypeScript sources, the calling one does the work. */
export async function createObserver(plan: ObservationPlan, threads: number): Promise<Observer> {
  if (threads <= 1 || !canStartWorkers) {
    const { createObservationSampler } = await import('@sillage/ocean');
    const observe = createObservationSampler(plan);
    return { width: 1, observe: async (period) => observe(period), close: async () => undefined };
  }
  const waiting = new Map<
    number,
    { resolve: (day: ObservedDay) => void; reject: (error: unknown) => void }
  >();
  const fail = (error: unknown): void => {
    for (const { reject } of waiting.values()) reject(error);
    waiting.clear();
  };
  const workers = Array.from({ length: threads }, () => {
    const worker = new Worker(new URL('./observe-worker.js', import.meta.url), { workerData: plan });
    worker.on('message', ({ id, day }: ObserveReply) => {
      waiting.get(id)?.resolve(day);
      waiting.delete(id);
    });
    worker.once('error', fail);
    worker.once('exit', (code) => fail(new Error(`the thread observe-worker ended with exit code ${code}`)));
    return worker;
  });
  let sent = 0;
  return {
    width: threads + 1, // one more than there are threads, so that none waits for the writing
    observe(period) {
      const id = sent++;
      const answer = new Promise<ObservedDay>((resolve, reject) => waiting.set(id, { resolve, reject }));
      // The owner awaits the answers in order; a failure before its turn is reported then.
      answer.catch(() => undefined);
      workers[id % workers.length]!.postMessage({ id, period } satisfies ObserveTask);
      return answer;
    },
    async close() {
      await Promise.all(workers.map((worker) => worker.terminate()));
    },
  };
}
