import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openGriddedField } from '@sillage/netcdf';
import {
  OCEANS,
  simulateAreaOf,
  type FlowDefinition,
  type SimulatedArea,
  type SimulatedAreas,
} from '@sillage/ocean';
import { daysSince1950 } from '@sillage/science';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { writeSimulatedOcean, type WriteSimulatedOceanOptions } from './write-simulated-ocean.js';

/** The oceans with few points and a spin-up of days. */
function shallow<Area extends SimulatedArea>(area: Area): Area {
  return { ...area, ocean: shallowFlow(area.ocean) };
}

function shallowFlow<Flow extends FlowDefinition>(flow: Flow): Flow {
  return {
    ...flow,
    columnCount: 32,
    rowCount: 32,
    timeStepSeconds: 7200,
    spinUp: { columnCount: 32, rowCount: 32, timeStepSeconds: 14_400, days: 3 },
    refinementDays: 1,
    // Short ones: a long wave of the same vorticity is metres high.
    startWaves: { least: 6, most: 9 },
  };
}
const PUDDLES: SimulatedAreas = {
  gf: shallow(OCEANS.gf),
  osmosis: shallow(OCEANS.osmosis),
  natl: {
    ...shallow(OCEANS.natl),
    detail: { ...OCEANS.natl.detail, flow: shallowFlow(OCEANS.natl.detail.flow) },
  },
};
// Nova Scotia is one of the nodes.
const GRID = { latDeg: Float64Array.of(40, 45), lonDeg: Float64Array.of(-63, -46.5, -30) };

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sillage-ocean-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

function options(name: string): WriteSimulatedOceanOptions {
  return {
    area: 'natl',
    ...GRID,
    startDay: '2012-10-03',
    dayCount: 4,
    withSst: true,
    outputPath: join(folder, name),
    oceans: PUDDLES,
  };
}

describe('writeSimulatedOcean', () => {
  test('writes what the simulation yields, height and temperature, to the rounding of the file', async () => {
    await writeSimulatedOcean(options('both.nc'));
    const startDays = daysSince1950('2012-10-03');
    const expected = [
      ...simulateAreaOf(PUDDLES, { area: 'natl', ...GRID, startDays, dayCount: 4, withSst: true }),
    ];
    const height = await openGriddedField(join(folder, 'both.nc'), { variable: 'sossheig' });
    const temperature = await openGriddedField(join(folder, 'both.nc'), {
      variable: 'sst',
      quantity: 'other',
    });
    expect([...height.grid.timeDays]).toEqual(expected.map((day) => day.timeDays));
    for (let day = 0; day < 4; day++) {
      const ssh = await height.readDays(day, 1);
      const sst = await temperature.readDays(day, 1);
      expected[day]!.sshM.forEach((value, node) => {
        if (Number.isNaN(value)) return expect(ssh[node]).toBeNaN();
        expect(Math.abs(ssh[node]! - value)).toBeLessThanOrEqual(0.5001e-4);
        expect(Math.abs(sst[node]! - expected[day]!.sstC![node]!)).toBeLessThanOrEqual(0.5001e-3);
      });
    }
    expect(height.attributes.source).toContain('a synthetic ocean');
    height.close();
    temperature.close();
  });

  test('gives the same bytes again', async () => {
    const hashes = [];
    for (const name of ['first.nc', 'second.nc']) {
      await writeSimulatedOcean(options(name));
      hashes.push(
        createHash('sha256')
          .update(await readFile(join(folder, name)))
          .digest('hex'),
      );
      // HDF5 writes times in seconds: a file that had the hour would differ after one.
      await new Promise((resolve) => setTimeout(resolve, 1100));
    }
    expect(hashes[1]).toBe(hashes[0]);
  });

  test('says how far it is, spin-up first', async () => {
    const seen: [number, string][] = [];
    await writeSimulatedOcean({
      ...options('progress.nc'),
      onProgress: (fraction, text) => seen.push([fraction, text]),
    });
    expect(seen.every(([fraction], index) => index === 0 || fraction >= seen[index - 1]![0])).toBe(true);
    expect(seen[0]![1]).toContain('spin-up');
    expect(seen.at(-1)).toEqual([1, 'day 6 of 6 since 2012-10-01']);
  });

  test('refuses a grid outside the area before it simulates', async () => {
    const outside = { ...options('outside.nc'), latDeg: Float64Array.of(10, 40) };
    await expect(writeSimulatedOcean(outside)).rejects.toThrow("'natl' only 27 … 65");
  });
});
