import type { KnownInput } from '../observations/index.js';
import type { ProgressListener } from '../files/progress.js';
import type { ScoredFileDescription } from './scored-attributes.js';

export type ProductsOptions = ScoredFileDescription & {
  canonicalPath: string;
  /** The gridded reference; products of an along-track protocol do not read it. */
  truthPath: string;
  truthVariable?: string | null;
  /** Error and reference go into the products only where the truth is public. */
  includeTruth: boolean;
  /** The public observations of the task, drawn beside the maps. */
  observations?: readonly KnownInput[];
  /** What the score step wrote; without the curves there are no figures. */
  diagnosticsPath?: string | null;
  statisticsPath?: string | null;
  resolutionPath?: string | null;
  outputFolder: string;
  onProgress?: ProgressListener;
};
