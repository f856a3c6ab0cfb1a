import { writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  buildNetwork,
  interpretGraph,
  writeSafetensors,
  type NetworkSettings,
  type WeightMap,
} from '@sillage/fourdvarnet';
import { openGriddedField, writeAlongTrack } from '@sillage/netcdf';
import {
  evenly,
  FIRST_DAY,
  sampleHeight,
  TASK,
  temporaryFolder,
  writeSample,
} from '../testing/sample-files.js';
import {
  cnnSolverWeights,
  coreWeights,
  multimodalWeights,
  priorWeights,
} from '../testing/sample-networks.js';
import { checkNetwork } from './check-network.js';
import type { PredictMapOptions } from './network-types.js';
import { predictMap } from './predict-map.js';

/**
 * Every family from NetCDF observations to a map, beside an oracle that knows the fields by their formulas and shares
 * nothing with the pipeline but the graph of one batch, which a plain interpreter runs in float64.
 */

const MEAN = 0.3;
const STD = 0.2;
const SST_MEAN = 3;
const SST_STD = 2;
const SPACING = 0.25;
const DAYS = 5; // T of every network here
const PATCH = 12;
const STRIDE = 8;
const CROP = 1;
/**
 * The box of 13 × 17 nodes under patches of 12 with a crop of 1 and strides of 8 (at the edge the crop may give way by one
 * node): two along lat and two along lon, 20 × 20 nodes; of the surplus of 5 rows, 2 lie before the box.
 */
const GRID = { rows: 20, columns: 20, south: 34 - 3 * SPACING, west: -60 - SPACING };
/** Days that weigh on a scored one: four before the first, four after the last. */
const FIRST_SOLVED = FIRST_DAY - 4;
const SOLVED_DAYS = 16 + 8;

const files = temporaryFolder();
afterAll(files.remove);

const isSeen = (day: number, row: number, column: number): boolean => (row + 2 * column + 3 * day) % 7 === 0;
const oiHeight = (day: number, lat: number, lon: number): number => 0.7 * sampleHeight(day, lat, lon) + 0.1;
const sstValue = (day: number, lat: number, lon: number): number => 10 * sampleHeight(day, lat + 0.5, lon);

/** One measurement on a node, or two around it whose mean is the node's height. */
async function writeTracks(name: string, margin: { lat: number; lon: number }): Promise<void> {
  const points: { timeDays: number; latDeg: number; lonDeg: number; sshM: number }[] = [];
  for (let day = FIRST_SOLVED; day < FIRST_SOLVED + SOLVED_DAYS; day++) {
    for (let row = -margin.lat; row < GRID.rows + margin.lat; row++) {
      for (let column = -margin.lon; column < GRID.columns + margin.lon; column++) {
        if (!isSeen(day, row, column)) continue;
        const [latDeg, lonDeg] = [GRID.south + SPACING * row, GRID.west + SPACING * column];
        const sshM = sampleHeight(day, latDeg, lonDeg);
        points.push({ timeDays: day + 0.3, latDeg: latDeg + 0.04, lonDeg, sshM: sshM + 0.03 });
        points.push({ timeDays: day + 0.6, latDeg, lonDeg: lonDeg + 0.05, sshM: sshM - 0.03 });
      }
    }
  }
  points.sort((a, b) => a.timeDays - b.timeDays);
  const column = (key: keyof (typeof points)[number]) => Float64Array.from(points, (point) => point[key]);
  await writeAlongTrack(files.path(name), {
    timeDays: column('timeDays'),
    latDeg: column('latDeg'),
    lonDeg: column('lonDeg'),
    sshM: column('sshM'),
  });
}

beforeAll(async () => {
  await writeTracks('tracks.nc', { lat: 0, lon: 0 });
  await writeTracks('wide-tracks.nc', { lat: 16, lon: 16 });
  const grid = {
    timeDays: evenly(FIRST_SOLVED - 1, SOLVED_DAYS + 2, 1),
    latDeg: evenly(GRID.south - SPACING, GRID.rows + 2, SPACING),
    lonDeg: evenly(GRID.west - SPACING, GRID.columns + 2, SPACING),
  };
  await writeSample(files.path('oi.nc'), { name: 'gssh', grid, height: oiHeight });
  await writeSample(files.path('sst.nc'), {
    name: 'sst',
    attributes: { units: 'degree_Celsius' },
    grid,
    height: sstValue,
  });
});

