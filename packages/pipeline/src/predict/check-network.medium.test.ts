import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { writeSafetensors } from '@sillage/fourdvarnet';
import { goldenNetwork, hasGoldenNetworks } from '../testing/golden-networks.js';
import { rejectionOf } from '../testing/rejection-of.js';
import { TASK, temporaryFolder } from '../testing/sample-files.js';
import { coreWeights, scalingOnnx, starterWeights } from '../testing/sample-networks.js';
import { checkNetwork } from './check-network.js';
import { readNetworkFile } from './network/network-file.js';
import type { CheckNetworkOptions } from './network-types.js';

const files = temporaryFolder();
afterAll(files.remove);

const MANIFEST = `
architecture: starter
n_step: 3
lr_grad: 1000
bilin_quad: false
normalisation: {mean: 0.3, std: 0.2}
patch: {time: 15, lat: 24, lon: 24}
strides: {time: 1, lat: 16, lon: 16}
reconstruction_weight: {time: triangular, offset: 1, crop: {lat: 4, lon: 4}}
batch_size: 4
spacing_deg: 0.25
`;
const CORE_MANIFEST = `
architecture: core
n_grad: 1
n_fourdvar_iter: 2
aug_state: false
normalisation: {mean: 0.3, std: 0.2}
patch: {time: 7, lat: 24, lon: 24}
strides: {time: 1, lat: 16, lon: 16}
reconstruction_weight: {time: triangular, offset: 1, crop: {lat: 4, lon: 4}}
batch_size: 4
spacing_deg: 0.25
`;
const with_ = (from: string | RegExp, to: string): string => MANIFEST.replace(from, to);

const FORMATS = 'ckpt_formats';

beforeAll(() => {
  const weights = starterWeights(15);
  writeFileSync(files.path('starter.safetensors'), writeSafetensors(weights));
  writeFileSync(
    files.path('own-manifest.safetensors'),
    writeSafetensors(weights, { 'sillage.manifest': MANIFEST }),
  );
  const bad = new Map(weights);
  const bias = weights.get('grad_mod.gates.bias')!;
  bad.set('grad_mod.gates.bias', { shape: bias.shape, data: bias.data.map(() => Infinity) });
  writeFileSync(files.path('infinite.safetensors'), writeSafetensors(bad));
  const other = new Map([['encoder.weight', { shape: [2, 2], data: Float32Array.of(1, 2, 3, 4) }]]);
  writeFileSync(files.path('other.safetensors'), writeSafetensors(other));
  writeFileSync(
    files.path('half.safetensors'),
    readFileSync(files.path('starter.safetensors')).subarray(0, 900),
  );
  const kernel = (...shape: number[]) => ({
    shape,
    data: new Float32Array(shape.reduce((product, length) => product * length, 1)).fill(0.1),
  });
  writeFileSync(
    files.path('multi-prior.safetensors'),
    writeSafetensors(new Map([...weights, ['prior_cost.weight_mods.0.net.0.weight', kernel(3)]])),
  );
  writeFileSync(
    files.path('solid.safetensors'),
    writeSafetensors(new Map([...weights, ['prior_cost.conv_in.weight', kernel(4, 1, 3, 3, 3)]])),
  );
  writeFileSync(
    files.path('core.safetensors'),
    writeSafetensors(coreWeights(7, { isAugmented: false, hasSst: false })),
  );
  writeFileSync(files.path('empty.ckpt'), '');
  writeFileSync(files.path('text.ckpt'), 'these are my weights\n');
  writeFileSync(files.path('network.onnx'), scalingOnnx([4, 15, 24, 24]));
  writeFileSync(files.path('half.onnx'), scalingOnnx([4, 15, 24, 24]).subarray(0, 100));
});

function check(path: string, changes: Partial<CheckNetworkOptions> = {}) {
  return checkNetwork({
    checkpointPath: path,
    fileName: 'upload',
    manifestText: MANIFEST,
    tasks: [TASK],
    networkPath: files.path('network'),
    ...changes,
  });
}

