import { ChildProcess } from 'node:child_process';
import { describe, expect, test, vi } from 'vitest';
import { dayThumbnail } from './day-thumbnail.js';
import { FieldStatistics } from './inputs/field-statistics.js';
import { PowerIntegral, startEnergyMeter } from './network/gpu-energy.js';
import { createNodeLocator } from '../observations/node-locator.js';
import { isSameLattice } from '../observations/observation-days.js';
import { PatchClock } from './network/patch-clock.js';
import { spreadStarts } from './search-settings.js';

describe('createNodeLocator', () => {
  const locator = createNodeLocator(Float64Array.of(10, 10.2, 10.4, 10.6));

  test.each([
    [10, 0],
    [10.29, 1],
    [10.3, 2], // the middle goes up
    [10.31, 2],
    [9.91, 0],
    [9.89, -1],
    [10.69, 3],
    [10.71, -1],
    [NaN, -1],
  ])('%f lies nearest to node %i', (coordinate, node) => {
    expect(locator.nearest(coordinate)).toBe(node);
  });
});

describe('isSameLattice', () => {
  const axis = (first: number, step: number, count: number) =>
    Float64Array.from({ length: count }, (_, index) => first + index * step);

  test.each([
    { name: 'a part of it', a: axis(0.5, 0.05, 10), same: true },
    { name: 'round-off of float32', a: axis(0.5, 0.05, 10).map(Math.fround), same: true },
    { name: 'half a step beside it', a: axis(0.525, 0.05, 10), same: false },
    { name: 'another step', a: axis(0.5, 0.1, 10), same: false },
  ])('$name', ({ a, same }) => {
    expect(isSameLattice(a, axis(0, 0.05, 100))).toBe(same);
  });
});

test('statistics are those of numpy, and a large mean costs nothing', () => {
  const statistics = new FieldStatistics();
  statistics.add(Float64Array.of(1e6 + 1, NaN, 1e6 + 2));
  statistics.add(Float64Array.of(1e6 + 4));
  const { mean, std } = statistics.result('values');
  expect(mean).toBeCloseTo(1e6 + 7 / 3, 8);
  expect(std).toBeCloseTo(Math.sqrt(14 / 9), 8);
  expect(() => new FieldStatistics().result('the sst')).toThrow(/the sst: no value/);
});

describe('energy', () => {
  test('is power held from one sample to the next', () => {
    let nowMs = 0;
    const integral = new PowerIntegral(() => nowMs);
    expect(integral.joules()).toBeNull();
    integral.add(100);
    nowMs = 500;
    integral.add(Number.NaN); // "[N/A]"
    nowMs = 1000;
    integral.add(300);
    nowMs = 3000;
    expect(integral.joules()).toBeCloseTo(100 * 1 + 300 * 2, 9);
  });

  test('of a CPU is not known', async () => {
    expect(await startEnergyMeter('CPU, 2 threads').stop()).toBeNull();
  });

  test('of a GPU without its tool is not known, and nobody gets a signal for that', async () => {
    const kill = vi.spyOn(ChildProcess.prototype, 'kill');
    const path = process.env['PATH'];
    process.env['PATH'] = '/nonexistent';
    try {
      expect(await startEnergyMeter('NVIDIA H100 80GB HBM3').stop()).toBeNull();
      expect(kill).not.toHaveBeenCalled();
    } finally {
      process.env['PATH'] = path;
      kill.mockRestore();
    }
  });
});

describe('PatchClock', () => {
  const span = (first: number, count = 4) => ({ span: { first, count }, seconds: 2 });

  test('forecasts from the batches after the first, which pays for the start', () => {
    let nowMs = 0;
    const clock = new PatchClock(40, 1e6, () => nowMs);
    nowMs = 60_000;
    clock.add(span(0));
    expect(clock.text).toBe('4 of 40 patches solved');
    nowMs = 64_000;
    clock.add(span(4));
    expect(clock.text).toBe('8 of 40 patches solved, about 32 s left');
    expect(clock.deviceSeconds).toBe(4);
    expect(clock.fraction).toBeCloseTo(0.2, 12);
  });

  test('ends what cannot be ready in time as soon as that is certain', () => {
    let nowMs = 0;
    const clock = new PatchClock(4000, 600, () => nowMs);
    for (const first of [0, 4]) {
      nowMs += 10_000;
      clock.add(span(first));
    }
    nowMs += 10_000;
    expect(() => clock.add(span(8))).toThrow(/12 of 4000 patches after 30 s, about 10000 s for all/);
  });

  test('ends what is over time, whatever the forecast', () => {
    let nowMs = 0;
    const clock = new PatchClock(8, 600, () => nowMs);
    nowMs = 601_000;
    expect(() => clock.add(span(0))).toThrow(/at most 600 s/);
  });
});

test('a thumbnail is every so many nodes of a map', () => {
  const grid = {
    timeDays: Float64Array.of(22_940),
    latDeg: new Float64Array(130),
    lonDeg: new Float64Array(70),
  };
  const map = Float32Array.from({ length: 130 * 70 }, (_, node) => node);
  const { latCount, lonCount, heightsM, day, dayCount } = dayThumbnail(map, grid, 0);
  expect([latCount, lonCount, day, dayCount]).toEqual([44, 24, '2012-10-22', 1]);
  expect(heightsM[24 + 1]).toBe(3 * 70 + 3);
});

test('windows are spread over a period', () => {
  expect(spreadStarts(42, 15, 4)).toEqual([0, 9, 18, 27]);
  expect(spreadStarts(15, 15, 4)).toEqual([0]);
  expect(() => spreadStarts(14, 15, 4)).toThrow(/14 days; needed: at least 15/);
});
