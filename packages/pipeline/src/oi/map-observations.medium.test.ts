import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  createGriddedObservationsWriter,
  openGriddedField,
  openNetcdf,
  writeAlongTrack,
  writeGriddedField,
} from '@sillage/netcdf';
import { mapObservations, type MapObservationsOptions } from './map-observations.js';
import type { ObservationInput } from '../observations/observation-inputs.js';
import { rejectionOf } from '../testing/rejection-of.js';
import { evenly, FIRST_DAY, sampleGrid, sampleHeight, temporaryFolder } from '../testing/sample-files.js';

const NOW = new Date('2026-11-24T00:00:00Z');
const SECOND = 1 / 86_400;
const files = temporaryFolder();
afterAll(files.remove);

/** Three passes a day over 61…55° W, 33.5…37.5° N; heights with errors are 0.01 m too high. */
function tracks(dayCount: number, height = sampleHeight) {
  const points: { timeDays: number; latDeg: number; lonDeg: number }[] = [];
  for (let pass = 0; pass < 3 * dayCount; pass++) {
    for (let second = 0; second < 65; second++) {
      points.push({
        timeDays: FIRST_DAY - 3 + pass / 3 + second * SECOND,
        latDeg: 33.5 + 0.06 * second,
        lonDeg: -61 + ((pass * 2.3) % 5) + (pass % 2 === 0 ? 0.02 : -0.02) * second,
      });
    }
  }
  const column = (name: 'timeDays' | 'latDeg' | 'lonDeg') =>
    Float64Array.from(points, (point) => point[name]);
  const sshM = Float64Array.from(points, ({ timeDays, latDeg, lonDeg }) => height(timeDays, latDeg, lonDeg));
  return {
    timeDays: column('timeDays'),
    latDeg: column('latDeg'),
    lonDeg: column('lonDeg'),
    sshM,
    sshObservedM: sshM.map((value) => value + 0.01),
  };
}

const target = {
  grid: { kind: 'box', box: { west: -59, east: -57, south: 34.5, north: 36.5 }, spacingDeg: 0.25 },
  period: { start: '2012-10-24', end: '2012-10-26' },
  now: NOW,
} as const;

type Changes = Omit<Partial<MapObservationsOptions>, 'observations'> & {
  observations?: readonly ObservationInput[];
};

async function mapped(name: string, options: Changes) {
  const outputPath = files.path(name);
  const result = await mapObservations({
    observations: [{ path: files.path('tracks.nc') }],
    ...target,
    outputPath,
    ...options,
  });
  return { result, outputPath };
}

async function heightsOf(path: string, variable?: string): Promise<Float64Array> {
  const field = await openGriddedField(path, variable === undefined ? {} : { variable });
  try {
    return Float64Array.from(await field.readDays(0, field.grid.timeDays.length));
  } finally {
    field.close();
  }
}

function largestDifference(a: Float64Array, b: Float64Array): number {
  return a.reduce((largest, value, index) => Math.max(largest, Math.abs(value - b[index]!)), 0);
}

beforeAll(async () => {
  await writeAlongTrack(files.path('tracks.nc'), tracks(9));
  // every node of a 1/5° grid at noon: the files count a node as the cell to its south-west
  const grid = {
    timeDays: evenly(FIRST_DAY, 6, 1),
    latDeg: evenly(33.8, 16, 0.2),
    lonDeg: evenly(-59.8, 17, 0.2),
  };
  const daily = (value: (timeDays: number, latDeg: number, lonDeg: number) => number) => (day: number) =>
    Float64Array.from({ length: 16 * 17 }, (_, index) =>
      value(
        grid.timeDays[day]! + 0.5,
        grid.latDeg[Math.floor(index / 17)]! - 0.1,
        grid.lonDeg[index % 17]! - 0.1,
      ),
    );
  await writeGriddedField(files.path('gridded.nc'), {
    grid,
    variables: [
      { name: 'ssh_mod', type: 'float64', readDay: daily(sampleHeight) },
      { name: 'ssh_obs', type: 'float64', readDay: daily((...place) => sampleHeight(...place) + 0.01) },
      { name: 'lag', type: 'float64', attributes: { units: 'days' }, readDay: daily(() => 0.5) },
    ],
  });
});

