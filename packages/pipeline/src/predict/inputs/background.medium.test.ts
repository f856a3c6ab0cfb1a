import { writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { writeSafetensors } from '@sillage/fourdvarnet';
import { createGriddedObservationsWriter, openGriddedField, writeAlongTrack } from '@sillage/netcdf';
import { isoDay, regridTrilinear, type RegularGrid } from '@sillage/science';
import { mapObservations } from '../../oi/map-observations.js';
import { rejectionOf } from '../../testing/rejection-of.js';
import {
  evenly,
  FIRST_DAY,
  sampleHeight,
  TASK,
  temporaryFolder,
  writeSample,
} from '../../testing/sample-files.js';
import { multimodalWeights, scalingOnnx, starterWeights } from '../../testing/sample-networks.js';
import { checkNetwork } from '../check-network.js';
import { inspectNetwork } from '../inspect-network.js';
import type { PredictMapOptions } from '../network-types.js';
import { predictMap } from '../predict-map.js';
import { searchSettings } from '../search-settings.js';

const NOW = new Date('2026-11-27T00:00:00Z');
const SPACING = 0.25;
const [ROWS, COLUMNS, DAYS] = [13, 17, 5];
const { west, south, east, north } = TASK.scoredBox;
/** Where windows of five days that weigh on a scored day begin and end, and the day after. */
const SOLVED = { first: FIRST_DAY - 4, count: 24 };
const SCALING = { mean: 0.01, std: 0.07 };
const PATCHING = `
normalisation: {mean: ${SCALING.mean}, std: ${SCALING.std}}
patch: {time: ${DAYS}, lat: ${ROWS}, lon: ${COLUMNS}}
strides: {time: 1, lat: ${ROWS}, lon: ${COLUMNS}}
reconstruction_weight: {time: triangular, offset: 1, crop: {lat: 0, lon: 0}}
batch_size: 4
spacing_deg: ${SPACING}
`;
const files = temporaryFolder();
afterAll(files.remove);

/** One measurement near every third node of a day, north-east of it, some hours after midnight. */
const isSeen = (day: number, row: number, column: number): boolean => (row + 2 * column + day) % 3 === 0;
const measuredAt = (day: number, row: number, column: number) => ({
  timeDays: FIRST_DAY + day + 0.3 + 0.02 * row,
  latDeg: south + SPACING * row + 0.06,
  lonDeg: west + SPACING * column + 0.04,
});

/** OI of the tracks on the nodes of the network, as anybody would make it. */
let oi: { grid: RegularGrid; values: Float64Array };

beforeAll(async () => {
  const points: { timeDays: number; latDeg: number; lonDeg: number; sshM: number }[] = [];
  for (let day = -5; day < 21; day++) {
    for (let row = -2; row < ROWS + 2; row++) {
      for (let column = -2; column < COLUMNS + 2; column++) {
        if (!isSeen(day + 30, row + 6, column + 6)) continue;
        const at = measuredAt(day, row, column);
        points.push({ ...at, sshM: sampleHeight(at.timeDays, at.latDeg, at.lonDeg) });
      }
    }
  }
  points.sort((a, b) => a.timeDays - b.timeDays);
  const column = (key: 'timeDays' | 'latDeg' | 'lonDeg' | 'sshM') =>
    Float64Array.from(points, (point) => point[key]);
  await writeAlongTrack(files.path('tracks.nc'), {
    timeDays: column('timeDays'),
    latDeg: column('latDeg'),
    lonDeg: column('lonDeg'),
    sshM: column('sshM'),
  });
  await mapObservations({
    observations: [{ path: files.path('tracks.nc') }],
    grid: { kind: 'box', box: { west, south, east, north }, spacingDeg: SPACING },
    period: { start: isoDay(SOLVED.first), end: isoDay(SOLVED.first + SOLVED.count) },
    method: 'lattice',
    outputPath: files.path('oi.nc'),
    now: NOW,
  });
  const field = await openGriddedField(files.path('oi.nc'), { variable: 'gssh' });
  oi = { grid: field.grid, values: Float64Array.from(await field.readDays(0, field.grid.timeDays.length)) };
  field.close();
  writeFileSync(files.path('echo.onnx'), scalingOnnx([4, DAYS, ROWS, COLUMNS]));
  writeFileSync(files.path('multimodal.safetensors'), writeSafetensors(multimodalWeights(DAYS)));
});

async function mapped(
  name: string,
  manifestText: string,
  changes: Partial<PredictMapOptions> = {},
): Promise<{ grid: RegularGrid; values: Float32Array; patchCount: number }> {
  const [networkPath, outputPath] = [files.path('checked.network'), files.path('map.nc')];
  await checkNetwork({
    checkpointPath: files.path(name),
    fileName: name,
    manifestText,
    // a background needs no file of the dataset
    tasks: [
      {
        ...TASK,
        availableInputs: [...(changes.sst ? ['sst' as const] : []), ...(changes.oi ? ['oi' as const] : [])],
      },
    ],
    networkPath,
  });
  const { report } = await predictMap({
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
  expect(report.oiSeconds !== null).toBe(/^(second_field|background): oi$/m.test(manifestText));
  const field = await openGriddedField(outputPath, { variable: 'gssh' });
  try {
    const values = Float32Array.from(await field.readDays(0, 16));
    return { grid: field.grid, values, patchCount: report.patchCount };
  } finally {
    field.close();
  }
}

/** Height of the OI at a place and time, interpolated out of its file. */
function oiAt(timeDays: number, latDeg: number, lonDeg: number): number {
  const target = {
    timeDays: Float64Array.of(timeDays),
    latDeg: Float64Array.of(latDeg),
    lonDeg: Float64Array.of(lonDeg),
  };
  return regridTrilinear(oi, target)[0]!;
}

/** Gives back what it reads. */
const ECHO = `
architecture: onnx
inputs: {x: [observations]}
output: {name: y, quantity: ssh}
background: oi
${PATCHING}`;

/** OI and, where something was measured, by how much it missed that at its own place and time; else the mean of the anomalies. */
function expectEcho({ grid, values }: { grid: RegularGrid; values: Float32Array }): void {
  const { timeDays, latDeg, lonDeg } = grid;
  let [seen, largestMiss] = [0, 0];
  values.forEach((value, index) => {
    const [day, node] = [Math.floor(index / (ROWS * COLUMNS)), index % (ROWS * COLUMNS)];
    const [row, column] = [Math.floor(node / COLUMNS), node % COLUMNS];
    const background = oiAt(timeDays[day]!, latDeg[row]!, lonDeg[column]!);
    let anomaly = SCALING.mean;
    const at = measuredAt(day, row, column);
    const isInside = at.latDeg <= north && at.lonDeg <= east;
    if (isSeen(day + 30, row + 6, column + 6)) {
      if (!isInside) return; // beyond the outermost nodes, where the file cannot be interpolated
      anomaly = sampleHeight(at.timeDays, at.latDeg, at.lonDeg) - oiAt(at.timeDays, at.latDeg, at.lonDeg);
      seen++;
      largestMiss = Math.max(largestMiss, Math.abs(anomaly));
    }
    expect(value).toBeCloseTo(background + anomaly, 5);
  });
  expect(seen).toBeGreaterThan(800);
  expect(largestMiss).toBeGreaterThan(0.01); // OI does not hit everything: there is something to add
}

describe('background: oi', () => {
  test('the network reads innovations at the place and time of tracks, and its result is added to OI', async () => {
    expectEcho(await mapped('echo.onnx', ECHO));
  });

  test('OI is computed without the dataset’s maps, which another observer may have made', async () => {
    const withFile = await mapped('echo.onnx', ECHO, { oi: { path: files.path('oi.nc'), variable: 'gssh' } });
    expect(withFile.values).toEqual((await mapped('echo.onnx', ECHO)).values);
  });

  test.each([
    { name: 'gridded observations count at their lag', hasLag: true },
    { name: 'gridded observations without times are refused', hasLag: false },
  ])('$name', async ({ hasLag }) => {
    const path = files.path(`gridded-${hasLag}.nc`);
    const grid = {
      timeDays: evenly(FIRST_DAY - 5, 26, 1),
      latDeg: evenly(south, ROWS, SPACING),
      lonDeg: evenly(west, COLUMNS, SPACING),
    };
    const writer = await createGriddedObservationsWriter(path, {
      grid,
      mask: new Uint8Array(ROWS * COLUMNS).fill(1),
      storage: 'float32',
      attributes: { binning: 'nearest' },
    });
    const lag = 0.8;
    for (const timeDays of grid.timeDays) {
      const sshM = Float64Array.from({ length: ROWS * COLUMNS }, (_, node) => {
        const [row, column] = [Math.floor(node / COLUMNS), node % COLUMNS];
        if (!isSeen(timeDays - FIRST_DAY + 30, row, column)) return Number.NaN;
        return sampleHeight(timeDays + lag, grid.latDeg[row]!, grid.lonDeg[column]!);
      });
      const lagDays = sshM.map((height) => (hasLag && Number.isFinite(height) ? lag : Number.NaN));
      writer.append({ sshM, sshObservedM: sshM, lagDays, flag: sshM.map(() => 0) });
    }
    await writer.finish();
    const observations = [{ path, role: 'gridded-observations', variable: 'ssh_mod' } as const];
    if (!hasLag) {
      const rejection = await rejectionOf(mapped('echo.onnx', ECHO, { observations }));
      expect(rejection).toMatchObject({
        code: 'inputs-missing',
        expected: expect.stringContaining('background: oi') as string,
      });
      return;
    }
    await mapObservations({
      observations,
      grid: { kind: 'box', box: { west, south, east, north }, spacingDeg: SPACING },
      period: { start: isoDay(SOLVED.first), end: isoDay(SOLVED.first + SOLVED.count) },
      method: 'lattice',
      outputPath: files.path('gridded-oi.nc'),
      now: NOW,
    });
    const field = await openGriddedField(files.path('gridded-oi.nc'), { variable: 'gssh' });
    const maps = Array.from(await field.readDays(0, field.grid.timeDays.length));
    field.close();
    const { values } = await mapped('echo.onnx', ECHO, { observations });
    values.forEach((value, index) => {
      const [day, node] = [Math.floor(index / (ROWS * COLUMNS)), index % (ROWS * COLUMNS)];
      const [row, column] = [Math.floor(node / COLUMNS), node % COLUMNS];
      const today = maps[(4 + day) * ROWS * COLUMNS + node]!;
      const tomorrow = maps[(5 + day) * ROWS * COLUMNS + node]!;
      const height = sampleHeight(FIRST_DAY + day + lag, grid.latDeg[row]!, grid.lonDeg[column]!);
      const anomaly = isSeen(day + 30, row, column)
        ? height - ((1 - lag) * today + lag * tomorrow)
        : SCALING.mean;
      expect(value).toBeCloseTo(today + anomaly, 5);
    });
  });
});

const multimodal = (keys: string) => `
architecture: starter-multimodal
n_step: 3
lr_grad: 10
prior_downsamp: null
sst_normalisation: {mean: 0.3, std: 0.1}
${keys}${PATCHING}`;

describe('second_field: oi', () => {
  test.each([{ keys: '' }, { keys: 'background: oi\n' }])(
    'is the same as a file with that OI in the place of SST ($keys)',
    async ({ keys }) => {
      const own = await mapped('multimodal.safetensors', multimodal(`second_field: oi\n${keys}`));
      const fromFile = await mapped('multimodal.safetensors', multimodal(keys), {
        sst: { path: files.path('oi.nc'), variable: 'gssh' },
      });
      own.values.forEach((value, index) => expect(value).toBeCloseTo(fromFile.values[index]!, 6));
      expect(new Set(own.values).size).toBeGreaterThan(1000);
    },
  );

  test('oi-map is the same with the file of OI itself, and without it the task cannot be entered', async () => {
    const sst = { path: files.path('oi.nc'), variable: 'gssh' };
    const fromSst = await mapped('multimodal.safetensors', multimodal(''), { sst });
    const fromMaps = await mapped('multimodal.safetensors', multimodal('second_field: oi-map\n'), {
      oi: sst,
    });
    fromMaps.values.forEach((value, index) => expect(value).toBeCloseTo(fromSst.values[index]!, 6));
    const rejection = await rejectionOf(
      mapped('multimodal.safetensors', multimodal('second_field: oi-map\n')),
    );
    expect(rejection).toMatchObject({ code: 'inputs-missing' });
  });

  test('windows lie on the days of the maps, and nodes beyond them have the value of the nearest', async () => {
    const height = (days: number, lat: number, lon: number) => sampleHeight(days, Math.min(lat, 36.5), lon);
    const grid = { timeDays: evenly(FIRST_DAY, 16, 1), latDeg: oi.grid.latDeg, lonDeg: oi.grid.lonDeg };
    await writeSample(files.path('whole.nc'), { name: 'gssh', grid, height });
    await writeSample(files.path('short.nc'), {
      name: 'gssh',
      grid: { ...grid, latDeg: grid.latDeg.filter((lat) => lat <= 36.5) },
      height,
    });
    const run = (name: string) =>
      mapped('multimodal.safetensors', multimodal('second_field: oi-map\n'), {
        oi: { path: files.path(name), variable: 'gssh' },
      });
    const [whole, short] = [await run('whole.nc'), await run('short.nc')];
    expect(whole.patchCount).toBe(16 - DAYS + 1);
    short.values.forEach((value, index) => expect(value).toBeCloseTo(whole.values[index]!, 6));
  });

  test('needs a mean and a standard deviation of heights', async () => {
    const text = multimodal('second_field: oi\n').replace('{mean: 0.3, std: 0.1}', '{from: sst}');
    const rejection = await rejectionOf(mapped('multimodal.safetensors', text));
    expect(rejection).toMatchObject({ found: expect.stringContaining('second_field: oi') as string });
  });
});

describe('the other uses of a network on OI', () => {
  test('inspection tells that it reads OI, and that we compute it', async () => {
    const found = await inspectNetwork({
      checkpointPath: files.path('multimodal.safetensors'),
      fileName: 'multimodal.safetensors',
      manifestText: multimodal('second_field: oi\n'),
      runtime: 'onnxruntime-cpu',
    });
    expect(found.inputs).toEqual([
      { kind: 'observations', from: 'task' },
      { kind: 'oi', from: 'computed' },
    ]);
    expect(found.cost!.secondsPerPatch).toBeGreaterThan(0);
  });

  test('a search scores OI plus anomaly: where a network adds nothing, its score is that of OI', async () => {
    const weights = new Map(starterWeights(DAYS));
    for (const name of ['grad_mod.conv_out.weight', 'grad_mod.conv_out.bias']) {
      const { shape, data } = weights.get(name)!;
      weights.set(name, { shape, data: data.map(() => 0) });
    }
    writeFileSync(files.path('idle.safetensors'), writeSafetensors(weights));
    await writeSample(files.path('truth.nc'), {
      grid: { timeDays: evenly(FIRST_DAY, 12, 1), latDeg: oi.grid.latDeg, lonDeg: oi.grid.lonDeg },
    });
    const { best } = await searchSettings({
      checkpointPath: files.path('idle.safetensors'),
      fileName: 'idle.safetensors',
      manifestText: `
architecture: starter
n_step: 2
lr_grad: 0
prior_downsamp: null
bilin_quad: false
init: zero
final_projection: false
background: oi
${PATCHING.replace(`mean: ${SCALING.mean}`, 'mean: 0')}`,
      observations: [{ path: files.path('tracks.nc') }],
      oi: null,
      box: null,
      sst: null,
      truth: { path: files.path('truth.nc'), variable: 'ssh' },
      period: { start: isoDay(FIRST_DAY), end: isoDay(FIRST_DAY + 11) },
      windows: 2,
      runtime: 'onnxruntime-cpu',
      temporaryPath: files.path('search-oi.nc'),
      now: NOW,
    });
    let [errors, signal] = [0, 0];
    for (const day of [FIRST_DAY + 2, FIRST_DAY + 9]) {
      for (const latDeg of oi.grid.latDeg) {
        for (const lonDeg of oi.grid.lonDeg) {
          const truth = sampleHeight(day, latDeg, lonDeg);
          errors += (oiAt(day, latDeg, lonDeg) - truth) ** 2;
          signal += truth ** 2;
        }
      }
    }
    // the search maps by OI its own days only, and reads observations around them
    expect(best.mu).toBeCloseTo(1 - Math.sqrt(errors / signal), 2);
    expect(best.mu).toBeGreaterThan(0.8);
  });
});
