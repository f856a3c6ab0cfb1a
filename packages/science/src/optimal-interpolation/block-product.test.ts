import { expect, test } from 'vitest';
import { createVectorMemory } from '../webassembly/assembler.js';
import { BLOCK, createSubtractProduct } from './block-product.js';

test('subtracts A·Bᵀ from C and leaves A, B and everything else alone', () => {
  const area = BLOCK * BLOCK;
  const memory = createVectorMemory(1);
  const blocks = new Float64Array(memory.buffer, 0, 5 * area);
  for (let index = 0; index < blocks.length; index++) blocks[index] = Math.sin(index * 1.7);
  const before = blocks.slice();
  const [a, b, c] = [0, 1 * area, 3 * area];
  createSubtractProduct(memory)(8 * a, 8 * b, 8 * c);
  const expected = before.slice();
  for (let i = 0; i < BLOCK; i++) {
    for (let j = 0; j < BLOCK; j++) {
      for (let k = 0; k < BLOCK; k++) {
        expected[c + i * BLOCK + j]! -= before[a + i * BLOCK + k]! * before[b + j * BLOCK + k]!;
      }
    }
  }
  // only the order of 32 additions differs
  blocks.forEach((value, index) => expect(Math.abs(value - expected[index]!)).toBeLessThan(1e-13));
  expect(blocks.subarray(0, c)).toEqual(before.subarray(0, c));
  expect(blocks.subarray(c + area)).toEqual(before.subarray(c + area));
});
