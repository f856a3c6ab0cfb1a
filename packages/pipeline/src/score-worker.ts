import { parentPort, workerData } from 'node:worker_threads';
import { RejectionError } from './rejection-error.js';
import { scoreChunks, type ScorePlan, type SharedCounters } from './score-plan.js';
import type { WorkerReply } from './score-threads.js';

/** One further scoring thread: takes chunks until none is left, then posts what it found. */
const { plan, counters } = workerData as { plan: ScorePlan; counters: SharedCounters };
if (!parentPort) throw new Error('score-worker runs as a worker thread only');
const port = parentPort;

function reply(message: WorkerReply): void {
  port.postMessage(message);
}

try {
  reply({ kind: 'done', results: await scoreChunks(plan, counters) });
} catch (error) {
  // Classes do not survive a message; a rejection travels as its reason, anything else as the error itself.
  if (error instanceof RejectionError) reply({ kind: 'rejected', reason: error.reason });
  else throw error;
}
