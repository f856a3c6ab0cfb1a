import type { NetworkRun } from '@sillage/contracts';
import { expect, test } from 'vitest';
import { runCost } from './run-cost.js';

const RUN: NetworkRun = {
  runtime: { name: 'webgpu', version: '0.6.2', device: 'A card', precision: 'float32' },
  patchCount: 42,
  batchCount: 11,
  wallSeconds: 12.5,
  deviceSeconds: 9.25,
  energyJoules: 40,
  gflop: 9261,
};

test.each([
  { name: 'its patches', oiSeconds: null, wallSeconds: 12.5 },
  { name: 'its patches, where nobody measured OI', oiSeconds: undefined, wallSeconds: 12.5 },
  { name: 'OI before them', oiSeconds: 8, wallSeconds: 20.5 },
])('what a network took counts $name', ({ oiSeconds, wallSeconds }) => {
  expect(runCost({ ...RUN, oiSeconds })).toEqual({
    runtime: 'webgpu',
    device: 'A card',
    wallSeconds,
    energyJoules: 40,
  });
});
