import type { MapStatistics, StatisticName } from '@sillage/science';
import { scoreChunks, type ScorePlan, type ScoreWork, type SharedCounters } from './score-plan.js';
import { canStartWorkers, startWorker } from '../worker-thread.js';

/** Points (times × latitudes × longitudes) that one thread scores before a second has even started. */
const POINTS_WORTH_A_THREAD = 3_000_000;

export function usefulThreadCount(pointCount: number, wanted: number): number {
  const useful = Math.max(1, Math.floor(pointCount / POINTS_WORTH_A_THREAD));
  return canStartWorkers ? Math.max(1, Math.min(wanted, useful)) : 1;
}

/** Scores all chunks of a plan; the calling thread works along. Results come in the order of the chunks. */
export async function scoreOnThreads<Name extends StatisticName>(
  plan: ScorePlan<Name>,
  threadCount: number,
  onBand?: (counters: SharedCounters) => void,
): Promise<MapStatistics<Name>[]> {
  const counters: SharedCounters = new Int32Array(new SharedArrayBuffer(8));
  const workers = Array.from({ length: threadCount - 1 }, () =>
    startWorker<ScoreWork<Name>, MapStatistics<Name>[]>(new URL('./score-worker.js', import.meta.url), {
      plan,
      counters,
    }),
  );
  try {
    const parts = await Promise.all([
      scoreChunks(plan, counters, () => onBand?.(counters)),
      ...workers.map((worker) => worker.result),
    ]);
    return parts.flat().sort((a, b) => firstRow(a) - firstRow(b));
  } finally {
    await Promise.all(workers.map((worker) => worker.stop()));
  }
}

function firstRow({ rows }: Pick<MapStatistics, 'rows'>): number {
  return rows[0]?.start ?? 0;
}
