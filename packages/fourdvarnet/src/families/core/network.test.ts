import { describe, expect, it, test } from 'vitest';
import { GraphBuilder } from '../../graph/graph-builder.js';
import { GraphError } from '../../graph/graph-error.js';
import { interpretGraph } from '../../graph/interpret-graph.js';
import { largest, largestDifference } from '../../testing/differences.js';
import { noise } from '../../testing/noise.js';
import { randomWeights } from '../../testing/random-weights.js';
import { buildNetwork } from '../builders.js';
import { convLstm } from '../../networks/conv-lstm.js';
import { core } from './network.js';
import { rootMeanSquare } from '../../networks/gradient-descent.js';
import type { CoreSettings } from './network.js';
import { NetworkWeights, type WeightMap } from '../../networks/network-weights.js';

const T = 2;
const SIZE = { batch: 2, lat: 4, lon: 8 };
const COUNT = SIZE.batch * T * SIZE.lat * SIZE.lon;
const SETTINGS: CoreSettings = {
  architecture: 'core',
  nGrad: 2,
  nFourdvarIter: 2,
  augState: false,
  normObs: 'l2',
  normPrior: 'l2',
  isPeriodic: false,
  medianWidth: 1,
};

function unitShapes(unit: string, channels: number, width: number): Record<string, readonly number[]> {
  return {
    [`${unit}.conv1.weight`]: [2 * width, channels, 5, 5],
    [`${unit}.conv2.weight`]: [width, 2 * width, 3, 3],
    [`${unit}.conv3.weight`]: [channels, 2 * width, 3, 3],
    [`${unit}.bilin0.weight`]: [width, width, 3, 3],
    [`${unit}.bilin1.weight`]: [width, width, 3, 3],
    [`${unit}.bilin2.weight`]: [width, width, 3, 3],
  };
}

function weightsFor(channels: number, unit = 'phi_r.encoder.nn_hr.0'): WeightMap {
  const random = randomWeights({
    ...unitShapes(unit, channels, 3),
    'model_Grad.lstm.Gates.weight': [8, channels + 2, 3, 3],
    'model_Grad.lstm.Gates.bias': [8],
    'model_Grad.convLayer.0.weight': [channels, 2, 1, 1],
    'model_VarCost.WReg': [channels],
    'model_VarCost.WObs': [1, channels],
  });
  const number = (value: number, ...shape: number[]) => ({ shape, data: Float32Array.of(value) });
  return new Map([
    ...random,
    ['model_VarCost.alphaReg', number(0.75, 1)],
    ['model_VarCost.alphaObs', number(1.5, 1, 1)],
    ['model_VarCost.epsReg', number(0.5, 1)],
    ['model_VarCost.epsObs', number(0.25, 1)],
  ]);
}

const mask = noise(COUNT, 5).map((value) => (value > 0 ? 1 : 0));
const observations = noise(COUNT, 6).map((value, i) => value * mask[i]!);
const inputs = { mask, observations, oi: noise(COUNT, 7) };

