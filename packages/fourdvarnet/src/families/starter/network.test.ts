import { describe, expect, it, test } from 'vitest';
import { GraphBuilder } from '../../graph/graph-builder.js';
import { GraphError } from '../../graph/graph-error.js';
import type { NodeId } from '../../graph/graph.js';
import { interpretGraph } from '../../graph/interpret-graph.js';
import { largestDifference } from '../../testing/differences.js';
import { explicitPriorGradient } from '../../testing/explicit-gradient.js';
import { noise } from '../../testing/noise.js';
import { lstmShapes, priorShapes, randomWeights } from '../../testing/random-weights.js';
import { BASE_SETTINGS } from '../../testing/starter-settings.js';
import { bilinearPrior } from '../../networks/bilinear-prior.js';
import { buildNetwork } from '../builders.js';
import type { StarterSettings } from './network.js';
import { NetworkWeights, type WeightMap } from '../../networks/network-weights.js';
import { starter } from './network.js';

const T = 3;
const SIZE = { batch: 2, lat: 4, lon: 6 };
const SHAPE = [SIZE.batch, T, SIZE.lat, SIZE.lon] as const;
const COUNT = SIZE.batch * T * SIZE.lat * SIZE.lon;
const weights = randomWeights({ ...priorShapes(T, 4), ...lstmShapes(T, 2) });
/** φ = 0. */
const withoutPrior = new Map(
  [...weights].map(([name, { shape, data }]) => [
    name,
    { shape, data: name.startsWith('prior_cost.conv_out') ? new Float32Array(data.length) : data },
  ]),
);

const mask = noise(COUNT, 5).map((value) => (value > 0.3 ? 1 : 0));
const observations = noise(COUNT, 6).map((value, i) => value * mask[i]!);
const observedCount = mask.reduce((sum, value) => sum + value, 0);

const settingsWith = (changes: Partial<StarterSettings>): StarterSettings => ({
  ...BASE_SETTINGS,
  nStep: 2,
  lrGrad: 0.3,
  ...changes,
});

function run(
  changes: Partial<StarterSettings>,
  inputs: Record<string, Float32Array> = { observations, mask },
  of: WeightMap = weights,
): Float64Array {
  const { graph } = buildNetwork(of, settingsWith(changes), SIZE);
  return interpretGraph(graph, inputs)['reconstruction']!;
}

/** The gradient at each step. */
function gradients(changes: Partial<StarterSettings>, inputs: Record<string, Float32Array>, of: WeightMap) {
  const g = new GraphBuilder();
  const { steps } = starter(g, new NetworkWeights(g, of), settingsWith(changes), SIZE);
  const outputs = Object.fromEntries(steps.map(({ gradient }, k) => [String(k), gradient]));
  return interpretGraph(g.build(outputs), inputs);
}

