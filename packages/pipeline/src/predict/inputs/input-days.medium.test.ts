import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { latticeOriginOf } from './input-days.js';

/** 1/20°, first node 44.525° N, 19.975° W. */
const path = fileURLToPath(
  new URL('../../../../../datasets/demo-osse/gridded-osmosis-nadir1.nc', import.meta.url),
);
const inputs = {
  observations: [{ path, role: 'gridded-observations', variable: 'ssh_mod' } as const],
  sst: null,
};

describe('latticeOriginOf', () => {
  test.each([
    { spacingDeg: 0.05, latDeg: 44.525, lonDeg: -19.975, datasetNodes: 1 },
    { spacingDeg: 0.1, latDeg: 44.55, lonDeg: -19.95, datasetNodes: 2 },
    { spacingDeg: 0.15, latDeg: 44.575, lonDeg: -19.925, datasetNodes: 3 },
  ])('puts nodes of $spacingDeg° in the middle of blocks', async ({ spacingDeg, ...expected }) => {
    const origin = await latticeOriginOf(inputs, spacingDeg);
    expect(origin?.latDeg).toBeCloseTo(expected.latDeg, 9);
    expect(origin?.lonDeg).toBeCloseTo(expected.lonDeg, 9);
    expect(origin?.datasetNodes).toBe(expected.datasetNodes);
  });

  test.each([0.12, 0.025])('finds none for %d°, which no block of whole nodes has', async (spacingDeg) => {
    expect(await latticeOriginOf(inputs, spacingDeg)).toBeNull();
  });
});
