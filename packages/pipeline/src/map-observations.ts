import type { Box, Period } from '@sillage/contracts';
import type { ProgressListener } from './progress.js';

/** Length scales and noise of the challenge's baseline OI. */
export type OptimalInterpolationParameters = {
  lengthLonDeg: number;
  lengthLatDeg: number;
  lengthTimeDays: number;
  /** Standard deviation relative to a signal of standard deviation 1. */
  noise: number;
  /** Along-track observations averaged into one. */
  coarsening: number;
};

export type MapObservationsOptions = {
  observationsPath: string;
  /** Default `ssh_model`, else the only height of the file. */
  observationsVariable?: string | null;
  /** A box with a spacing, or the grid of another file. */
  grid: { kind: 'box'; box: Box; spacingDeg: number } | { kind: 'like'; path: string; variable?: string | null };
  period: Period;
  parameters?: Partial<OptimalInterpolationParameters>;
  threads?: number;
  outputPath: string;
  /** Instant for the history attribute. */
  now: Date;
  onProgress?: ProgressListener;
};

export type MapObservationsResult = {
  outputPath: string;
  observationCount: number;
  dayCount: number;
  latCount: number;
  lonCount: number;
};

/** Maps along-track observations by optimal interpolation and writes `gssh` as NetCDF. */
export async function mapObservations(_options: MapObservationsOptions): Promise<MapObservationsResult> {
  throw new Error('not written yet');
}
