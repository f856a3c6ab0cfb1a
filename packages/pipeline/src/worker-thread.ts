import { basename } from 'node:path';
import { parentPort, Worker, workerData } from 'node:worker_threads';
import type { RejectionReason } from '@sillage/contracts';
import { RejectionError } from '@sillage/checking';

/** Classes do not survive a message between threads; a rejection travels as its reason. */
type WorkerReply<Result> = { kind: 'done'; result: Result } | { kind: 'rejected'; reason: RejectionReason };

/** Threads only run compiled code: Node cannot resolve the workspaces' TypeScript sources. */
export const canStartWorkers = import.meta.url.endsWith('.js');

/** Starts a module as a thread, which hands its result over with `serveWorker`. Its file is called `…-worker.js`: bundles keep it apart. */
export function startWorker<Data, Result>(
  module: URL,
  data: Data,
): { result: Promise<Result>; stop: () => Promise<unknown> } {
  const thread = new Worker(module, { workerData: data });
  const result = new Promise<Result>((resolve, reject) => {
    thread.once('message', (reply: WorkerReply<Result>) => {
      if (reply.kind === 'done') resolve(reply.result);
      else reject(new RejectionError(reply.reason));
    });
    thread.once('error', reject);
    thread.once('exit', (code) =>
      reject(new Error(`the thread ${basename(module.pathname)} ended with exit code ${code}`)),
    );
  });
  // The owner may fail before it awaits the result; the failure then is reported by the owner.
  result.catch(() => undefined);
  return { result, stop: () => thread.terminate() };
}

/** The body of a worker module: runs `work` on what the owner sent and posts what it returns. */
export async function serveWorker<Data, Result>(work: (data: Data) => Promise<Result>): Promise<void> {
  if (!parentPort) throw new Error('this module runs as a worker thread only');
  const reply = (message: WorkerReply<Result>): void => parentPort?.postMessage(message);
  try {
    reply({ kind: 'done', result: await work(workerData as Data) });
  } catch (error) {
    if (!(error instanceof RejectionError)) throw error;
    reply({ kind: 'rejected', reason: error.reason });
  }
}
