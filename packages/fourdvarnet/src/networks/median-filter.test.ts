import { describe, expect, it } from 'vitest';
import { noise } from '../testing/noise.js';
import { medianFiltered } from './median-filter.js';

const SIZE = { lat: 7, lon: 9 };

/** As it is written down: zeros around, all nodes of the window, the one in the middle when they are in order. */
function slowly(maps: Float32Array, width: number): number[] {
  const reach = (width - 1) / 2;
  return Array.from(maps, (_, index) => {
    const map = Math.floor(index / 63);
    const [y, x] = [Math.floor((index % 63) / 9), index % 9];
    const seen: number[] = [];
    for (let dy = -reach; dy <= reach; dy++) {
      for (let dx = -reach; dx <= reach; dx++) {
        const [row, column] = [y + dy, x + dx];
        const isInside = row >= 0 && row < 7 && column >= 0 && column < 9;
        seen.push(isInside ? maps[map * 63 + row * 9 + column]! : 0);
      }
    }
    return seen.sort((a, b) => a - b)[(width * width - 1) / 2]!;
  });
}

describe('medianFiltered', () => {
  it.each([1, 3, 5, 11])('is the middle of %d × %d nodes, zeros beyond the edge', (width) => {
    const maps = noise(2 * 63, 3).map((value) => value + 0.4);
    expect(Array.from(medianFiltered(maps, SIZE, width))).toEqual(slowly(maps, width));
  });

  it('takes a single odd node out, and pulls corners to 0', () => {
    const flat = new Float32Array(63).fill(2);
    flat[30] = 1e6;
    const found = medianFiltered(flat, SIZE, 3);
    expect(found[30]).toBe(2);
    expect(found[0]).toBe(0); // five of the nine nodes around a corner lie outside
  });

  it('does not hide values that are no numbers', () => {
    const maps = new Float32Array(63);
    maps[31] = Number.NaN;
    const found = medianFiltered(maps, SIZE, 3);
    expect(found.reduce((count, value) => count + (Number.isNaN(value) ? 1 : 0), 0)).toBe(9);
  });

  it.each([0, 2, 1.5])('refuses a width of %d', (width) => {
    expect(() => medianFiltered(new Float32Array(63), SIZE, width)).toThrow(/odd number/);
  });
});
