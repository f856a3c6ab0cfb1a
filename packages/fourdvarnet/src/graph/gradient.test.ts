import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { largestDifference } from '../testing/differences.js';
import { explicitPriorGradient } from '../testing/explicit-gradient.js';
import { noise } from '../testing/noise.js';
import { priorShapes, randomWeights } from '../testing/random-weights.js';
import { bilinearPrior } from '../networks/bilinear-prior.js';
import { NetworkWeights } from '../networks/network-weights.js';
import { elementCount, GraphBuilder } from './graph-builder.js';
import { GraphError } from './graph-error.js';
import { gradient } from './gradient.js';
import type { NodeId, Shape } from './graph.js';
import { interpretGraph } from './interpret-graph.js';

/** Of J along a direction: the slope from J left and right of x, and the product of the gradient with the direction. */
function slopes(
  shape: Shape,
  costOf: (g: GraphBuilder, x: NodeId) => NodeId,
  seed: number,
): { measured: number; derived: number; size: number } {
  const g = new GraphBuilder();
  const x = g.input('x', shape);
  const cost = costOf(g, x);
  const graph = g.build({ cost, gradient: gradient(g, cost, x) });
  const at = Float64Array.from(noise(elementCount(shape), seed));
  const direction = noise(elementCount(shape), seed + 1);
  const run = (length: number) =>
    interpretGraph(graph, { x: at.map((value, i) => value + length * direction[i]!) });
  const h = 1e-5; // rounding 1e-16/h and curvature h² weigh alike
  const { cost: right } = run(h);
  const { cost: left } = run(-h);
  const slope = run(0)['gradient']!;
  return {
    measured: (right![0]! - left![0]!) / (2 * h),
    derived: slope.reduce((sum, value, i) => sum + value * direction[i]!, 0),
    size: slope.reduce((sum, value, i) => sum + Math.abs(value * direction[i]!), 0),
  };
}

function expectSameSlope({ measured, derived, size }: ReturnType<typeof slopes>): void {
  expect(size).toBeGreaterThan(0);
  expect(Math.abs(measured - derived)).toBeLessThan(1e-6 * size + 1e-9);
}

const kernel = (g: GraphBuilder, [o, i, y, x]: Shape, seed: number) =>
  g.constant(`kernel ${seed}`, [o, i, y, x], noise(o * i * y * x, seed));
const positive = (g: GraphBuilder, x: NodeId) => g.add(g.square(x), g.scalar(0.5));

