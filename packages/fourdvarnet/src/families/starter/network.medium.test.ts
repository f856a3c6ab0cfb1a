import { readFileSync } from 'node:fs';
import { describe, expect, it, test } from 'vitest';
import { GraphBuilder } from '../../graph/graph-builder.js';
import { interpretGraph } from '../../graph/interpret-graph.js';
import { largest, largestDifference } from '../../testing/differences.js';
import {
  goldenPath,
  hasGoldenCases,
  readGolden,
  readGoldenWeights,
  splitObservations,
} from '../../testing/golden.js';
import { buildNetwork } from '../builders.js';
import type { StarterSettings } from './network.js';
import { NetworkWeights } from '../../networks/network-weights.js';
import { starter } from './network.js';

const CASES = [
  { name: 'tiny_b2_15x24x24_h8_6_s3_lr1e3_noquad_down2' },
  { name: 'tiny_b2_15x24x24_h8_6_s4_lr02_quad_down2' },
  { name: 'tiny_b2_15x24x24_nodown' },
];
const SIZE = { batch: 2, lat: 24, lon: 24 };

function settingsOf(name: string): StarterSettings {
  const info = JSON.parse(readFileSync(goldenPath(`${name}/info.json`), 'utf8')) as Record<string, unknown>;
  return {
    architecture: 'starter',
    nStep: info['n_step'] as number,
    lrGrad: info['lr_grad'] as number,
    priorDownsamp: info['prior_downsamp'] as number | null,
    gradDownsamp: info['grad_downsamp'] as number | null,
    bilinQuad: info['bilin_quad'] as boolean,
    obsWeight: 1,
    init: 'obs',
    inputFill: 'nan',
    finalProjection: true,
  };
}

const read = (name: string) => ({
  weights: readGoldenWeights(`${name}/solver_state_dict.safetensors`),
  settings: settingsOf(name),
  inputs: splitObservations(readGolden(`${name}/input.npy`).data),
});

describe.skipIf(!hasGoldenCases)('starter, beside the classes of its authors', () => {
  test.each(CASES)('gives the reconstruction of $name', ({ name }) => {
    const { weights, settings, inputs } = read(name);
    const { graph, inputNames } = buildNetwork(weights, settings, SIZE);
    expect(inputNames).toEqual(['observations', 'mask']);
    const { reconstruction } = interpretGraph(graph, inputs);
    // both in float64 from the same float32 weights: only the order of sums differs
    expect(largestDifference(reconstruction!, readGolden(`${name}/output_f64.npy`).data)).toBeLessThan(1e-12);
    const rounded = interpretGraph(graph, inputs, { precision: 'float32' });
    expect(largestDifference(rounded['reconstruction']!, readGolden(`${name}/output.npy`).data)).toBeLessThan(
      1e-6,
    );
  });

  test.each(CASES)('takes the same steps as $name', ({ name }) => {
    const { weights, settings, inputs } = read(name);
    const g = new GraphBuilder();
    const { steps, memories } = starter(g, new NetworkWeights(g, weights), settings, SIZE);
    const outputs: Record<string, number> = {};
    steps.forEach(({ state, gradient, update }, k) => {
      Object.assign(outputs, { [`state${k}`]: state, [`grad${k}`]: gradient, [`gmod${k}`]: update });
      Object.assign(outputs, { [`hidden${k}`]: memories[k]!.hidden, [`cell${k}`]: memories[k]!.cell });
    });
    const found = interpretGraph(g.build(outputs), inputs);
    for (const quantity of ['grad', 'gmod', 'state', 'hidden', 'cell']) {
      const { data, shape } = readGolden(`${name}/trace_${quantity}.npy`);
      expect(shape[0]).toBe(settings.nStep);
      const size = data.length / settings.nStep;
      for (let k = 0; k < settings.nStep; k++) {
        const expected = data.subarray(k * size, (k + 1) * size);
        // the traces are float32, whose rounding grows from step to step
        const error = largestDifference(found[`${quantity}${k}`]!, expected) / largest(expected);
        expect(error, `${quantity} of step ${k}`).toBeLessThan(1e-5);
      }
    }
  });

  it('gives another result for a patch alone than for the same patch beside another', () => {
    const { weights, settings, inputs } = read(CASES[0]!.name);
    const { graph } = buildNetwork(weights, settings, { ...SIZE, batch: 1 });
    const together = readGolden(`${CASES[0]!.name}/output_f64.npy`).data;
    const half = together.length / 2;
    for (const patch of [0, 1]) {
      const part = (values: Float32Array) => values.subarray(patch * half, (patch + 1) * half);
      const alone = interpretGraph(graph, {
        observations: part(inputs.observations),
        mask: part(inputs.mask),
      });
      const difference = largestDifference(
        alone['reconstruction']!,
        together.subarray(patch * half, (patch + 1) * half),
      );
      expect(difference).toBeGreaterThan(1e-4);
    }
  });
});
