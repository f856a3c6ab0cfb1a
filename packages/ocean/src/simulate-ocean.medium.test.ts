import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { GULF_STREAM_OCEAN, type OceanDefinition } from './ocean-definition.js';
import { simulateOcean } from './simulate-ocean.js';

/** The shipped ocean, its spin-up cut to days. */
const SHORT: OceanDefinition = {
  ...GULF_STREAM_OCEAN,
  spinUp: { ...GULF_STREAM_OCEAN.spinUp, days: 3 },
  refinementDays: 1,
};

describe('the shipped ocean', () => {
  test('comes out as the same bytes on every machine', () => {
    const hash = createHash('sha256');
    const days = simulateOcean({
      ocean: SHORT,
      seed: 20121001,
      latDeg: Float64Array.from({ length: 40 }, (_, index) => 32.1 + index * 0.3),
      lonDeg: Float64Array.from({ length: 40 }, (_, index) => -65.9 + index * 0.3),
      startDays: 22_919,
      dayCount: 2,
    });
    for (const { sshM } of days) hash.update(new Uint8Array(sshM.buffer, sshM.byteOffset, sshM.byteLength));
    // Another hash means that the physics, the FFT or the mathematics of the runtime changed in the last bit: the demo then
    // cannot be rebuilt as shipped. Rebuild it (`npm run build:demo`) and raise its dataset version.
    expect(hash.digest('hex')).toBe('9c5eb38ad4b60ff282524dac34dd304e2ce66293b7e99e675f15bad12636b1bb');
  });
});
