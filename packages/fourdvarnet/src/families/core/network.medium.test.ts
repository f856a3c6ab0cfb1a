import { readFileSync } from 'node:fs';
import { describe, expect, it, test } from 'vitest';
import { GraphBuilder } from '../../graph/graph-builder.js';
import { interpretGraph } from '../../graph/interpret-graph.js';
import { largest, largestDifference } from '../../testing/differences.js';
import { goldenPath, hasGoldenCases, readGolden, readGoldenWeights } from '../../testing/golden.js';
import { buildNetwork } from '../builders.js';
import { core } from './network.js';
import type { CoreSettings, CostNorm } from './network.js';
import { NetworkWeights } from '../../networks/network-weights.js';

const CASES = [
  { name: 'core_aug_b2_dT7_40x40', inputNames: ['oi', 'mask', 'observations'] },
  { name: 'core_aug_sst_b2_dT7_40x40', inputNames: ['oi', 'mask', 'observations', 'sst'] },
];
const SIZE = { batch: 2, lat: 40, lon: 40 };

function read(name: string) {
  const info = JSON.parse(readFileSync(goldenPath(`${name}/info.json`), 'utf8')) as Record<string, unknown>;
  const settings: CoreSettings = {
    architecture: 'core',
    nGrad: info['n_grad'] as number,
    nFourdvarIter: info['n_fourdvar_iter'] as number,
    augState: info['aug_state'] as boolean,
    normObs: info['norm'] as CostNorm,
    normPrior: info['norm'] as CostNorm,
    isPeriodic: false,
    medianWidth: 1,
  };
  const file = (variable: string) => Float32Array.from(readGolden(`${name}/${variable}.npy`).data);
  const inputs = {
    oi: file('oi'),
    mask: file('mask'),
    observations: file('obs'),
    ...(info['sst'] === true ? { sst: file('sst') } : {}),
  };
  return { settings, weights: readGoldenWeights(`${name}/solver_state_dict.safetensors`), inputs };
}

describe.skipIf(!hasGoldenCases)('core, beside the classes of its authors', () => {
  test.each(CASES)('gives the states after each cascade and the reconstruction of $name', ({ name }) => {
    const { settings, weights, inputs } = read(name);
    const g = new GraphBuilder();
    const { reconstruction, cascades } = core(g, new NetworkWeights(g, weights), settings, SIZE);
    const outputs = Object.fromEntries(cascades.map((state, i) => [`cascade${i}`, state]));
    const found = interpretGraph(g.build({ reconstruction, ...outputs }), inputs);
    for (let i = 0; i < settings.nFourdvarIter; i++) {
      const expected = readGolden(`${name}/state_after_cascade${i}.npy`).data; // float32
      expect(largestDifference(found[`cascade${i}`]!, expected), `cascade ${i}`).toBeLessThan(1e-6);
    }
    // both in float64 from the same float32 weights: only the order of sums differs
    expect(
      largestDifference(found['reconstruction']!, readGolden(`${name}/output_f64.npy`).data),
    ).toBeLessThan(1e-12);
  });

  test.each(CASES)('reads the inputs of $name and is 0 without observation', ({ name, inputNames }) => {
    const { settings, weights, inputs } = read(name);
    const { graph, inputNames: found } = buildNetwork(
      weights,
      { ...settings, nGrad: 1, nFourdvarIter: 1 },
      SIZE,
    );
    expect([...found].sort()).toEqual([...inputNames].sort());
    const nothing = new Float32Array(inputs.oi.length);
    for (const oi of [inputs.oi, nothing]) {
      const { reconstruction } = interpretGraph(graph, { ...inputs, oi, mask: nothing });
      expect(largestDifference(reconstruction!, nothing)).toBe(0);
    }
  });

  it('takes both norms, of which they differ', () => {
    const { settings, weights, inputs } = read(CASES[1]!.name);
    const run = (normObs: CostNorm, normPrior: CostNorm) => {
      const short = { ...settings, normObs, normPrior, nGrad: 2, nFourdvarIter: 1 };
      return interpretGraph(buildNetwork(weights, short, SIZE).graph, inputs)['reconstruction']!;
    };
    const [both, one] = [run('l1', 'l1'), run('l1', 'l2')];
    expect(largest(both)).toBeLessThan(10);
    expect(largestDifference(both, one)).toBeGreaterThan(1e-3);
  });
});
