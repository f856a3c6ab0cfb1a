import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { writeSafetensors, type WeightMap } from '@sillage/fourdvarnet';
import { openGriddedField } from '@sillage/netcdf';
import { checkNetwork, predictMap } from '@sillage/pipeline/predict';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { FAMILY_WEIGHTS, REFUSED_WEIGHTS } from './testing/family-weights.js';
import { runSillage } from './testing/run-sillage.js';

const dataset = (name: string): string =>
  fileURLToPath(new URL(`../../../datasets/demo-osse/${name}`, import.meta.url));
const OBSERVATIONS = dataset('observations-gf-nadir4.nc');
const [OI, SST] = [dataset('oi-gf-nadir4.nc'), dataset('sst-gf.nc')];
const BOX = { west: -62, east: -58, south: 36, north: 40 };
const PERIOD = { start: '2012-10-22', end: '2012-10-23' };
const NOW = new Date('2026-11-27T00:00:00Z');

const PATCHING = `normalisation: {mean: 0.337, std: 0.3946}
patch: {time: 5, lat: 20, lon: 20}
strides: {time: 1, lat: 12, lon: 12}
reconstruction_weight: {time: triangular, offset: 1, crop: {lat: 2, lon: 2}}
batch_size: 4
spacing_deg: 0.2
`;
const DESCENT = 'n_step: 3\nlr_grad: 0.2\nbilin_quad: false\n';
const CORE = 'architecture: core\nn_grad: 1\nn_fourdvar_iter: 2\naug_state: false\n';

type Family = { name: keyof typeof FAMILY_WEIGHTS; manifest: string; reads: ('oi' | 'sst')[] };
const FAMILIES: Family[] = [
  { name: 'fixed-point', manifest: 'architecture: fixed-point\nn_step: 4\n', reads: [] },
  { name: 'cnn-solver', manifest: `architecture: cnn-solver\n${DESCENT}`, reads: [] },
  {
    name: 'starter-multimodal',
    manifest: `architecture: starter-multimodal\n${DESCENT}sst_normalisation: {from: sst}\n`,
    reads: ['sst'],
  },
  { name: 'core', manifest: CORE, reads: ['oi'] },
];

let folder = '';
const file = (name: string): string => join(folder, name);
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'sillage-families-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function write(name: string, weights: WeightMap, manifest: string): { checkpoint: string; manifest: string } {
  const written = { checkpoint: file(`${name}.safetensors`), manifest: file(`${name}.yaml`) };
  writeFileSync(written.checkpoint, writeSafetensors(weights));
  writeFileSync(written.manifest, manifest + PATCHING);
  return written;
}

const predict = (network: { checkpoint: string; manifest: string }, out: string, ...more: string[]) =>
  runSillage([
    ...['predict', '--checkpoint', network.checkpoint, '--manifest', network.manifest],
    ...['--observations', OBSERVATIONS, '--box=-62,-58,36,40', '--start', PERIOD.start, '--end', PERIOD.end],
    ...['--runtime', 'cpu', '--out', file(out), ...more],
  ]);

async function readMap(path: string): Promise<Float32Array> {
  const field = await openGriddedField(path, { variable: 'gssh' });
  const values = Float32Array.from(await field.readDays(0, field.grid.timeDays.length));
  field.close();
  return values;
}

/** What the library makes of it, whose maps have oracles of their own (`predict-families.medium.test.ts` of the pipeline). */
async function libraryMap(family: Family, network: { checkpoint: string }): Promise<Float32Array> {
  const task = { area: 'the box', scenario: 'nadir4', scoredBox: BOX, period: PERIOD };
  const networkPath = file('library.network');
  await checkNetwork({
    checkpointPath: network.checkpoint,
    fileName: family.name,
    manifestText: family.manifest + PATCHING,
    tasks: [task],
    networkPath,
  });
  await predictMap({
    networkPath,
    observations: [{ path: OBSERVATIONS, variable: null }],
    oi: { path: OI, variable: null },
    sst: { path: SST, variable: null },
    task,
    runtime: 'onnxruntime-cpu',
    outputPath: file('library.nc'),
    now: NOW,
  });
  return readMap(file('library.nc'));
}

describe.skipIf(!existsSync(OBSERVATIONS))('sillage predict', () => {
  test.each(FAMILIES)('maps with a $name network what the library maps', async (family) => {
    const network = write(family.name, FAMILY_WEIGHTS[family.name](), family.manifest);
    const inputs = { oi: ['--oi', OI], sst: ['--sst', SST] };
    const done = await predict(network, 'map.nc', ...family.reads.flatMap((input) => inputs[input]));
    expect(done).toMatchObject({ status: 0, stderr: '' });
    const [values, expected] = [await readMap(file('map.nc')), await libraryMap(family, network)];
    expect(values.length).toBe(2 * 21 * 21);
    expect(values.every((value) => Number.isFinite(value))).toBe(true);
    expect(values).toEqual(expected);
  });

  test.each(FAMILIES.filter(({ reads }) => reads.includes('sst')))(
    'says that a $name network lacks its input',
    async (family) => {
      const network = write(family.name, FAMILY_WEIGHTS[family.name](), family.manifest);
      const { status, stderr } = await predict(network, 'never.nc');
      expect(status).toBe(1);
      expect(stderr).toMatch(/^sillage: [^\n]*(sst|sea surface temperature)[^\n]*\n$/i);
      expect(existsSync(file('never.nc'))).toBe(false);
    },
  );

  test.each<{ name: string; weights: () => WeightMap; manifest: string; found: RegExp; fix: RegExp }>([
    {
      name: 'several priors weighted by place',
      weights: REFUSED_WEIGHTS.MultiPrior,
      manifest: `architecture: starter\n${DESCENT}`,
      found: /MultiPrior/,
      fix: /ONNX/,
    },
    {
      name: 'three-dimensional convolutions',
      weights: REFUSED_WEIGHTS['three-dimensional'],
      manifest: `architecture: cnn-solver\n${DESCENT}`,
      found: /three-dimensional convolutions/,
      fix: /ONNX/,
    },
    {
      name: 'a prior that draws at random',
      weights: FAMILY_WEIGHTS.core,
      manifest: `${CORE}stochastic: true\n`,
      found: /stochastic: true/,
      fix: /stochastic: false.*submit the map/,
    },
  ])('refuses $name in one line that says what to do', async ({ name, weights, manifest, found, fix }) => {
    const network = write(name.replaceAll(' ', '-'), weights(), manifest);
    const { status, stdout, stderr } = await predict(network, 'never.nc', '--oi', OI);
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toMatch(/^sillage: [^\n]+\n$/);
    expect(stderr).toMatch(found);
    expect(stderr).toMatch(fix);
    expect(existsSync(file('never.nc'))).toBe(false);
  });
});
