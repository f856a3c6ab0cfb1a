import type { CheckWarning, RejectionReason } from '@sillage/contracts';

export type InspectedVariable = {
  name: string;
  type: string;
  dimensions: string[];
  shape: number[];
  units: string | null;
  standardName: string | null;
  longName: string | null;
  /** Null for contiguous storage. */
  chunkShape: number[] | null;
  compression: string | null;
};

export type GridSummary = {
  latCount: number;
  lonCount: number;
  timeCount: number;
  south: number;
  north: number;
  west: number;
  east: number;
  latSpacingDeg: number;
  lonSpacingDeg: number;
  /** ISO instants, UTC. */
  firstTime: string;
  lastTime: string;
  /** Median step of the time axis; null with one time only. */
  timeStepDays: number | null;
  /** UTC days between the first and the last that have no map. */
  missingDays: string[];
};

export type FileInspection = {
  path: string;
  sizeBytes: number;
  /** For a person, e.g. "NetCDF-4 (HDF5)". */
  format: string;
  dimensions: { name: string; length: number }[];
  variables: InspectedVariable[];
  attributes: Record<string, string | number | number[]>;
  /** The variable that would be scored; null with `problem` set where there is none. */
  ssh: { variable: string; units: string; kind: string } | null;
  grid: GridSummary | null;
  /** Why the file could not be scored as it is; null if nothing stands against it. */
  problem: RejectionReason | null;
  /** CF findings and suspicions that do not stop the scoring. */
  warnings: CheckWarning[];
};

export type InspectOptions = { variable?: string | null };

/** What a NetCDF file holds and how the platform reads it. JSON-able. */
export async function inspectFile(_path: string, _options: InspectOptions = {}): Promise<FileInspection> {
  throw new Error('not written yet');
}