const OPERATIONS: { name: string; apply: (g: GraphBuilder, x: NodeId, seed: number) => NodeId }[] = [
  { name: 'relu', apply: (g, x) => g.relu(x) },
  { name: 'sigmoid', apply: (g, x) => g.sigmoid(x) },
  { name: 'tanh', apply: (g, x) => g.tanh(x) },
  { name: 'square root', apply: (g, x) => g.squareRoot(positive(g, x)) },
  { name: 'scale', apply: (g, x) => g.scale(x, -1.5) },
  { name: 'square', apply: (g, x) => g.square(x) },
  { name: 'sum with itself, moved', apply: (g, x) => g.add(x, g.tanh(x)) },
  { name: 'difference', apply: (g, x) => g.subtract(g.tanh(x), x) },
  { name: 'product', apply: (g, x) => g.multiply(x, g.sigmoid(x)) },
  { name: 'quotient', apply: (g, x) => g.divide(x, positive(g, x)) },
  { name: 'maximum', apply: (g, x) => g.maximum(x, g.scale(x, -0.5)) },
  { name: 'product with its mean over space', apply: (g, x) => g.multiply(x, channelSum(g, x)) },
  { name: 'quotient by its sum over everything', apply: (g, x) => g.divide(x, positive(g, g.sum(x))) },
  {
    name: 'difference from its sum over channels',
    apply: (g, x) => g.subtract(channelTotal(g, x), g.scale(x, 1.7)),
  },
  {
    name: 'product with channel weights',
    apply: (g, x, seed) => g.multiply(kernel(g, [1, g.shape(x)[1], 1, 1], seed), x),
  },
  {
    name: 'convolution',
    apply: (g, x, seed) => {
      const [outputs, inputs] = [1 + (seed % 3), g.shape(x)[1]];
      const bias = kernel(g, [1, outputs, 1, 1], seed + 7);
      return g.convolution(x, { weight: kernel(g, [outputs, inputs, 3, 3], seed), bias, padding: 1 });
    },
  },
  {
    name: 'convolution without padding',
    apply: (g, x, seed) => g.convolution(x, { weight: kernel(g, [2, g.shape(x)[1], 2, 2], seed) }),
  },
  {
    name: 'convolution with wide padding',
    apply: (g, x, seed) =>
      g.convolution(x, { weight: kernel(g, [2, g.shape(x)[1], 5, 5], seed), padding: 4 }),
  },
  {
    name: 'patch convolution',
    apply: (g, x, seed) => {
      const even = g.upsample(x, 2);
      return g.convolution(even, { weight: kernel(g, [3, g.shape(x)[1], 2, 2], seed), stride: 2 });
    },
  },
  {
    name: 'transposed convolution',
    apply: (g, x, seed) => g.transposedConvolution(x, kernel(g, [g.shape(x)[1], 2, 2, 2], seed)),
  },
  { name: 'average', apply: (g, x) => g.averagePool(g.upsample(x, 3), 2) },
  { name: 'up-sampling', apply: (g, x) => g.upsample(x, 2) },
  { name: 'concatenation', apply: (g, x) => g.concatenate(g.tanh(x), x) },
  {
    name: 'slices',
    apply: (g, x) => {
      const both = g.concatenate(x, g.square(x), g.sigmoid(x));
      const c = g.shape(x)[1];
      return g.add(g.slice(both, 0, c), g.multiply(g.slice(both, c, 2 * c), g.slice(both, 2 * c, 3 * c)));
    },
  },
];

function channelSum(g: GraphBuilder, x: NodeId): NodeId {
  const [batch, channels] = g.shape(x);
  return g.sumTo(x, [batch, channels, 1, 1]);
}

function channelTotal(g: GraphBuilder, x: NodeId): NodeId {
  const [batch, , lat, lon] = g.shape(x);
  return g.sumTo(x, [batch, 1, lat, lon]);
}

