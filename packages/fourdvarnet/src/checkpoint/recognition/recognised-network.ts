/** Kernel sizes in points; odd. */
type SquareKernel = number;

/** How many zeros the reconstruction weights have at the two ends of an axis. */
export type CropEdges = { before: number; after: number };

/** What the weights with which patches are averaged (`rec_weight`, `patch_weight`) say. */
export type PatchWeights = {
  /** Name of the tensor. */
  tensor: string;
  /** Days, then points in latitude and longitude. */
  patch: { days: number; lat: number; lon: number };
  /** Points at the edges that count nothing. */
  crop: { days: CropEdges; lat: CropEdges; lon: CropEdges };
  /** By day, of every node inside the crop; null where they depend on the node. */
  timeWeights: readonly number[] | null;
};

/** Whether φ squares one branch (`bilin_quad`) or multiplies two. Not stored in a checkpoint, sometimes visible. */
export type BilinearHint = { isQuadratic: boolean; because: string };

type Recognised = {
  /** Parameters of the network, unused ones included; without weights of patches and losses. */
  parameterCount: number;
  patchWeights: PatchWeights | null;
  /** Tensors that belong to the family but take no part in the computation. */
  unusedTensors: readonly string[];
  /** Tensors outside of the network, of which this package does not know what they are. */
  unknownTensors: readonly string[];
};

type BilinearPrior = {
  /** T: days of the state, the channels of the network. */
  daysT: number;
  /** `dh_p`. */
  priorWidth: number;
  priorKernel: SquareKernel;
  /** False where the file has no `bilin_22`: then φ is quadratic. */
  hasBilin22: boolean;
  /** null when the file does not tell: the manifest must. */
  quadHint: BilinearHint | null;
};

/** 4dvarnet-starter and ocean4dvarnet: one-scale bilinear prior, ConvLSTM on the gradient. */
export type StarterNetwork = Recognised &
  BilinearPrior & {
    architecture: 'starter' | 'starter-multimodal';
    /** `dh_g`. */
    solverWidth: number;
    solverKernel: SquareKernel;
    /** Of the observation cost `mean((A·x − S·sst)²)`; null without SST. */
    multimodal: { featureCount: number; sstDays: number; kernel: SquareKernel } | null;
  };

/** The starter's prior, with convolutions in place of the ConvLSTM: `grad_mod.conv_in`, relu, `conv_hidden`, relu, `conv_out`. */
export type CnnSolverNetwork = Recognised &
  BilinearPrior & {
    architecture: 'cnn-solver';
    solverWidth: number;
    solverKernel: SquareKernel;
  };

/** The starter's prior alone, applied again and again: x ← φ(x) where nothing was observed. */
export type FixedPointNetwork = Recognised & BilinearPrior & { architecture: 'fixed-point' };

/** 4dvarnet-core: state of OI and anomaly, bilinear prior on one or two scales, ConvLSTM. */
export type CoreNetwork = Recognised & {
  architecture: 'core';
  /** dT: days of the fields. */
  daysT: number;
  /** `[OI, anomaly, anomaly]` or `[OI, anomaly]`. */
  state: 'augmented' | 'plain';
  /** Channels of the state: 3·dT or 2·dT. */
  stateChannels: number;
  prior: 'two-scale' | 'oi';
  /** `DimAE`. */
  priorWidth: number;
  /** First convolution of a bilinear unit (7), and the others (3). */
  outerKernel: SquareKernel;
  innerKernel: SquareKernel;
  /** Down-sampling of the coarse scale; null for the prior without one. */
  scale: number | null;
  solverWidth: number;
  solverKernel: SquareKernel;
  /** Of the cost between fields and SST; null without. */
  sst: { featureCount: number; kernel: SquareKernel } | null;
  /** From `hyper_parameters`; null where the file does not say. */
  settings: {
    gradientSteps: number | null;
    cascades: number | null;
    /** Of the training truth, m. */
    mean: number | null;
    /** Of the training truth, m². */
    variance: number | null;
    normObs: 'l1' | 'l2' | null;
    normPrior: 'l1' | 'l2' | null;
    /** Nodes of the median filter on the result. */
    medianWidth: number | null;
    /** `UsePriodicBoundary`. */
    isPeriodic: boolean | null;
    /** Whether the prior adds noise to its input. */
    isStochastic: boolean | null;
    /** Whether it was trained to calibrate SWOT: its second block is then a global anomaly and its third one of the swath. */
    isCalibration: boolean;
  };
};

export type RecognisedNetwork = StarterNetwork | CnnSolverNetwork | FixedPointNetwork | CoreNetwork;
