import type { Period } from '@sillage/contracts';
import type { ProgressListener } from './progress.js';

export type SimulateObservationsOptions = {
  truthPath: string;
  truthVariable?: string | null;
  /** Scenario slug known to @sillage/ocean, e.g. `nadir4`. */
  scenario: string;
  /** Default: the whole truth. */
  period?: Period | null;
  outputPath: string;
  now: Date;
  onProgress?: ProgressListener;
};

export type SimulateObservationsResult = {
  outputPath: string;
  observationCount: number;
  satellites: string[];
};

/** Samples a gridded truth along the ground tracks of a scenario and writes the observations as NetCDF. */
export async function simulateObservations(_options: SimulateObservationsOptions): Promise<SimulateObservationsResult> {
  throw new Error('not written yet');
}
