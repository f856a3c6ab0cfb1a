import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkSlab, forEachRun, swapBytes } from './slab.js';

const slabCase = fc
  .array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 4 })
  .chain((shape) =>
    fc.tuple(
      fc.constant(shape),
      fc.tuple(
        ...shape.map((size) =>
          fc
            .integer({ min: 0, max: size - 1 })
            .chain((start) => fc.tuple(fc.constant(start), fc.integer({ min: 1, max: size - start }))),
        ),
      ),
    ),
  );

describe('forEachRun', () => {
  it('visits exactly the elements of the slab, in C order', () => {
    fc.assert(
      fc.property(slabCase, ([shape, ranges]) => {
        const start = ranges.map(([first]) => first);
        const count = ranges.map(([, length]) => length);
        const visited: number[] = [];
        forEachRun(shape, start, count, (sourceIndex, length, slabIndex) => {
          expect(slabIndex).toBe(visited.length);
          for (let i = 0; i < length; i++) visited.push(sourceIndex + i);
        });
        expect(visited).toEqual(naiveSlab(shape, start, count));
      }),
    );
  });

  it('takes a slab of whole trailing dimensions as one run', () => {
    const runs: number[] = [];
    forEachRun([4, 3, 5], [1, 0, 0], [2, 3, 5], (_source, length) => runs.push(length));
    expect(runs).toEqual([30]);
  });
});

describe('swapBytes', () => {
  it.each([
    new Int16Array([1, -2]),
    new Float32Array([1.5, NaN]),
    new Float64Array([Math.PI, -0]),
    new BigInt64Array([5n, -9n]),
  ])('turns little-endian into what a DataView reads as big-endian', (values) => {
    const copy = values.slice();
    swapBytes(copy);
    const view = new DataView(copy.buffer);
    const read = [0, 1].map((i) => {
      if (values instanceof Int16Array) return view.getInt16(i * 2);
      if (values instanceof Float32Array) return view.getFloat32(i * 4);
      if (values instanceof Float64Array) return view.getFloat64(i * 8);
      return view.getBigInt64(i * 8);
    });
    expect(read).toEqual([values[0], values[1]]);
  });
});

describe('checkSlab', () => {
  it.each([
    [
      [0, 0],
      [1, 6],
    ],
    [
      [-1, 0],
      [1, 1],
    ],
    [
      [0, 0],
      [0, 1],
    ],
    [[0], [1]],
    [
      [0.5, 0],
      [1, 1],
    ],
  ])('refuses start %j count %j in a 4 × 5 variable', (start, count) => {
    expect(() => checkSlab('ssh', [4, 5], start, count)).toThrow(RangeError);
  });
});

function naiveSlab(shape: readonly number[], start: readonly number[], count: readonly number[]): number[] {
  const total = shape.reduce((product, size) => product * size, 1);
  return Array.from({ length: total }, (_, i) => i).filter((index) => {
    let rest = index;
    return shape
      .map((size, d) => [size, d] as const)
      .reverse()
      .every(([size, d]) => {
        const at = rest % size;
        rest = Math.floor(rest / size);
        return at >= start[d]! && at < start[d]! + count[d]!;
      });
  });
}