describe('gradient', () => {
  test.each(OPERATIONS)('is the slope through: $name', ({ apply }) => {
    expectSameSlope(slopes([2, 2, 3, 4], (g, x) => g.sum(g.tanh(apply(g, x, 3))), 5));
    expectSameSlope(slopes([1, 1, 2, 3], (g, x) => g.meanSquare(apply(g, g.tanh(x), 4)), 6));
    expectSameSlope(slopes([1, 3, 2, 2], (g, x) => g.sum(apply(g, g.square(x), 9)), 8));
  });

  it('is the slope through any chain of operations that branches and meets again', () => {
    const shape = fc.tuple(
      fc.integer({ min: 1, max: 2 }),
      fc.integer({ min: 1, max: 3 }),
      fc.integer({ min: 2, max: 4 }),
      fc.integer({ min: 2, max: 4 }),
    );
    const chain = fc.array(fc.nat(OPERATIONS.length - 1), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(shape, chain, chain, fc.integer({ min: 1, max: 1000 }), (lengths, one, other, seed) => {
        const costOf = (g: GraphBuilder, x: NodeId): NodeId => {
          const [a, b] = [one, other].map((names) =>
            names.reduce((value, name, i) => g.tanh(OPERATIONS[name]!.apply(g, value, seed + 11 * i)), x),
          );
          return g.add(g.meanSquare(a!), g.multiply(g.mean(b!), g.meanSquare(g.add(x, g.mean(a!)))));
        };
        expectSameSlope(slopes(lengths, costOf, seed));
      }),
      { numRuns: 25, seed: 1 }, // the seed is fixed: a kink of relu can lie between the two points of a difference
    );
  });

  test.each([
    { priorDownsamp: 2, bilinQuad: false },
    { priorDownsamp: 2, bilinQuad: true },
    { priorDownsamp: null, bilinQuad: false },
    { priorDownsamp: 3, bilinQuad: true },
  ])('of the prior cost is the formula written by hand, for %o', (settings) => {
    const weights = randomWeights(priorShapes(3, 4));
    const g = new GraphBuilder();
    const x = g.input('x', [2, 3, 6, 6]);
    const phi = bilinearPrior(g, new NetworkWeights(g, weights), settings);
    const derived = gradient(g, g.meanSquare(g.subtract(x, phi(x))), x);
    const byHand = explicitPriorGradient(g, weights, settings, x);
    const found = interpretGraph(g.build({ derived, byHand }), { x: noise(216, 4) });
    expect(largestDifference(found['derived']!, found['byHand']!)).toBeLessThan(1e-16);
    expect(largestDifference(found['derived']!, new Float64Array(216))).toBeGreaterThan(1e-3);
  });

  it('carries 2/N beside the convolutions, not through them', () => {
    const g = new GraphBuilder();
    const x = g.input('x', [1, 3, 4, 4]);
    const phi = bilinearPrior(g, new NetworkWeights(g, randomWeights(priorShapes(3, 4))), {
      priorDownsamp: 2,
      bilinQuad: false,
    });
    const result = gradient(g, g.meanSquare(g.subtract(x, phi(x))), x);
    const { nodes } = g.build({ result });
    const scales = nodes.flatMap(({ operation }) => (operation.kind === 'scale' ? [operation.factor] : []));
    expect(scales).toEqual([2 / 48]);
    expect(nodes.at(-1)!.operation.kind).toBe('scale');
  });

  it('is 0 where the cost does not depend on the state, and at the flat parts of step', () => {
    const g = new GraphBuilder();
    const [x, y] = [g.input('x', [1, 1, 2, 2]), g.input('y', [1, 1, 2, 2])];
    const graph = g.build({
      other: gradient(g, g.sum(y), x),
      step: gradient(g, g.sum(g.step(x)), x),
    });
    const found = interpretGraph(graph, { x: noise(4, 1), y: noise(4, 2) });
    expect(largestDifference(found['other']!, new Float64Array(4))).toBe(0);
    expect(largestDifference(found['step']!, new Float64Array(4))).toBe(0);
  });

  it('takes a tensor in the middle as independent of what made it', () => {
    const g = new GraphBuilder();
    const x = g.input('x', [1, 1, 1, 2]);
    const middle = g.square(x);
    const graph = g.build({ result: gradient(g, g.sum(g.square(middle)), middle) });
    expect([...interpretGraph(graph, { x: Float64Array.of(3, -2) })['result']!]).toEqual([18, 8]);
  });

  test.each([
    {
      name: 'of a field',
      make: (g: GraphBuilder, x: NodeId) => gradient(g, g.square(x), x),
      message: /scalar/,
    },
    {
      name: 'with respect to a weight',
      make: (g: GraphBuilder, x: NodeId) => {
        const weight = kernel(g, [1, 1, 3, 3], 1);
        return gradient(g, g.sum(g.convolution(x, { weight, padding: 1 })), weight);
      },
      message: /'kernel 1' is one with respect to a constant/,
    },
    {
      name: 'through a stride that is not the length of the kernel',
      make: (g: GraphBuilder, x: NodeId) =>
        gradient(g, g.sum(g.convolution(x, { weight: kernel(g, [1, 1, 3, 3], 1), stride: 2 })), x),
      message: /'kernel 1'.* stride 2/,
    },
  ])('is refused $name', ({ make, message }) => {
    const g = new GraphBuilder();
    const x = g.input('x', [1, 1, 5, 5]);
    expect(() => make(g, x)).toThrow(GraphError);
    expect(() => make(g, x)).toThrow(message);
  });
});
