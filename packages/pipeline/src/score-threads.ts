import { Worker } from 'node:worker_threads';
import type { RejectionReason } from '@sillage/contracts';
import { RejectionError } from './rejection-error.js';
import { scoreChunks, type ChunkResult, type ScorePlan, type SharedCounters } from './score-plan.js';

export type WorkerReply =
  | { kind: 'done'; results: ChunkResult[] }
  | { kind: 'rejected'; reason: RejectionReason };

/** Points (times × latitudes × longitudes) that one thread scores before a second has even started. */
const POINTS_WORTH_A_THREAD = 3_000_000;

/** Threads only run compiled code: Node cannot resolve the workspaces' TypeScript sources. */
const canStartWorkers = import.meta.url.endsWith('.js');

export function usefulThreadCount(pointCount: number, wanted: number): number {
  const useful = Math.max(1, Math.floor(pointCount / POINTS_WORTH_A_THREAD));
  return canStartWorkers ? Math.max(1, Math.min(wanted, useful)) : 1;
}

/** Scores all chunks of a plan; the calling thread works along. Results come in the order of the chunks. */
export async function scoreOnThreads(plan: ScorePlan, threadCount: number, onBand?: (counters: SharedCounters) => void): Promise<ChunkResult[]> {
  const counters: SharedCounters = new Int32Array(new SharedArrayBuffer(8));
  const workers = Array.from({ length: threadCount - 1 }, () => startWorker(plan, counters));
  try {
    const parts = await Promise.all([
      scoreChunks(plan, counters, () => onBand?.(counters)),
      ...workers.map((worker) => worker.results),
    ]);
    return parts.flat().sort((a, b) => a.chunkIndex - b.chunkIndex);
  } finally {
    await Promise.all(workers.map((worker) => worker.thread.terminate()));
  }
}

function startWorker(plan: ScorePlan, counters: SharedCounters): { thread: Worker; results: Promise<ChunkResult[]> } {
  const thread = new Worker(new URL('./score-worker.js', import.meta.url), { workerData: { plan, counters } });
  const results = new Promise<ChunkResult[]>((resolve, reject) => {
    thread.once('message', (message: WorkerReply) => {
      if (message.kind === 'done') resolve(message.results);
      else reject(new RejectionError(message.reason));
    });
    thread.once('error', reject);
    thread.once('exit', (code) => reject(new Error(`a scoring thread ended with exit code ${code}`)));
  });
  return { thread, results };
}
