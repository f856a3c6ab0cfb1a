import { expect, test } from 'vitest';
import { halfBits, halfValue } from './half.js';

test.each([
  { name: 'zero', value: 0, bits: 0 },
  { name: 'minus zero', value: -0, bits: 0x8000 },
  { name: 'one', value: 1, bits: 0x3c00 },
  { name: 'the largest', value: 65504, bits: 0x7bff },
  { name: 'half way beyond the largest', value: 65520, bits: 0x7c00 },
  { name: 'the smallest', value: 2 ** -24, bits: 1 },
  { name: 'half the smallest, a tie with zero', value: 2 ** -25, bits: 0 },
  { name: 'more than half the smallest', value: 1.5 * 2 ** -25, bits: 1 },
  { name: 'the largest without leading one', value: 1023 * 2 ** -24, bits: 0x3ff },
  { name: 'a tie to even, down', value: 1 + 2 ** -11, bits: 0x3c00 },
  { name: 'a tie to even, up', value: 1 + 3 * 2 ** -11, bits: 0x3c02 },
  { name: 'a carry into the exponent', value: 2 - 2 ** -12, bits: 0x4000 },
  { name: 'infinity', value: -Infinity, bits: 0xfc00 },
])('rounds $name to the nearest float16', ({ value, bits }) => {
  expect(halfBits(value)).toBe(bits);
});

test('gives every float16 back', () => {
  const all = Array.from({ length: 0x10000 }, (_, bits) => bits).filter((bits) => (bits & 0x7c00) !== 0x7c00);
  expect(all.filter((bits) => halfBits(halfValue(bits)) !== bits)).toEqual([]);
  expect(halfBits(NaN) & 0x7fff).toBeGreaterThan(0x7c00);
});
