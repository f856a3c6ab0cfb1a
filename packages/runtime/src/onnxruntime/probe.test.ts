import { interpretGraph } from '@sillage/fourdvarnet';
import { describe, expect, it } from 'vitest';
import { lowerForWebGpu } from './lower-graph.js';
import { probe } from './probe.js';

describe('probe', () => {
  it('knows what its network gives, exactly, in float32', () => {
    const { graph, x, y } = probe();
    for (const computed of [graph, lowerForWebGpu(graph)]) {
      expect(Float32Array.from(interpretGraph(computed, { x }, { precision: 'float32' })['y']!)).toEqual(y);
    }
    expect(Math.max(...y.map(Math.abs))).toBeLessThan(2 ** 24); // beyond, whole numbers are missing from float32
  });

  it('tells operands of 11 bits from whole ones', () => {
    const { graph, x, y } = probe();
    const rounded = x.map((value) => Math.round(value / 4) * 4); // 4097…4107 in steps of 4: 11 bits
    expect(Float32Array.from(interpretGraph(graph, { x: rounded })['y']!)).not.toEqual(y);
  });
});
