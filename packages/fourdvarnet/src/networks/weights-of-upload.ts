import { floatingWeights } from '../checkpoint/index.js';
import { weightsFor } from '../families/builders.js';
import type { NetworkManifest } from '../families/families.js';
import type { UploadedWeights } from '../inspection/uploaded-weights.js';
import type { WeightMap } from './network-weights.js';

/** The weights that a network is built from. */
export function weightsOfUpload(upload: UploadedWeights, manifest: NetworkManifest): WeightMap {
  return weightsFor(manifest, floatingWeights(upload.checkpoint));
}