describe('starter', () => {
  it('steps down the gradient that is written by hand, one gate layer for all gates', () => {
    for (const gradDownsamp of [null, 2]) {
      const settings = settingsWith({ gradDownsamp, init: 'zero', obsWeight: 2.5, finalProjection: false });
      const g = new GraphBuilder();
      const [y, m] = [g.input('observations', SHAPE), g.input('mask', SHAPE)];
      const slope = (x: NodeId) => {
        const distance = g.scale(g.multiply(m, g.subtract(x, y)), (2 * settings.obsWeight) / observedCount);
        return g.add(explicitPriorGradient(g, weights, settings, x), distance);
      };
      const byHand = unrolledByHand(g, { slope, settings, start: g.scale(y, 0) });
      const expected = interpretGraph(g.build({ byHand }), { observations, mask })['byHand']!;
      expect(largestDifference(run(settings), expected)).toBeLessThan(1e-13);
    }
  });

  it.each([1, 3])('without prior has the gradient of the observations alone, at weight %d', (obsWeight) => {
    const { 0: found } = gradients({ init: 'zero', obsWeight }, { observations, mask }, withoutPrior);
    const expected = observations.map((value) => (-2 * obsWeight * value) / observedCount);
    expect(largestDifference(found!, expected)).toBeLessThan(1e-7); // `expected` is rounded to float32
  });

  it('counts observations over the whole batch', () => {
    const half = COUNT / 2;
    const onlyFirst = mask.map((value, i) => (i < half ? value : 0));
    const inputs = { mask: onlyFirst, observations: observations.map((value, i) => value * onlyFirst[i]!) };
    const { 0: found } = gradients({ init: 'zero' }, inputs, withoutPrior);
    const count = onlyFirst.reduce((sum, value) => sum + value, 0);
    expect(
      largestDifference(
        found!,
        inputs.observations.map((value) => (-2 * value) / count),
      ),
    ).toBeLessThan(1e-7);
    expect(count).toBeLessThan(observedCount);
  });

  it('has the gradient of the prior alone where nothing was observed', () => {
    const nothing = new Float32Array(COUNT);
    const { 0: found } = gradients({}, { observations: nothing, mask: nothing }, weights);
    const g = new GraphBuilder();
    const prior = explicitPriorGradient(g, weights, settingsWith({}), g.input('x', SHAPE));
    const expected = interpretGraph(g.build({ prior }), { x: nothing })['prior']!;
    expect(largestDifference(found!, expected)).toBeLessThan(1e-16);
    expect(largestDifference(expected, nothing)).toBeGreaterThan(1e-4);
  });

  it('with zero fill takes every point as observed, and needs no mask', () => {
    const settings = settingsWith({ inputFill: 'zero' });
    expect(buildNetwork(weights, settings, SIZE).inputNames).toEqual(['observations']);
    const filled = run({ inputFill: 'zero' }, { observations });
    const everywhere = run({ inputFill: 'nan' }, { observations, mask: new Float32Array(COUNT).fill(1) });
    expect(largestDifference(filled, everywhere)).toBeLessThan(1e-13);
    expect(largestDifference(filled, run({ inputFill: 'nan' }))).toBeGreaterThan(1e-4);
  });

  it('projects at the end if asked', () => {
    const g = new GraphBuilder();
    const phi = bilinearPrior(g, new NetworkWeights(g, weights), settingsWith({}));
    const x = Float32Array.from(run({ finalProjection: false }));
    const expected = interpretGraph(g.build({ projected: phi(g.input('x', SHAPE)) }), { x })['projected']!;
    const found = run({ finalProjection: true });
    expect(largestDifference(found, expected)).toBeLessThan(1e-6); // x is rounded to float32 on the way
    expect(largestDifference(found, x)).toBeGreaterThan(1e-2);
  });

  it.each([
    { name: 'init', change: { init: 'zero' as const } },
    { name: 'bilin_quad', change: { bilinQuad: true } },
    { name: 'prior_downsamp', change: { priorDownsamp: null } },
    { name: 'grad_downsamp', change: { gradDownsamp: 2 } },
    { name: 'lr_grad', change: { lrGrad: 0 } },
    { name: 'n_step', change: { nStep: 3 } },
  ])('gives another result for another $name', ({ change }) => {
    expect(largestDifference(run(change), run({}))).toBeGreaterThan(1e-4);
  });

  test.each<{
    name: string;
    changes?: Partial<StarterSettings>;
    of?: WeightMap;
    lat?: number;
    message: RegExp;
  }>([
    {
      name: 'a grid that blocks do not tile',
      lat: 5,
      message: /prior_downsamp 2 is 5 × 6 points, needs a whole/,
    },
    { name: 'blocks of no points', changes: { gradDownsamp: 0 }, message: /grad_downsamp 0/ },
    { name: 'no step', changes: { nStep: 0 }, message: /n_step is 0, needs a whole number from 1 up/ },
    { name: 'half a step', changes: { nStep: 1.5 }, message: /n_step is 1.5/ },
    {
      name: 'a checkpoint without solver',
      of: randomWeights(priorShapes(T, 4)),
      message: /tensor 'grad_mod.gates.weight' is missing among 12 tensors \(prior_cost.conv_in.weight, /,
    },
    {
      name: 'a prior that wants more than days',
      of: randomWeights({ ...priorShapes(T, 4), 'prior_cost.conv_in.weight': [4, T + 3, 3, 3] }),
      message: /conv_in.weight' is for 6 input channels, needs 3/,
    },
    {
      name: 'a solver for other days',
      of: randomWeights({ ...priorShapes(T, 4), ...lstmShapes(T + 1, 2) }),
      message:
        /gates.weight' is for 8 outputs and 6 inputs, needs four gates of a width, and 3 \+ width inputs/,
    },
    {
      name: 'a kernel of even length',
      of: randomWeights({ ...priorShapes(T, 4, 2), ...lstmShapes(T, 2) }),
      message: /a 2 × 2 kernel, needs a square kernel of odd length/,
    },
    {
      name: 'a bias of another length',
      of: randomWeights({ ...priorShapes(T, 4), ...lstmShapes(T, 2), 'prior_cost.bilin_1.bias': [5] }),
      message: /'prior_cost.bilin_1.bias' is of shape \[5\] with 5 values, needs shape \[4\]/,
    },
  ])('refuses $name', ({ changes = {}, of = weights, lat = SIZE.lat, message }) => {
    const build = () => buildNetwork(of, settingsWith(changes), { ...SIZE, lat });
    expect(build).toThrow(GraphError);
    expect(build).toThrow(message);
  });

  it('takes float64 weights as their float32 values', () => {
    const wide = new Map(
      [...weights].map(([name, { shape, data }]) => [
        name,
        { shape, data: Float64Array.from(data, (value) => value * (1 + 1e-12)) },
      ]),
    );
    expect(run({}, { observations, mask }, wide)).toEqual(run({}));
  });
});

/** The loop of the solver, with the LSTM as one convolution over gradient and memory, zeros at the start. */
function unrolledByHand(
  g: GraphBuilder,
  { slope, settings, start }: { slope: (x: NodeId) => NodeId; settings: StarterSettings; start: NodeId },
): NodeId {
  const d = settings.gradDownsamp ?? 1;
  const layer = (name: string, x: NodeId) => {
    const { shape, data } = weights.get(`${name}.weight`)!;
    const bias = Float32Array.from(weights.get(`${name}.bias`)!.data);
    return g.convolution(x, {
      weight: g.constant(name, [shape[0]!, shape[1]!, 3, 3], Float32Array.from(data)),
      bias: g.constant(name, [1, shape[0]!, 1, 1], bias),
      padding: 1,
    });
  };
  let x = start;
  let hidden = g.filled([SIZE.batch, 2, SIZE.lat / d, SIZE.lon / d], 0);
  let cell = hidden;
  let norm: NodeId | null = null;
  for (let k = 0; k < settings.nStep; k++) {
    const gradient = slope(x);
    norm ??= g.squareRoot(g.meanSquare(gradient));
    const gates = layer('grad_mod.gates', g.concatenate(g.averagePool(g.divide(gradient, norm), d), hidden));
    const [i, f, o, c] = [0, 1, 2, 3].map((gate) => g.slice(gates, 2 * gate, 2 * gate + 2));
    cell = g.add(g.multiply(g.sigmoid(f!), cell), g.multiply(g.sigmoid(i!), g.tanh(c!)));
    hidden = g.multiply(g.sigmoid(o!), g.tanh(cell));
    const update = g.scale(g.upsample(layer('grad_mod.conv_out', hidden), d), 1 / (k + 1));
    x = g.subtract(g.subtract(x, update), g.scale(gradient, (settings.lrGrad * (k + 1)) / settings.nStep));
  }
  return x;
}
