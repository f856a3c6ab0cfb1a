import type { Box, DatasetFile, DatasetFileReport, DatasetFinding, FileRole } from '@sillage/contracts';
import type { PlaceSampler } from './place-sampler.js';
import type { TrackHeights } from '../findings/track-overlap.js';

/** A file of a dataset where it lies now. */
export type LocatedFile = { path: string; localPath: string; sha256: string; sizeBytes: number };

/** An area that is scored: where samples are taken. */
export type ScoredArea = { id: string; box: Box };

/** Days since 1950 of the first and the last scored UTC day, both included. */
export type ScoredDays = { first: number; last: number };

/** Values of one variable of a file inside one scored box and the scored days. */
export type VariableSample = {
  variable: string;
  isDeclared: boolean;
  isInMetres: boolean;
  area: string;
  sampler: PlaceSampler;
  /** Scored days with a value. */
  days: Set<number>;
  /** Values that a complete map of the box and days would have on this file's nodes; 0 for tracks and swaths. */
  completeCount: number;
  /** The values reach from here to there inside the scored box; null without any. */
  reach: Box | null;
};

/** A file as it was read: what is reported of it, and what comparisons need. */
export type FileReading = {
  file: LocatedFile;
  uses: DatasetFile[];
  role: FileRole;
  report: DatasetFileReport;
  findings: DatasetFinding[];
  samples: VariableSample[];
  /** Along-track measurements inside the scored boxes and days, for the comparison with a withheld track. */
  track: TrackHeights | null;
  /** Times of maps and the box of their nodes; null for tracks, swaths and what is no NetCDF file. */
  grid: { timeDays: Float64Array; latDeg: Float64Array; lonDeg: Float64Array } | null;
};

/** What every reader is given. */
export type ReadingContext = {
  areas: readonly ScoredArea[];
  days: ScoredDays;
  /** Most nodes of a preview along each axis, and most points of a preview of tracks. */
  previewSide: number;
  previewPoints: number;
  onProgress: (fraction: number) => void;
};
