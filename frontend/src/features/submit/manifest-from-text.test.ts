import { networkManifestSchema } from '@sillage/fourdvarnet/families';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import {
  MANIFEST_DEFAULTS,
  manifestFaultsOf,
  manifestText,
  unusualMoreSettings,
  valuesOfArchitecture,
} from './manifest-form';
import { manifestFromText } from './manifest-from-text';

const PATCHING = `normalisation: {mean: 0.337, std: 0.3946}
patch: {time: 9, lat: 128, lon: 96}
strides: {time: 2, lat: 100, lon: 80}
reconstruction_weight: {time: hanning, crop: {time: 1, lat: 10, lon: 8}}
batch_size: 7
spacing_deg: 0.1
`;
const STARTER = `architecture: starter
n_step: 12
lr_grad: 1e3
prior_downsamp: null
bilin_quad: true
input_fill: zero
final_projection: false
obs_weight: 0.25
${PATCHING}`;

const meaningOf = (text: string) => networkManifestSchema.parse(parse(text));

describe('manifestFromText', () => {
  test.each<{ name: string; text: string }>([
    { name: 'a starter network', text: STARTER },
    {
      name: 'one with statistics of the training',
      text: STARTER.replace(/normalisation: .*/, 'normalisation: {from: train-truth}'),
    },
    {
      name: 'a triangle beside the middle',
      text: STARTER.replace('time: hanning', 'time: triangular, offset: 0'),
    },
    {
      name: 'a network with SST',
      text: STARTER.replace(
        'architecture: starter',
        'architecture: starter-multimodal\nsst_normalisation: {mean: 15.5, std: 3}',
      ),
    },
    {
      name: 'a network with OI as its second field',
      text: STARTER.replace(
        'architecture: starter',
        'architecture: starter-multimodal\nsecond_field: oi\nsst_normalisation: {mean: 0.3, std: 0.4}',
      ),
    },
    {
      name: 'a core network',
      text: `architecture: core\nn_grad: 10\nn_fourdvar_iter: 2\nnorm_obs: l1\nmedian_width: 3\nsst_normalisation: {from: sst}\n${PATCHING}`,
    },
    {
      name: 'a core network without SST',
      text: `architecture: core\nn_grad: 10\nn_fourdvar_iter: 2\n${PATCHING}`,
    },
    { name: 'a fixed point', text: `architecture: fixed-point\nn_step: 30\n${PATCHING}` },
    {
      name: 'an ONNX network',
      text: `architecture: onnx\ninputs: {x: [observations, mask], "1": [sst]}\noutput: {name: y, quantity: anomaly-from-oi}\nmissing_value: nan\nsst_normalisation: {mean: 15, std: 3}\n${PATCHING}`,
    },
  ])('takes over $name, so that the form makes the same of it', ({ text }) => {
    const { values, notes } = manifestFromText(text, parse);
    expect(notes).toEqual([]);
    expect(manifestFaultsOf(values!)).toEqual({});
    expect(meaningOf(manifestText(values!))).toEqual(meaningOf(text));
  });

  test('leaves no setting of the text unseen under More settings', () => {
    expect(unusualMoreSettings(MANIFEST_DEFAULTS)).toEqual([]);
    expect(unusualMoreSettings(valuesOfArchitecture(MANIFEST_DEFAULTS, 'core'))).toEqual([]);
    expect(unusualMoreSettings(manifestFromText(STARTER, parse).values!)).toEqual([
      ...['bilin_quad', 'input_fill', 'final_projection', 'reconstruction_weight.time'],
      ...['obs_weight', 'cropTime'],
    ]);
  });

  test('says nothing of what the checkpoint tells anyway, but of noise in a prior', () => {
    const core = `architecture: core\nn_grad: 5\nn_fourdvar_iter: 3\naug_state: true\nprior: two-scale\n${PATCHING}`;
    expect(manifestFromText(`${core}stochastic: false\n`, parse).notes).toEqual([]);
    expect(manifestFromText(`${core}stochastic: true\n`, parse).notes[0]).toContain('stochastic: true');
  });

  test('leaves empty what the text does not say and nothing stands for, and says so', () => {
    const { values, notes } = manifestFromText('architecture: starter\nn_step: 5\nbatch_size: 2\n', parse);
    expect(values).toMatchObject({
      n_step: '5',
      batch_size: '2',
      lr_grad: '',
      patchTime: '',
      spacing_deg: '',
    });
    expect(notes).toEqual([
      expect.stringMatching(
        /^The text does not say normalisation, lr_grad, patch\.time, .*spacing_deg: fill in/,
      ),
    ]);
    expect(Object.keys(manifestFaultsOf(values!))).toContain('patchLat');
  });

  test.each([
    {
      name: 'ε of a norm',
      line: 'eps_obs: 0.5',
      found: 'Line 4 of your text, “eps_obs: 0.5”: the form has no field for eps_obs.',
    },
    {
      name: 'a mistyped key',
      line: 'n_stepp: 3',
      found: 'Line 4 of your text, “n_stepp: 3”: the form has no field for n_stepp.',
    },
    {
      name: 'a value that is no choice',
      line: 'norm_obs: huber',
      found:
        'Line 4 of your text, “norm_obs: huber”: the form cannot say this, and has nothing for norm_obs instead.',
    },
    {
      name: 'a key that does not start its line',
      line: '',
      whole: '{architecture: core, n_grad: 5, n_fourdvar_iter: 3, eps_prior: 2}',
      found: 'In your text, “eps_prior: 2”: the form has no field for eps_prior.',
    },
  ])('says that the form cannot hold $name, and what is sent', ({ line, found, whole }) => {
    const text = whole ?? `architecture: core\nn_grad: 5\nn_fourdvar_iter: 3\n${line}\n${PATCHING}`;
    expect(manifestFromText(text, parse).notes.slice(0, 2)).toEqual([
      found,
      expect.stringMatching(/^What you send is the form, without that line\. .* your text is still there/),
    ]);
  });

  test.each([
    { text: 'model: {solver: {n_step: 3}}\n', found: /configuration of hydra.*send it as text/ },
    { text: 'n_step: 3\n', found: /no `architecture`/ },
    { text: 'architecture: unet\n', found: /architecture: unet.*starter/ },
    { text: 'a: [1\n', found: /no YAML/ },
    { text: 'just words', found: /no `key: value` lines/ },
  ])('takes nothing over from $text', ({ text, found }) => {
    const { values, notes } = manifestFromText(text, parse);
    expect(values).toBeNull();
    expect(notes).toEqual([expect.stringMatching(found)]);
  });
});
