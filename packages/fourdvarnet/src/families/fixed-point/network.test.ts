import { describe, expect, it } from 'vitest';
import { GraphBuilder } from '../../graph/graph-builder.js';
import type { Shape } from '../../graph/graph.js';
import { interpretGraph } from '../../graph/interpret-graph.js';
import { largestDifference } from '../../testing/differences.js';
import { noise } from '../../testing/noise.js';
import { priorShapes, randomWeights } from '../../testing/random-weights.js';
import { bilinearPrior } from '../../networks/bilinear-prior.js';
import { buildNetwork } from '../builders.js';
import type { FixedPointSettings } from './network.js';
import { NetworkWeights } from '../../networks/network-weights.js';

const T = 3;
const SHAPE: Shape = [2, T, 4, 6];
const COUNT = 2 * T * 4 * 6;
const PRIOR = { priorDownsamp: 2, bilinQuad: true };
const weights = randomWeights(priorShapes(T, 4));
const mask = noise(COUNT, 5).map((value) => (value > 0.4 ? 1 : 0));
const observations = noise(COUNT, 6).map((value, i) => value * mask[i]!);

type Options = Partial<Pick<FixedPointSettings, 'init' | 'finalProjection'>>;

function run(
  nStep: number,
  inputs: Record<string, Float32Array> = { observations, mask },
  options: Options = {},
): Float64Array {
  const settings = {
    ...PRIOR,
    architecture: 'fixed-point',
    nStep,
    init: 'obs',
    finalProjection: true,
    ...options,
  } as const;
  const { graph } = buildNetwork(weights, settings, { batch: 2, lat: 4, lon: 6 });
  return interpretGraph(graph, inputs)['reconstruction']!;
}

function phi(x: Float64Array): Float64Array {
  const g = new GraphBuilder();
  const prior = bilinearPrior(g, new NetworkWeights(g, weights), PRIOR);
  return interpretGraph(g.build({ result: prior(g.input('x', SHAPE)) }), { x })['result']!;
}

describe('fixed-point', () => {
  it.each([0, 1, 4])('puts the observations back %d times, and ends with φ', (nStep) => {
    let x = Float64Array.from(observations);
    for (let k = 0; k < nStep; k++) {
      const projected = phi(x);
      x = projected.map((value, i) => (mask[i] === 1 ? observations[i]! : value));
    }
    expect(largestDifference(run(nStep), phi(x))).toBeLessThan(1e-15);
  });

  it('begins at 0 where it is told to', () => {
    const projected = phi(new Float64Array(COUNT));
    const once = projected.map((value, i) => (mask[i] === 1 ? observations[i]! : value));
    const found = run(1, { observations, mask }, { init: 'zero' });
    expect(largestDifference(found, phi(once))).toBeLessThan(1e-15);
    expect(largestDifference(found, run(1))).toBeGreaterThan(1e-5);
  });

  it('gives the observations back where the projection is left out', () => {
    const found = run(3, { observations, mask }, { finalProjection: false });
    const observed = found.map((value, i) => value * mask[i]!);
    expect(largestDifference(observed, observations)).toBe(0);
    expect(largestDifference(phi(found), run(3))).toBeLessThan(1e-15);
  });

  it('is φ of the observations where everything was observed', () => {
    const whole = noise(COUNT, 8);
    const found = run(3, { observations: whole, mask: new Float32Array(COUNT).fill(1) });
    expect(largestDifference(found, phi(Float64Array.from(whole)))).toBeLessThan(1e-15);
  });

  it('refuses a negative number of steps', () => {
    expect(() => run(-1)).toThrow(/n_step is -1, needs a whole number from 0 up/);
  });
});
