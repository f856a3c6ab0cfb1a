import { describe, expect, test } from 'vitest';
import { manifestFromHydra } from './manifest-from-hydra.js';
import { checkedManifest } from './parse-manifest.js';

/** In the shape of what hydra writes for the starter kit, in our own words. */
const CONFIG = `
datamodule:
  _target_: src.data.BaseDataModule
  input_da:
    _target_: src.utils.load_altimetry_data
    path: /some/where/natl_gf.nc
  domains:
    train: {lat: {_target_: builtins.slice, _args_: [32, 44]}}
  xrds_kw:
    patch_dims: {time: 15, lat: 240, lon: 240}
    strides: {lat: 200, lon: 200}
    domain_limits: \${datamodule.domains.train}
  dl_kw: {batch_size: 4, num_workers: 1}
model:
  _target_: src.models.Lit4dVarNet
  opt_fn: {_target_: src.utils.cosanneal_lr_adam, lr: 1e-3}
  rec_weight:
    _target_: src.utils.get_triang_time_wei
    patch_dims: \${datamodule.xrds_kw.patch_dims}
    crop: {time: 0, lat: 20, lon: 20}
    offset: 1
  solver:
    _target_: src.models.GradSolver
    n_step: 15
    lr_grad: 1e3
    prior_cost:
      _target_: src.models.BilinAEPriorCost
      dim_in: \${datamodule.xrds_kw.patch_dims.time}
      dim_hidden: 64
      downsamp: 2
      bilin_quad: False
    obs_cost: {_target_: src.models.BaseObsCost}
    grad_mod: {_target_: src.models.ConvLstmGradModel, dim_in: 15, dim_hidden: 96}
`;

describe('manifestFromHydra', () => {
  test('fills a manifest but for the spacing, which hydra does not know', () => {
    const { manifest, missing } = manifestFromHydra(CONFIG);
    expect(missing).toEqual([
      { key: 'spacing_deg', reason: expect.stringContaining('no datamodule.spacing_deg') },
    ]);
    expect(checkedManifest({ ...manifest, spacing_deg: 0.05 })).toMatchObject({
      architecture: 'starter',
      n_step: 15,
      lr_grad: 1000,
      prior_downsamp: 2,
      grad_downsamp: null,
      bilin_quad: false,
      init: 'obs',
      normalisation: { from: 'train-truth' },
      patch: { time: 15, lat: 240, lon: 240 },
      strides: { time: 1, lat: 200, lon: 200 },
      reconstruction_weight: { time: 'triangular', offset: 1, crop: { time: 0, lat: 20, lon: 20 } },
      batch_size: 4,
    });
  });

  test('follows interpolations inside the file, and reports those that lead out of it', () => {
    const inside = CONFIG.replace('n_step: 15', 'n_step: ${shared.steps}').concat('shared: {steps: 12}\n');
    expect(manifestFromHydra(inside).manifest).toHaveProperty('n_step', 12);
    const outside = manifestFromHydra(CONFIG.replace('n_step: 15', 'n_step: ${oc.env:STEPS}'));
    expect(outside.manifest).not.toHaveProperty('n_step');
    expect(outside.missing[0]).toEqual({
      key: 'n_step',
      reason: 'model.solver.n_step is "${oc.env:STEPS}", which cannot be read without running code',
    });
    const circle = CONFIG.replace('n_step: 15', 'n_step: ${model.solver.n_step}');
    expect(manifestFromHydra(circle).missing.map(({ key }) => key)).toContain('n_step');
  });

  test('takes the defaults of the classes, and says so', () => {
    const { manifest, found } = manifestFromHydra(
      CONFIG.replace('      bilin_quad: False\n', '')
        .replace('      downsamp: 2\n', '')
        .replace('    offset: 1\n', ''),
    );
    expect(manifest).toMatchObject({ bilin_quad: true, prior_downsamp: null });
    expect(manifest).toHaveProperty('reconstruction_weight.offset', 0);
    expect(found).toContain('bilin_quad ← the default of the class');
  });

  test.each([
    {
      name: 'hard-coded statistics as a list',
      text: CONFIG.replace('  dl_kw:', '  norm_stats: [0.1, 0.2]\n  dl_kw:'),
      expected: { normalisation: { mean: 0.1, std: 0.2 } },
    },
    {
      name: 'a solver that begins at zero',
      text: CONFIG.replace('GradSolver\n', 'GradSolverZero\n'),
      expected: { init: 'zero' },
    },
    {
      name: 'the weight of ocean4dvarnet',
      text: CONFIG.replace('    n_step', '    lbd: 2\n    n_step'),
      expected: { obs_weight: 4 },
    },
    {
      name: 'SST in the observation cost',
      text: CONFIG.replace('BaseObsCost', 'MultiModalObsCost'),
      expected: { architecture: 'starter-multimodal' },
    },
    {
      name: 'a cropped Hann window',
      text: CONFIG.replace('get_triang_time_wei', 'get_cropped_hanning_mask'),
      expected: { reconstruction_weight: { time: 'hanning', crop: { time: 0, lat: 20, lon: 20 } } },
    },
  ])('knows $name', ({ text, expected }) => {
    expect(manifestFromHydra(text).manifest).toMatchObject(expected);
  });

  test.each([
    {
      name: 'another solver',
      text: CONFIG.replace('GradSolver\n', 'UNetSolver\n'),
      key: 'architecture',
      reason: "'UNetSolver'",
    },
    {
      name: 'another recipe of weights',
      text: CONFIG.replace('get_triang_time_wei', 'get_my_weights'),
      key: 'reconstruction_weight',
      reason: "'get_my_weights'",
    },
    { name: 'no model at all', text: 'datamodule: {}\n', key: 'architecture', reason: 'no model.solver' },
  ])('says what it could not find: $name', ({ text, key, reason }) => {
    const missing = manifestFromHydra(text).missing.find((entry) => entry.key === key);
    expect(missing?.reason).toContain(reason);
  });

  test('takes no key from the prototype of objects', () => {
    const { missing } = manifestFromHydra(CONFIG.replace('n_step: 15', 'n_step: ${constructor.name}'));
    expect(missing.map(({ key }) => key)).toContain('n_step');
  });
});
