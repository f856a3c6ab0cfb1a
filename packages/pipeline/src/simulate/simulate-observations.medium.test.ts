import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  openAlongTrack,
  openGriddedObservations,
  openNetcdf,
  openSwath,
  writeGriddedField,
} from '@sillage/netcdf';
import { groundTrack, NO_ERRORS, NOISE_LEVELS, sampleAlongTrack, scenarioSatellites } from '@sillage/ocean';
import type { RegularGrid } from '@sillage/science';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { mountSmallDisk } from '../testing/small-disk.js';
import {
  simulateObservations,
  type SimulateObservationsOptions,
  type TruthSource,
} from './simulate-observations.js';

const NOW = new Date('2026-11-24T00:00:00Z');
const FIRST = 22_925; // 2012-10-07
const DAYS = 6;
const axis = (first: number, count: number, step: number): Float64Array =>
  Float64Array.from({ length: count }, (_, index) => first + index * step);

/** Eddies, with land in the south-west; heights as int16 files keep them. */
function mapAt(grid: Pick<RegularGrid, 'latDeg' | 'lonDeg'>, timeDays: number): Float64Array {
  const values = new Float64Array(grid.latDeg.length * grid.lonDeg.length);
  let at = 0;
  for (const lat of grid.latDeg) {
    for (const lon of grid.lonDeg) {
      const isLand = lat < 34 && lon < -63;
      const height = 0.4 * Math.sin(1.7 * lat) * Math.cos(1.3 * lon) + 0.05 * (timeDays - FIRST);
      values[at++] = isLand ? NaN : Math.round(height * 1e4) / 1e4;
    }
  }
  return values;
}

function truthOf(timeDays: Float64Array): TruthSource {
  const grid = { timeDays, latDeg: axis(33, 61, 0.1), lonDeg: axis(-65, 71, 0.1) };
  return { name: 'a field of eddies', grid, readDay: (index) => mapAt(grid, timeDays[index]!) };
}

const DAILY = truthOf(axis(FIRST, DAYS + 1, 1));

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'sillage-simulate-'));
});
afterAll(() => rmSync(folder, { recursive: true }));
const file = (name: string): string => join(folder, name);

const run = (name: string, options: Partial<SimulateObservationsOptions>) =>
  simulateObservations({
    truth: DAILY,
    scenario: 'swot1-nadir4',
    seed: 5,
    karinSpacingKm: 5,
    outputs: {
      alongTrackPath: file(`${name}-track.nc`),
      swathPath: file(`${name}-swath.nc`),
      griddedPath: file(`${name}-gridded.nc`),
    },
    now: NOW,
    ...options,
  });

