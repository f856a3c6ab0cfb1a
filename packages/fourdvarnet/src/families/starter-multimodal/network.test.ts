import { describe, expect, it } from 'vitest';
import { GraphBuilder } from '../../graph/graph-builder.js';
import { gradient } from '../../graph/gradient.js';
import type { Shape } from '../../graph/graph.js';
import { interpretGraph } from '../../graph/interpret-graph.js';
import { largestDifference } from '../../testing/differences.js';
import { naiveConvolution } from '../../testing/naive-convolution.js';
import { noise } from '../../testing/noise.js';
import { lstmShapes, priorShapes, randomWeights } from '../../testing/random-weights.js';
import { BASE_SETTINGS } from '../../testing/starter-settings.js';
import { bilinearPrior } from '../../networks/bilinear-prior.js';
import { buildNetwork } from '../builders.js';
import type { StarterMultimodalSettings } from './network.js';
import { NetworkWeights } from '../../networks/network-weights.js';
import { multimodalCost } from './network.js';

const T = 3;
const SHAPE: Shape = [2, T, 4, 6];
const COUNT = 2 * T * 4 * 6;
const FEATURES = 5;
const weights = randomWeights({
  ...priorShapes(T, 4),
  ...lstmShapes(T, 2),
  'obs_cost.conv_ssh.weight': [FEATURES, T, 3, 3],
  'obs_cost.conv_sst.weight': [FEATURES, T, 3, 3],
});
const settings: StarterMultimodalSettings = {
  ...BASE_SETTINGS,
  architecture: 'starter-multimodal',
  nStep: 2,
  obsWeight: 3,
};
const mask = noise(COUNT, 5).map((value) => (value > 0 ? 1 : 0));
const inputs = {
  mask,
  observations: noise(COUNT, 6).map((value, i) => value * mask[i]!),
  sst: noise(COUNT, 7),
};

function costGraph() {
  const g = new GraphBuilder();
  const store = new NetworkWeights(g, weights);
  const [x, y] = [g.input('x', SHAPE), g.input('observations', SHAPE)];
  const phi = bilinearPrior(g, store, settings);
  const cost = multimodalCost(g, store, settings, { x, y, phi });
  return g.build({ cost, phi: phi(x), slope: gradient(g, cost, x) });
}

describe('starter-multimodal', () => {
  it('has the cost of prior, observations and features of SST, only the second weighted', () => {
    const x = noise(COUNT, 8);
    const { cost, phi } = interpretGraph(costGraph(), { ...inputs, x });
    const features = (values: Float32Array, name: string) =>
      naiveConvolution(
        { values, shape: SHAPE },
        {
          values: Float32Array.from(weights.get(`obs_cost.${name}.weight`)!.data),
          shape: [FEATURES, T, 3, 3],
        },
        { stride: 1, padding: 1, bias: null },
      );
    const [ofState, ofSst] = [features(x, 'conv_ssh'), features(inputs.sst, 'conv_sst')];
    const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
    const observed = [...x.keys()].filter((i) => mask[i] === 1);
    const expected =
      mean([...x].map((value, i) => (value - phi![i]!) ** 2)) +
      3 * mean(observed.map((i) => (x[i]! - inputs.observations[i]!) ** 2)) +
      mean(ofState.map((value, i) => (value - ofSst[i]!) ** 2));
    expect(cost![0]).toBeCloseTo(expected, 12);
  });

  it('has the slope of that cost as its gradient', () => {
    const graph = costGraph();
    const [x, direction] = [noise(COUNT, 8), noise(COUNT, 9)];
    const at = (length: number) =>
      interpretGraph(graph, {
        ...inputs,
        x: Float64Array.from(x, (value, i) => value + length * direction[i]!),
      });
    const h = 1e-5;
    const measured = (at(h)['cost']![0]! - at(-h)['cost']![0]!) / (2 * h);
    const derived = at(0)['slope']!.reduce((sum, value, i) => sum + value * direction[i]!, 0);
    expect(Math.abs(derived)).toBeGreaterThan(1e-2);
    expect(Math.abs(measured - derived)).toBeLessThan(1e-8);
  });

  it('reads SST, and gives another result for another SST', () => {
    const { graph, inputNames } = buildNetwork(weights, settings, { batch: 2, lat: 4, lon: 6 });
    expect([...inputNames].sort()).toEqual(['mask', 'observations', 'sst']);
    const run = (sst: Float32Array) => interpretGraph(graph, { ...inputs, sst })['reconstruction']!;
    expect(largestDifference(run(inputs.sst), run(noise(COUNT, 10)))).toBeGreaterThan(1e-3);
  });
});
