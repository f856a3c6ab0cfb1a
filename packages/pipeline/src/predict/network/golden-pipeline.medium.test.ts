import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import {
  floatingWeights,
  readCheckpoint,
  readManifestText,
  reconstructionWeights,
  settingsFrom,
  stridedAxis,
  toNetworkUnits,
  type PatchPlan,
} from '@sillage/fourdvarnet';
import { goldenArray, goldenNetwork, hasGoldenNetworks } from '../../testing/golden-networks.js';
import { createGraphSolver } from './network-solver.js';
import { openRuntime } from './open-runtime.js';
import { solvePatches } from './solve-patches.js';

const CASE = 'pipeline_20x40x56';
const MAP_LENGTH = 40 * 56;

const MANIFEST = `
architecture: starter
n_step: 3
lr_grad: 1000
prior_downsamp: 2
bilin_quad: false
normalisation: {mean: 0.3294455409049988, std: 0.39389944076538086}
patch: {time: 15, lat: 24, lon: 24}
strides: {time: 1, lat: 16, lon: 16}
reconstruction_weight: {time: triangular, offset: 1, crop: {lat: 4, lon: 4}}
batch_size: 4
spacing_deg: 0.05
`;

test.skipIf(!hasGoldenNetworks)(
  'from observations to maps as the authors do it: normalised, cut, solved in batches of 4, stitched',
  async () => {
    const { manifest } = readManifestText(MANIFEST, {});
    if (manifest.architecture === 'onnx' || 'from' in manifest.normalisation) throw new Error('no starter');
    const scaling = manifest.normalisation;
    const plan: PatchPlan = {
      time: stridedAxis({ length: 20, patch: 15, stride: 1 }),
      lat: stridedAxis({ length: 40, patch: 24, stride: 16 }),
      lon: stridedAxis({ length: 56, patch: 24, stride: 16 }),
    };
    const observations = goldenArray(`${CASE}/obs.npy`).data as Float32Array;
    const runtime = await openRuntime('onnxruntime-cpu');
    const checkpoint = readCheckpoint(readFileSync(goldenNetwork(`${CASE}/solver_state_dict.pt`)));
    const spans: number[] = [];
    const asked: number[] = [];
    const days = solvePatches({
      plan,
      weights: reconstructionWeights(manifest.reconstruction_weight, manifest.patch),
      batchSize: manifest.batch_size,
      solver: createGraphSolver({
        weights: floatingWeights(checkpoint),
        settings: settingsFrom(manifest),
        patch: manifest.patch,
        kinds: ['observations'],
        runtime,
      }),
      scaling,
      readDay: async (dayIndex) => {
        asked.push(dayIndex);
        const day = observations.slice(dayIndex * MAP_LENGTH, (dayIndex + 1) * MAP_LENGTH);
        toNetworkUnits(day, scaling);
        return { observations: day };
      },
      onBatch: ({ span }) => void spans.push(span.count),
    });
    const golden = goldenArray(`${CASE}/rec_inp_tgt_out.npy`).data.slice(2 * 20 * MAP_LENGTH);
    let largest = 0;
    let compared = 0;
    for await (const { dayIndex, values } of days) {
      values.forEach((value, node) => {
        const expected = golden[dayIndex * MAP_LENGTH + node]!;
        expect(Number.isNaN(value)).toBe(Number.isNaN(expected));
        if (Number.isNaN(expected)) return;
        largest = Math.max(largest, Math.abs(value - expected));
        compared++;
      });
    }
    await runtime.close();
    expect(largest).toBeLessThan(1e-6);
    expect(compared).toBe(Math.round(20 * MAP_LENGTH * (1 - 0.3142857142857143))); // nan_fraction_out of the case
    expect(spans).toEqual(new Array(9).fill(4));
    expect(asked).toEqual(Array.from({ length: 20 }, (_, day) => day)); // every day once, in order
  },
);