describe('core', () => {
  // with φ = 0 and one step of a network that adds nothing, the second gradient is known in closed form
  test.each([
    { normPrior: 'l2', slope: (r: number, _: number) => 2 * r },
    { normPrior: 'l1', slope: (r: number, epsilon: number) => r / Math.sqrt(epsilon ** 2 + r ** 2) },
  ] as const)('weighs the residuals of the prior by $normPrior', ({ normPrior, slope }) => {
    const weights = new Map(weightsFor(2 * T));
    weights.set('phi_r.encoder.nn_hr.0.conv3.weight', { shape: [4, 6, 3, 3], data: new Float32Array(216) });
    const g = new GraphBuilder();
    const { gradients } = core(g, new NetworkWeights(g, weights), { ...SETTINGS, normPrior }, SIZE);
    const found = interpretGraph(g.build({ first: gradients[0]! }), inputs)['first']!;
    const points = SIZE.lat * SIZE.lon;
    const expected = Array.from({ length: 2 * COUNT }, (_, i) => {
      const [batch, channel, point] = [
        Math.floor(i / (2 * T * points)),
        Math.floor(i / points) % (2 * T),
        i % points,
      ];
      const at = (batch * T + (channel % T)) * points + point;
      const state = channel < T ? inputs.oi[at]! : mask[at]! * (observations[at]! - inputs.oi[at]!);
      const weight = weights.get('model_VarCost.WReg')!.data[channel]!;
      // the first state is what was observed, so the observation cost is flat there
      return (0.75 ** 2 * weight ** 2 * slope(state, 0.5)) / (SIZE.batch * points);
    });
    expect(largestDifference(found, expected)).toBeLessThan(1e-16);
  });

  test.each([
    { normObs: 'l2', slope: (r: number) => 2 * r },
    { normObs: 'l1', slope: (r: number) => r / Math.sqrt(0.25 ** 2 + r ** 2) },
  ] as const)('weighs the distance from the observations by $normObs', ({ normObs, slope }) => {
    const weights = new Map(weightsFor(2 * T));
    weights.set('model_VarCost.alphaReg', { shape: [1], data: Float32Array.of(1e-3) });
    const g = new GraphBuilder();
    const settings = { ...SETTINGS, normObs, nFourdvarIter: 1 };
    const { gradients, cascades } = core(g, new NetworkWeights(g, weights), { ...settings, nGrad: 2 }, SIZE);
    const short = core(g, new NetworkWeights(g, weights), { ...settings, nGrad: 1 }, SIZE);
    expect(cascades).not.toEqual(short.cascades);
    // the step of nGrad 2 is half that of nGrad 1: x1 = (x0 + x1 of nGrad 1) / 2
    const [oi, m, y] = ['oi', 'mask', 'observations'].map((name) =>
      g.input(name, [SIZE.batch, T, SIZE.lat, SIZE.lon]),
    );
    const x0 = g.concatenate(oi!, g.multiply(m!, g.subtract(y!, oi!)));
    const x1 = g.scale(g.add(x0, short.cascades[0]!), 0.5);
    const found = interpretGraph(g.build({ second: gradients[1]!, x0, x1 }), inputs);
    const points = SIZE.lat * SIZE.lon;
    const expected = found['x1']!.map((value, i) => {
      const [batch, channel] = [Math.floor(i / (2 * T * points)), Math.floor(i / points) % (2 * T)];
      const isObserved = channel < T ? 1 : mask[(batch * T + channel - T) * points + (i % points)]!;
      const weight = weights.get('model_VarCost.WObs')!.data[channel]!;
      const r = (value - found['x0']![i]!) * isObserved;
      return (1.5 ** 2 * weight ** 2 * isObserved * slope(r)) / (SIZE.batch * points);
    });
    // the prior is left with a weight of 1e-6
    expect(largestDifference(found['second']!, expected)).toBeLessThan(1e-6);
    expect(largestDifference(expected, new Float64Array(2 * COUNT))).toBeGreaterThan(1e-3);
  });

  it('ties the second anomaly of an augmented state to no observation', () => {
    const weights = new Map(weightsFor(3 * T));
    weights.set('model_VarCost.alphaReg', { shape: [1], data: Float32Array.of(1e-3) }); // next to no prior
    const g = new GraphBuilder();
    const { gradients, reconstruction, cascades } = core(
      g,
      new NetworkWeights(g, weights),
      { ...SETTINGS, augState: true },
      SIZE,
    );
    const state = cascades.at(-1)!;
    const [first, second] = [0, 1].map((block) => g.slice(gradients[1]!, (1 + block) * T, (2 + block) * T));
    const [oi, free] = [g.slice(state, 0, T), g.slice(state, 2 * T, 3 * T)];
    const found = interpretGraph(
      g.build({ first: first!, second: second!, reconstruction, whole: g.add(oi, free) }),
      inputs,
    );
    expect(largest(found['first']!)).toBeGreaterThan(1e-3);
    expect(largest(found['second']!)).toBeLessThan(1e-6);
    // yet that anomaly is the one that is added to OI in the end
    expect(largestDifference(found['reconstruction']!, found['whole']!)).toBe(0);
  });

  it('begins each cascade anew where memory is not carried, as the code of 2021 does', () => {
    const g = new GraphBuilder();
    const weights = new NetworkWeights(g, weightsFor(2 * T));
    const settings = { ...SETTINGS, nGrad: 1, carriesMemory: false };
    const { gradients, cascades } = core(g, weights, settings, SIZE);
    const carried = core(g, weights, { ...settings, carriesMemory: true }, SIZE);
    const normalised = g.divide(gradients[1]!, rootMeanSquare(g, gradients[1]!));
    const { hidden } = convLstm(g, weights, { layer: 'model_Grad.lstm.Gates', x: normalised, memory: null });
    const step = weights.layerWithoutBias(hidden, 'model_Grad.convLayer.0', 2 * T);
    const found = interpretGraph(
      g.build({
        second: cascades[1]!,
        expected: g.subtract(cascades[0]!, step),
        carried: carried.cascades[1]!,
        first: cascades[0]!,
        carriedFirst: carried.cascades[0]!,
      }),
      inputs,
    );
    expect(largestDifference(found['second']!, found['expected']!)).toBeLessThan(1e-12);
    expect(largestDifference(found['first']!, found['carriedFirst']!)).toBe(0);
    expect(largestDifference(found['second']!, found['carried']!)).toBeGreaterThan(1e-3);
  });

  it('takes the one-scale prior of old checkpoints for the same network', () => {
    const run = (unit: string) =>
      interpretGraph(buildNetwork(weightsFor(2 * T, unit), SETTINGS, SIZE).graph, inputs)['reconstruction']!;
    expect(run('phi_r.encoder.nn.0')).toEqual(run('phi_r.encoder.nn_hr.0'));
  });

  it('is 0 where a batch has no observation, even if OI is 0 too', () => {
    const { graph } = buildNetwork(weightsFor(2 * T), SETTINGS, SIZE);
    const nothing = new Float32Array(COUNT);
    for (const oi of [inputs.oi, nothing]) {
      const { reconstruction } = interpretGraph(graph, { mask: nothing, observations: nothing, oi });
      expect(largestDifference(reconstruction!, nothing)).toBe(0);
    }
  });

  test.each<{ name: string; settings?: Partial<CoreSettings>; of?: WeightMap; message: RegExp }>([
    {
      name: 'a state that is no whole number of days',
      settings: { augState: true },
      message: /state of 4 channels .* with aug_state true, needs a multiple of 3/,
    },
    {
      name: 'no prior',
      of: new Map([...weightsFor(4)].filter(([name]) => !name.startsWith('phi_r'))),
      message: /the prior is without 'phi_r.encoder.nn_hr.0.conv1.weight'/,
    },
    {
      name: 'weights of the cost for other channels',
      of: new Map([...weightsFor(4), ['model_VarCost.WObs', { shape: [1, 3], data: new Float32Array(3) }]]),
      message: /'model_VarCost.WObs' is of shape \[1, 3\], needs row 1 with 4 values/,
    },
    {
      name: 'L1 without ε',
      settings: { normObs: 'l1' },
      of: new Map([...weightsFor(4)].filter(([name]) => name !== 'model_VarCost.epsObs')),
      message: /'model_VarCost.epsObs' is missing/,
    },
    { name: 'no cascade', settings: { nFourdvarIter: 0 }, message: /n_fourdvar_iter is 0/ },
  ])('refuses $name', ({ settings = {}, of = weightsFor(4), message }) => {
    const build = () => buildNetwork(of, { ...SETTINGS, ...settings }, SIZE);
    expect(build).toThrow(GraphError);
    expect(build).toThrow(message);
  });
});
