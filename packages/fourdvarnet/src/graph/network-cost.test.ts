import { describe, expect, it, test } from 'vitest';
import { buildNetwork } from '../families/builders.js';
import { lstmShapes, priorShapes, randomWeights } from '../testing/random-weights.js';
import { BASE_SETTINGS } from '../testing/starter-settings.js';
import { GraphBuilder } from './graph-builder.js';
import { networkCost } from './network-cost.js';

describe('networkCost', () => {
  test.each([
    { name: 'base', prior: 32, solver: 48, nStep: 10, gflop: 163.01 },
    { name: 'bigger', prior: 64, solver: 96, nStep: 15, gflop: 840.1 },
  ])('counts the published GFLOP of $name, less what the first step need not do', (network) => {
    const weights = randomWeights({ ...priorShapes(15, network.prior), ...lstmShapes(15, network.solver) });
    const settings = { ...BASE_SETTINGS, nStep: network.nStep };
    const { graph } = buildNetwork(weights, settings, { batch: 1, lat: 240, lon: 240 });
    const points = 240 * 240;
    const width = network.solver;
    const hiddenOfFirstStep = width * 4 * width * 9;
    const forgettingOfFirstStep = 15 * width * 9;
    const expected = network.gflop * 1e9 - 2 * points * (hiddenOfFirstStep + forgettingOfFirstStep);
    // the published figures are rounded to four digits
    expect(Math.abs(networkCost(graph).flopPerRun / expected - 1)).toBeLessThan(1e-4);
  });

  it('adds what is alive together, and weights apart', () => {
    const g = new GraphBuilder();
    const x = g.input('x', [1, 2, 4, 4]); // 128 bytes, kept to its last use
    const weight = g.constant('w', [8, 2, 3, 3], new Float32Array(144));
    const wide = g.convolution(x, { weight, padding: 1 }); // 512
    const narrow = g.slice(g.tanh(wide), 0, 1); // 512, then 64
    const graph = g.build({ result: g.add(narrow, x), kept: g.sum(x) });
    expect(networkCost(graph)).toEqual({
      flopPerRun: 2 * 8 * 2 * 9 * 16,
      peakActivationBytes: 128 + 512 + 512, // x, wide, tanh(wide)
      weightBytes: 576,
    });
  });

  it('counts the blocks of a transposed convolution', () => {
    const g = new GraphBuilder();
    const x = g.input('x', [2, 3, 4, 5]);
    const weight = g.constant('w', [3, 7, 4, 4], new Float32Array(336));
    const { flopPerRun } = networkCost(g.build({ result: g.transposedConvolution(x, weight) }));
    expect(flopPerRun).toBe(2 * (2 * 3 * 4 * 5) * 7 * 16);
  });
});
