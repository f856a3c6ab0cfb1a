import type { Box, ChallengeDefinition, DisclosureLevel, Period } from '@sillage/contracts';
import type { ProgressListener } from './progress.js';

export type ImportChallengeOptions = {
  truthPath: string;
  truthVariable?: string | null;
  id: string;
  name: string;
  summary?: string;
  description?: string;
  licence: string;
  citation?: string;
  synthetic?: boolean;
  disclosure?: DisclosureLevel;
  /** Default: the whole extent of the truth, area id `all`. */
  area?: { id: string; name: string; scoredBox?: Box };
  scenario?: string;
  /** Default: chosen inside the truth so that OI windows have margins. */
  evaluation?: Period;
  /** Also map the observations by OI, as the reference row of the board. */
  withOptimalInterpolation?: boolean;
  /** Created; must be empty or absent. */
  outputFolder: string;
  threads?: number;
  now: Date;
  onProgress?: ProgressListener;
};

export type ImportChallengeResult = { definition: ChallengeDefinition; folder: string; files: string[] };

/** Turns any gridded CF file into a challenge folder: challenge.yaml, canonical truth, simulated observations. */
export async function importChallenge(_options: ImportChallengeOptions): Promise<ImportChallengeResult> {
  throw new Error('not written yet');
}
