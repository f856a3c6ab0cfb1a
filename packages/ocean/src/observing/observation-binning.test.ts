import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createBinning, createNodeMeans } from './observation-binning.js';

const EVEN = Float64Array.from({ length: 41 }, (_, index) => -65 + index * 0.05);
const UNEVEN = Float64Array.of(0, 1, 3, 3.5, 7);

describe('createBinning', () => {
  test.each([
    ['an even axis', EVEN],
    ['an uneven axis', UNEVEN],
  ])('finds the nearest node of %s', (_, nodes) => {
    const binOf = createBinning(nodes, 'nearest');
    const last = nodes.length - 1;
    fc.assert(
      fc.property(fc.double({ min: nodes[0]! - 3, max: nodes[last]! + 5, noNaN: true }), (value) => {
        const distances = [...nodes].map((node) => Math.abs(node - value));
        const nearest = Math.min(...distances);
        const reach = value < nodes[0]! ? (nodes[1]! - nodes[0]!) / 2 : (nodes[last]! - nodes[last - 1]!) / 2;
        const isOutside = (value < nodes[0]! || value > nodes[last]!) && nearest > reach + 1e-9;
        const bin = binOf(value);
        if (isOutside) expect(bin).toBe(-1);
        else if (bin >= 0) expect(distances[bin]! - nearest).toBeLessThan(1e-9);
      }),
    );
    nodes.forEach((node, index) => expect(binOf(node)).toBe(index));
  });

  test.each([
    ['an even axis', EVEN],
    ['an uneven axis', UNEVEN],
  ])('finds the first node at or beyond a value on %s, as numpy.searchsorted', (_, nodes) => {
    const binOf = createBinning(nodes, 'searchsorted');
    fc.assert(
      fc.property(fc.double({ min: nodes[0]!, max: nodes[nodes.length - 1]!, noNaN: true }), (value) => {
        expect(binOf(value)).toBe(nodes.findIndex((node) => node >= value));
      }),
    );
    nodes.forEach((node, index) => expect(binOf(node)).toBe(index));
    expect(binOf(nodes[nodes.length - 1]! + 1e-9)).toBe(-1);
  });

  test('has no node for a missing coordinate', () => {
    for (const rule of ['nearest', 'searchsorted'] as const) expect(createBinning(EVEN, rule)(NaN)).toBe(-1);
  });
});

describe('createNodeMeans', () => {
  test('averages what falls on a node, rounds lags to 0.1 and leaves the other nodes out', () => {
    const means = createNodeMeans(10);
    means.add(7, 0.5, 0.6, 0.51, 1);
    means.add(3, 0.1, 0.2, 0.24, 0);
    means.add(7, 0.25, 0.3, 0.53, 0);
    const taken = means.take();
    expect([...taken.nodes]).toEqual([3, 7]);
    expect([...taken.sshM]).toEqual([0.1, 0.375]);
    expect(taken.sshObservedM[1]).toBeCloseTo(0.45, 12);
    expect([...taken.lagDays]).toEqual([0.2, 0.5]);
    expect([...taken.flag]).toEqual([0, 0.5]);
  });

  test('starts afresh after the sums were taken', () => {
    const means = createNodeMeans(4);
    means.add(1, 1, 1, 1, 1);
    means.take();
    means.add(1, 3, 3, 0.5, 0);
    expect([...means.take().sshM]).toEqual([3]);
    expect(means.take().nodes).toHaveLength(0);
  });
});
