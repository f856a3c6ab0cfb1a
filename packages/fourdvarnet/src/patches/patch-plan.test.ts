import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  coveringAxis,
  patchBatches,
  patchCount,
  patchPlace,
  PatchPlanError,
  stridedAxis,
} from './patch-plan.js';

describe('stridedAxis', () => {
  test.each([
    { name: 'fits exactly', length: 24, patch: 24, stride: 16, starts: [0] },
    { name: 'drops a remainder', length: 56, patch: 24, stride: 16, starts: [0, 16, 32] },
    { name: 'a remainder of a stride less one', length: 55, patch: 24, stride: 16, starts: [0, 16] },
    { name: 'every day', length: 20, patch: 15, stride: 1, starts: [0, 1, 2, 3, 4, 5] },
  ])('$name', ({ length, patch, stride, starts }) => {
    expect(stridedAxis({ length, patch, stride }).starts).toEqual(starts);
  });

  test('refuses an axis that is shorter than a patch, naming both', () => {
    expect(() => stridedAxis({ length: 14, patch: 15, stride: 1 })).toThrow(/14 nodes, a patch needs 15/);
  });
});

describe('coveringAxis', () => {
  test('a box of 200 nodes is one patch of 240 with a crop of 20', () => {
    const axis = coveringAxis({ covered: 200, patch: 240, stride: 200, crop: 20 });
    expect(axis).toMatchObject({ length: 240, starts: [0], coveredStart: 20, relief: { first: 0, last: 0 } });
  });

  test('a node too many is given up by the crop where relief is allowed', () => {
    const axis = coveringAxis({ covered: 201, patch: 240, stride: 200, crop: 20, relief: 2 });
    expect(axis).toMatchObject({ length: 240, starts: [0], coveredStart: 20, relief: { first: 0, last: 1 } });
  });

  test('without relief the same box takes two patches, centred on it', () => {
    const axis = coveringAxis({ covered: 201, patch: 240, stride: 200, crop: 20 });
    expect(axis).toMatchObject({ length: 440, starts: [0, 200], coveredStart: 20 + 99 });
  });

  test('refuses strides that leave gaps, and says which do not', () => {
    const act = () => coveringAxis({ covered: 500, patch: 240, stride: 240, crop: 20 });
    expect(act).toThrow(PatchPlanError);
    expect(act).toThrow(/at most 200/);
  });

  test('refuses a crop that leaves nothing', () => {
    expect(() => coveringAxis({ covered: 5, patch: 24, stride: 16, crop: 12 })).toThrow(/less than half/);
  });

  test('covers every node that it must, whatever the numbers', () => {
    const numbers = fc.record({
      covered: fc.integer({ min: 1, max: 400 }),
      usable: fc.integer({ min: 1, max: 60 }),
      crop: fc.integer({ min: 0, max: 20 }),
      strideShare: fc.double({ min: 0.01, max: 1, noNaN: true }),
      relief: fc.integer({ min: 0, max: 4 }),
    });
    fc.assert(
      fc.property(numbers, ({ covered, usable, crop, strideShare, relief }) => {
        const patch = usable + 2 * crop;
        const stride = Math.max(1, Math.round(usable * strideShare));
        const axis = coveringAxis({ covered, patch, stride, crop, relief });
        const weight = new Array<number>(axis.length).fill(0);
        axis.starts.forEach((start, index) => {
          const first = start + crop - (index === 0 ? axis.relief.first : 0);
          const last = start + patch - crop + (index === axis.starts.length - 1 ? axis.relief.last : 0);
          for (let node = first; node < last; node++) weight[node]!++;
        });
        const needed = weight.slice(axis.coveredStart, axis.coveredStart + covered);
        expect(needed).toHaveLength(covered);
        expect(Math.min(...needed)).toBeGreaterThan(0);
        expect(axis.relief.first).toBeLessThanOrEqual(crop);
        expect(axis.relief.last).toBeLessThanOrEqual(crop);
      }),
    );
  });
});

describe('the order of patches', () => {
  const plan = {
    time: stridedAxis({ length: 16, patch: 15, stride: 1 }),
    lat: stridedAxis({ length: 40, patch: 24, stride: 16 }),
    lon: stridedAxis({ length: 56, patch: 24, stride: 16 }),
  };

  test('is C order over time, latitude, longitude', () => {
    const places = Array.from({ length: patchCount(plan) }, (_, index) => patchPlace(plan, index));
    expect(places.slice(0, 4)).toEqual([
      { time: 0, lat: 0, lon: 0 },
      { time: 0, lat: 0, lon: 16 },
      { time: 0, lat: 0, lon: 32 },
      { time: 0, lat: 16, lon: 0 },
    ]);
    expect(places.at(-1)).toEqual({ time: 1, lat: 16, lon: 32 });
  });

  test('makes batches whose last one is short', () => {
    expect(patchBatches(plan, 5)).toEqual([
      { first: 0, count: 5 },
      { first: 5, count: 5 },
      { first: 10, count: 2 },
    ]);
  });
});
