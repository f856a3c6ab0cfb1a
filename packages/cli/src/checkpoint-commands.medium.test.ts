import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseManifest, readNpy, writeNpy } from '@sillage/fourdvarnet';
import { openGriddedField } from '@sillage/netcdf';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runSillage, type Run } from './testing/run-sillage.js';

const sharedFolder =
  process.env.SILLAGE_SHARED ?? fileURLToPath(new URL('../../../../shared/', import.meta.url));
const goldenFolder = join(sharedFolder, 'golden/fourdvarnet');
const datasetFolder = fileURLToPath(new URL('../../../datasets/demo-osse/', import.meta.url));
const golden = (name: string): string => join(goldenFolder, name);

const TINY = 'tiny_b2_15x24x24_h8_6_s3_lr1e3_noquad_down2';
const CORE = 'core_aug_sst_b2_dT7_40x40';

const STARTER = `architecture: starter
n_step: 3
lr_grad: 1000
prior_downsamp: 2
grad_downsamp: null
bilin_quad: false
`;
const PATCHING = `normalisation: {mean: 0.337, std: 0.3946}
patch: {time: 15, lat: 40, lon: 40}
strides: {time: 1, lat: 36, lon: 36}
reconstruction_weight: {time: triangular, offset: 1, crop: {lat: 2, lon: 2}}
batch_size: 4
spacing_deg: 0.5
`;

let folder = '';
const file = (name: string): string => join(folder, name);

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'sillage-checkpoints-'));
  writeFileSync(file('starter.yaml'), STARTER);
  writeFileSync(file('ten.yaml'), STARTER.replace('n_step: 3', 'n_step: 10'));
  writeFileSync(file('map.yaml'), STARTER + PATCHING);
  writeFileSync(file('typo.yaml'), STARTER.replace('n_step', 'n_stepp'));
  writeFileSync(
    file('core.yaml'),
    'architecture: core\naug_state: true\nn_grad: 5\nn_fourdvar_iter: 3\nnorm_obs: l2\nnorm_prior: l2\n',
  );
  writeFileSync(file('text.npy'), 'not an array');
  writeFileSync(file('nine.npy'), writeNpy({ shape: [1, 9, 8, 8], data: new Float32Array(576) }));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function largestDifference(path: string, goldenName: string): number {
  const [found, expected] = [path, golden(goldenName)].map((name) => readNpy(readFileSync(name)));
  expect(found!.shape).toEqual(expected!.shape);
  let largest = 0;
  for (let index = 0; index < expected!.data.length; index++)
    largest = Math.max(largest, Math.abs(found!.data[index]! - expected!.data[index]!));
  return largest;
}

function expectOneLine(run: Run, text: string | RegExp): void {
  expect(run.status).toBe(1);
  expect(run.stdout).toBe('');
  expect(run.stderr).toMatch(/^sillage: [^\n]+\n$/);
  expect(run.stderr).toMatch(text);
}

