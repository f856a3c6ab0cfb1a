import { writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { writeSafetensors } from '@sillage/fourdvarnet';
import {
  createGriddedObservationsWriter,
  openGriddedField,
  writeAlongTrack,
  type GriddedField,
} from '@sillage/netcdf';
import { daysSince1950 } from '@sillage/science';
import { rejectionOf } from '../testing/rejection-of.js';
import {
  FIRST_DAY,
  sampleGrid,
  sampleHeight,
  TASK,
  temporaryFolder,
  writeSample,
  evenly,
} from '../testing/sample-files.js';
import { pickingOnnx, scalingOnnx, starterWeights } from '../testing/sample-networks.js';
import { checkNetwork } from './check-network.js';
import type { DayThumbnail, PredictMapOptions } from './network-types.js';
import { predictMap } from './predict-map.js';

const NOW = new Date('2026-11-27T00:00:00Z');
const MEAN = 0.3;
const STD = 0.2;
const SPACING = 0.25;
const files = temporaryFolder();
afterAll(files.remove);

/** 3 × 4 degrees at a quarter: 13 × 17 nodes, patches of 16 × 20 nodes with a crop of 1. */
const PATCHING = `
normalisation: {mean: ${MEAN}, std: ${STD}}
patch: {time: 5, lat: 12, lon: 12}
strides: {time: 1, lat: 8, lon: 8}
reconstruction_weight: {time: triangular, offset: 1, crop: {lat: 1, lon: 1}}
batch_size: 4
spacing_deg: ${SPACING}
`;
const ECHO = `
architecture: onnx
inputs: {x: [observations]}
output: {name: y, quantity: ssh}
${PATCHING}`;
const STARTER = `
architecture: starter
n_step: 2
lr_grad: 0.2
${PATCHING}`;

/** Two measurements beside each node of every other column, on every day: daily means are exact. */
const seenAt = (lonDeg: number): boolean => Math.round(lonDeg / SPACING) % 2 === 0;
const DAYS = 26;

type Point = { timeDays: number; latDeg: number; lonDeg: number; sshM: number };

async function writeTracks(name: string, points: readonly Point[]): Promise<void> {
  const column = (key: keyof Point) => Float64Array.from(points, (point) => point[key]);
  await writeAlongTrack(files.path(name), {
    timeDays: column('timeDays'),
    latDeg: column('latDeg'),
    lonDeg: column('lonDeg'),
    sshM: column('sshM'),
  });
}

beforeAll(async () => {
  const points: Point[] = [];
  for (let day = 0; day < DAYS; day++) {
    for (let row = -3; row <= 16; row++) {
      for (let column = -3; column <= 20; column++) {
        const [latDeg, lonDeg] = [34 + SPACING * row, -60 + SPACING * column];
        if (!seenAt(lonDeg)) continue;
        const timeDays = FIRST_DAY - 5 + day;
        const height = sampleHeight(timeDays, latDeg, lonDeg);
        points.push({ timeDays: timeDays + 0.2, latDeg: latDeg + 0.05, lonDeg, sshM: height + 0.02 });
        points.push({ timeDays: timeDays + 0.8, latDeg, lonDeg: lonDeg - 0.1, sshM: height - 0.02 });
      }
    }
  }
  points.sort((a, b) => a.timeDays - b.timeDays);
  await writeTracks('tracks.nc', points);
  await writeTracks(
    'sparse.nc',
    points.filter((_, index) => index % 29 === 0),
  );
  await writeSample(files.path('oi.nc'), { name: 'gssh' });
  await writeSample(files.path('sst.nc'), {
    name: 'sst',
    attributes: { units: 'degree_Celsius' },
    height: (timeDays, latDeg, lonDeg) => 10 * sampleHeight(timeDays, latDeg, lonDeg),
    grid: sampleGrid({ timeDays: evenly(FIRST_DAY - 5, DAYS, 1) }),
  });
  writeFileSync(files.path('echo.onnx'), scalingOnnx([4, 5, 12, 12]));
  writeFileSync(files.path('wild.onnx'), scalingOnnx([4, 5, 12, 12], 1e4));
  writeFileSync(files.path('starter.safetensors'), writeSafetensors(starterWeights(5)));
});

async function checked(name: string, manifestText: string): Promise<string> {
  const networkPath = files.path(`${name}.network`);
  await checkNetwork({
    checkpointPath: files.path(name),
    fileName: name,
    manifestText,
    tasks: [TASK],
    networkPath,
  });
  return networkPath;
}

async function predicted(networkPath: string, changes: Partial<PredictMapOptions> = {}) {
  const outputPath = changes.outputPath ?? files.path('map.nc');
  const result = await predictMap({
    networkPath,
    observations: [{ path: files.path('tracks.nc') }],
    oi: null,
    sst: null,
    task: TASK,
    runtime: 'onnxruntime-cpu',
    outputPath,
    now: NOW,
    ...changes,
  });
  return { ...result, outputPath };
}

async function withMap<Result>(path: string, use: (field: GriddedField) => Promise<Result>): Promise<Result> {
  const field = await openGriddedField(path, { variable: 'gssh' });
  try {
    return await use(field);
  } finally {
    field.close();
  }
}

describe('predictMap', () => {
  test('a network that gives back what it sees: daily means where observed, the mean elsewhere', async () => {
    const thumbnails: DayThumbnail[] = [];
    const progress: number[] = [];
    const { variable, report, outputPath } = await predicted(await checked('echo.onnx', ECHO), {
      onDay: (thumbnail) => void thumbnails.push(thumbnail),
      onProgress: (fraction) => void progress.push(fraction),
    });
    expect(variable).toBe('gssh');
    await withMap(outputPath, async (field) => {
      const { timeDays, latDeg, lonDeg } = field.grid;
      expect([timeDays[0], timeDays.length]).toEqual([FIRST_DAY, 16]);
      expect([latDeg[0], latDeg.at(-1), latDeg.length]).toEqual([34, 37, 13]);
      expect([lonDeg[0], lonDeg.at(-1), lonDeg.length]).toEqual([-60, -56, 17]);
      const values = await field.readDays(0, 16);
      values.forEach((value, index) => {
        const [t, y, x] = [Math.floor(index / 221), Math.floor((index % 221) / 17), index % 17];
        const height = sampleHeight(timeDays[t]!, latDeg[y]!, lonDeg[x]!);
        // float32 in network units and back: 1e-7 of a few decimetres
        expect(value).toBeCloseTo(seenAt(lonDeg[x]!) ? height : MEAN, 6);
      });
    });
    // 20 windows from 10-18 to 11-10, two patches along lat and two along lon, in batches of 4
    expect(report).toMatchObject({
      patchCount: 80,
      batchCount: 20,
      gflop: null,
      energyJoules: null,
      oiSeconds: null,
    });
    expect(report.runtime.name).toBe('onnxruntime-cpu');
    expect(report.deviceSeconds).toBeGreaterThan(0);
    expect(thumbnails.map(({ day }) => day)).toHaveLength(16);
    expect(thumbnails[0]).toMatchObject({
      day: '2012-10-22',
      index: 0,
      dayCount: 16,
      latCount: 13,
      lonCount: 17,
    });
    expect(progress).toEqual([...progress].sort((a, b) => a - b));
    expect(progress.at(-1)).toBe(1);
  });

  test('a batch that is cut short goes through a network of a fixed batch', async () => {
    const three = ECHO.replace('batch_size: 4', 'batch_size: 3');
    writeFileSync(files.path('three.onnx'), scalingOnnx([3, 5, 12, 12]));
    const { report, outputPath } = await predicted(await checked('three.onnx', three), {
      outputPath: files.path('three.nc'),
    });
    expect(report).toMatchObject({ patchCount: 80, batchCount: 27 });
    const [first, second] = [files.path('map.nc'), outputPath].map((path) =>
      withMap(path, (field) => field.readDays(0, 16)),
    );
    expect(await second).toEqual(await first);
  });

  test('gridded observations on the same nodes are taken node for node, and say where the nodes are', async () => {
    const path = files.path('gridded.nc');
    const grid = {
      timeDays: evenly(FIRST_DAY - 5, DAYS, 1),
      latDeg: evenly(33.125, 18, SPACING),
      lonDeg: evenly(-60.875, 22, SPACING),
    };
    const writer = await createGriddedObservationsWriter(path, {
      grid,
      mask: new Uint8Array(18 * 22).fill(1),
      storage: 'float32',
    });
    for (let day = 0; day < DAYS; day++) {
      const sshM = Float64Array.from({ length: 18 * 22 }, (_, node) =>
        sampleHeight(FIRST_DAY - 5 + day, grid.latDeg[Math.floor(node / 22)]!, grid.lonDeg[node % 22]!),
      );
      writer.append({
        sshM,
        sshObservedM: sshM,
        lagDays: sshM.map(() => 0.5),
        flag: sshM.map(() => 0),
      });
    }
    await writer.finish();
    const { outputPath } = await predicted(await checked('echo.onnx', ECHO), {
      observations: [{ path, role: 'gridded-observations', variable: 'ssh_mod' }],
      outputPath: files.path('from-gridded.nc'),
    });
    await withMap(outputPath, async (field) => {
      const { latDeg, lonDeg, timeDays } = field.grid;
      expect([latDeg[0], latDeg.at(-1)]).toEqual([34.125, 36.875]);
      const values = await field.readDays(3, 1);
      values.forEach((value, node) => {
        const [y, x] = [Math.floor(node / lonDeg.length), node % lonDeg.length];
        expect(value).toBeCloseTo(sampleHeight(timeDays[3]!, latDeg[y]!, lonDeg[x]!), 4);
      });
    });
  });

  describe('fgat_passes', () => {
    const MOVING = `${ECHO}fgat_passes: 1\n`;
    const linearHeight = (timeDays: number, latDeg: number, lonDeg: number): number =>
      0.3 + 0.01 * (latDeg - 35) * (timeDays - FIRST_DAY) + 0.02 * (lonDeg + 58);

    test('moves measurements to noon: exact where heights are linear in time', async () => {
      const points: Point[] = [];
      for (const timeDays of evenly(FIRST_DAY - 5 + 0.7, DAYS, 1)) {
        for (const latDeg of evenly(33.25, 20, SPACING)) {
          for (const lonDeg of evenly(-60.75, 24, SPACING)) {
            const at = timeDays + 0.01 * (latDeg - 33); // a satellite needs its time
            points.push({ timeDays: at, latDeg, lonDeg, sshM: linearHeight(at, latDeg, lonDeg) });
          }
        }
      }
      points.sort((a, b) => a.timeDays - b.timeDays);
      await writeTracks('linear.nc', points);
      const largestError = async (manifestText: string): Promise<number> => {
        const { outputPath } = await predicted(await checked('echo.onnx', manifestText), {
          observations: [{ path: files.path('linear.nc') }],
          outputPath: files.path('linear-map.nc'),
        });
        return withMap(outputPath, async (field) => {
          const { timeDays, latDeg, lonDeg } = field.grid;
          const values = Array.from(await field.readDays(0, 16));
          return values.reduce((largest, value, index) => {
            const [t, y, x] = [Math.floor(index / 221), Math.floor((index % 221) / 17), index % 17];
            const atNoon = linearHeight(timeDays[t]! + 0.5, latDeg[y]!, lonDeg[x]!);
            return Math.max(largest, Math.abs(value - atNoon));
          }, 0);
        });
      };
      expect(await largestError(MOVING)).toBeLessThan(1e-6); // float32
      expect(await largestError(ECHO)).toBeGreaterThan(0.004);
    });

    test.each([
      { name: 'moves gridded observations by their lag', hasLag: true },
      { name: 'refuses gridded observations that do not say when they were made', hasLag: false },
    ])('$name', async ({ hasLag }) => {
      const path = files.path(`gridded-${hasLag}.nc`);
      const grid = {
        timeDays: evenly(FIRST_DAY - 5, DAYS, 1),
        latDeg: evenly(33.125, 18, SPACING),
        lonDeg: evenly(-60.875, 22, SPACING),
      };
      const writer = await createGriddedObservationsWriter(path, {
        grid,
        mask: new Uint8Array(18 * 22).fill(1),
        storage: 'float32',
      });
      for (const timeDays of grid.timeDays) {
        const sshM = Float64Array.from({ length: 18 * 22 }, (_, node) =>
          linearHeight(timeDays + 0.9, grid.latDeg[Math.floor(node / 22)]!, grid.lonDeg[node % 22]!),
        );
        const lagDays = sshM.map(() => (hasLag ? 0.9 : Number.NaN));
        writer.append({ sshM, sshObservedM: sshM, lagDays, flag: sshM.map(() => 0) });
      }
      await writer.finish();
      const run = async () =>
        predicted(await checked('echo.onnx', MOVING), {
          observations: [{ path, role: 'gridded-observations', variable: 'ssh_mod' }],
          outputPath: files.path('moved-gridded.nc'),
        });
      if (!hasLag) {
        const rejection = await rejectionOf(run());
        expect(rejection).toMatchObject({
          code: 'inputs-missing',
          found: expect.stringContaining("'lag'") as string,
        });
        return;
      }
      await withMap((await run()).outputPath, async (field) => {
        const { latDeg, lonDeg, timeDays } = field.grid;
        (await field.readDays(3, 1)).forEach((value, node) => {
          const [y, x] = [Math.floor(node / lonDeg.length), node % lonDeg.length];
          expect(value).toBeCloseTo(linearHeight(timeDays[3]! + 0.5, latDeg[y]!, lonDeg[x]!), 5);
        });
      });
    });
  });

  test('a starter network maps the box without a hole, and says what it cost', async () => {
    const { report, outputPath } = await predicted(await checked('starter.safetensors', STARTER), {
      outputPath: files.path('starter.nc'),
    });
    expect(report.gflop).toBeGreaterThan(0);
    await withMap(outputPath, async (field) => {
      const values = await field.readDays(0, 16);
      expect(values.every((value) => Number.isFinite(value))).toBe(true);
      expect(new Set(values).size).toBeGreaterThan(1000);
    });
  });

  test('normalisation from observations is their mean and standard deviation on the grid', async () => {
    const text = ECHO.replace(/^normalisation.*$/m, 'normalisation: {from: observations}');
    const { outputPath } = await predicted(await checked('echo.onnx', text), {
      outputPath: files.path('from-observations.nc'),
    });
    await withMap(outputPath, async (field) => {
      const values = await field.readDays(0, 1);
      const unseen = Array.from(values).filter((_, node) => !seenAt(field.grid.lonDeg[node % 17]!));
      expect(new Set(unseen).size).toBe(1); // the mean of all that was seen
      expect(unseen[0]).toBeGreaterThan(0.25);
      expect(unseen[0]).toBeLessThan(0.4);
    });
  });

  test.each([
    { field: 'mask', at: (_day: number, _lat: number, lon: number) => (seenAt(lon) ? 1 : 0) },
    { field: 'sst', at: (day: number, lat: number, lon: number) => (10 * sampleHeight(day, lat, lon)) / 4 },
    { field: 'latitude', at: (_day: number, lat: number) => lat / 90 },
    { field: 'longitude', at: (_day: number, _lat: number, lon: number) => lon / 180 },
    { field: 'day-of-year', at: (day: number) => (day - daysSince1950('2012-01-01')) / 366 },
  ])('an ONNX network reads $field where the manifest puts it', async ({ field, at }) => {
    const kinds = ['observations', 'mask', 'sst', 'day-of-year', 'latitude', 'longitude'];
    const network = pickingOnnx([4, 5, 12, 12], { count: kinds.length, picked: kinds.indexOf(field) });
    writeFileSync(files.path('pick.onnx'), network);
    const text = ECHO.replace('{x: [observations]}', `{x: [${kinds.join(', ')}]}`).concat(
      'sst_normalisation: {mean: 0, std: 4}\n',
    );
    const { outputPath } = await predicted(await checked('pick.onnx', text), {
      sst: { path: files.path('sst.nc'), variable: 'sst' },
      outputPath: files.path('pick.nc'),
    });
    await withMap(outputPath, async ({ grid: { timeDays, latDeg, lonDeg }, readDays }) => {
      const values = await readDays(9, 1);
      values.forEach((value, node) => {
        const [y, x] = [Math.floor(node / 17), node % 17];
        expect((value - MEAN) / STD).toBeCloseTo(at(timeDays[9]!, latDeg[y]!, lonDeg[x]!), 4);
      });
    });
  });

  test('an anomaly is added to OI, which is computed where its file does not reach', async () => {
    writeFileSync(files.path('nothing.onnx'), scalingOnnx([4, 5, 12, 12], 1e-30));
    const text = ECHO.replace('quantity: ssh', 'quantity: anomaly-from-oi');
    const { outputPath } = await predicted(await checked('nothing.onnx', text), {
      observations: [{ path: files.path('sparse.nc') }],
      oi: { path: files.path('oi.nc'), variable: 'gssh' },
      outputPath: files.path('anomaly.nc'),
    });
    await withMap(outputPath, async (field) => {
      const { latDeg, lonDeg, timeDays } = field.grid;
      const values = await field.readDays(8, 1);
      values.forEach((value, node) => {
        const [y, x] = [Math.floor(node / 17), node % 17];
        expect(value).toBeCloseTo(sampleHeight(timeDays[8]!, latDeg[y]!, lonDeg[x]!), 5);
      });
    });
  });

  test.each([
    {
      name: 'a network that diverges',
      network: ['wild.onnx', ECHO],
      changes: {},
      code: 'network-diverged',
      found: /% of the values of the first batch beyond ±10 m/,
    },
    {
      name: 'observations that end too early',
      network: ['echo.onnx', ECHO],
      changes: { task: { ...TASK, period: { start: '2012-10-22', end: '2012-12-24' } } },
      code: 'days-missing',
      found: /do not reach 2012-11-12…2012-12-24/,
    },
    {
      name: 'observations of another sea',
      network: ['echo.onnx', ECHO],
      changes: {
        task: { ...TASK, scoredBox: { west: -20, east: -16, south: 44, north: 47 } },
      },
      code: 'area-not-covered',
      found: /no observation on the grid/,
    },
    {
      name: 'statistics of a truth that the challenge does not give',
      network: ['echo.onnx', ECHO.replace(/^normalisation.*$/m, 'normalisation: {from: train-truth}')],
      changes: {},
      code: 'inputs-missing',
      found: /no statistics of a training truth/,
    },
    {
      name: 'a task without OI',
      network: ['echo.onnx', ECHO.replace('quantity: ssh', 'quantity: anomaly-from-oi')],
      changes: {},
      code: 'inputs-missing',
      found: /no optimal interpolation/,
    },
    {
      name: 'a network that takes too long',
      network: ['starter.safetensors', STARTER],
      changes: { limits: { maxWallSeconds: 1e-6 } },
      code: 'network-too-large',
      found: /of 80 patches after/,
    },
  ] as const)('refuses $name', async ({ network: [file, text], changes, code, found }) => {
    const networkPath = await checked(file, text);
    const reason = await rejectionOf(
      predicted(networkPath, { ...changes, outputPath: files.path('never.nc') }),
    );
    expect(reason.code).toBe(code);
    expect(reason.found).toMatch(found);
  });

  test('ends when it is aborted, and leaves no file', async () => {
    const controller = new AbortController();
    const networkPath = await checked('echo.onnx', ECHO);
    const act = predicted(networkPath, {
      signal: controller.signal,
      onProgress: (fraction) => {
        if (fraction > 0.3) controller.abort(new Error('no longer wanted'));
      },
      outputPath: files.path('aborted.nc'),
    });
    await expect(act).rejects.toThrow('no longer wanted');
    await expect(openGriddedField(files.path('aborted.nc'))).rejects.toThrow();
  });
});
