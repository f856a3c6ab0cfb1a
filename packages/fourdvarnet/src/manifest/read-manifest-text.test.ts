import { ManifestError } from './manifest-error.js';
import { describe, expect, test } from 'vitest';
import { readManifestText } from './read-manifest-text.js';

/** A hydra configuration that leaves nothing open but the spacing. */
const HYDRA = `
model:
  solver:
    _target_: src.models.GradSolver
    n_step: 10
    lr_grad: 1000
    prior_cost: {_target_: src.models.BilinAEPriorCost, downsamp: 2, bilin_quad: false}
  rec_weight: {_target_: src.utils.get_triang_time_wei, offset: 1, crop: {lat: 20, lon: 20}}
datamodule:
  xrds_kw: {patch_dims: {time: 15, lat: 240, lon: 240}, strides: {lat: 200, lon: 200}}
  dl_kw: {batch_size: 4}
`;

describe('readManifestText', () => {
  test('fills what a hydra configuration leaves open with what the checkpoint says', () => {
    const { manifest, notes } = readManifestText(HYDRA, { spacing_deg: 0.05 });
    expect(manifest).toMatchObject({ architecture: 'starter', n_step: 10, spacing_deg: 0.05 });
    expect(notes).toContain('n_step ← model.solver.n_step');
    expect(() => readManifestText(HYDRA, {})).toThrow(/does not say spacing_deg/);
  });

  test('says how to write what it leaves open, and takes it from there', () => {
    expect(() => readManifestText(HYDRA, {})).toThrow(
      /needed: spacing_deg: degrees, 0.01…2. .* one line of manifest keys, sillage: {spacing_deg: …};/,
    );
    const { manifest } = readManifestText(`${HYDRA}sillage: {spacing_deg: 0.05}\n`, {});
    expect(manifest).toMatchObject({ n_step: 10, spacing_deg: 0.05 });
  });

  test('names what is wrong with what it says beside what it leaves open', () => {
    const act = () => readManifestText(HYDRA.replace('n_step: 10', 'n_step: 1000'), {});
    expect(act).toThrow(
      /does not say spacing_deg \(.*; n_step: 1000; needed: .*Correct the value\. Write below/,
    );
    expect(act).toThrow(expect.objectContaining({ code: 'wrong-value', missingKeys: ['spacing_deg'] }));
  });

  test('refuses another class, although the tensors look like those of a starter', () => {
    const masked = HYDRA.replace('GradSolver\n', 'GradMaskSolverZero\n');
    const act = () => readManifestText(masked, { architecture: 'starter', spacing_deg: 0.05 });
    expect(act).toThrow(ManifestError);
    expect(act).toThrow(
      /'GradMaskSolverZero' of model.solver is not built here; .* Export the network to ONNX/,
    );
  });
});
