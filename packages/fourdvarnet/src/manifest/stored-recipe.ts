import type { ReconstructionWeightRecipe } from '../families/manifest-parts.js';
import type { CropEdges, PatchWeights } from '../checkpoint/recognition/recognised-network.js';
import { PatchPlanError, reconstructionWeights } from '../patches/index.js';

const TIME_WINDOWS: readonly Pick<ReconstructionWeightRecipe, 'time' | 'offset'>[] = [
  { time: 'uniform', offset: 1 },
  { time: 'triangular', offset: 1 },
  { time: 'triangular', offset: 0 },
  { time: 'hanning', offset: 1 },
];

/** Share by which weights in float32 may differ from those in float64. */
const SAME_WEIGHT = 1e-5;

/**
 * The `reconstruction_weight` of a manifest that gives the weights of patches which a checkpoint stores.
 *
 * @returns null where none does.
 */
export function storedRecipe({ patch, crop, timeWeights }: PatchWeights): ReconstructionWeightRecipe | null {
  const [lat, lon] = [evenCrop(crop.lat), evenCrop(crop.lon)];
  if (timeWeights === null || lat === null || lon === null) return null;
  const patchShape = { time: patch.days, lat: patch.lat, lon: patch.lon };
  for (let time = 0; 2 * time < patch.days; time++) {
    for (const window of TIME_WINDOWS) {
      const recipe = { ...window, crop: { time, lat, lon } };
      if (isSame(timeWeightsOf(recipe, patchShape), timeWeights)) return recipe;
    }
  }
  return null;
}

/** Weights by day that a recipe gives; null where it leaves nothing of the patch. */
export function timeWeightsOf(
  recipe: ReconstructionWeightRecipe,
  patch: { time: number; lat: number; lon: number },
): Float64Array | null {
  try {
    return reconstructionWeights(recipe, patch).time;
  } catch (error) {
    if (error instanceof PatchPlanError) return null;
    throw error;
  }
}

/** Whether two kinds of weights give the same mean of patches, whatever their size. */
export function isSame(a: ArrayLike<number> | null, b: ArrayLike<number> | null): boolean {
  if (a === null || b === null || a.length !== b.length) return false;
  const [sizeA, sizeB] = [a, b].map((weights) => Math.max(...Array.from(weights)));
  return Array.from(a).every((weight, day) => Math.abs(weight / sizeA! - b[day]! / sizeB!) <= SAME_WEIGHT);
}

function evenCrop({ before, after }: CropEdges): number | null {
  return before === after ? before : null;
}
