import { cropFaults, type ReconstructionWeightRecipe } from '../families/manifest-parts.js';
import { PatchPlanError, type CoveringAxis, type PatchAxis } from './patch-plan.js';

/** Weights of a patch are the product of three; each as long as the patch along its axis, float64. */
export type ReconstructionWeights = {
  readonly time: Float64Array;
  readonly lat: Float64Array;
  readonly lon: Float64Array;
};

type PatchShape = { readonly time: number; readonly lat: number; readonly lon: number };

/**
 * The weights with which overlapping patches are averaged.
 *
 * @throws PatchPlanError if the crop leaves nothing of the patch, or every day weighs nothing.
 * Source: `get_triang_time_wei`, `get_constant_crop` and `get_cropped_hanning_mask` of the 4DVarNet code bases.
 */
export function reconstructionWeights(
  recipe: ReconstructionWeightRecipe,
  patch: PatchShape,
): ReconstructionWeights {
  const faults = cropFaults(patch, recipe);
  if (faults.length > 0) throw new PatchPlanError(faults.map(({ message }) => message).join('; '));
  const inTime = cropWindow(patch.time, recipe.crop.time);
  const time = timeWeights(recipe, patch.time).map((weight, day) => weight * inTime[day]!);
  if (!time.some((weight) => weight > 0))
    throw new PatchPlanError(
      `every one of ${patch.time} days weighs nothing: choose another reconstruction_weight.time`,
    );
  return {
    time,
    lat: cropWindow(patch.lat, recipe.crop.lat),
    lon: cropWindow(patch.lon, recipe.crop.lon),
  };
}

function timeWeights({ time, offset }: ReconstructionWeightRecipe, days: number): Float64Array {
  return Float64Array.from({ length: days }, (_, day) => {
    switch (time) {
      case 'uniform':
        return 1;
      case 'triangular':
        return 1 - Math.abs(offset + 2 * day - days) / days;
      case 'hanning':
        return days === 1 ? 1 : 0.5 - 0.5 * Math.cos((2 * Math.PI * day) / (days - 1));
    }
  });
}

function cropWindow(length: number, crop: number): Float64Array {
  return Float64Array.from({ length }, (_, index) => (index >= crop && index < length - crop ? 1 : 0));
}

/** Weights of every patch along one axis: those of the recipe, the outer sides widened where the plan says so. */
export function axisWeights(weights: Float64Array, axis: PatchAxis | CoveringAxis): Float64Array[] {
  const last = axis.starts.length - 1;
  return axis.starts.map((_, index) => {
    const first = index === 0 && 'relief' in axis ? axis.relief.first : 0;
    const end = index === last && 'relief' in axis ? axis.relief.last : 0;
    return first + end === 0 ? weights : widened(weights, first, end);
  });
}

function widened(weights: Float64Array, first: number, last: number): Float64Array {
  const result = weights.slice();
  const from = weights.findIndex((weight) => weight > 0);
  const to = weights.findLastIndex((weight) => weight > 0);
  result.fill(weights[from]!, from - first, from);
  result.fill(weights[to]!, to + 1, to + 1 + last);
  return result;
}
