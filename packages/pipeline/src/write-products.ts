import type { Protocol, ProductsPayload, Scores, TaskExtent } from '@sillage/contracts';
import type { ProgressListener } from './progress.js';
import type { WrittenArtefact } from './score-artefacts.js';

export type ProductsOptions = {
  canonicalPath: string;
  truthPath: string;
  truthVariable?: string | null;
  task: TaskExtent;
  protocol: Protocol;
  scores: Scores;
  provenance: ProductsPayload['provenance'];
  /** Error and reference go into the products only where the truth is public. */
  includeTruth: boolean;
  evaluatorVersion: string;
  /** Instant for the history attribute. */
  now: Date;
  outputFolder: string;
  onProgress?: ProgressListener;
};

/** Writes scored.nc, maps.json and the int16 frames of its layers. */
export async function writeProducts(_options: ProductsOptions): Promise<WrittenArtefact[]> {
  throw new Error('not written yet');
}