const PATCHING = `
normalisation: {mean: ${MEAN}, std: ${STD}}
patch: {time: ${DAYS}, lat: ${PATCH}, lon: ${PATCH}}
strides: {time: 1, lat: ${STRIDE}, lon: ${STRIDE}}
reconstruction_weight: {time: triangular, offset: 1, crop: {lat: ${CROP}, lon: ${CROP}}}
batch_size: 4
spacing_deg: ${SPACING}
`;
const SST_SCALING = `sst_normalisation: {mean: ${SST_MEAN}, std: ${SST_STD}}\n`;

async function predicted(
  weights: WeightMap,
  manifestText: string,
  changes: Partial<PredictMapOptions> = {},
): Promise<{ latDeg: Float64Array; lonDeg: Float64Array; values: Float32Array }> {
  const [checkpointPath, networkPath, outputPath] = ['weights.safetensors', 'checked.network', 'map.nc'].map(
    files.path,
  ) as [string, string, string];
  writeFileSync(checkpointPath, writeSafetensors(weights));
  await checkNetwork({
    checkpointPath,
    fileName: 'weights.safetensors',
    manifestText,
    tasks: [TASK],
    networkPath,
  });
  await predictMap({
    networkPath,
    observations: [{ path: files.path('tracks.nc') }],
    oi: { path: files.path('oi.nc'), variable: 'gssh' },
    sst: { path: files.path('sst.nc'), variable: 'sst' },
    task: TASK,
    runtime: 'onnxruntime-cpu',
    outputPath,
    now: new Date('2026-11-27T00:00:00Z'),
    ...changes,
  });
  const field = await openGriddedField(outputPath, { variable: 'gssh' });
  try {
    const { latDeg, lonDeg } = field.grid;
    return { latDeg, lonDeg, values: Float32Array.from(await field.readDays(0, 16)) };
  } finally {
    field.close();
  }
}

type Fields = Record<'observations' | 'mask' | 'oi' | 'sst', Float32Array>;

/** What a network should see on one patch: normalised in float32, 0 where missing. */
function patchFields(day: number, row: number, column: number): Fields {
  const fields: Fields = {
    observations: new Float32Array(DAYS * PATCH * PATCH),
    mask: new Float32Array(DAYS * PATCH * PATCH),
    oi: new Float32Array(DAYS * PATCH * PATCH),
    sst: new Float32Array(DAYS * PATCH * PATCH),
  };
  for (let index = 0; index < fields.mask.length; index++) {
    const t = FIRST_SOLVED + day + Math.floor(index / (PATCH * PATCH));
    const y = row + (Math.floor(index / PATCH) % PATCH);
    const x = column + (index % PATCH);
    const [lat, lon] = [GRID.south + SPACING * y, GRID.west + SPACING * x];
    if (isSeen(t, y, x)) {
      fields.mask[index] = 1;
      fields.observations[index] = (sampleHeight(t, lat, lon) - MEAN) / STD;
    }
    fields.oi[index] = (oiHeight(t, lat, lon) - MEAN) / STD;
    fields.sst[index] = (sstValue(t, lat, lon) - SST_MEAN) / SST_STD;
  }
  return fields;
}

/** The maps of the first scored days, m: batches in the order time, lat, lon, averaged with triangular weights. */
function oracle(
  { weights, settings, batchSize }: Pick<Family, 'weights' | 'settings' | 'batchSize'>,
  dayCount: number,
  change: (fields: Fields) => Fields = (fields) => fields,
): Float64Array {
  const sums = new Float64Array(SOLVED_DAYS * GRID.rows * GRID.columns);
  const totals = new Float64Array(sums.length);
  const places: { day: number; row: number; column: number }[] = [];
  for (let day = 0; day + DAYS <= SOLVED_DAYS; day++)
    for (const row of [0, STRIDE]) for (const column of [0, STRIDE]) places.push({ day, row, column });
  const size = DAYS * PATCH * PATCH;
  for (let first = 0; first < places.length; first += batchSize) {
    const batch = places.slice(first, first + batchSize);
    if (batch[0]!.day >= 4 + dayCount) break; // windows that begin after the last day asked for
    const { graph, inputNames } = buildNetwork(weights, settings, {
      batch: batch.length,
      lat: PATCH,
      lon: PATCH,
    });
    const patches = batch.map(({ day, row, column }) => change(patchFields(day, row, column)));
    const inputs = Object.fromEntries(
      inputNames.map((name) => [
        name,
        Float32Array.from(patches.flatMap((fields) => Array.from(fields[name as keyof Fields]))),
      ]),
    );
    const { reconstruction } = interpretGraph(graph, inputs);
    const width = settings.architecture === 'core' ? settings.medianWidth : 1;
    const found = width === 1 ? reconstruction! : medians(reconstruction!, width);
    for (const [member, { day, row, column }] of batch.entries()) {
      for (let index = 0; index < size; index++) {
        const t = Math.floor(index / (PATCH * PATCH));
        const [y, x] = [Math.floor(index / PATCH) % PATCH, index % PATCH];
        const isOuter = x < CROP || x >= PATCH - CROP || y < CROP || y >= PATCH - CROP;
        if (isOuter) continue;
        const weight = 1 - Math.abs(1 + 2 * t - DAYS) / DAYS;
        const node = ((day + t) * GRID.rows + row + y) * GRID.columns + column + x;
        sums[node] = sums[node]! + weight * (found[member * size + index]! * STD + MEAN);
        totals[node] = totals[node]! + weight;
      }
    }
  }
  const scored: number[] = [];
  for (let day = 4; day < 4 + dayCount; day++)
    for (let row = 3; row < 16; row++)
      for (let column = 1; column < 18; column++) {
        const node = (day * GRID.rows + row) * GRID.columns + column;
        scored.push(sums[node]! / totals[node]!);
      }
  return Float64Array.from(scored);
}

