import type { ChallengeDefinition } from '@sillage/contracts';
import type { ProgressListener } from '../files/progress.js';

/** 42: from the first to the last day, both included. 41: without the last day, as most notebooks of 2020a cut it. */
export type PeriodConvention = '42' | '41';

export type ImportNatl60Options = {
  /** The definition as it ships, without data: natl60-2020a, natl60-osse or ose-2021a. */
  definition: ChallengeDefinition;
  /** Folder with the files under their own names; searched through. */
  from?: string;
  /** Files that are named one by one: they replace what the folder has of their kind. */
  truth?: string;
  sst?: string;
  /** `path`, or `scenario=path` where the name does not say the scenario. */
  observations?: readonly string[];
  oi?: readonly string[];
  /** The withheld track of an along-track challenge. */
  track?: string;
  /** Ids of the areas to import; default: all of the definition. */
  areas?: readonly string[];
  periodConvention?: PeriodConvention;
  /** Accepted RMS difference of observations and truth, as a share of the truth's standard deviation. */
  matchTolerance?: number;
  outputFolder: string;
  /** Whether the report names the inputs by their SHA-256, which reads them once more; default true. */
  hashesInputs?: boolean;
  resume?: boolean;
  now: Date;
  onProgress?: ProgressListener;
  /** Free bytes of the disk that holds a folder; default: what the system says. */
  freeBytes?: (folder: string) => Promise<number>;
};

/** What the plans work with: the options with their defaults, and the definition of the period convention. */
export type PlanOptions = ImportNatl60Options & { matchTolerance: number };
