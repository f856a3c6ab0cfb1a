import { describe, expect, test } from 'vitest';
import { settingsFrom, weightsFor } from '../families/builders.js';
import type { CoreNetwork } from '../families/core/recognise.js';
import type { CheckpointManifest } from '../families/families.js';
import type { StarterNetwork } from '../families/starter/family.js';
import { knownKeys } from './known-keys.js';
import { ManifestError } from './manifest-error.js';
import { manifestTemplate } from './manifest-template.js';
import { checkedManifest, parseManifest } from './parse-manifest.js';
import type { RawManifest } from './raw-manifest.js';
import { requireFit, requireMappable } from './require-fit.js';

const common = { parameterCount: 1000, patchWeights: null, unusedTensors: [], unknownTensors: [] };

const starter: StarterNetwork = {
  architecture: 'starter',
  ...common,
  daysT: 15,
  priorWidth: 8,
  priorKernel: 3,
  hasBilin22: true,
  quadHint: null,
  solverWidth: 6,
  solverKernel: 3,
  multimodal: null,
};

const core: CoreNetwork = {
  architecture: 'core',
  ...common,
  daysT: 7,
  state: 'augmented',
  stateChannels: 21,
  prior: 'two-scale',
  priorWidth: 10,
  outerKernel: 7,
  innerKernel: 3,
  scale: 4,
  solverWidth: 20,
  solverKernel: 3,
  sst: null,
  settings: {
    gradientSteps: null,
    cascades: null,
    mean: null,
    variance: null,
    normObs: null,
    normPrior: null,
    medianWidth: null,
    isPeriodic: null,
    isStochastic: null,
    isCalibration: false,
  },
};

const patching: RawManifest = {
  normalisation: { mean: 0.3, std: 0.4 },
  patch: { time: 15, lat: 24, lon: 24 },
  strides: { time: 1, lat: 16, lon: 16 },
  reconstruction_weight: { crop: { lat: 4, lon: 4 } },
  spacing_deg: 0.05,
};
const STARTER: RawManifest = { architecture: 'starter', n_step: 3, lr_grad: 1000, ...patching };
const CORE: RawManifest = {
  architecture: 'core',
  n_grad: 5,
  n_fourdvar_iter: 3,
  ...patching,
  patch: { time: 7, lat: 24, lon: 24 },
};

function manifestOf(raw: RawManifest): CheckpointManifest {
  const manifest = checkedManifest(raw);
  if (manifest.architecture === 'onnx') throw new Error('no checkpoint');
  return manifest;
}

test('the keys of a manifest become the settings of a network', () => {
  expect(
    settingsFrom(manifestOf({ ...STARTER, grad_downsamp: 2, obs_weight: 4, input_fill: 'zero' })),
  ).toEqual({
    architecture: 'starter',
    nStep: 3,
    lrGrad: 1000,
    priorDownsamp: 2,
    gradDownsamp: 2,
    bilinQuad: false,
    obsWeight: 4,
    init: 'obs',
    inputFill: 'zero',
    finalProjection: true,
  });
  expect(settingsFrom(manifestOf({ ...CORE, norm_obs: 'l1' }))).toEqual({
    architecture: 'core',
    nGrad: 5,
    nFourdvarIter: 3,
    augState: true,
    normObs: 'l1',
    normPrior: 'l2',
    isPeriodic: false,
    carriesMemory: true,
    medianWidth: 1,
  });
});