describe('simulateObservations', () => {
  test('writes the same along-track observations as sampling the whole truth along its tracks', async () => {
    const result = await run('exact', {});
    const track = await openAlongTrack(file('exact-track.nc'));
    const { latDeg, lonDeg, timeDays } = DAILY.grid;
    const box = { west: lonDeg[0]!, east: lonDeg.at(-1)!, south: latDeg[0]!, north: latDeg.at(-1)! };
    const tracks = scenarioSatellites('swot1-nadir4').map((satellite) =>
      groundTrack(satellite, { startDays: FIRST, endDays: FIRST + DAYS, box }),
    );
    const valuesM = Float64Array.from(Array.from(timeDays, (time) => [...mapAt(DAILY.grid, time)]).flat());
    const expected = sampleAlongTrack({ grid: DAILY.grid, valuesM }, tracks);
    expect(track.sshM).toEqual(expected.sshM);
    expect(track.timeDays).toEqual(expected.timeDays);
    expect(track.lonDeg).toEqual(expected.lonDeg);
    expect(track.satelliteIndex).toEqual(expected.satelliteIndex);
    expect(track.track).toEqual(expected.pass);
    expect(track.satellites).toEqual(scenarioSatellites('swot1-nadir4').map(({ id }) => id));
    expect(track.sshObservedM).toBeNull();
    expect(result.observationCount).toBe(expected.sshM.length);
    expect(result.outputPaths).toHaveLength(3);
  });

  test('writes swaths and gridded observations of the same observations', async () => {
    const swath = await openSwath(file('exact-swath.nc'));
    const lines = await swath.readLines(0, swath.lineCount);
    const track = await openAlongTrack(file('exact-track.nc'));
    const gridded = await openGriddedObservations(file('exact-gridded.nc'));
    expect(gridded.grid.timeDays).toEqual(axis(FIRST, DAYS, 1));
    expect(
      gridded.mask!.every((value, node) => (value === 1) !== Number.isNaN(mapAt(DAILY.grid, 0)[node]!)),
    ).toBe(true);
    // Every observation finds its node on its day; sums over the file agree.
    const sums = new Map<string, { total: number; count: number }>();
    const add = (time: number, lat: number, lon: number, height: number): void => {
      const key = `${Math.floor(time)} ${Math.round((lat - 33) * 10)} ${Math.round((lon + 65) * 10)}`;
      const sum = sums.get(key) ?? { total: 0, count: 0 };
      sums.set(key, { total: sum.total + height, count: sum.count + 1 });
    };
    track.sshM.forEach((height, i) => add(track.timeDays[i]!, track.latDeg[i]!, track.lonDeg[i]!, height));
    lines.sshM.forEach((height, i) => {
      if (Number.isNaN(height)) return;
      add(lines.timeDays[Math.floor(i / swath.cellCount)]!, lines.latDeg[i]!, lines.lonDeg[i]!, height);
    });
    let nodes = 0;
    for (let index = 0; index < DAYS; index++) {
      const day = await gridded.readDay(index);
      day.sshM.forEach((height, node) => {
        if (Number.isNaN(height)) return;
        nodes++;
        const sum = sums.get(`${FIRST + index} ${Math.floor(node / 71)} ${node % 71}`)!;
        expect(height).toBeCloseTo(sum.total / sum.count, 6);
        expect(day.lagDays![node]).toBeGreaterThanOrEqual(0);
        expect(day.lagDays![node]).toBeLessThanOrEqual(1);
      });
    }
    expect(nodes).toBe(sums.size);
    expect(nodes).toBeGreaterThan(1000);
    swath.close();
    gridded.close();
  });

  test('has the same errors at the same times when only part of the period is simulated', async () => {
    await run('noisy', { scenario: 'swot1-nadir4-noise3' });
    await run('noisy-part', {
      scenario: 'swot1-nadir4-noise3',
      period: { start: '2012-10-09', end: '2012-10-10' },
    });
    const [whole, part] = [
      await openAlongTrack(file('noisy-track.nc')),
      await openAlongTrack(file('noisy-part-track.nc')),
    ];
    const first = whole.timeDays.indexOf(part.timeDays[0]!);
    expect(part.timeDays[0]).toBeGreaterThanOrEqual(FIRST + 2);
    expect(part.timeDays.at(-1)).toBeLessThan(FIRST + 4);
    expect(part.sshObservedM).toEqual(whole.sshObservedM!.slice(first, first + part.timeDays.length));
    expect(whole.sshObservedM).not.toEqual(whole.sshM);

    const [wholeSwath, partSwath] = [
      await openSwath(file('noisy-swath.nc')),
      await openSwath(file('noisy-part-swath.nc')),
    ];
    const line = wholeSwath.timeDays.indexOf(partSwath.timeDays[0]!);
    const lines = await partSwath.readLines(0, partSwath.lineCount);
    expect(await wholeSwath.readLines(line, partSwath.lineCount)).toMatchObject({
      sshObservedM: lines.sshObservedM,
      sshM: lines.sshM,
    });
    wholeSwath.close();
    partSwath.close();
  });

  test('has the heights of the error-free scenario as its model, and other errors with another seed', async () => {
    await run('reseeded', { scenario: 'swot1-nadir4-noise3', seed: 6 });
    const [exact, noisy, reseeded] = await Promise.all(
      ['exact', 'noisy', 'reseeded'].map((name) => openAlongTrack(file(`${name}-track.nc`))),
    );
    expect(noisy!.sshM).toEqual(exact!.sshM);
    expect(reseeded!.sshM).toEqual(exact!.sshM);
    expect(reseeded!.sshObservedM).not.toEqual(noisy!.sshObservedM);
  });

  test('names every error in the full swath file; they add up to what was observed', async () => {
    const swath = await openNetcdf(file('noisy-swath.nc'));
    const read = async (name: string): Promise<Float64Array> => {
      const { shape } = swath.variables.find((variable) => variable.name === name)!;
      return (await swath.readSlab(name, [0, 0], shape)) as Float64Array;
    };
    const model = await read('ssh_model');
    const observed = await read('ssh_obs');
    const errors = await Promise.all(
      ['karin_err', 'roll_err', 'phase_err', 'bd_err', 'timing_err', 'wet_tropo_err'].map(read),
    );
    model.forEach((height, cell) => {
      if (Number.isNaN(height)) return;
      const sum = errors.reduce((total, error) => total + error[cell]!, 0);
      expect(observed[cell]).toBeCloseTo(height + sum, 12);
    });
    expect(swath.attributes['source']).toMatch(/with errors \(nadirWhite, .*wetTroposphere; seed 5\)/);
    swath.close();
  });

  test('observes exactly where every error is switched off', async () => {
    await run('off', { scenario: 'swot1-nadir4-noise3', errors: NO_ERRORS });
    const [off, exact] = [
      await openAlongTrack(file('off-track.nc')),
      await openAlongTrack(file('exact-track.nc')),
    ];
    expect(off.sshM).toEqual(exact.sshM);
    expect(off.sshObservedM).toBeNull();
    const day = await (await openGriddedObservations(file('off-gridded.nc'))).readDay(1);
    expect(day.sshObservedM).toEqual(day.sshM);
  });

  test('leaves land out, with every cell that has land among its neighbours', async () => {
    const track = await openAlongTrack(file('exact-track.nc'));
    const onLand = track.latDeg.filter((lat, i) => lat < 33.99 && track.lonDeg[i]! < -63.01);
    expect(onLand).toHaveLength(0);
    expect(track.latDeg.some((lat, i) => lat < 34 && track.lonDeg[i]! > -62)).toBe(true);
  });

  test('interpolates between maps at noon and takes lags from midnight', async () => {
    const noon = truthOf(axis(FIRST + 0.5, DAYS, 1));
    await run('noon', {
      truth: noon,
      scenario: 'swot1-nadir4',
      outputs: { griddedPath: file('noon.nc'), alongTrackPath: file('noon-track.nc') },
    });
    const gridded = await openGriddedObservations(file('noon.nc'));
    expect(gridded.grid.timeDays).toEqual(axis(FIRST, DAYS, 1));
    // Nothing is extrapolated before the first map or beyond the last.
    const lagsOf = async (index: number): Promise<number[]> =>
      [...(await gridded.readDay(index)).lagDays!].filter((lag) => !Number.isNaN(lag));
    const [firstLags, lastLags] = [await lagsOf(0), await lagsOf(DAYS - 1)];
    expect(firstLags.length + lastLags.length).toBeGreaterThan(0);
    expect(Math.min(1, ...firstLags)).toBeGreaterThanOrEqual(0.5);
    expect(Math.max(0, ...lastLags)).toBeLessThanOrEqual(0.5 + 1e-6);
    const track = await openAlongTrack(file('noon-track.nc'));
    track.timeDays.forEach((time, i) => {
      const expected =
        0.4 * Math.sin(1.7 * track.latDeg[i]!) * Math.cos(1.3 * track.lonDeg[i]!) + 0.05 * (time - FIRST);
      expect(Math.abs(track.sshM[i]! - expected)).toBeLessThan(3e-3);
    });
    gridded.close();
  });

  test('grids on the nodes of another file, by either rule', async () => {
    const like = { timeDays: axis(FIRST, 2, 1), latDeg: axis(34, 11, 0.5), lonDeg: axis(-62, 9, 0.5) };
    await writeGriddedField(file('like.nc'), {
      grid: like,
      variables: [{ name: 'ssh', type: 'float32', values: new Float32Array(2 * 11 * 9) }],
    });
    const readFirst = async (binning: 'nearest' | 'searchsorted') => {
      const path = file(`like-${binning}.nc`);
      await run('like', {
        outputs: { griddedPath: path, griddedLike: file('like.nc'), griddedBinning: binning },
        compact: true,
      });
      const gridded = await openGriddedObservations(path);
      expect([...gridded.grid.latDeg]).toEqual([...like.latDeg]);
      expect([...gridded.grid.lonDeg]).toEqual([...like.lonDeg]);
      const days = await Promise.all(Array.from({ length: DAYS }, (_, index) => gridded.readDay(index)));
      gridded.close();
      return days.map((day) => [...day.sshM]);
    };
    expect(await readFirst('nearest')).not.toEqual(await readFirst('searchsorted'));
  });

  test('gives the same bytes for the same seed and instant', async () => {
    const clock = Date.now;
    Date.now = () => NOW.getTime(); // HDF5 writes the time into its objects
    try {
      for (const name of ['once', 'again'])
        await run(name, {
          scenario: 'swot1-nadir4-noise2',
          compact: true,
          period: { start: '2012-10-08', end: '2012-10-09' },
        });
    } finally {
      Date.now = clock;
    }
    for (const kind of ['track', 'swath', 'gridded'])
      expect(readFileSync(file(`once-${kind}.nc`)).equals(readFileSync(file(`again-${kind}.nc`)))).toBe(true);
  });

  const rejected: { name: string; options: Partial<SimulateObservationsOptions>; message: RegExp }[] = [
    { name: 'a swath of nadirs', options: { scenario: 'nadir4' }, message: /'nadir4' has no swath/ },
    { name: 'an unknown scenario', options: { scenario: 'nadir9' }, message: /knows nadir1, nadir4, swot1/ },
    { name: 'no output', options: { outputs: {} }, message: /no output was named/ },
    { name: 'no truth', options: { truth: undefined as never }, message: /no truth was given/ },
    { name: 'a posting of 40 km', options: { karinSpacingKm: 40 }, message: /0.25 to 25 km apart/ },
    {
      name: 'a fractional seed',
      options: { seed: 0.5, errors: NOISE_LEVELS.noise1 },
      message: /whole number/,
    },
    {
      name: 'a period beyond the truth',
      options: { period: { start: '2014-01-01', end: '2014-01-02' } },
      message: /2012-10-07 to 2012-10-13/,
    },
    {
      name: 'one instant',
      options: { truth: truthOf(Float64Array.of(FIRST)) },
      message: /1 times/,
    },
  ];
  test.each(rejected)('refuses $name and leaves no file', async ({ options, message }) => {
    const before = readdirSync(folder).length;
    await expect(run('refused', options)).rejects.toThrow(message);
    expect(readdirSync(folder)).toHaveLength(before);
  });

  test('leaves no file when the truth fails half-way', async () => {
    const broken: TruthSource = {
      ...DAILY,
      readDay: (index) => {
        if (index === 4) throw new Error('the disk went away');
        return DAILY.readDay(index);
      },
    };
    await expect(run('broken', { truth: broken })).rejects.toThrow('the disk went away');
    expect(readdirSync(folder).filter((name) => name.startsWith('broken'))).toEqual([]);
  });

  test('says in one line that the disk is full, and leaves nothing on it', async (context) => {
    const disk = mountSmallDisk(200_000);
    if (!disk) return context.skip('this user may not mount a small disk');
    try {
      const outputs = {
        alongTrackPath: join(disk.folder, 'track.nc'),
        swathPath: join(disk.folder, 'swath.nc'),
        griddedPath: join(disk.folder, 'gridded.nc'),
      };
      await expect(run('full', { scenario: 'swot1-nadir4-noise3', outputs })).rejects.toThrow(
        /^[^\n]*No space left on device[^\n]*$/,
      );
      expect(readdirSync(disk.folder)).toEqual([]);
    } finally {
      disk.remove();
    }
  });
});
