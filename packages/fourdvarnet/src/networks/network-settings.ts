/** What a checkpoint does not say about the network it belongs to; the names are those of the manifest, in camel case. */
export type NetworkSettings =
  StarterSettings | StarterMultimodalSettings | CnnSolverSettings | CoreSettings | FixedPointSettings;

export type Architecture = NetworkSettings['architecture'];

export type StarterSettings = DescentSettings & {
  readonly architecture: 'starter';
  /** Averages over blocks of this many points before the solver's cell, interpolates after it; null: neither. */
  readonly gradDownsamp: number | null;
};

/** As {@link StarterSettings}, with SST in the observation cost. */
export type StarterMultimodalSettings = Omit<StarterSettings, 'architecture'> & {
  readonly architecture: 'starter-multimodal';
};

/** As {@link StarterSettings}, with three convolutions without memory in place of the ConvLSTM. */
export type CnnSolverSettings = DescentSettings & { readonly architecture: 'cnn-solver' };

/** x ← φ(x) where nothing was observed. */
export type FixedPointSettings = PriorSettings & {
  readonly architecture: 'fixed-point';
  /** How often observations are put back after φ. */
  readonly nStep: number;
  readonly init: DescentSettings['init'];
  /** Whether one more φ follows; without it the result is what was observed, where it was observed. */
  readonly finalProjection: boolean;
};

export type CoreSettings = {
  readonly architecture: 'core';
  /** Steps of one cascade. */
  readonly nGrad: number;
  /** Cascades. */
  readonly nFourdvarIter: number;
  /** Whether the state holds a second anomaly that is not tied to the observations. */
  readonly augState: boolean;
  readonly normObs: CostNorm;
  readonly normPrior: CostNorm;
  /** Whether the solver's cell sees the opposite edge beyond the first and the last row of a patch. */
  readonly isPeriodic: boolean;
  /** Whether the cell's memory and the size of the first gradient last from one cascade to the next; default: they do. */
  readonly carriesMemory?: boolean;
  /** Nodes along each side of the median filter on the result; 1: none. No part of the graph: see `medianFiltered`. */
  readonly medianWidth: number;
};

/** Of a residual r: Σ r², or Σ √(ε² + r²). */
export type CostNorm = 'l2' | 'l1';

export type PriorSettings = {
  /** φ works on averages over blocks of this many points; null: on the grid itself. */
  readonly priorDownsamp: number | null;
  /** Whether the bilinear term is the square of `bilin_21`, or its product with `bilin_22`. */
  readonly bilinQuad: boolean;
};

export type DescentSettings = PriorSettings & {
  readonly nStep: number;
  /** λ: how much of the plain gradient goes into an update. */
  readonly lrGrad: number;
  /** w: the weight of the observation cost. Where a code base has `lbd`, it is lbd². */
  readonly obsWeight: number;
  /** The first state: observations, 0 where there are none, or 0 everywhere. */
  readonly init: 'obs' | 'zero';
  /** What a point without observation is: `nan`, not part of the observation cost; `zero`, observed as 0. */
  readonly inputFill: 'nan' | 'zero';
  /** Whether the result is φ(x) rather than x. */
  readonly finalProjection: boolean;
};
