import { describe, expect, test } from 'vitest';
import { patchCount, type Patching } from '@sillage/fourdvarnet';
import { daysSince1950 } from '@sillage/science';
import { RejectionError } from '@sillage/checking';
import { planNetworkGrid, scoredGrid } from './network-grid.js';

const GF = {
  area: 'gf',
  scenario: 'nadir4',
  scoredBox: { west: -65, east: -55, south: 33, north: 43 },
  period: { start: '2012-10-22', end: '2012-12-02' },
};
const observed = { firstDays: daysSince1950('2012-10-01'), lastDays: daysSince1950('2012-12-15') + 0.9 };

const base: Patching = {
  patch: { time: 15, lat: 240, lon: 240 },
  strides: { time: 1, lat: 200, lon: 200 },
  reconstruction_weight: { time: 'triangular', offset: 1, crop: { time: 0, lat: 20, lon: 20 } },
  spacing_deg: 0.05,
};

describe('planNetworkGrid', () => {
  test('lays one patch over the Gulf Stream where the nodes are those of the dataset', () => {
    const plan = planNetworkGrid(base, GF, {
      origin: { latDeg: 32.525, lonDeg: -65.475, datasetNodes: 1 },
      observed,
    });
    expect(plan.grid.latDeg).toHaveLength(240);
    expect(plan.grid.latDeg[0]).toBeCloseTo(32.025, 9);
    const { latDeg, lonDeg, timeDays } = scoredGrid(plan);
    expect([latDeg[0], latDeg.at(-1), latDeg.length]).toEqual([33.025, 42.975, 200]);
    expect([lonDeg[0], lonDeg.at(-1)]).toEqual([-64.975, -55.025]);
    expect([timeDays[0], timeDays.length]).toEqual([daysSince1950('2012-10-22'), 42]);
    // windows from 14 days before the first scored day to the last one that the observations allow
    expect(patchCount(plan.plan)).toBe(69 - 14);
    expect(plan.grid.timeDays[0]).toBe(daysSince1950('2012-10-08'));
    expect(plan.grid.timeDays.at(-1)).toBe(daysSince1950('2012-12-15'));
  });

  test('puts nodes on the corners of the box where no file says where they are', () => {
    const plan = planNetworkGrid(base, GF, { origin: null, observed });
    const { latDeg } = scoredGrid(plan);
    expect([latDeg[0], latDeg.at(-1), latDeg.length]).toEqual([33, 43, 201]);
    expect(plan.plan.lat.starts).toEqual([0]); // the crop gives up one node
  });

  test('ends beyond the box where its sides are no whole number of steps', () => {
    const coarse = { ...base, spacing_deg: 0.15, patch: { time: 15, lat: 110, lon: 110 } };
    const { latDeg, lonDeg } = scoredGrid(planNetworkGrid(coarse, GF, { origin: null, observed }));
    expect([latDeg[0], latDeg.at(-1), latDeg.length]).toEqual([33, 43.05, 68]);
    expect([lonDeg[0], lonDeg.at(-1), lonDeg.length]).toEqual([-65, -54.95, 68]);
    const origin = { latDeg: 32.575, lonDeg: -65.425, datasetNodes: 3 };
    const ofBlocks = scoredGrid(planNetworkGrid(coarse, GF, { origin, observed }));
    expect([ofBlocks.latDeg[0], ofBlocks.latDeg.at(-1)]).toEqual([32.875, 43.075]);
  });

  test('gives every scored node and day a weight, also where patches must overlap more', () => {
    const small = { ...base, patch: { time: 15, lat: 60, lon: 64 }, strides: { time: 4, lat: 20, lon: 17 } };
    const plan = planNetworkGrid(small, GF, { origin: null, observed });
    const days = scoredGrid(plan).timeDays;
    expect(days).toHaveLength(42);
    expect(plan.plan.time.starts.at(-1)! + 15).toBe(plan.grid.timeDays.length);
    expect(plan.scored.lat.start).toBeGreaterThanOrEqual(20);
  });

  test('leaves out windows whose only scored days weigh nothing', () => {
    const central: Patching = {
      ...base,
      patch: { ...base.patch, time: 7 },
      reconstruction_weight: { time: 'uniform', offset: 1, crop: { time: 3, lat: 20, lon: 20 } },
    };
    const plan = planNetworkGrid(central, GF, { origin: null, observed });
    expect(plan.plan.time.starts).toHaveLength(42);
    expect(plan.grid.timeDays[0]).toBe(daysSince1950('2012-10-19'));
  });

  test.each([
    {
      name: 'strides that leave gaps',
      patching: { ...base, patch: { ...base.patch, lat: 100 }, strides: { ...base.strides, lat: 80 } },
      code: 'manifest-mismatch',
    },
    {
      name: 'windows that skip days',
      patching: {
        ...base,
        strides: { ...base.strides, time: 15 },
        reconstruction_weight: { ...base.reconstruction_weight, crop: { time: 5, lat: 20, lon: 20 } },
      },
      code: 'days-missing',
    },
    {
      name: 'windows longer than the observations',
      patching: { ...base, patch: { ...base.patch, time: 90 } },
      code: 'days-missing',
    },
    { name: 'patches beyond the pole', patching: { ...base, spacing_deg: 0.6 }, code: 'manifest-mismatch' },
  ])('refuses $name', ({ patching, code }) => {
    const act = () => planNetworkGrid(patching, GF, { origin: null, observed });
    expect(act).toThrow(RejectionError);
    expect(act).toThrow(expect.objectContaining({ reason: expect.objectContaining({ code }) }));
  });

  test('refuses a period that begins before its first window can', () => {
    const late = { ...observed, firstDays: daysSince1950('2012-10-25') };
    expect(() => planNetworkGrid(base, GF, { origin: null, observed: late })).toThrow(
      /2012-10-22…2012-10-24/,
    );
  });
});
