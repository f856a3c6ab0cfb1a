import { describe, expect, test } from 'vitest';
import { patchCount, patchPlace, stridedAxis, type PatchPlan } from './patch-plan.js';
import { reconstructionWeights } from './reconstruction-weights.js';
import { createStitcher } from './stitcher.js';

const plan: PatchPlan = {
  time: stridedAxis({ length: 9, patch: 4, stride: 2 }),
  lat: stridedAxis({ length: 11, patch: 6, stride: 3 }),
  lon: stridedAxis({ length: 9, patch: 5, stride: 2 }),
};
const patchLength = 4 * 6 * 5;

/** Deterministic values that differ between patches. */
function patchValues(index: number): Float32Array {
  return Float32Array.from({ length: patchLength }, (_, k) => Math.sin(index * 7.3 + k * 0.61));
}

function stitched(
  weights = reconstructionWeights(
    { time: 'triangular', offset: 1, crop: { time: 0, lat: 1, lon: 1 } },
    { time: 4, lat: 6, lon: 5 },
  ),
  values = patchValues,
) {
  const stitcher = createStitcher(plan, weights);
  return Array.from({ length: patchCount(plan) }, (_, index) => stitcher.add(values(index)));
}

describe('createStitcher', () => {
  test('is Σ w·patch / Σ w, summed the long way', () => {
    const weights = reconstructionWeights(
      { time: 'triangular', offset: 1, crop: { time: 0, lat: 1, lon: 1 } },
      { time: 4, lat: 6, lon: 5 },
    );
    const numerator = new Float64Array(9 * 11 * 9);
    const denominator = new Float64Array(9 * 11 * 9);
    for (let index = 0; index < patchCount(plan); index++) {
      const place = patchPlace(plan, index);
      const values = patchValues(index);
      for (let k = 0; k < patchLength; k++) {
        const [t, y, x] = [Math.floor(k / 30), Math.floor((k % 30) / 5), k % 5];
        const weight = weights.time[t]! * weights.lat[y]! * weights.lon[x]!;
        const node = ((place.time + t) * 11 + place.lat + y) * 9 + place.lon + x;
        numerator[node]! += weight * values[k]!;
        denominator[node]! += weight;
      }
    }
    const days = stitched(weights).flat();
    expect(days.map(({ dayIndex }) => dayIndex)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
    days.forEach(({ dayIndex, values }) => {
      values.forEach((value, node) => {
        const expected = numerator[dayIndex * 99 + node]! / denominator[dayIndex * 99 + node]!;
        if (Number.isNaN(expected)) expect(value).toBeNaN();
        else expect(value).toBeCloseTo(expected, 13); // the same sums in another order
      });
    });
  });

  test('is NaN where no patch has a weight', () => {
    const [first] = stitched().flat();
    expect(first!.values[0]).toBeNaN();
    expect(first!.values[9 + 1]).not.toBeNaN();
  });

  test('hands days over as soon as no patch is left for them', () => {
    const perTime = plan.lat.starts.length * plan.lon.starts.length;
    const counts = stitched().map((days) => days.length);
    expect(counts.slice(0, perTime)).toEqual([...new Array<number>(perTime - 1).fill(0), 2]);
    expect(counts.at(-1)).toBe(5); // the four days of the last patch, and the one that has none
  });

  test('constant patches give a constant map', () => {
    const days = stitched(undefined, () => new Float32Array(patchLength).fill(0.25)).flat();
    const values = days.flatMap((day) => Array.from(day.values).filter(Number.isFinite));
    expect(values.every((value) => Math.abs(value - 0.25) < 1e-15)).toBe(true);
  });

  test('refuses a patch of another size and one too many', () => {
    const weights = reconstructionWeights(
      { time: 'uniform', offset: 1, crop: { time: 0, lat: 0, lon: 0 } },
      { time: 4, lat: 6, lon: 5 },
    );
    const stitcher = createStitcher(plan, weights);
    expect(() => stitcher.add(new Float32Array(3))).toThrow(/120 values, this one 3/);
    for (let index = 0; index < patchCount(plan); index++) stitcher.add(patchValues(index));
    expect(() => stitcher.add(patchValues(0))).toThrow(/one more/);
  });
});