describe.skipIf(!existsSync(goldenFolder))('sillage checkpoint run', () => {
  const run = (checkpoint: string, manifest: string, input: string, ...more: string[]) =>
    runSillage([
      ...['checkpoint', 'run', '--checkpoint', checkpoint, '--manifest', file(manifest)],
      ...['--input', input, '--output', file('out.npy'), '--runtime', 'cpu', ...more],
    ]);

  test.each(['solver_state_dict.pt', 'solver_state_dict_legacy.pt', 'solver_state_dict.safetensors'])(
    'computes what the authors compute from %s',
    async (name) => {
      const done = await run(golden(`${TINY}/${name}`), 'starter.yaml', golden(`${TINY}/input.npy`));
      expect(done).toMatchObject({ status: 0, stderr: '' });
      expect(largestDifference(file('out.npy'), `${TINY}/output_f64.npy`)).toBeLessThan(1e-6);
    },
  );

  test('does so on a patch of full size', async () => {
    const name = 'base_b1_15x240x240';
    const done = await run(golden(`${name}/solver_state_dict.pt`), 'ten.yaml', golden(`${name}/input.npy`));
    expect(done).toMatchObject({ status: 0, stderr: '' });
    expect(largestDifference(file('out.npy'), `${name}/output.npy`)).toBeLessThan(3e-6);
  });

  test('reads OI, mask and SST for a core network', async () => {
    const done = await run(
      golden(`${CORE}/solver_state_dict.pt`),
      'core.yaml',
      golden(`${CORE}/obs.npy`),
      ...['--oi', golden(`${CORE}/oi.npy`), '--mask', golden(`${CORE}/mask.npy`)],
      ...['--sst', golden(`${CORE}/sst.npy`)],
    );
    expect(done).toMatchObject({ status: 0, stderr: '' });
    expect(largestDifference(file('out.npy'), `${CORE}/output.npy`)).toBeLessThan(1e-6);
  });

  test.each([
    { name: 'code in the checkpoint', checkpoint: 'ckpt_formats/evil_reduce.pt', text: /posix\.system/ },
    {
      name: 'a pickled module',
      checkpoint: 'ckpt_formats/pickled_whole_module.pt',
      text: /not only weights/,
    },
    { name: 'weights that are not numbers', checkpoint: 'ckpt_formats/nan_weight.pt', text: /is NaN/ },
    { name: 'a file that is cut short', checkpoint: 'ckpt_formats/truncated.ckpt', text: /complete file/ },
    { name: 'a file that is shifted', checkpoint: 'ckpt_formats/shifted_24_bytes.ckpt', text: /24 bytes/ },
    { name: 'a mistyped key', manifest: 'typo.yaml', text: /did you mean 'n_step'/ },
    { name: 'the manifest of another network', manifest: 'core.yaml', text: /are those of starter/ },
    { name: 'no array', inputName: 'text.npy', text: /numpy/ },
    {
      name: 'an array of other days',
      inputName: 'nine.npy',
      text: /patches of 9 days, but the network works on 15/,
    },
    {
      name: 'a mask of another shape',
      inputName: null,
      more: ['--mask', 'nine.npy'],
      text: /both need the same/,
    },
  ])('refuses $name in one line', async ({ checkpoint, manifest, inputName, more, text }) => {
    const outcome = await run(
      golden(checkpoint ?? `${TINY}/solver_state_dict.pt`),
      manifest ?? 'starter.yaml',
      inputName ? file(inputName) : golden(`${TINY}/input.npy`),
      ...(more ?? []).map((word) => (word.endsWith('.npy') ? file(word) : word)),
    );
    expectOneLine(outcome, text);
  });

  test('asks for OI where the network reads it', async () => {
    expectOneLine(
      await run(golden(`${CORE}/solver_state_dict.pt`), 'core.yaml', golden(`${CORE}/obs.npy`)),
      /the input 'oi': it was not given/,
    );
  });
});

describe.skipIf(!existsSync(goldenFolder))('sillage checkpoint inspect', () => {
  const inspect = (...words: string[]) => runSillage(['checkpoint', 'inspect', ...words]);

  test('says what the file does not', async () => {
    const { status, stdout } = await inspect(golden(`${TINY}/solver_state_dict.pt`), '--json');
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      architecture: 'starter',
      parameter_count: 10_984,
      days: 15,
      format: 'pytorch-zip',
      inputs: ['observations'],
      missing: expect.arrayContaining(['n_step', 'lr_grad', 'normalisation', 'patch', 'spacing_deg']),
      cost: null,
    });
  });

  test('says with a manifest what it costs', async () => {
    const { stdout } = await inspect(
      golden(`${TINY}/solver_state_dict.pt`),
      ...['--manifest', file('map.yaml'), '--runtime', 'cpu', '--json'],
    );
    const { cost, missing } = JSON.parse(stdout) as Record<string, Record<string, unknown>>;
    expect(missing).toEqual([]);
    expect(cost).toMatchObject({
      gflop_per_patch: expect.any(Number),
      memory_bytes: expect.any(Number),
      seconds_per_patch: expect.any(Number),
      runtime: { name: 'onnxruntime-cpu' },
    });
  });

  test('says of each setting what tells it, and what nothing tells', async () => {
    const checkpoint = golden(`${TINY}/solver_state_dict.pt`);
    const { status, stdout, stderr } = await inspect(checkpoint, '--manifest', file('starter.yaml'));
    expect(status).toBe(1);
    expect(stderr).toMatch(/^sillage: [^\n]*no spacing_deg[^\n]*\n$/);
    expect(stdout).toMatch(/^ {2}n_step +3 +the manifest$/m);
    expect(stdout).toMatch(/^ {2}batch_size +4 +the default$/m);
    expect(stdout).toMatch(/^Nothing tells.*\n(.*\n)* {2}spacing_deg +distance of the nodes/m);
    const whole = await inspect(checkpoint, '--manifest', file('map.yaml'), '--runtime', 'cpu', '--json');
    const { settings } = JSON.parse(whole.stdout) as { settings: unknown[] };
    expect(settings).toContainEqual({ key: 'spacing_deg', value: 0.5, from: 'the manifest' });
  });

  test('says where OI comes from, and of a second copy of the network in the file', async () => {
    const [gf, manifest] = ['4dvarnet-gf.pt', '4dvarnet-gf.yaml'].map((name) => join(datasetFolder, name));
    const { stdout } = await inspect(gf!);
    expect(stdout).toContain(
      "the dataset's sea surface temperature, or OI: second_field in the manifest says which",
    );
    const { stdout: text } = await inspect(gf!, '--manifest', manifest!, '--runtime', 'cpu');
    expect(text).toMatch(/^reads +observations of the task\n +OI, which the platform computes from these/m);
    writeFileSync(
      file('maps.yaml'),
      readFileSync(manifest!, 'utf8').replace('second_field: oi', 'second_field: oi-map'),
    );
    const { stdout: maps } = await inspect(
      gf!,
      '--manifest',
      file('maps.yaml'),
      '--runtime',
      'cpu',
      '--json',
    );
    expect(JSON.parse(maps)).toMatchObject({ inputs: ['observations', 'oi'], computed_inputs: [] });
    writeFileSync(file('background.yaml'), `${STARTER}${PATCHING}background: oi\n`);
    const { stdout: above } = await inspect(
      golden(`${TINY}/solver_state_dict.pt`),
      ...['--manifest', file('background.yaml'), '--runtime', 'cpu', '--json'],
    );
    expect(JSON.parse(above)).toMatchObject({ inputs: ['observations', 'oi'], computed_inputs: ['oi'] });
  });

  test('prints a template that a person can fill in', async () => {
    const checkpoint = golden(`${TINY}/solver_state_dict.pt`);
    const { stdout } = await inspect(checkpoint, '--template', '--manifest', file('starter.yaml'));
    expect(stdout).toContain('# spacing_deg:');
    expect(() => parseManifest(stdout)).toThrow(/no spacing_deg/);
    const filled = await inspect(checkpoint, '--template', '--manifest', file('map.yaml'));
    expect(parseManifest(filled.stdout)).toMatchObject({ n_step: 3, spacing_deg: 0.5 });
  });
});

