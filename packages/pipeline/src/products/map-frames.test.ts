import { MISSING_RAW } from '@sillage/contracts';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { blockMeanAxis, blockMeanFrame, blockSize, frameRange, frameScale, packFrame } from './map-frames.js';

describe('frames', () => {
  test('a grid of 480 × 480 keeps every point, a larger one is averaged', () => {
    expect(blockSize(480, 480)).toBe(1);
    expect(blockSize(481, 100)).toBe(2);
    expect(blockSize(740, 1720)).toBe(4);
  });

  test('a block mean skips missing values, and is missing where all are', () => {
    const frame = blockMeanFrame(
      Float32Array.of(1, NaN, 3, NaN, 5, NaN, 7, NaN),
      { latCount: 2, lonCount: 4 },
      2,
    );
    expect(Array.from(frame)).toEqual([3, 5]);
    const empty = blockMeanFrame(Float32Array.of(NaN, NaN, NaN, NaN), { latCount: 2, lonCount: 2 }, 2);
    expect(Array.from(empty)).toEqual([NaN]);
  });

  test('the last, smaller block of an axis is averaged over what it has', () => {
    expect(Array.from(blockMeanAxis(Float64Array.of(0, 1, 2, 3, 10), 2))).toEqual([0.5, 2.5, 10]);
  });

  test('coordinates of a block are the mean of its nodes, so a linear field survives averaging', () => {
    const lon = Float64Array.from({ length: 12 }, (_, index) => -65 + index / 20);
    const frame = blockMeanFrame(lon, { latCount: 1, lonCount: 12 }, 3);
    const axis = blockMeanAxis(lon, 3);
    frame.forEach((value, index) => expect(value).toBeCloseTo(axis[index] ?? NaN, 4));
  });
});

describe('packing', () => {
  test('every value comes back to half a step, and missing values stay missing', () => {
    fc.assert(
      fc.property(
        fc.array(fc.float({ noDefaultInfinity: true, noNaN: true, min: -5, max: 5 }), { minLength: 1 }),
        (values) => {
          const frame = Float32Array.from([...values, NaN]);
          const { min, max, valueCount } = frameRange(frame);
          expect(valueCount).toBe(values.length);
          const { scale, offset } = frameScale(min, max);
          const packed = packFrame(frame, { scale, offset });
          frame.forEach((value, index) => {
            const raw = packed[index]!;
            if (Number.isNaN(value)) expect(raw).toBe(MISSING_RAW);
            else expect(Math.abs(raw * scale + offset - value)).toBeLessThanOrEqual(scale * 0.5001);
          });
        },
      ),
    );
  });

  test('a constant layer is exact', () => {
    const frame = Float32Array.of(0.25, 0.25);
    const { scale, offset } = frameScale(0.25, 0.25);
    expect(packFrame(frame, { scale, offset })[0]! * scale + offset).toBe(0.25);
  });
});
