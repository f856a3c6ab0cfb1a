import type { Box, CheckWarning, Diagnostics, Period, Protocol, Scores } from '@sillage/contracts';
import type { ProgressListener } from './progress.js';

export type ScoreOptions = {
  reconstructionPath: string;
  reconstructionVariable?: string | null;
  referencePath: string;
  referenceVariable?: string | null;
  protocol: Protocol;
  /** Degrees, closed; null scores the whole reference. */
  scoredBox?: Box | null;
  /** UTC days, both included; null scores every time of the reference. */
  period?: Period | null;
  /** Worker threads; 1 runs in the calling thread. Default 2. */
  threads?: number;
  /** Folder for spilled bands of chunked, compressed input; without it such input is read again for each band. */
  temporaryFolder?: string | null;
  /** `reject` is the platform's rule; `as-2020a` drops points and rows the way the challenge's notebooks do. */
  holes?: 'reject' | 'as-2020a';
  /** `gauss-seidel` fills what regridding leaves open, as the notebooks do. */
  fill?: 'none' | 'gauss-seidel';
  onProgress?: ProgressListener;
};

export type ScoreResult = {
  scores: Scores;
  diagnostics: Diagnostics;
  /** Mergeable sufficient statistics, JSON-able; the shape belongs to @sillage/science. */
  statistics: Record<string, unknown>;
  /** RMSE(x,y) in metres, C order [lat, lon], NaN where nothing was scored. */
  rmseMap: { latDeg: Float64Array; lonDeg: Float64Array; rmseM: Float64Array };
  /** Whether the reconstruction was on the reference's grid already. */
  gridding: 'same-grid' | 'regridded';
  warnings: CheckWarning[];
};

/** Scores a reconstruction against a reference: files in, numbers out. */
export async function scoreReconstruction(_options: ScoreOptions): Promise<ScoreResult> {
  throw new Error('not written yet');
}
