import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { goldenPath, hasGoldenCases, readGolden } from '../testing/golden.js';
import { fromNetworkUnits, toNetworkUnits } from './network-units.js';
import { patchCount, patchPlace, stridedAxis, type PatchPlan } from './patch-plan.js';
import { reconstructionWeights, type ReconstructionWeights } from './reconstruction-weights.js';
import { createStitcher } from './stitcher.js';

const CASE = 'pipeline_20x40x56';

type Settings = { mean: number; std: number; crop: number; offset: 0 | 1 };

function settings(): Settings {
  return JSON.parse(readFileSync(goldenPath(`${CASE}/info.json`), 'utf8')) as Settings;
}

const plan: PatchPlan = {
  time: stridedAxis({ length: 20, patch: 15, stride: 1 }),
  lat: stridedAxis({ length: 40, patch: 24, stride: 16 }),
  lon: stridedAxis({ length: 56, patch: 24, stride: 16 }),
};
const PATCH = { time: 15, lat: 24, lon: 24 };
const PATCH_LENGTH = 15 * 24 * 24;
const MAP_LENGTH = 40 * 56;

function stitched(patches: (index: number) => Float32Array, weights: ReconstructionWeights): Float64Array {
  const stitcher = createStitcher(plan, weights);
  const maps = new Float64Array(20 * MAP_LENGTH);
  for (let index = 0; index < patchCount(plan); index++)
    for (const { dayIndex, values } of stitcher.add(patches(index))) maps.set(values, dayIndex * MAP_LENGTH);
  return maps;
}

/** A patch of a field [20, 40, 56]. */
function cut(field: ArrayLike<number>, index: number): Float32Array {
  const place = patchPlace(plan, index);
  return Float32Array.from({ length: PATCH_LENGTH }, (_, k) => {
    const [t, y, x] = [Math.floor(k / 576), Math.floor((k % 576) / 24), k % 24];
    return field[(place.time + t) * MAP_LENGTH + (place.lat + y) * 56 + place.lon + x]!;
  });
}

describe.skipIf(!hasGoldenCases)('patches of the golden pipeline', () => {
  test('are as many, and weigh the same', () => {
    const { crop, offset } = settings();
    expect(patchCount(plan)).toBe(36);
    const weights = reconstructionWeights(
      { time: 'triangular', offset, crop: { time: 0, lat: crop, lon: crop } },
      PATCH,
    );
    const golden = readGolden(`${CASE}/rec_weight.npy`).data;
    golden.forEach((expected: number, k: number) => {
      const [t, y, x] = [Math.floor(k / 576), Math.floor((k % 576) / 24), k % 24];
      expect(weights.time[t]! * weights.lat[y]! * weights.lon[x]!).toBeCloseTo(expected, 15);
    });
  });

  test.each([
    { name: 'triangular weights', file: 'rec_inp_tgt_out.npy', time: 'triangular', cropped: true },
    { name: 'uniform weights', file: 'rec_uniform_inp_tgt_out.npy', time: 'uniform', cropped: false },
  ] as const)('are stitched to the same maps with $name', ({ file, time, cropped }) => {
    const { crop, offset, mean, std } = settings();
    const width = cropped ? crop : 0;
    const weights = reconstructionWeights({ time, offset, crop: { time: 0, lat: width, lon: width } }, PATCH);
    const outputs = readGolden(`${CASE}/patch_outputs_normalised.npy`).data as Float32Array;
    const truth = readGolden(`${CASE}/ssh.npy`).data;
    const golden = readGolden(`${CASE}/${file}`).data;
    const fieldLength = 20 * MAP_LENGTH;
    const found = {
      truth: stitched((index) => {
        const values = cut(truth, index);
        toNetworkUnits(values, { mean, std });
        fromNetworkUnits(values, { mean, std });
        return values;
      }, weights),
      output: stitched((index) => {
        const values = outputs.slice(index * PATCH_LENGTH, (index + 1) * PATCH_LENGTH);
        fromNetworkUnits(values, { mean, std });
        return values;
      }, weights),
    };
    let compared = 0;
    for (const [name, position] of [
      ['truth', 1],
      ['output', 2],
    ] as const) {
      for (let k = 0; k < fieldLength; k++) {
        const expected = golden[position * fieldLength + k]!;
        const value = found[name][k]!;
        // there a weight of 0 times a missing value is missing; here a patch without weight has no say
        if (name === 'truth' && Number.isNaN(expected)) continue;
        if (Number.isNaN(expected)) expect(value).toBeNaN();
        else if (!(Math.abs(value - expected) <= 1e-12)) expect(value).toBeCloseTo(expected, 12);
        compared++;
      }
    }
    expect(compared).toBeGreaterThan(1.5 * fieldLength);
  });
});
