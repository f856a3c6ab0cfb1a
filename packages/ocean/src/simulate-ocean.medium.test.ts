import { createHash } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import { GULF_STREAM_OCEAN, OSMOSIS_OCEAN, type OceanDefinition } from './ocean-definition.js';
import { measureOcean, type OceanFigures } from './ocean-figures.js';
import { simulateOcean, type OceanDay } from './simulate-ocean.js';

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

/** OSMOSIS on a coarser grid and with a shorter spin-up: seconds instead of a minute. */
const SMALL_OSMOSIS: OceanDefinition = {
  ...OSMOSIS_OCEAN,
  columnCount: 80,
  rowCount: 128,
  timeStepSeconds: 2880,
  spinUp: { ...OSMOSIS_OCEAN.spinUp, days: 120 },
  refinementDays: 0,
};

describe('a small run of OSMOSIS', () => {
  const latDeg = Float64Array.from({ length: 50 }, (_, index) => 45.1 + index * 0.2);
  const lonDeg = Float64Array.from({ length: 40 }, (_, index) => -19.4 + index * 0.2);
  let days: OceanDay[];
  let figures: OceanFigures;
  beforeAll(() => {
    const area = { latDeg, lonDeg, startDays: 22_919, dayCount: 15 };
    days = [...simulateOcean({ ...area, ocean: SMALL_OSMOSIS, seed: 3, withSst: true })];
    figures = measureOcean({
      latDeg,
      lonDeg,
      sshM: Float64Array.from(days.flatMap((day) => [...day.sshM])),
      sstC: Float64Array.from(days.flatMap((day) => [...(day.sstC ?? [])])),
    });
  });

  test('has a spectrum as steep as the sea, and calm eddies', () => {
    expect(figures.spectralSlope).toBeGreaterThan(-5.5);
    expect(figures.spectralSlope).toBeLessThan(-4);
    expect(figures.standardDeviationM).toBeGreaterThan(0.03);
    expect(figures.standardDeviationM).toBeLessThan(0.12);
  });

  test('is warm where it is high', () => {
    expect(figures.sstCorrelation).toBeGreaterThan(0.3);
  });

  test('cools in October', () => {
    const mean = (values: Float64Array | undefined): number =>
      values === undefined ? NaN : values.reduce((sum, value) => sum + value, 0) / values.length;
    const cooling = mean(days[0]!.sstC) - mean(days[14]!.sstC);
    expect(cooling).toBeGreaterThan(0.2);
    expect(cooling).toBeLessThan(1.2);
  });
});
