import type { MapStatistics, StatisticName } from '@sillage/science';
import {
  dailyMeanBands,
  regriddedBands,
  scoreChunk,
  type BandSource,
  type ChunkPlan,
  type RowChunk,
} from '@sillage/scoring';
import { openBandSource, type BandSourceDescription } from '../files/band-files.js';

/** Everything a thread needs to score some latitude rows; plain data that can be posted. */
export type ScorePlan<Name extends StatisticName = StatisticName> = ChunkPlan<Name> & {
  reference: BandSourceDescription;
  reconstruction: BandSourceDescription;
  /** The reference has several times a day, which are averaged. */
  isReferenceSubDaily: boolean;
  /** The reconstruction is not on the scored grid. */
  isRegridded: boolean;
  /** Latitude rows of each chunk; a chunk is scored by one thread. */
  chunks: RowChunk[];
};

/** Hands out chunk numbers and counts finished rows, across threads. */
export type SharedCounters = Int32Array;
export type ScoreWork<Name extends StatisticName = StatisticName> = {
  plan: ScorePlan<Name>;
  counters: SharedCounters;
};
export const NEXT_CHUNK = 0;
export const FINISHED_ROWS = 1;

/** Scores chunks until none is left; several threads may do so with the same counters. */
export async function scoreChunks<Name extends StatisticName>(
  plan: ScorePlan<Name>,
  counters: SharedCounters,
  onBand?: () => void,
): Promise<MapStatistics<Name>[]> {
  const reference = await openReference(plan);
  const reconstruction = await openReconstruction(plan);
  try {
    const results: MapStatistics<Name>[] = [];
    for (;;) {
      const chunk = plan.chunks[Atomics.add(counters, NEXT_CHUNK, 1)];
      if (!chunk) return results;
      results.push(
        await scoreChunk(plan, chunk, { reference, reconstruction }, (rows) => {
          Atomics.add(counters, FINISHED_ROWS, rows);
          onBand?.();
        }),
      );
    }
  } finally {
    reference.close();
    reconstruction.close();
  }
}

async function openReference(plan: ScorePlan): Promise<BandSource> {
  const source = await openBandSource(plan.reference);
  return plan.isReferenceSubDaily ? dailyMeanBands(source) : source;
}

async function openReconstruction(plan: ScorePlan): Promise<BandSource> {
  const source = await openBandSource(plan.reconstruction);
  return plan.isRegridded ? regriddedBands(source, plan.grid) : source;
}
