import { describe, expect, test } from 'vitest';
import { pairwiseSumFloat32 } from './pairwise-sum.js';

function values(count: number): Float32Array {
  let state = 1;
  return Float32Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 31 - 1;
  });
}

describe('pairwiseSumFloat32', () => {
  // numpy.sum of the same float32 numbers, numpy 2.2.4
  test.each([
    [0, 0],
    [5, -1.2692097425460815],
    [8, -0.8682699203491211],
    [127, 0.7440706491470337],
    [128, -0.22050750255584717],
    [129, -0.09634685516357422],
    [1000, 22.15611457824707],
    [3721, -26.56045150756836],
  ])('equals numpy bit by bit for %i numbers', (count, expected) => {
    expect(pairwiseSumFloat32(values(count), 0, count)).toBe(expected);
  });

  test('sums a part', () => {
    expect(pairwiseSumFloat32(Float32Array.of(100, 1, 2, 3, 100), 1, 3)).toBe(6);
  });
});
