import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { noise } from '../testing/noise.js';
import { adjointMap, averageMap, axisMapRows, bilinearMap, frameMap, wrapMap } from './axis-map.js';
import type { AxisMap } from './graph.js';

function apply(map: AxisMap, values: Float32Array): number[] {
  const { offsets, indices, weights } = axisMapRows(map);
  return Array.from({ length: map.to }, (_, row) => {
    let sum = 0;
    for (let k = offsets[row]!; k < offsets[row + 1]!; k++) sum += weights[k]! * values[indices[k]!]!;
    return sum;
  });
}

const dot = (a: ArrayLike<number>, b: ArrayLike<number>) =>
  Array.from(a).reduce((sum, value, i) => sum + value * b[i]!, 0);

describe('axisMapRows', () => {
  it('averages blocks and leaves a remainder out', () => {
    expect(apply(averageMap(5, 2), Float32Array.of(1, 3, 5, 7, 100))).toEqual([2, 6]);
  });

  it('interpolates between corners that it keeps', () => {
    const found = apply(bilinearMap(3, 2), Float32Array.of(0, 5, 10));
    // position i·2/5 between the points 0, 5, 10
    expect(found.map((value) => Math.round(value * 1e12) / 1e12)).toEqual([0, 2, 4, 6, 8, 10]);
    expect(apply(bilinearMap(1, 3), Float32Array.of(4))).toEqual([4, 4, 4]);
  });

  it('continues an axis by its other end, or by zeros', () => {
    const axis = Float32Array.of(1, 2, 3);
    expect(apply(wrapMap(3, 1), axis)).toEqual([3, 1, 2, 3, 1]);
    expect(apply(wrapMap(3, 4), axis)).toEqual([3, 1, 2, 3, 1, 2, 3, 1, 2, 3, 1]);
    expect(apply(frameMap(3, 2), axis)).toEqual([0, 0, 1, 2, 3, 0, 0]);
  });

  it('transposes: ⟨A·x, y⟩ = ⟨x, Aᵀ·y⟩', () => {
    const anyMap = fc
      .tuple(
        fc.constantFrom(averageMap, bilinearMap, wrapMap, frameMap),
        fc.integer({ min: 1, max: 12 }),
        fc.integer({ min: 1, max: 4 }),
      )
      .filter(([make, from, factor]) => make !== averageMap || from >= factor)
      .map(([make, from, factor]) => make(from, factor));
    fc.assert(
      fc.property(anyMap, fc.nat(1000), (map, seed) => {
        const [x, y] = [noise(map.from, seed), noise(map.to, seed + 1)];
        expect(dot(apply(map, x), y)).toBeCloseTo(dot(x, apply(adjointMap(map), y)), 12);
        expect(adjointMap(adjointMap(map))).toEqual(map);
      }),
    );
  });
});
