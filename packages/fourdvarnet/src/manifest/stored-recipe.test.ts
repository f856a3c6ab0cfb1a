import type { ReconstructionWeightRecipe } from '../families/manifest-parts.js';
import { describe, expect, test } from 'vitest';
import type { PatchWeights } from '../checkpoint/index.js';
import { storedRecipe } from './stored-recipe.js';

const edges = (count: number) => ({ before: count, after: count });
const stored = (timeWeights: number[] | null, more: Partial<PatchWeights['crop']> = {}): PatchWeights => ({
  tensor: 'rec_weight',
  patch: { days: timeWeights?.length ?? 7, lat: 24, lon: 30 },
  crop: { days: edges(0), lat: edges(4), lon: edges(5), ...more },
  timeWeights,
});
const sevenths = (...weights: number[]) => weights.map((weight) => Math.fround(weight / 7));

describe('storedRecipe', () => {
  test.each<{
    name: string;
    weights: number[];
    recipe: Partial<ReconstructionWeightRecipe> & { cropTime?: number };
  }>([
    { name: 'a triangle', weights: sevenths(1, 3, 5, 7, 5, 3, 1), recipe: { time: 'triangular', offset: 1 } },
    {
      name: 'a triangle beside the middle',
      weights: sevenths(0, 2, 4, 6, 6, 4, 2),
      recipe: { time: 'triangular', offset: 0 },
    },
    {
      name: 'a triangle with its ends cropped',
      weights: sevenths(0, 3, 5, 7, 5, 3, 0),
      recipe: { time: 'triangular', offset: 1, cropTime: 1 },
    },
    { name: 'ones', weights: [1, 1, 1, 1, 1, 1, 1], recipe: { time: 'uniform' } },
    {
      name: 'the middle day alone',
      weights: [0, 0, 0, 1, 0, 0, 0],
      recipe: { time: 'uniform', cropTime: 3 },
    },
    { name: 'a Hann window', weights: [0, 0.25, 0.75, 1, 0.75, 0.25, 0], recipe: { time: 'hanning' } },
  ])('tells $name', ({ weights, recipe: { cropTime = 0, ...recipe } }) => {
    const found = storedRecipe(stored(weights));
    expect(found).toMatchObject(recipe);
    expect(found?.crop).toEqual({ time: cropTime, lat: 4, lon: 5 });
  });

  test('tells none of other windows, of weights that depend on the node, and of uneven crops', () => {
    expect(storedRecipe(stored([0, 0.5, 1, 1, 0.9, 0.8, 0.5]))).toBeNull();
    expect(storedRecipe(stored(null))).toBeNull();
    expect(storedRecipe(stored([1, 1, 1], { lat: { before: 4, after: 3 } }))).toBeNull();
  });
});
