import { describe, expect, it } from 'vitest';
import { strippedNames } from './tensor-names.js';

describe('strippedNames', () => {
  it.each([
    ['solver.prior_cost.conv_in.weight', 'prior_cost.conv_in.weight'],
    ['module.solver.grad_mod.gates.bias', 'grad_mod.gates.bias'],
    ['_orig_mod.module.prior_cost.conv_in.weight', 'prior_cost.conv_in.weight'],
    ['solver._orig_mod.prior_cost._orig_mod.conv_in.weight', 'prior_cost.conv_in.weight'],
    ['_forward_module.solver.prior_cost.conv_in.weight', 'prior_cost.conv_in.weight'],
    ['_fsdp_wrapped_module.solver._checkpoint_wrapped_module.grad_mod.gates.bias', 'grad_mod.gates.bias'],
    ['model.model_Grad.lstm.Gates.weight', 'model_Grad.lstm.Gates.weight'],
    ['model.phi_r.encoder.nn_lr.0.conv1.weight', 'phi_r.encoder.nn_lr.0.conv1.weight'],
    ['rec_weight', 'rec_weight'],
    ['model', 'model'],
    ['module.model', 'model'],
  ])('%s becomes %s', (name, stripped) => {
    expect(strippedNames([name]).get(name)).toBe(stripped);
  });

  it('keeps apart what stripping would make the same', () => {
    expect([...strippedNames(['model.a', 'net.a']).values()]).toEqual(['model.a', 'net.a']);
    expect([...strippedNames(['module.model.a', 'module.net.a']).values()]).toEqual(['model.a', 'net.a']);
    expect([...strippedNames(['module.a', 'a']).values()]).toEqual(['module.a', 'a']);
  });

  it('gives the plain name to the network itself where a running mean of it lies beside', () => {
    expect([...strippedNames(['solver.a', 'ema_model.module.solver.a', 'ema_model.n']).values()]).toEqual([
      'a',
      'ema_model.solver.a',
      'n',
    ]);
  });
});
