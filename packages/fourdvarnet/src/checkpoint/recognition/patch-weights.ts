import type { CheckpointTensor } from '../checkpoint.js';
import type { CropEdges, PatchWeights } from './recognised-network.js';
import type { TensorShapes } from './tensor-shapes.js';

/**
 * Reads the size of the patches and how much of their edges is cropped off from the weights with which they are averaged.
 *
 * @returns null without such weights.
 * @throws CheckpointError 'inconsistent-network' when they are not `[T, H, W]` of floating-point numbers.
 */
export function readPatchWeights(shapes: TensorShapes, name: string): PatchWeights | null {
  if (!shapes.has(name)) return null;
  const [days, lat, lon] = shapes.need(name, 3) as [number, number, number];
  const isUsed = usedPlanes(shapes.values(name)!, [days, lat, lon]);
  return {
    tensor: name,
    patch: { days, lat, lon },
    crop: { days: edgesOf(isUsed[0]), lat: edgesOf(isUsed[1]), lon: edgesOf(isUsed[2]) },
    timeWeights: weightsByDay(shapes.values(name)!, days, isUsed),
  };
}

/** Share by which weights may differ that were computed in float32 and in float64. */
const SAME_WEIGHT = 1e-6;

/** Per day: the one weight that its nodes inside the crop have; null where they differ. */
function weightsByDay(
  { data, shape }: CheckpointTensor,
  days: number,
  [, rows, columns]: readonly [boolean[], boolean[], boolean[]],
): number[] | null {
  const [, lat, lon] = shape as [number, number, number];
  const weights: number[] = [];
  for (let t = 0; t < days; t++) {
    let [least, most] = [Infinity, -Infinity];
    for (let y = 0; y < lat; y++) {
      for (let x = 0; x < lon; x++) {
        if (rows[y] !== true || columns[x] !== true) continue;
        const weight = Number(data[(t * lat + y) * lon + x]);
        least = Math.min(least, weight);
        most = Math.max(most, weight);
      }
    }
    if (!(most - least <= SAME_WEIGHT * Math.abs(most))) return null;
    weights.push(most);
  }
  return weights;
}

/** Per axis and index: whether any weight there is not 0. */
function usedPlanes(
  tensor: CheckpointTensor,
  [days, lat, lon]: readonly [number, number, number],
): [boolean[], boolean[], boolean[]] {
  const used: [boolean[], boolean[], boolean[]] = [
    new Array<boolean>(days).fill(false),
    new Array<boolean>(lat).fill(false),
    new Array<boolean>(lon).fill(false),
  ];
  let at = 0;
  for (let t = 0; t < days; t++)
    for (let y = 0; y < lat; y++)
      for (let x = 0; x < lon; x++)
        if (Number(tensor.data[at++]) !== 0) used[0][t] = used[1][y] = used[2][x] = true;
  return used;
}

function edgesOf(isUsed: readonly boolean[]): CropEdges {
  const before = isUsed.indexOf(true);
  if (before < 0) return { before: isUsed.length, after: isUsed.length };
  return { before, after: isUsed.length - 1 - isUsed.lastIndexOf(true) };
}
