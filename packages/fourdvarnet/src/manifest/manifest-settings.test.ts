import { describe, expect, test } from 'vitest';
import { manifestSettings, settingText } from './manifest-settings.js';

const HYDRA = `
datamodule:
  _target_: src.data.BaseDataModule
  xrds_kw: {patch_dims: {time: 15, lat: 24, lon: 24}, strides: {lat: 16, lon: 16}}
model:
  _target_: src.models.Lit4dVarNet
  rec_weight: {_target_: src.utils.get_triang_time_wei, crop: {lat: 4, lon: 4}}
  solver:
    _target_: src.models.GradSolver
    n_step: 15
    lr_grad: 1000
    prior_cost: {_target_: src.models.BilinAEPriorCost, downsamp: 2}
    obs_cost: {_target_: src.models.BaseObsCost}
    grad_mod: {_target_: src.models.ConvLstmGradModel}
sillage: {spacing_deg: 0.05}
`;
const RECIPE = { time: 'triangular', offset: 0, crop: { time: 0, lat: 4, lon: 4 } };

const toldBy = (known: Record<string, unknown>, text: string | null) => {
  const { settings, missing } = manifestSettings({ architecture: 'starter' }, known, text);
  return { told: Object.fromEntries(settings.map(({ key, value, from }) => [key, [value, from]])), missing };
};

describe('manifestSettings', () => {
  test('says of each setting whether configuration, checkpoint or default tells it', () => {
    const { told, missing } = toldBy({ bilin_quad: false, reconstruction_weight: RECIPE }, HYDRA);
    expect(told).toMatchObject({
      n_step: [15, 'model.solver.n_step'],
      prior_downsamp: [2, 'model.solver.prior_cost.downsamp'],
      lr_grad: [1000, 'model.solver.lr_grad'],
      grad_downsamp: [null, 'the default of the class'],
      spacing_deg: [0.05, 'the block sillage'],
      reconstruction_weight: [RECIPE, 'the checkpoint'],
      background: ['none', 'the default'],
    });
    expect(missing).toEqual([
      { key: 'batch_size', meaning: expect.any(String), reason: expect.stringContaining('dl_kw.batch_size') },
    ]);
  });

  test('asks with its reason for what a configuration leaves open, though a manifest has a default', () => {
    const foreign = HYDRA.replace('src.models.Lit4dVarNet', 'contrib.mine.Lit4dVarNet');
    const { told, missing } = toldBy({}, foreign);
    expect(told).not.toHaveProperty('input_fill');
    expect(missing.map(({ key }) => key)).toEqual([
      ...['input_fill', 'final_projection', 'reconstruction_weight', 'batch_size'],
    ]);
    expect(missing[0]?.reason).toContain("'contrib.mine.Lit4dVarNet'");
  });

  test('names the manifest, and without one what a file itself tells', () => {
    const { told, missing } = toldBy({ bilin_quad: true }, 'architecture: starter\nn_step: 5\n');
    expect(told).toMatchObject({ n_step: [5, 'the manifest'], bilin_quad: [true, 'the checkpoint'] });
    expect(missing.map(({ key, reason }) => [key, reason])).toContainEqual(['lr_grad', null]);
    expect(toldBy({ bilin_quad: true }, null).told).toMatchObject({ bilin_quad: [true, 'the checkpoint'] });
  });
});

test('settingText writes a setting as a manifest has it', () => {
  expect(settingText(RECIPE)).toBe('{time: triangular, offset: 0, crop: {time: 0, lat: 4, lon: 4}}');
  expect(settingText({ x: ['observations', 'mask'] })).toBe('{x: [observations, mask]}');
  expect(settingText(null)).toBe('null');
});