describe('mapping observations', () => {
  test('gives the same maps by both methods where every observation is inside the window', async () => {
    const direct = await mapped('direct.nc', { method: 'direct' });
    const lattice = await mapped('lattice.nc', { method: 'lattice' });
    expect(direct.result).toMatchObject({ method: 'direct', dayCount: 3, latCount: 9, lonCount: 9 });
    expect(lattice.result.observationCount).toBe(direct.result.observationCount);
    const difference = largestDifference(
      await heightsOf(direct.outputPath),
      await heightsOf(lattice.outputPath),
    );
    expect(difference).toBeLessThan(1e-3);
    expect(difference).toBeGreaterThan(0);
  });

  test('joins files of several kinds, and comes closer to the truth with each', async () => {
    const observations = [{ path: files.path('tracks.nc') }, { path: files.path('gridded.nc') }];
    const both = await mapped('both.nc', { observations });
    const alone = await mapped('alone.nc', {});
    expect(both.result.method).toBe('lattice');
    expect(alone.result.method).toBe('direct');
    const field = await openGriddedField(both.outputPath);
    const { latDeg, lonDeg, timeDays } = field.grid;
    field.close();
    const truth = Float64Array.from({ length: 3 * 81 }, (_, index) =>
      sampleHeight(timeDays[Math.floor(index / 81)]!, latDeg[Math.floor(index / 9) % 9]!, lonDeg[index % 9]!),
    );
    const error = largestDifference(await heightsOf(both.outputPath), truth);
    expect(error).toBeLessThan(0.02);
    expect(error).toBeLessThan(0.8 * largestDifference(await heightsOf(alone.outputPath), truth));
  });

  test('writes the layout of ssh_NATL60_swot_4nadir.nc: both heights, float64', async () => {
    const { result, outputPath } = await mapped('natl60.nc', {
      observations: [{ path: files.path('tracks.nc') }, { path: files.path('gridded.nc') }],
      layout: 'natl60',
    });
    expect(result.variables).toEqual(['ssh_mod', 'ssh_obs']);
    const file = await openNetcdf(outputPath);
    expect(file.variables.map(({ name, type }) => `${name} ${type}`)).toEqual(
      expect.arrayContaining(['ssh_mod float64', 'ssh_obs float64']),
    );
    file.close();
    const errorFree = await heightsOf(outputPath, 'ssh_mod');
    const noisy = await heightsOf(outputPath, 'ssh_obs');
    // an error that all observations share comes back as it is, but for the pull towards 0 m
    const centre = 81 + 40;
    expect(noisy[centre]! - errorFree[centre]!).toBeCloseTo(0.01, 3);
    const single = await mapped('single.nc', {
      observations: [
        { path: files.path('tracks.nc'), variable: 'ssh_obs' },
        { path: files.path('gridded.nc'), variable: 'ssh_obs' },
      ],
    });
    expect(largestDifference(await heightsOf(single.outputPath), noisy)).toBeLessThan(1e-6);
  });

  test('writes ssh_mod alone where a file has no heights with errors', async () => {
    const { sshObservedM: _, ...errorFree } = tracks(9);
    await writeAlongTrack(files.path('error-free.nc'), errorFree);
    const { result } = await mapped('mod.nc', {
      observations: [{ path: files.path('tracks.nc') }, { path: files.path('error-free.nc') }],
      layout: 'natl60',
    });
    expect(result.variables).toEqual(['ssh_mod']);
  });

  test('leaves out the land of a mask, to its nearest node', async () => {
    const observed = { ...sampleGrid(), timeDays: evenly(FIRST_DAY, 1, 1) };
    const { latDeg, lonDeg } = observed;
    const writer = await createGriddedObservationsWriter(files.path('mask.nc'), {
      grid: observed,
      // land east of 58° W: nodes are a quarter degree apart
      mask: Uint8Array.from({ length: latDeg.length * lonDeg.length }, (_, index) =>
        lonDeg[index % lonDeg.length]! > -58 ? 0 : 1,
      ),
      storage: 'packed',
    });
    const nothing = new Float64Array(latDeg.length * lonDeg.length).fill(NaN);
    writer.append({ sshM: nothing, sshObservedM: nothing, lagDays: nothing, flag: nothing });
    await writer.finish();
    const { outputPath } = await mapped('masked.nc', { maskPath: files.path('mask.nc') });
    const heights = await heightsOf(outputPath);
    const missing = Array.from(heights.subarray(0, 9), Number.isNaN);
    expect(missing).toEqual([false, false, false, false, false, true, true, true, true]);
    expect(heights.filter(Number.isNaN)).toHaveLength((3 * 81 * 4) / 9);
  });

  test('refuses a mask that is none', async () => {
    const reason = await rejectionOf(mapped('unmasked.nc', { maskPath: files.path('gridded.nc') }));
    expect(reason).toMatchObject({ code: 'variable-not-found', where: 'gridded.nc' });
  });

  test('packs integers', async () => {
    const packed = await mapped('packed.nc', {
      packing: { scaleFactor: 1e-4, addOffset: 0 },
      attributes: { license: 'CC-BY-4.0' },
    });
    const plain = await mapped('plain.nc', {});
    const difference = largestDifference(
      await heightsOf(packed.outputPath),
      await heightsOf(plain.outputPath),
    );
    expect(difference).toBeLessThan(0.51e-4);
    const field = await openGriddedField(packed.outputPath);
    expect(field).toMatchObject({ sourceType: 'int16', attributes: { license: 'CC-BY-4.0' } });
    field.close();
  });

  test('reports progress that only grows, and stops when it is told to', async () => {
    const fractions: number[] = [];
    await mapped('progress.nc', {
      method: 'lattice',
      onProgress: (fraction) => fractions.push(fraction),
    });
    expect(fractions.at(-1)).toBe(1);
    expect(fractions.length).toBeGreaterThan(20);
    const controller = new AbortController();
    const stopped = mapped('stopped.nc', {
      method: 'lattice',
      signal: controller.signal,
      onProgress: (fraction) => {
        if (fraction > 0.3) controller.abort(new Error('enough'));
      },
    });
    await expect(stopped).rejects.toThrow('enough');
    await expect(openNetcdf(files.path('stopped.nc'))).rejects.toThrow();
  });

  test('refuses files that are no observations by their name', async () => {
    const reason = await rejectionOf(
      mapped('x.nc', {
        observations: [{ path: files.path('tracks.nc') }, { path: files.path('plain.nc') }],
      }),
    );
    expect(reason).toMatchObject({ code: 'variable-not-found' });
    expect(reason.where).toContain('plain.nc');
  });
});
