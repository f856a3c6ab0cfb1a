import { describe, expect, test } from 'vitest';
import { ManifestError } from './manifest-error.js';
import { parseManifest } from './parse-manifest.js';

const STARTER = `
architecture: starter            # starter | starter-multimodal | core | fixed-point | cnn-solver
n_step: 10
lr_grad: 1e3
prior_downsamp: 2                # null: none
grad_downsamp: null
bilin_quad: False
obs_weight: 1
init: obs
input_fill: nan
final_projection: true
normalisation: {mean: 0.337, std: 0.3946}
patch: {time: 15, lat: 240, lon: 240}
strides: {time: 1, lat: 200, lon: 200}
reconstruction_weight: {time: triangular, offset: 1, crop: {lat: 20, lon: 20}}
batch_size: 4
spacing_deg: 0.05
`;

const without = (key: string) => STARTER.replace(new RegExp(`^${key}:.*\n`, 'm'), '');

function errorOf(text: string): ManifestError {
  try {
    parseManifest(text);
  } catch (error) {
    if (error instanceof ManifestError) return error;
    throw error;
  }
  throw new Error('the manifest was accepted');
}

describe('parseManifest', () => {
  test('reads the manifest of a starter network', () => {
    expect(parseManifest(STARTER)).toMatchObject({
      architecture: 'starter',
      lr_grad: 1000,
      input_fill: 'nan',
      bilin_quad: false,
      grad_downsamp: null,
      reconstruction_weight: { time: 'triangular', offset: 1, crop: { time: 0, lat: 20, lon: 20 } },
    });
  });

  test('takes defaults for keys that are absent, and the text where both speak', () => {
    const manifest = parseManifest(without('batch_size'), { batch_size: 7, n_step: 3 });
    expect(manifest).toMatchObject({ batch_size: 7, n_step: 10 });
  });

  test.each([
    {
      name: 'a typing error',
      text: STARTER.replace('n_step', 'n_stpe'),
      found: /'n_stpe' is not known, did you mean 'n_step'/,
    },
    {
      name: 'the name of another code base',
      text: STARTER.replace('patch:', 'patch_dims:'),
      found: /'patch_dims' is not known, did you mean 'patch'/,
    },
    {
      name: 'a key of another architecture',
      text: `${STARTER}n_fourdvar_iter: 3\n`,
      found: /which is for core only/,
    },
    {
      name: 'a key inside a block',
      text: STARTER.replace('lat: 240, lon', 'latitude: 240, lon'),
      found: /'patch.latitude' is not known, did you mean 'lat'/,
    },
  ])('refuses an unknown key with the nearest known one: $name', ({ text, found }) => {
    const error = errorOf(text);
    expect(error.code).toBe('unknown-key');
    expect(error.found).toMatch(found);
  });

  test('says which keys are missing, and what they mean', () => {
    const error = errorOf(without('n_step').replace(/^normalisation.*$/m, ''));
    expect(error.code).toBe('missing-key');
    expect(error.where).toBe("the manifest, keys 'n_step', 'normalisation'");
    expect(error.found).toContain('no n_step (steps of the solver)');
    expect(error.expected).toContain('{from: train-truth}');
  });

  test('names missing keys and wrong values together, as a mistake', () => {
    const error = errorOf(without('n_step').replace('lr_grad: 1e3', 'lr_grad: much'));
    expect(error.code).toBe('wrong-value');
    expect(error.found).toContain('no n_step');
    expect(error.found).toContain('lr_grad: "much"');
    expect(error.missingKeys).toEqual(['n_step']);
    expect(error.fix).toMatch(/^Correct the value\. Add what the network was trained with/);
  });

  test.each([
    {
      name: 'a text for a number',
      text: STARTER.replace('n_step: 10', 'n_step: ten'),
      code: 'wrong-value',
      found: 'n_step: "ten"',
    },
    {
      name: "Python's None",
      text: STARTER.replace('grad_downsamp: null', 'grad_downsamp: None'),
      code: 'wrong-value',
      found: '"None"',
    },
    {
      name: 'a standard deviation of 0',
      text: STARTER.replace('std: 0.3946', 'std: 0'),
      code: 'wrong-value',
      found: 'normalisation',
    },
    {
      name: 'an unknown architecture',
      text: STARTER.replace('architecture: starter', 'architecture: start'),
      code: 'unknown-architecture',
      found: "did you mean 'starter'",
    },
    { name: 'no architecture', text: without('architecture'), code: 'missing-key', found: 'no architecture' },
    { name: 'a list', text: '- a\n- b\n', code: 'not-yaml', found: 'a list' },
    { name: 'nothing', text: '', code: 'not-yaml', found: 'nothing' },
    { name: 'the same key twice', text: `${STARTER}n_step: 5\n`, code: 'not-yaml', found: 'stands twice' },
    { name: 'no YAML', text: 'a: [1, 2', code: 'not-yaml', found: 'no YAML' },
    { name: 'a book', text: `# ${'x'.repeat(70_000)}`, code: 'not-yaml', found: '70002 characters' },
  ])('refuses $name', ({ text, code, found }) => {
    const error = errorOf(text);
    expect(error.code).toBe(code);
    expect(error.found).toContain(found);
    expect(error.fix).not.toBe('');
  });

  test('refuses a list that holds itself', () => {
    expect(errorOf(STARTER.replace('n_step: 10', 'n_step: &a {b: [*a]}'))).toMatchObject({
      code: 'not-yaml',
      found: expect.stringContaining("the alias '*a' inside of what it stands for"),
    });
  });

  test('does not unfold a bomb of aliases', () => {
    const levels = Array.from({ length: 12 }, (_, k) =>
      k === 0 ? 'a0: &a0 [x, x]' : `a${k}: &a${k} [${new Array(10).fill(`*a${k - 1}`).join(', ')}]`,
    );
    expect(errorOf(levels.join('\n')).code).toBe('not-yaml');
  });
});
