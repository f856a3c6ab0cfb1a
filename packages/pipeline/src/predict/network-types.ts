import type { Box, CheckWarning, Period, RejectionReason } from '@sillage/contracts';
import type { ManifestArchitecture } from '@sillage/fourdvarnet';
import type { WeightsFormat } from '@sillage/fourdvarnet';
import type { NetworkRuntime, RuntimeDescription, RuntimeName } from '@sillage/runtime';
import type { ObservationInput } from '../observations/index.js';
import type { ProgressListener } from '../files/progress.js';

/** Mean and standard deviation of heights, m. */
export type HeightStatistics = { mean: number; std: number };

/** What a network may read on a task besides the observations. */
export type ExtraInput = 'oi' | 'sst';

/** Where and when a network maps; a `TaskExtent` of the contracts is one. */
export type NetworkTask = { area: string; scenario: string; scoredBox: Box; period: Period };

/** A task as the check sees it: with what the dataset offers there. */
export type CheckedTask = NetworkTask & {
  /** Files that the task has besides observations; default: not checked. */
  availableInputs?: readonly ExtraInput[];
  /** Of the training truth, for manifests with `normalisation: {from: train-truth}`; null where the challenge gives none. */
  trainTruth?: HeightStatistics | null;
};

/** What one submission may use. */
export type NetworkLimits = {
  /** Of the uploaded file. */
  maxFileBytes: number;
  maxParameters: number;
  /** Of one task, all patches together; 1 GFLOP is 10⁹ floating-point operations. */
  maxTaskGflop: number;
  /** That one batch may hold at its peak, on the CPU or the device. */
  maxMemoryBytes: number;
};

export type NetworkFileOptions = {
  /** The upload: a PyTorch checkpoint, a safetensors or an ONNX file. Only weights are read from it. */
  checkpointPath: string;
  /** The upload's name as the participant knows it. */
  fileName: string;
  /** Content of `manifest.yaml` or of `.hydra/config.yaml`; null: the file must carry its manifest itself. */
  manifestText: string | null;
  tasks: readonly CheckedTask[];
  limits?: Partial<NetworkLimits>;
  onProgress?: ProgressListener;
  signal?: AbortSignal;
};

export type CheckNetworkOptions = NetworkFileOptions & {
  /** Written: weights in float32 (or the ONNX network) and the manifest in one file. Later steps read this alone. */
  networkPath: string;
};

export type NetworkFormat = WeightsFormat | 'onnx';

/** What a page can say about a network. */
export type NetworkSummary = {
  architecture: ManifestArchitecture;
  format: NetworkFormat;
  parameterCount: number;
  /** Days of one patch. */
  days: number;
  spacingDeg: number;
  /** 10⁹ floating-point operations of one patch; null where the graph does not tell (ONNX). */
  gflopPerPatch: number | null;
  /** Estimate for one batch; null where the graph does not tell. */
  peakMemoryBytes: number | null;
  /** Files of the dataset. */
  extraInputs: readonly ExtraInput[];
  /** OI of the observations, computed before the network runs. */
  computesOi: boolean;
};

export type CheckNetworkResult = { summary: NetworkSummary; warnings: CheckWarning[] };

/** What the check of the platform says of a network, without writing anything. */
export type NetworkVerdict = CheckNetworkResult & {
  /** In the order of the tasks: how many patches the network solves there, where the observations reach far enough. */
  patchCounts: number[];
};

/** The reason why the platform would reject a network, or its verdict. */
export type NetworkFileVerdict =
  | { rejection: RejectionReason; verdict: null }
  | { rejection: null; verdict: NetworkVerdict };

/** One finished map as a small picture: every `step`-th node. */
export type DayThumbnail = {
  /** `YYYY-MM-DD`. */
  day: string;
  /** Position in the period, from 0, and the number of days in it. */
  index: number;
  dayCount: number;
  latCount: number;
  lonCount: number;
  /** m, C order [lat, lon], south first; NaN on land. */
  heightsM: Float32Array;
};

export type FieldInput = { path: string; variable: string | null };

export type PredictMapOptions = {
  /** What `checkNetwork` wrote. */
  networkPath: string;
  /** Tracks and swaths are averaged onto the network's grid; gridded observations are read only where there are no others. */
  observations: readonly ObservationInput[];
  oi: FieldInput | null;
  sst: FieldInput | null;
  task: NetworkTask;
  /** For manifests with `normalisation: {from: train-truth}`; default: none. */
  trainTruth?: HeightStatistics | null;
  /** A satellite that the network must not see, by the name that the files give it; OI is then made without it, too. */
  without?: string | null;
  /** A runtime is used and left open; a name is opened and closed here. */
  runtime: NetworkRuntime | RuntimeName | 'auto';
  /** NetCDF with `gssh(time, lat, lon)`, one map a day at 00:00 UTC. */
  outputPath: string;
  onProgress?: ProgressListener;
  /** Called when a day is finished, in order. */
  onDay?: (thumbnail: DayThumbnail) => void | Promise<void>;
  signal?: AbortSignal;
  limits?: Partial<PredictLimits>;
  /** Instant for the history attribute. */
  now: Date;
};

export type PredictLimits = {
  /** s of wall-clock time; a network that needs longer is stopped. */
  maxWallSeconds: number;
  maxMemoryBytes: number;
};

export type PredictReport = {
  runtime: RuntimeDescription;
  patchCount: number;
  batchCount: number;
  /** Of the patches, s. */
  wallSeconds: number;
  /** That OI of the observations took before, s; null where none was computed. */
  oiSeconds: number | null;
  /** Sum of the time of all runs on the device; null where runs overlap and the runtime does not tell. */
  deviceSeconds: number | null;
  /** Of the GPU, from its driver; null where none tells. */
  energyJoules: number | null;
  /** Of all patches; null where the graph does not tell. */
  gflop: number | null;
};

export type PredictMapResult = {
  /** Name of the variable that holds the heights. */
  variable: string;
  report: PredictReport;
};