/** Of the nodes around each node, those beyond the edge of the patch counted as 0. */
function medians(patches: Float64Array, width: number): Float64Array {
  const reach = (width - 1) / 2;
  return patches.map((_, index) => {
    const [y, x] = [Math.floor(index / PATCH) % PATCH, index % PATCH];
    const seen: number[] = [];
    for (let dy = -reach; dy <= reach; dy++) {
      for (let dx = -reach; dx <= reach; dx++) {
        const isInside = y + dy >= 0 && y + dy < PATCH && x + dx >= 0 && x + dx < PATCH;
        seen.push(isInside ? patches[index + dy * PATCH + dx]! : 0);
      }
    }
    return seen.sort((a, b) => a - b)[(width * width - 1) / 2]!;
  });
}

const largest = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  Array.from(a).reduce((most, value, index) => {
    const difference = Math.abs(value - b[index]!);
    return difference > most || Number.isNaN(difference) ? difference : most;
  }, 0);

const DESCENT = {
  priorDownsamp: 2,
  bilinQuad: false,
  nStep: 3,
  lrGrad: 10,
  obsWeight: 1,
  init: 'obs',
  inputFill: 'nan',
  finalProjection: true,
} as const;
const CORE = {
  architecture: 'core',
  nGrad: 1,
  nFourdvarIter: 2,
  augState: false,
  normObs: 'l2',
  normPrior: 'l2',
  isPeriodic: false,
  medianWidth: 1,
} as const;
const withoutSst = (fields: Fields): Fields => ({ ...fields, sst: fields.sst.map(() => 0) });
const withoutOi = (fields: Fields): Fields => ({ ...fields, oi: fields.oi.map(() => 0) });

type Family = {
  name: string;
  weights: WeightMap;
  manifest: string;
  settings: NetworkSettings;
  batchSize: number;
  /** Scored days that the oracle maps: it is slow. */
  dayCount: number;
  /** Inputs without which the map must be another. */
  reads: readonly ((fields: Fields) => Fields)[];
};

const FAMILIES: Family[] = [
  {
    name: 'starter-multimodal with SST',
    weights: multimodalWeights(DAYS),
    manifest: `architecture: starter-multimodal\nn_step: 3\nlr_grad: 10\n${SST_SCALING}${PATCHING}`.replace(
      'batch_size: 4',
      'batch_size: 3', // 80 patches: the last batch has two, and batches share means across days
    ),
    settings: { architecture: 'starter-multimodal', gradDownsamp: null, ...DESCENT },
    batchSize: 3,
    dayCount: 16,
    reads: [withoutSst],
  },
  {
    name: 'core with OI, an anomaly and a median filter',
    weights: coreWeights(DAYS, { isAugmented: false, hasSst: false }),
    manifest: `architecture: core\nn_grad: 1\nn_fourdvar_iter: 2\naug_state: false\nmedian_width: 3\n${PATCHING}`,
    settings: { ...CORE, medianWidth: 3 },
    batchSize: 4,
    dayCount: 2,
    reads: [withoutOi],
  },
  {
    name: 'core with an augmented state and SST',
    weights: coreWeights(DAYS, { isAugmented: true, hasSst: true }),
    manifest: `architecture: core\nn_grad: 1\nn_fourdvar_iter: 2\n${SST_SCALING}${PATCHING}`,
    settings: { ...CORE, augState: true },
    batchSize: 4,
    dayCount: 2,
    reads: [withoutOi, withoutSst],
  },
  {
    name: 'core with l1 norms and periodic rows',
    weights: coreWeights(DAYS, { isAugmented: true, hasSst: false }),
    manifest: `architecture: core\nn_grad: 1\nn_fourdvar_iter: 2\nnorm_obs: l1\nnorm_prior: l1\nperiodic_boundary: true\n${PATCHING}`,
    settings: { ...CORE, augState: true, normObs: 'l1', normPrior: 'l1', isPeriodic: true },
    batchSize: 4,
    dayCount: 2,
    reads: [withoutOi],
  },
  {
    name: 'the fixed point',
    weights: priorWeights(DAYS),
    manifest: `architecture: fixed-point\nn_step: 4\n${PATCHING}`,
    settings: {
      architecture: 'fixed-point',
      priorDownsamp: 2,
      bilinQuad: false,
      nStep: 4,
      init: 'obs',
      finalProjection: true,
    },
    batchSize: 4,
    dayCount: 16,
    reads: [],
  },
  {
    name: 'the convolutional solver',
    weights: cnnSolverWeights(DAYS),
    manifest: `architecture: cnn-solver\nn_step: 3\nlr_grad: 10\n${PATCHING}`,
    settings: { architecture: 'cnn-solver', ...DESCENT },
    batchSize: 4,
    dayCount: 16,
    reads: [],
  },
];

