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

/** What is known of every network. */
export type Recognised = {
  /** The family, in the words of the manifest. */
  architecture: string;
  /** T: days of the fields. */
  daysT: number;
  /** Parameters of the network, unused ones included; without weights of patches and losses. */
  parameterCount: number;
  patchWeights: PatchWeights | null;
  /** Tensors that belong to the family but take no part in the computation. */
  unusedTensors: readonly string[];
  /** Tensors outside of the network, of which this package does not know what they are. */
  unknownTensors: readonly string[];
};