describe.skipIf(!existsSync(goldenFolder) || !existsSync(datasetFolder))('on the demo', () => {
  const observations = join(datasetFolder, 'observations-gf-nadir4.nc');

  test('sillage predict maps the Gulf Stream', async () => {
    const done = await runSillage([
      ...['predict', '--checkpoint', golden(`${TINY}/solver_state_dict.pt`)],
      ...['--manifest', file('map.yaml'), '--observations', observations, '--area', 'gf'],
      ...['--start', '2012-10-22', '--end', '2012-10-24', '--runtime', 'cpu', '--out', file('map.nc')],
    ]);
    expect(done).toMatchObject({ status: 0, stderr: '' });
    expect(done.stdout).toContain('17 patches');
    const field = await openGriddedField(file('map.nc'), { variable: 'gssh' });
    const { timeDays, latDeg, lonDeg } = field.grid;
    expect([timeDays.length, latDeg[0], latDeg.at(-1), lonDeg[0], lonDeg.at(-1)]).toEqual([
      3, 33, 43, -65, -55,
    ]);
    const values = await field.readDays(0, 3);
    field.close();
    expect(values.every((value) => Number.isFinite(value))).toBe(true);
  });

  test('sillage predict refuses what it cannot do in one line', async () => {
    const words = (manifest: string, ...more: string[]) => [
      ...['predict', '--checkpoint', golden(`${TINY}/solver_state_dict.pt`), '--manifest', file(manifest)],
      ...['--observations', observations, '--out', file('never.nc'), ...more],
    ];
    expectOneLine(await runSillage(words('starter.yaml', '--area', 'gf')), /no normalisation/);
    expectOneLine(await runSillage(words('map.yaml')), /--area or --box/);
    expect(existsSync(file('never.nc'))).toBe(false);
  });

  test('sillage checkpoint search ranks the settings that are left', async () => {
    writeFileSync(
      file('search.yaml'),
      'patch: {time: 15, lat: 20, lon: 20}\nspacing_deg: 0.5\nn_step: 3\nlr_grad: 0.2\ninput_fill: nan\nfinal_projection: true\nfgat_passes: 0\n',
    );
    const { status, stdout } = await runSillage([
      ...['checkpoint', 'search', '--checkpoint', golden(`${TINY}/solver_state_dict.pt`)],
      ...['--manifest', file('search.yaml'), '--observations', observations],
      ...['--truth', join(datasetFolder, 'truth-gf.nc'), '--windows', '2', '--runtime', 'cpu', '--json'],
    ]);
    expect(status).toBe(0);
    const { trials, best, margins } = JSON.parse(stdout) as {
      trials: { mu: number; settings: Record<string, unknown> }[];
      best: { mu: number; settings: Record<string, unknown> };
      margins: Record<string, { loss: number; windowsLost: number }>;
    };
    expect(trials).toHaveLength(4); // quad × downsamp
    expect(best).toEqual(trials[0]);
    expect(trials.map(({ mu }) => mu)).toEqual(trials.map(({ mu }) => mu).sort((a, b) => b - a));
    expect(Object.keys(margins).sort()).toEqual(['bilin_quad', 'prior_downsamp']);
  });
});
