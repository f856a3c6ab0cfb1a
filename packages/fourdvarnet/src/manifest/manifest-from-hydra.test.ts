import { describe, expect, test } from 'vitest';
import { isHydraConfig } from './raw-manifest.js';
import { manifestFromHydra } from './manifest-from-hydra.js';
import { checkedManifest, parseYamlMapping } from './parse-manifest.js';

/** In the shape of what hydra writes for 4dvarnet-starter, in our own words. */
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
      CONFIG.replace('      bilin_quad: False\n', '').replace('      downsamp: 2\n', ''),
    );
    expect(manifest).toMatchObject({ bilin_quad: true, prior_downsamp: null });
    expect(found).toContain('bilin_quad ← the default of the class');
  });

  test('asks how old the code is where lr_grad is silent: updates and projection differed before it was an argument', () => {
    const { manifest, missing } = manifestFromHydra(CONFIG.replace('    lr_grad: 1e3\n', ''));
    expect(manifest).not.toHaveProperty('lr_grad');
    expect(manifest).not.toHaveProperty('final_projection');
    expect(missing.map(({ key }) => key).sort()).toEqual(['final_projection', 'lr_grad', 'spacing_deg']);
    expect(missing.find(({ key }) => key === 'lr_grad')?.reason).toMatch(
      /February 2023.*without the gradient.*ONNX/,
    );
  });

  test.each([
    { name: 'a prior', from: 'src.models.BilinAEPriorCost', to: 'contrib.mine.BilinAEPriorCost' },
    { name: 'a cell', from: 'src.models.ConvLstmGradModel', to: 'contrib.latent.models.ConvLstmGradModel' },
    { name: 'an observation cost', from: 'src.models.BaseObsCost', to: 'contrib.mine.BaseObsCost' },
  ])('refuses $name of a known name that lives elsewhere', ({ from, to }) => {
    expect(manifestFromHydra(CONFIG.replace(from, to)).refused).toEqual([
      { key: 'architecture', reason: expect.stringContaining(`'${to}'`) },
    ]);
    expect(manifestFromHydra(CONFIG.replace(from, from.replace('src', 'ocean4dvarnet'))).refused).toEqual([]);
  });

  test('asks for the offset of the triangle where none is given: the code has had 1 and 0', () => {
    const silent = CONFIG.replace('    offset: 1\n', '');
    const { manifest, missing } = manifestFromHydra(silent);
    expect(manifest).not.toHaveProperty('reconstruction_weight');
    expect(missing.find(({ key }) => key === 'reconstruction_weight')?.reason).toMatch(
      /no offset.*version.*1 until.*0 since.*\{time: 0, lat: 20, lon: 20\}/,
    );
    const uniform = manifestFromHydra(silent.replace('get_triang_time_wei', 'get_constant_crop'));
    expect(uniform.manifest).toMatchObject({ reconstruction_weight: { time: 'uniform' } });
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

  test('takes SST as contrib/multimodal lays it out, and asks how it was normalised', () => {
    const text = CONFIG.replace('obs_cost: {_target_: src.models.BaseObsCost}', 'obs_cost: ${obs_cost}')
      .replace('src.data.BaseDataModule', 'contrib.multimodal.MultiModalDataModule')
      .concat(
        'obs_cost: {_target_: contrib.multimodal.MultiModalObsCost, dim_in: "${datamodule.xrds_kw.patch_dims.time}", dim_hidden: 5}\n',
      );
    const { manifest, missing, refused } = manifestFromHydra(text);
    expect(manifest).toMatchObject({ architecture: 'starter-multimodal', n_step: 15, obs_weight: 1 });
    expect(missing.map(({ key }) => key).sort()).toEqual(['spacing_deg', 'sst_normalisation']);
    expect(refused).toEqual([]);
    const weighted = manifestFromHydra(text.replace('dim_hidden: 5', 'dim_hidden: 5, sst_weight: 0.5'));
    expect(weighted.refused[0]?.reason).toContain('sst_weight is 0.5');
  });

  test.each([
    { name: 'a solver', from: 'GradSolver\n', to: 'GradMaskSolverZero\n' },
    { name: 'a prior', from: 'BilinAEPriorCost', to: 'MultiPriorCost' },
    { name: 'a cell', from: 'ConvLstmGradModel', to: 'UnetGradModel' },
    { name: 'an observation cost', from: 'BaseObsCost', to: 'NonLinearObsCost' },
  ])('refuses $name that computes something else, even where the tensors look the same', ({ from, to }) => {
    const { refused } = manifestFromHydra(CONFIG.replace(from, to));
    expect(refused).toEqual([
      { key: 'architecture', reason: expect.stringContaining(`'${to.trim()}' of model.solver`) },
    ]);
  });

  test.each([
    { line: 'norm_type: min_max', reason: /norm_type is "min_max": .* minimum as mean/ },
    { line: 'std_c: 2', reason: /std_c is 2: the standard deviation was multiplied/ },
    { line: 'mean_std_domain: test', reason: /another period/ },
  ])('does not take the statistics of the training truth under $line', ({ line, reason }) => {
    const { manifest, missing } = manifestFromHydra(CONFIG.replace('  dl_kw:', `  ${line}\n  dl_kw:`));
    expect(manifest).not.toHaveProperty('normalisation');
    expect(missing.find(({ key }) => key === 'normalisation')?.reason).toMatch(reason);
  });

  test('asks for the statistics of a data module that is not of the starter itself', () => {
    const text = CONFIG.replace('src.data.BaseDataModule', 'contrib.ose_training.data.OseDataModule');
    const { manifest, missing } = manifestFromHydra(text);
    expect(manifest).not.toHaveProperty('normalisation');
    expect(missing.find(({ key }) => key === 'normalisation')?.reason).toContain("OseDataModule', not of");
    const given = text.replace('  dl_kw:', '  norm_stats: [0.1, 0.2]\n  dl_kw:');
    expect(manifestFromHydra(given).manifest).toMatchObject({ normalisation: { mean: 0.1, std: 0.2 } });
  });

  test('says that the configuration of a test run is not the one of the training', () => {
    const text = 'lit_mod: {_target_: contrib.load_cfg_from_xp, key: model}\ntrainer: {devices: 2}\n';
    expect(isHydraConfig(parseYamlMapping(text, 'a text'))).toBe(true);
    expect(manifestFromHydra(text).missing[0]?.reason).toMatch(
      /only tested a network .* that of the training/,
    );
  });

  test('reads patches and statistics of the training where those of the validation stand beside', () => {
    const text = CONFIG.replace(
      /  xrds_kw:\n(.*\n){3}/,
      `  xrds_kw:
    train: {patch_dims: {time: 15, lat: 232, lon: 366}, strides: {time: 1, lat: 224, lon: 358}}
    val: {patch_dims: {time: 15, lat: 680, lon: 1440}, strides: {time: 1}}
  norm_stats: {train: [-0.002, 0.086], val: [0.016, 0.085]}
`,
    );
    expect(manifestFromHydra(text).manifest).toMatchObject({
      patch: { time: 15, lat: 232, lon: 366 },
      strides: { time: 1, lat: 224, lon: 358 },
      normalisation: { mean: -0.002, std: 0.086 },
    });
  });

  test('reads the patches of the test where they stand: maps are made of them, in larger steps than training takes', () => {
    const text = CONFIG.replace(
      /  xrds_kw:\n(.*\n){3}/,
      `  xrds_kw:
    train: {patch_dims: {time: 15, lat: 128, lon: 128}, strides: {time: 1, lat: 16, lon: 16}}
    val: {patch_dims: {time: 15, lat: 680, lon: 1440}, strides: {time: 1}}
    test: {patch_dims: {time: 15, lat: 256, lon: 256}, strides: {time: 1, lat: 240, lon: 240}}
  norm_stats: {train: [-0.002, 0.086], val: [0.016, 0.085], test: [0.015, 0.086]}
`,
    );
    expect(manifestFromHydra(text).manifest).toMatchObject({
      patch: { time: 15, lat: 256, lon: 256 },
      strides: { time: 1, lat: 240, lon: 240 },
      normalisation: { mean: -0.002, std: 0.086 },
    });
  });

  test('asks for statistics that it cannot make out, rather than take those of the training truth', () => {
    const text = CONFIG.replace('  dl_kw:', '  norm_stats: {ssh: {mean: 1, std: 2}}\n  dl_kw:');
    expect(manifestFromHydra(text).missing.find(({ key }) => key === 'normalisation')?.reason).toContain(
      'no pair of mean and standard deviation',
    );
  });

  test.each([
    {
      name: 'the Lightning module',
      from: 'src.models.Lit4dVarNet',
      to: 'contrib.stoch.lit_model.Lit4dVarNet',
    },
    { name: 'the solver', from: 'src.models.GradSolver', to: 'contrib.mine.GradSolver' },
  ])(
    'asks for the conventions that forks change where $name is not of the starter itself',
    ({ from, to }) => {
      const { manifest, missing, refused } = manifestFromHydra(CONFIG.replace(from, to));
      expect(missing.map(({ key }) => key).sort()).toEqual(['final_projection', 'input_fill', 'spacing_deg']);
      expect(missing[0]?.reason).toContain(`is '${to}', not of 4dvarnet-starter itself`);
      expect(manifest).not.toHaveProperty('input_fill');
      expect(refused).toEqual([]);
    },
  );

  test.each([
    {
      name: 'another Lightning module in the same file',
      from: 'src.models.Lit4dVarNet\n',
      to: 'src.models.Lit4dVarNet_SST\n',
      sign: "model._target_ is 'src.models.Lit4dVarNet_SST'",
    },
    {
      name: 'an argument that Lit4dVarNet has in a branch only',
      from: '  opt_fn:',
      to: '  optim_weight: {_target_: src.utils.get_linear_time_wei}\n  opt_fn:',
      sign: "model has 'optim_weight'",
    },
    {
      name: 'a solver that keeps its state',
      from: 'n_step: 15',
      to: 'n_step: 15\n    reset_state: True',
      sign: "model.solver has 'reset_state'",
    },
  ])('asks for the conventions where the names are those of the starter, but there is $name', (sample) => {
    const { manifest, missing, refused } = manifestFromHydra(CONFIG.replace(sample.from, sample.to));
    expect(missing.map(({ key }) => key).sort()).toEqual(['final_projection', 'input_fill', 'spacing_deg']);
    expect(missing[0]?.reason).toContain(sample.sign);
    expect(manifest).not.toHaveProperty('final_projection');
    expect(refused).toEqual([]);
  });

  test.each([
    {
      name: 'a weight of a fork',
      from: 'n_step: 15',
      to: 'n_step: 15\n    weight_obs: 5',
      reason: 'weight_obs is 5',
    },
    { name: 'a prior without biases', from: 'bilin_quad: False', to: 'bias: false', reason: 'bias is false' },
    {
      name: 'an unknown block',
      from: 'n_step: 15',
      to: 'n_step: 15\n    latent: {dim: 3}',
      reason: 'latent is {"dim":3}',
    },
    {
      name: 'a forecast',
      from: 'Lit4dVarNet\n',
      to: 'Lit4dVarNetForecast\n',
      reason: 'a forecast, which hides',
    },
  ])('refuses $name', ({ from, to, reason }) => {
    expect(manifestFromHydra(CONFIG.replace(from, to)).refused).toEqual([
      { key: 'architecture', reason: expect.stringContaining(reason) },
    ]);
  });

  test('takes arguments of forks with which nothing changes', () => {
    const text = CONFIG.replace(
      'n_step: 15',
      'n_step: 15\n    weight_obs: 1.0\n    weight_prior: 1\n    _recursive_: false\n    extra: null',
    );
    expect(manifestFromHydra(text).refused).toEqual([]);
  });

  test.each([
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

  test('takes what somebody wrote below it in a block of manifest keys before what it says', () => {
    const { manifest, missing, found } = manifestFromHydra(
      CONFIG.concat('sillage:\n  spacing_deg: 0.05\n  normalisation: {mean: 0.1, std: 0.2}\n'),
    );
    expect(missing).toEqual([]);
    expect(found).toContain('normalisation ← the block sillage');
    expect(checkedManifest(manifest)).toMatchObject({
      spacing_deg: 0.05,
      normalisation: { mean: 0.1, std: 0.2 },
      n_step: 15,
    });
    const typo = manifestFromHydra(CONFIG.concat('sillage: {spacing: 0.05}\n'));
    expect(() => checkedManifest(typo.manifest)).toThrow(/did you mean 'spacing_deg'/);
    expect(() => manifestFromHydra(CONFIG.concat('sillage: 0.05\n'))).toThrow(/a block of manifest keys/);
  });

  test('takes no key from the prototype of objects', () => {
    const { missing } = manifestFromHydra(CONFIG.replace('n_step: 15', 'n_step: ${constructor.name}'));
    expect(missing.map(({ key }) => key)).toContain('n_step');
  });
});

/** In the shape of what hydra writes for full_core of 4dvarnet-core, in our own words. */
const CORE_CONFIG = `
xp_name: baseline
file_paths: {oi_path: /some/where/oi.nc}
params:
  files_cfg: {oi_path: "\${file_paths.oi_path}", oi_var: ssh_mod}
  iter_update: [0, 20, 40]
  nb_grad_update: [5, 5, 5, 10, 20]
  lr_update: [0.001, 0.001, 0.0001]
  n_fourdvar_iter: 3
  model: 4dvarnet
  sst: false
  n_grad: 5
  dT: 7
  aug_state: true
  shape_state: ["\${mul:\${datamodule.slice_win.time},3}", 240, 240]
  stochastic: false
  UsePriodicBoundary: false
  DimAE: 50
  norm_obs: l2
  norm_prior: l1
  median_filter_width: 1
  patch_weight:
    _target_: lit_model_augstate.get_constant_crop
    patch_size: \${datamodule.slice_win}
    crop:
      lat: \${div:20,\${datamodule.resize_factor}}
      lon: \${div:20,\${datamodule.resize_factor}}
      time: 3
lit_mod_cls: lit_model_augstate.LitModelAugstate
datamodule:
  _target_: dataloading.FourDVarNetDataModule
  slice_win:
    lat: \${div:240,\${datamodule.resize_factor}}
    lon: \${div:240,\${datamodule.resize_factor}}
    time: \${params.dT}
  strides:
    lat: \${div:200,\${datamodule.resize_factor}}
    lon: \${div:200,\${datamodule.resize_factor}}
    time: 1
  resolution: 1/20
  resize_factor: 1
  dl_kwargs: {batch_size: 2, num_workers: 2}
`;

describe('manifestFromHydra of core', () => {
  test('fills a manifest but for the normalisation, which the checkpoint holds', () => {
    const { manifest, missing, refused } = manifestFromHydra(CORE_CONFIG);
    expect(missing.map(({ key }) => key)).toEqual(['normalisation']);
    expect(refused).toEqual([]);
    expect(checkedManifest({ ...manifest, normalisation: { mean: 0.36, std: 0.4 } })).toMatchObject({
      architecture: 'core',
      n_grad: 5,
      n_fourdvar_iter: 3,
      aug_state: true,
      norm_obs: 'l2',
      norm_prior: 'l1',
      median_width: 1,
      periodic_boundary: false,
      stochastic: false,
      patch: { time: 7, lat: 240, lon: 240 },
      strides: { time: 1, lat: 200, lon: 200 },
      reconstruction_weight: { time: 'uniform', crop: { time: 3, lat: 20, lon: 20 } },
      batch_size: 2,
      spacing_deg: 0.05,
    });
  });

  test('divides patches and coarsens the grid by resize_factor', () => {
    const { manifest } = manifestFromHydra(CORE_CONFIG.replace('resize_factor: 1', 'resize_factor: 4'));
    expect(manifest).toMatchObject({
      patch: { time: 7, lat: 60, lon: 60 },
      strides: { time: 1, lat: 50, lon: 50 },
      reconstruction_weight: { crop: { lat: 5, lon: 5 } },
      spacing_deg: 0.2,
    });
    const uneven = manifestFromHydra(CORE_CONFIG.replace('resize_factor: 1', 'resize_factor: 7'));
    expect(uneven.missing.map(({ key }) => key)).toContain('patch'); // 240 / 7 is no number of nodes
  });

  test('knows SST, the Hann window and what is said otherwise', () => {
    const { manifest, missing } = manifestFromHydra(
      CORE_CONFIG.replace('model: 4dvarnet', 'model: 4dvarnet_sst')
        .replace('get_constant_crop', 'get_cropped_hanning_mask')
        .replace('median_filter_width: 1', 'median_filter_width: 3')
        .replace('UsePriodicBoundary: false', 'UsePriodicBoundary: true')
        .replace('  aug_state: true\n', ''),
    );
    expect(missing.map(({ key }) => key).sort()).toEqual(['normalisation', 'sst_normalisation']);
    expect(manifest).toMatchObject({
      aug_state: false,
      median_width: 3,
      periodic_boundary: true,
      reconstruction_weight: { time: 'hanning' },
    });
  });

  test('leaves n_grad open where a schedule changes it', () => {
    const { manifest, missing } = manifestFromHydra(
      CORE_CONFIG.replace('nb_grad_update: [5, 5, 5', 'nb_grad_update: [5, 10, 15'),
    );
    expect(manifest).not.toHaveProperty('n_grad');
    expect(missing.find(({ key }) => key === 'n_grad')?.reason).toMatch(/\(5, 10, 15\)/);
  });

  test.each([
    { from: 'LitModelAugstate', to: 'LitModelUV', reason: /lit_mod_cls is "lit_model_augstate.LitModelUV"/ },
    { from: 'model: 4dvarnet', to: 'model: phi', reason: /params.model is "phi"/ },
    { from: 'model: 4dvarnet', to: 'model: constructor', reason: /params.model is "constructor"/ },
    { from: 'norm_obs: l2', to: 'norm_obs: huber', reason: /norm_obs is "huber"; l1 and l2/ },
  ])('refuses $to', ({ from, to, reason }) => {
    expect(manifestFromHydra(CORE_CONFIG.replace(from, to)).refused[0]?.reason).toMatch(reason);
  });

  test.each([
    ['1/20', 0.05],
    ['1 2/3', 1.66666666667],
    ['3', 3],
    ['1/0', undefined],
    ['a fifth', undefined],
  ])('reads the resolution %s', (resolution, expected) => {
    const { manifest } = manifestFromHydra(
      CORE_CONFIG.replace('resolution: 1/20', `resolution: '${resolution}'`),
    );
    expect(manifest['spacing_deg']).toEqual(expected);
  });
});
