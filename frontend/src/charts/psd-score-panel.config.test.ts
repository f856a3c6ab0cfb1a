import { describe, expect, test } from 'vitest';
import { deep } from './maps/colour-map';
import { logarithmicEdges, psdScorePanelConfig, psdScoreSentence } from './psd-score-panel.config';

const psd = {
  wavelengthDeg: [10, 5, 2.5],
  periodDays: [42, 21],
  score: [
    [1, 0.5, -3],
    [0, null, 2],
  ],
  contour: [[5, 42] as [number, number], [2.5, 21] as [number, number]],
};

describe('the PSD-score panel', () => {
  const panel = psdScorePanelConfig(psd, 300, 200);

  test('has large scales at the left and at the bottom, on logarithmic axes', () => {
    expect(panel.x(10)).toBeLessThan(panel.x(5));
    expect(panel.x(5) - panel.x(10)).toBeCloseTo(panel.x(2.5) - panel.x(5), 9);
    expect(panel.y(42)).toBeGreaterThan(panel.y(21));
  });

  test('covers the whole plotting area, with a gap where the score is undefined', () => {
    expect(panel.cells).toHaveLength(5);
    expect(Math.min(...panel.cells.map((cell) => cell.x))).toBeCloseTo(0, 9);
    expect(Math.max(...panel.cells.map((cell) => cell.x + cell.width))).toBeCloseTo(300, 9);
    expect(Math.max(...panel.cells.map((cell) => cell.y + cell.height))).toBeCloseTo(200, 9);
  });

  test('clips scores to the range of the colour bar', () => {
    const last = [...deep.table.slice(-3)];
    const first = [...deep.table.slice(0, 3)];
    expect([panel.cells[0]!.red, panel.cells[0]!.green, panel.cells[0]!.blue]).toEqual(last);
    expect([panel.cells[2]!.red, panel.cells[2]!.green, panel.cells[2]!.blue]).toEqual(first);
    expect([panel.cells[4]!.red, panel.cells[4]!.green, panel.cells[4]!.blue]).toEqual(last);
  });

  test('puts the contour and the ticks on the same scales', () => {
    expect(panel.contour[0]).toEqual({ x: panel.x(5), y: panel.y(42) });
    expect(panel.xTicks.map((tick) => tick.label)).toEqual(['2', '3', '5', '10']);
  });
});

test('edges are geometric means, symmetrical around each end', () => {
  const edges = logarithmicEdges([8, 4, 2]);
  expect(edges).toHaveLength(4);
  expect(edges[1]).toBeCloseTo(Math.sqrt(32), 12);
  expect(edges[0]! / 8).toBeCloseTo(8 / edges[1]!, 12);
  expect(logarithmicEdges([])).toEqual([]);
});

test('the sentence gives both resolutions, or says that there is none', () => {
  const scores = {
    mu: 0.9,
    sigma: 0.01,
    lambdaXDeg: 1.2345,
    lambdaXKm: null,
    lambdaTDays: 10.5,
    unresolved: null,
    atGridLimit: [],
    rmseM: 0.05,
  };
  expect(psdScoreSentence(scores)).toContain('1.23° of longitude (λx) and a period of 10.50 days (λt)');
  expect(
    psdScoreSentence({ ...scores, lambdaXDeg: null, lambdaTDays: null, unresolved: 'nothing-resolved' }),
  ).toMatch(/no effective resolution/);
});