describe('requireFit', () => {
  test('takes what fits', () => {
    expect(requireFit(manifestOf(STARTER), starter)).toEqual([]);
    expect(requireFit(manifestOf(CORE), core)).toEqual([]);
  });

  test.each([
    {
      name: 'another architecture',
      raw: CORE,
      network: starter,
      where: 'architecture',
      found: 'are those of starter',
    },
    {
      name: 'SST in the checkpoint alone',
      raw: STARTER,
      network: { ...starter, architecture: 'starter-multimodal' as const },
      where: 'architecture',
      found: 'starter-multimodal',
    },
    {
      name: 'other days',
      raw: { ...STARTER, patch: { time: 9, lat: 24, lon: 24 } },
      network: starter,
      where: 'patch',
      found: 'patches of 9 days, but the network works on 15',
    },
    {
      name: 'a patch that blocks do not tile',
      raw: { ...STARTER, patch: { time: 15, lat: 24, lon: 25 } },
      network: starter,
      where: 'prior_downsamp',
      found: '24 × 25 nodes, which blocks of 2',
    },
    {
      name: 'the same for the solver',
      raw: { ...STARTER, grad_downsamp: 5 },
      network: starter,
      where: 'grad_downsamp',
      found: 'blocks of 5',
    },
    {
      name: 'the coarse scale of core',
      raw: { ...CORE, patch: { time: 7, lat: 26, lon: 24 } },
      network: core,
      where: 'patch',
      found: 'blocks of 4',
    },
    {
      name: 'a product that the optimizer never saw',
      raw: STARTER,
      network: { ...starter, quadHint: { isQuadratic: true, because: 'Adam has no state for it' } },
      where: 'bilin_quad',
      found: 'Adam has no state',
    },
    {
      name: 'a product without its second factor',
      raw: STARTER,
      network: { ...starter, hasBilin22: false },
      where: 'bilin_quad',
      found: "no 'bilin_22'",
    },
    {
      name: 'another state',
      raw: { ...CORE, aug_state: false },
      network: core,
      where: 'aug_state',
      found: '21 channels for 7 days',
    },
    {
      name: 'another prior',
      raw: CORE,
      network: { ...core, prior: 'oi' as const, scale: null },
      where: 'prior',
      found: 'one-scale prior',
    },
    {
      name: 'a median filter without a middle',
      raw: { ...CORE, median_width: 4 },
      network: core,
      where: 'median_width',
      found: '4',
    },
    {
      name: 'a prior that draws random numbers',
      raw: { ...CORE, stochastic: true },
      network: core,
      where: 'stochastic',
      found: 'white noise',
    },
  ])('refuses $name', ({ raw, network, where, found }) => {
    let error: unknown;
    try {
      requireFit(manifestOf(raw), network);
    } catch (thrown) {
      error = thrown;
    }
    if (!(error instanceof ManifestError)) throw new Error('the manifest was accepted');
    expect(error.code).toBe('mismatch');
    expect(error.where).toContain(`'${where}'`);
    expect(error.found).toContain(found);
  });

  test('warns where hyper_parameters say otherwise', () => {
    const settings = {
      ...core.settings,
      gradientSteps: 10,
      cascades: 3,
      mean: 0.3,
      variance: 0.25,
      normObs: 'l1',
      normPrior: 'l2',
      medianWidth: 3,
      isPeriodic: false,
    } as const;
    const stored = { ...core, settings };
    expect(requireFit(manifestOf(CORE), stored)).toEqual([
      'The manifest has n_grad: 5, hyper_parameters in the checkpoint 10.',
      'The manifest has norm_obs: l2, hyper_parameters in the checkpoint l1.',
      'The manifest has median_width: 1, hyper_parameters in the checkpoint 3.',
      'The manifest has normalisation.std: 0.4, hyper_parameters in the checkpoint 0.5.',
    ]);
  });
});

test('warns of a checkpoint of older core code that cascades may have begun without memory', () => {
  const older = { ...core, unknownTensors: ['gradient_img.conv_gx.weight'] };
  expect(requireFit(manifestOf(CORE), older)).toEqual([
    expect.stringMatching(/'gradient_img\.conv_gx\.weight', as the code of 2021.*carry_memory: false/),
  ]);
  expect(requireFit(manifestOf({ ...CORE, carry_memory: false }), older)).toEqual([]);
  expect(requireFit(manifestOf({ ...CORE, n_fourdvar_iter: 1 }), older)).toEqual([]);
  expect(settingsFrom(manifestOf({ ...CORE, carry_memory: false }))).toMatchObject({ carriesMemory: false });
});

test('warns of a core network that calibrates SWOT: its tensors are the same, its map is not', () => {
  const calibrating = { ...core, settings: { ...core.settings, isCalibration: true } };
  expect(requireFit(manifestOf(CORE), calibrating)).toEqual([expect.stringContaining("'swot_anom_wrt'")]);
});