describe('checkNetwork', () => {
  test('says what a network is, and writes it with its manifest', async () => {
    const { summary, warnings } = await check(files.path('starter.safetensors'));
    expect(warnings).toEqual([]);
    expect(summary).toEqual({
      architecture: 'starter',
      format: 'safetensors',
      parameterCount: 544 + 4 * 148 + 1095 + 1956 + 420, // layer by layer, biases included
      days: 15,
      spacingDeg: 0.25,
      gflopPerPatch: expect.any(Number),
      peakMemoryBytes: expect.any(Number),
      extraInputs: [],
      computesOi: false,
    });
    // 2 · multiply-adds of φ, its adjoint and the ConvLSTM for 3 steps: some ten million
    expect(summary.gflopPerPatch).toBeGreaterThan(0.005);
    expect(summary.gflopPerPatch).toBeLessThan(0.05);
    const stored = readNetworkFile(files.path('network'));
    expect(stored.manifest).toMatchObject({ architecture: 'starter', lr_grad: 1000, grad_downsamp: null });
    if (!('weights' in stored)) throw new Error('no weights');
    const weights = starterWeights(15);
    expect([...stored.weights.keys()].sort()).toEqual([...weights.keys()].sort());
    expect(stored.weights.get('grad_mod.conv_out.bias')).toEqual(weights.get('grad_mod.conv_out.bias'));
  });

  test('takes the manifest that the file carries where none is given', async () => {
    const { summary } = await check(files.path('own-manifest.safetensors'), { manifestText: null });
    expect(summary.days).toBe(15);
  });

  test('takes a hydra configuration, and warns of what it had to assume', async () => {
    const hydra = `
datamodule:
  xrds_kw: {patch_dims: {time: 15, lat: 24, lon: 24}, strides: {time: 1, lat: 16, lon: 16}}
  dl_kw: {batch_size: 4}
  norm_stats: [0.3, 0.2]
  resolution: 0.25
model:
  rec_weight: {_target_: src.utils.get_triang_time_wei, crop: {time: 0, lat: 4, lon: 4}, offset: 1}
  solver:
    _target_: src.models.GradSolver
    n_step: 3
    lr_grad: 0.2
    prior_cost: {_target_: src.models.BilinAEPriorCost, downsamp: 2, bilin_quad: False}
`;
    const { warnings } = await check(files.path('starter.safetensors'), { manifestText: hydra });
    const texts = warnings.map(({ message }) => message).join('\n');
    expect(texts).toContain('grad_downsamp ← the default of the class');
    expect(texts).toContain('final_projection ← the code of 4dvarnet-starter');
    const stored = readNetworkFile(files.path('network')).manifest;
    expect(stored).toMatchObject({ n_step: 3, lr_grad: 0.2, normalisation: { mean: 0.3, std: 0.2 } });
  });

  test('takes an ONNX network whose manifest says what its inputs hold', async () => {
    const onnx = `
architecture: onnx
inputs: {x: [observations]}
output: {name: y, quantity: ssh}
${MANIFEST.split('\n').slice(5).join('\n')}`;
    const { summary } = await check(files.path('network.onnx'), { manifestText: onnx });
    expect(summary).toMatchObject({ architecture: 'onnx', format: 'onnx', days: 15, gflopPerPatch: null });
    expect(readNetworkFile(files.path('network')).manifest.architecture).toBe('onnx');
    // y = factor · x: both twice, in copies; far below what the limit of the next lines is for.
    expect(summary.peakMemoryBytes).toBeGreaterThan(4 * 4 * 4 * 15 * 24 * 24);
    expect(summary.peakMemoryBytes).toBeLessThan(100e6);
    const tooLittle = await rejectionOf(
      check(files.path('network.onnx'), { manifestText: onnx, limits: { maxMemoryBytes: 50e6 } }),
    );
    expect(tooLittle).toMatchObject({ code: 'network-too-large', expected: 'at most 0.1 GB' });
    expect(tooLittle.found).toMatch(/of memory for a batch of 4 patches of 15 × 24 × 24/);
    const refusals = [
      { text: onnx.replace('{x:', '{z:'), found: /an input 'z'/ },
      { text: onnx.replace('name: y', 'name: z'), found: /an output 'z'/ },
      { text: onnx.replace('[observations]', '[observations, mask]'), found: /\[4, 15, 24, 24\]/ },
      { text: onnx.replace('time: 15', 'time: 7'), found: /\[4, 15, 24, 24\]/ },
    ];
    for (const { text, found } of refusals) {
      const reason = await rejectionOf(check(files.path('network.onnx'), { manifestText: text }));
      expect(reason.code).toBe('manifest-mismatch');
      expect(reason.found).toMatch(found);
    }
  });

  test.each([
    { name: 'an empty file', file: 'empty.ckpt', code: 'unreadable-checkpoint' },
    { name: 'a text', file: 'text.ckpt', code: 'unreadable-checkpoint' },
    { name: 'half a file', file: 'half.safetensors', code: 'unreadable-checkpoint' },
    { name: 'infinite weights', file: 'infinite.safetensors', code: 'non-finite-weights' },
    { name: 'another network', file: 'other.safetensors', code: 'unknown-architecture' },
    {
      name: 'several priors weighted by place',
      file: 'multi-prior.safetensors',
      code: 'unknown-architecture',
      found: 'MultiPrior',
      fix: /ONNX/,
    },
    {
      name: 'three-dimensional convolutions',
      file: 'solid.safetensors',
      code: 'unknown-architecture',
      found: 'three-dimensional convolutions',
      fix: /ONNX/,
    },
    {
      name: 'a prior that draws at random',
      file: 'core.safetensors',
      changes: { manifestText: `${CORE_MANIFEST}stochastic: true\n` },
      code: 'manifest-mismatch',
      found: 'stochastic: true',
      fix: /stochastic: false if .* submit the map/,
    },
    { name: 'half an ONNX file', file: 'half.onnx', code: 'unsupported-onnx' },
    {
      name: 'no manifest',
      file: 'starter.safetensors',
      changes: { manifestText: null },
      code: 'manifest-missing',
    },
    {
      name: 'no manifest of ONNX',
      file: 'network.onnx',
      changes: { manifestText: null },
      code: 'manifest-missing',
    },
    {
      name: 'an empty manifest',
      file: 'starter.safetensors',
      changes: { manifestText: ' \n' },
      code: 'manifest-missing',
    },
    {
      name: 'a manifest without steps',
      file: 'starter.safetensors',
      changes: { manifestText: with_(/^n_step.*$/m, '') },
      code: 'manifest-invalid',
      found: 'no n_step',
    },
    {
      name: 'a mistyped key',
      file: 'starter.safetensors',
      changes: { manifestText: with_('n_step', 'nsteps') },
      code: 'manifest-invalid',
      found: "did you mean 'n_step'",
    },
    {
      name: 'other days',
      file: 'starter.safetensors',
      changes: { manifestText: with_('time: 15', 'time: 9') },
      code: 'manifest-mismatch',
      found: 'works on 15',
    },
    {
      name: 'a manifest of another architecture, whole or not',
      file: 'starter.safetensors',
      changes: { manifestText: with_('architecture: starter', 'architecture: core') },
      code: 'manifest-mismatch',
    },
    {
      name: 'strides that leave gaps',
      file: 'starter.safetensors',
      changes: {
        manifestText: with_('lat: 16, lon: 16', 'lat: 17, lon: 16')
          .replace('lat: 24, lon: 24}\nstrides', 'lat: 24, lon: 24}\nstrides')
          .replace('spacing_deg: 0.25', 'spacing_deg: 0.05'),
      },
      code: 'manifest-mismatch',
      found: 'strides of 17 leave gaps',
    },
    {
      name: 'too much memory',
      file: 'starter.safetensors',
      changes: { limits: { maxMemoryBytes: 1e6 } },
      code: 'network-too-large',
      found: 'of memory for a batch of 4',
    },
    {
      name: 'too much work',
      file: 'starter.safetensors',
      changes: { limits: { maxTaskGflop: 0.1 } },
      code: 'network-too-large',
      found: 'patches of',
    },
    {
      name: 'too many parameters',
      file: 'starter.safetensors',
      changes: { limits: { maxParameters: 100 } },
      code: 'network-too-large',
      found: '4607 parameters',
    },
    {
      name: 'too large a file',
      file: 'starter.safetensors',
      changes: { limits: { maxFileBytes: 1000 } },
      code: 'network-too-large',
    },
    {
      name: 'a task without a training truth',
      file: 'starter.safetensors',
      changes: {
        manifestText: with_(/^normalisation.*$/m, 'normalisation: {from: train-truth}'),
        tasks: [{ ...TASK, trainTruth: null }],
      },
      code: 'inputs-missing',
      found: 'train-truth',
    },
  ] as const)('rejects $name', async ({ file, code, ...rest }) => {
    const changes = ('changes' in rest ? rest.changes : {}) as Partial<CheckNetworkOptions>;
    const networkPath = files.path(`never-${code}`);
    const reason = await rejectionOf(check(files.path(file), { ...changes, networkPath }));
    expect(reason.code).toBe(code);
    if ('found' in rest) expect(reason.found).toContain(rest.found);
    if ('fix' in rest) expect(reason.fix).toMatch(rest.fix as RegExp);
    for (const text of [reason.where, reason.expected, reason.fix]) expect(text).not.toBe('');
    expect(existsSync(networkPath)).toBe(false);
  });

  describe.skipIf(!hasGoldenNetworks)('on files that PyTorch wrote', () => {
    test.each([
      'starter_lightning204_recweight64.ckpt',
      'starter_named_prefix.ckpt',
      'starter_legacy_nonzip.ckpt',
      'foreign_globals_hparams.ckpt',
      'nested_model_key.pt',
      'ddp_module_prefix.pt',
    ])('takes %s', async (name) => {
      const { summary } = await check(goldenNetwork(`${FORMATS}/${name}`));
      expect(summary).toMatchObject({ architecture: 'starter', parameterCount: 10_984, days: 15 });
    });

    test.each([
      { name: 'nan_weight.pt', code: 'non-finite-weights' },
      { name: 'pickled_whole_module.pt', code: 'whole-module' },
      { name: 'evil_reduce.pt', code: 'checkpoint-with-code' },
      { name: 'truncated.ckpt', code: 'unreadable-checkpoint' },
      { name: 'shifted_24_bytes.ckpt', code: 'unreadable-checkpoint' },
      { name: 'tensor_views_dtypes.pt', code: 'unknown-architecture' },
    ])('rejects $name', async ({ name, code }) => {
      const reason = await rejectionOf(check(goldenNetwork(`${FORMATS}/${name}`)));
      expect(reason.code).toBe(code);
    });
  });
});
