import { expect, it } from 'vitest';
import { GraphBuilder } from '../graph/graph-builder.js';
import { interpretGraph } from '../graph/interpret-graph.js';
import { noise } from '../testing/noise.js';
import { rootMeanSquare } from './gradient-descent.js';

it.each([1, 1e-6, 1e-21])('the size of a gradient near %d survives float32', (magnitude) => {
  const g = new GraphBuilder();
  const size = rootMeanSquare(g, g.input('x', [2, 8, 16, 16]));
  const x = noise(4096, 3).map((value) => value * magnitude);
  const expected = Math.sqrt(x.reduce((sum, value) => sum + value ** 2, 0) / 4096);
  const { size: found } = interpretGraph(g.build({ size }), { x }, { precision: 'float32' });
  // squared as they are, values near 1e-21 would be denormal: three digits left
  expect(Math.abs(found![0]! / expected - 1)).toBeLessThan(1e-6);
});
