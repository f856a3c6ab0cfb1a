import type { CheckWarning, TaskExtent } from '@sillage/contracts';
import type { ProgressListener } from './progress.js';

export type CheckOptions = {
  inputPath: string;
  /** Name to use in messages: what the participant called the file. */
  fileName: string;
  variable?: string | null;
  tasks: readonly TaskExtent[];
  /** Where the canonical NetCDF goes; overwritten. */
  canonicalPath: string;
  onProgress?: ProgressListener;
};

export type CheckResult = {
  warnings: CheckWarning[];
  variable: string;
  dayCount: number;
  latCount: number;
  lonCount: number;
};

/** Structure gate, decoding and coverage of an upload; writes its canonical NetCDF (variable `ssh`, metres). */
export async function checkReconstruction(_options: CheckOptions): Promise<CheckResult> {
  throw new Error('not written yet');
}