describe('requireMappable', () => {
  const edges = (count: number) => ({ before: count, after: count });

  test('warns where the stored weights of patches say otherwise', () => {
    const patchWeights = {
      tensor: 'rec_weight',
      patch: { days: 15, lat: 240, lon: 240 },
      crop: { days: edges(0), lat: edges(20), lon: edges(4) },
      timeWeights: null,
    };
    expect(requireMappable(manifestOf(STARTER), { ...starter, patchWeights })).toEqual([
      "The manifest has patches of 24 × 24 nodes, 'rec_weight' in the checkpoint is for 240 × 240.",
      "The manifest crops 4 nodes along lat, 'rec_weight' in the checkpoint 20.",
    ]);
  });

  test('warns where the stored weights give the days of a patch another share', () => {
    const triangle = (offset: number) =>
      Array.from({ length: 15 }, (_, day) => Math.fround(1 - Math.abs(offset + 2 * day - 15) / 15));
    const stored = (timeWeights: number[]) => ({
      tensor: 'rec_weight',
      patch: { days: 15, lat: 24, lon: 24 },
      crop: { days: edges(0), lat: edges(4), lon: edges(4) },
      timeWeights,
    });
    expect(requireMappable(manifestOf(STARTER), { ...starter, patchWeights: stored(triangle(1)) })).toEqual(
      [],
    );
    expect(requireMappable(manifestOf(STARTER), { ...starter, patchWeights: stored(triangle(0)) })).toEqual([
      expect.stringMatching(/weighs the days.*'rec_weight'.*which has 0, 0\.133, 0\.267/),
    ]);
  });

  test('asks how SST was normalised where the checkpoint reads it, and not where it does not', () => {
    const withSst = { ...core, sst: { featureCount: 5, kernel: 3 } };
    expect(() => requireMappable(manifestOf(CORE), withSst)).toThrow(/no sst_normalisation/);
    const given = manifestOf({ ...CORE, sst_normalisation: { from: 'sst' } });
    expect(requireMappable(given, withSst)).toEqual([]);
    expect(() => requireMappable(given, core)).toThrow(/no tensors for SST/);
  });
});

test('ε of the manifest replaces that of the checkpoint', () => {
  const weights = new Map([['model_VarCost.epsObs', { shape: [2], data: Float32Array.of(0.1, 0.1) }]]);
  const replaced = weightsFor(manifestOf({ ...CORE, eps_obs: 0.5 }), weights);
  expect(replaced.get('model_VarCost.epsObs')!.data).toEqual(Float32Array.of(0.5, 0.5));
  expect(weights.get('model_VarCost.epsObs')!.data[0]).toBeCloseTo(0.1, 6);
});

describe('manifestTemplate', () => {
  test('fills in what is known, and is refused until the rest is written', () => {
    const hinted = { ...starter, quadHint: { isQuadratic: true, because: '' } };
    const text = manifestTemplate(hinted, { n_step: 15, bilin_quad: false });
    expect(text).toMatch(/^architecture: starter +# the kind of network$/m);
    expect(text).toMatch(/^n_step: 15 /m);
    expect(text).toMatch(/^bilin_quad: false .*; the checkpoint says true$/m);
    expect(text).toMatch(/^# lr_grad: /m);
    expect(() => parseManifest(text)).toThrow(/no lr_grad/);
  });

  test('keeps what its author wrote, fills in what was left open, and names what it leaves out', () => {
    const stored = { ...starter, quadHint: { isQuadratic: true, because: '' } };
    const written = { architecture: 'core', bilin_quad: '???', n_stepp: 3, n_step: 'many' };
    const text = manifestTemplate(stored, written);
    expect(text).toMatch(/^n_step: many /m);
    expect(text).toMatch(/^bilin_quad: true [^;]*$/m);
    expect(text).toMatch(/^architecture: starter /m);
    expect(text.split('\n').filter((line) => line.startsWith('# left out'))).toEqual([
      '# left out, not of a starter network: architecture: core',
      '# left out, not of a starter network: n_stepp: 3',
    ]);
  });

  test('does not let a default stand in for what a configuration leaves open', () => {
    const { input_fill: _, ...rest } = STARTER as Record<string, unknown>;
    const text = manifestTemplate(starter, rest, [{ key: 'input_fill', reason: 'a fork: see there' }]);
    expect(text).toMatch(/^input_fill: \?\?\? +# what a point .*nan or zero\. a fork: see there$/m);
    expect(() => parseManifest(text)).toThrow(/no input_fill .*; needed: input_fill: nan or zero/);
    expect(parseManifest(text.replace('???', 'zero'))).toMatchObject({ input_fill: 'zero' });
  });

  test('is a manifest once everything is known', () => {
    const text = manifestTemplate(starter, STARTER);
    expect(parseManifest(text)).toEqual(checkedManifest(STARTER));
  });
});

test('a core checkpoint tells much of its manifest', () => {
  expect(
    knownKeys({
      ...core,
      settings: {
        ...core.settings,
        gradientSteps: 5,
        cascades: 3,
        mean: 0.3,
        variance: 0.16,
        normObs: 'l1',
        isStochastic: true,
      },
    }),
  ).toEqual({
    norm_obs: 'l1',
    stochastic: true,
    architecture: 'core',
    aug_state: true,
    prior: 'two-scale',
    n_grad: 5,
    n_fourdvar_iter: 3,
    normalisation: { mean: 0.3, std: 0.4 },
  });
});
