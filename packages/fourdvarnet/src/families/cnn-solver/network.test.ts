import { describe, expect, it } from 'vitest';
import { GraphBuilder } from '../../graph/graph-builder.js';
import type { NodeId, Shape } from '../../graph/graph.js';
import { interpretGraph } from '../../graph/interpret-graph.js';
import { largestDifference } from '../../testing/differences.js';
import { explicitPriorGradient } from '../../testing/explicit-gradient.js';
import { noise } from '../../testing/noise.js';
import { priorShapes, randomWeights } from '../../testing/random-weights.js';
import { BASE_SETTINGS } from '../../testing/starter-settings.js';
import { buildNetwork } from '../builders.js';
import type { CnnSolverSettings } from './network.js';

const T = 3;
const SHAPE: Shape = [2, T, 4, 6];
const COUNT = 2 * T * 4 * 6;
const shapes = {
  ...priorShapes(T, 4),
  'grad_mod.conv_in.weight': [5, T, 3, 3],
  'grad_mod.conv_in.bias': [5],
  'grad_mod.conv_hidden.weight': [5, 5, 3, 3],
  'grad_mod.conv_hidden.bias': [5],
  'grad_mod.conv_out.weight': [T, 5, 3, 3],
  'grad_mod.conv_out.bias': [T],
};
const weights = randomWeights(shapes);
const { gradDownsamp: _, ...descent } = BASE_SETTINGS;
const settings: CnnSolverSettings = {
  ...descent,
  architecture: 'cnn-solver',
  nStep: 3,
  lrGrad: 0.4,
  finalProjection: false,
};

describe('cnn-solver', () => {
  it('steps down the gradient that is written by hand, each step for itself', () => {
    const mask = noise(COUNT, 5).map((value) => (value > 0 ? 1 : 0));
    const observations = noise(COUNT, 6).map((value, i) => value * mask[i]!);
    const count = mask.reduce((sum, value) => sum + value, 0);

    const g = new GraphBuilder();
    const [y, m] = [g.input('observations', SHAPE), g.input('mask', SHAPE)];
    const layer = (x: NodeId, name: string) => {
      const { shape, data } = weights.get(`grad_mod.${name}.weight`)!;
      const bias = weights.get(`grad_mod.${name}.bias`)!.data;
      return g.convolution(x, {
        weight: g.constant(name, [shape[0]!, shape[1]!, 3, 3], Float32Array.from(data)),
        bias: g.constant(name, [1, shape[0]!, 1, 1], Float32Array.from(bias)),
        padding: 1,
      });
    };
    let x: NodeId = y;
    let norm: NodeId | null = null;
    for (let k = 0; k < 3; k++) {
      const distance = g.scale(g.multiply(m, g.subtract(x, y)), 2 / count);
      const slope = g.add(explicitPriorGradient(g, weights, settings, x), distance);
      norm ??= g.squareRoot(g.meanSquare(slope));
      const features = g.relu(layer(g.relu(layer(g.divide(slope, norm), 'conv_in')), 'conv_hidden'));
      const update = g.scale(layer(features, 'conv_out'), 1 / (k + 1));
      x = g.subtract(x, g.add(update, g.scale(slope, (0.4 * (k + 1)) / 3)));
    }
    const expected = interpretGraph(g.build({ x }), { observations, mask })['x']!;

    const { graph } = buildNetwork(weights, settings, { batch: 2, lat: 4, lon: 6 });
    const { reconstruction } = interpretGraph(graph, { observations, mask });
    expect(largestDifference(reconstruction!, expected)).toBeLessThan(1e-13);
  });

  it('refuses layers that do not follow each other', () => {
    const broken = randomWeights({ ...shapes, 'grad_mod.conv_hidden.weight': [5, 4, 3, 3] });
    expect(() => buildNetwork(broken, settings, { batch: 2, lat: 4, lon: 6 })).toThrow(
      /conv_hidden.weight' is of shape \[5, 4, 3, 3\] with 180 values, needs shape \[5, 5, any, any\]/,
    );
  });
});