/** ms: the oracle is a plain interpreter, and the machine may do other things. */
const LONG_MS = 600_000;

describe('predictMap', () => {
  test.each(FAMILIES)(
    'maps with $name as the oracle does',
    async (family) => {
      const expected = oracle(family, family.dayCount);
      const { latDeg, lonDeg, values } = await predicted(family.weights, family.manifest);
      expect([latDeg[0], latDeg.at(-1), lonDeg[0], lonDeg.at(-1)]).toEqual([34, 37, -60, -56]);
      expect(new Set(values).size).toBeGreaterThan(1000);
      // float32 against float64, heights of half a metre: 1e-6 m with room for the steps of a solver
      expect(largest(expected, values)).toBeLessThan(2e-6);
      const withoutObservations = (fields: Fields): Fields => ({
        ...fields,
        observations: fields.observations.map(() => 0),
      });
      for (const change of [withoutObservations, ...family.reads])
        expect(largest(oracle(family, 1, change), values)).toBeGreaterThan(2e-5);
    },
    LONG_MS,
  );

  test('a fixed point without a last projection keeps what was observed', async () => {
    const text = `architecture: fixed-point\nn_step: 4\nfinal_projection: false\n${PATCHING}`;
    const { latDeg, lonDeg, values } = await predicted(priorWeights(DAYS), text);
    let observed = 0;
    let others = 0;
    values.forEach((value, index) => {
      const day = Math.floor(index / 221);
      const [y, x] = [Math.floor((index % 221) / 17), index % 17];
      const height = sampleHeight(FIRST_DAY + day, latDeg[y]!, lonDeg[x]!);
      if (isSeen(FIRST_DAY + day, y + 3, x + 1)) {
        observed++;
        expect(value).toBeCloseTo(height, 6);
      } else if (Math.abs(value - height) > 1e-3) others++;
    });
    expect(observed).toBe(504);
    expect(others).toBeGreaterThan(2000); // these weights know nothing of the sea
  });

  /** Two convolutional passes reach 16 nodes; without means over the batch, what is further away does not matter. */
  test('patches and stitching give what one patch over everything gives, where a network is local', async () => {
    const text = (patch: number, crop: number, stride: number) =>
      `architecture: fixed-point\nn_step: 1\nprior_downsamp: null\n${PATCHING}`
        .replace(/^patch.*$/m, `patch: {time: ${DAYS}, lat: ${patch}, lon: ${patch}}`)
        .replace(/^strides.*$/m, `strides: {time: 1, lat: ${stride}, lon: ${stride}}`)
        .replace(/crop: .*$/m, `crop: {lat: ${crop}, lon: ${crop}}}`);
    const observations = [{ path: files.path('wide-tracks.nc') }];
    const weights = priorWeights(DAYS);
    const whole = await predicted(weights, text(44, 10, 24), { observations });
    const patched = await predicted(weights, text(28, 10, 8), { observations });
    expect(largest(whole.values, patched.values)).toBeLessThan(1e-6);
    // with a crop within reach of the edge, the zeros around a patch show
    const close = await predicted(weights, text(16, 4, 8), { observations });
    expect(largest(whole.values, close.values)).toBeGreaterThan(1e-6);
  });
});
