import type { Family } from '../family.js';
import { yesOrNo, type ManifestChoice } from '../form-fields.js';
import { sentence } from '../manifest-words.js';
import { fitCore, knownOfCore, requireCoreSst } from './fit.js';
import { coreKeys, coreSchema } from './manifest.js';
import { readCoreNetwork, type CoreNetwork } from './recognise.js';

const NORMS: ManifestChoice['options'] = [
  { id: '', name: 'as the checkpoint says; else l2' },
  { id: 'l2', name: 'l2' },
  { id: 'l1', name: 'l1' },
];
const STORED_NORM = 'hyper_parameters of a checkpoint of core hold it.';
const choices: readonly ManifestChoice[] = [
  {
    key: 'norm_obs',
    label: 'Norm of the observation cost (norm_obs)',
    hint: STORED_NORM,
    options: NORMS,
    isMain: false,
  },
  {
    key: 'norm_prior',
    label: 'Norm of the prior cost (norm_prior)',
    hint: STORED_NORM,
    options: NORMS,
    isMain: false,
  },
  {
    key: 'periodic_boundary',
    label: 'Opposite edges joined (periodic_boundary)',
    hint: sentence(coreKeys.periodic_boundary),
    options: yesOrNo('as the checkpoint says; else no'),
    isMain: false,
  },
  {
    key: 'carry_memory',
    label: 'Memory lasts from cascade to cascade (carry_memory)',
    hint: sentence(coreKeys.carry_memory),
    options: [
      { id: 'true', name: 'yes' },
      { id: 'false', name: 'no: code of 2021' },
    ],
    isMain: false,
  },
];

/** 4dvarnet-core: state of OI and anomaly, bilinear prior on one or two scales, ConvLSTM. */
export const CORE = {
  schema: coreSchema,
  keys: coreKeys,
  form: {
    name: 'core: augmented state, two-scale prior',
    numbers: [
      { key: 'n_grad', label: 'Gradient steps (n_grad)', base: '5' },
      { key: 'n_fourdvar_iter', label: 'Outer iterations (n_fourdvar_iter)', base: '3' },
      {
        key: 'median_width',
        label: 'Median filter, nodes (empty: as the checkpoint says; else none)',
        base: '',
        empty: null,
        isOptional: true,
        isOdd: true,
        isMore: true,
      },
    ],
    choices,
    base: {
      numbers: { patchTime: '7', strideLat: '20', strideLon: '20', batch_size: '2', cropTime: '3' },
      time: 'uniform',
    },
    sst: 'optional',
  },
  describe: () => '4DVarNet core, augmented state and two-scale prior',
  looks: "core: 'phi_r.encoder.*' with 'model_Grad.lstm.Gates.weight'",
  anchor: 'model_Grad.lstm.Gates',
  isOf: (shapes) => shapes.names().some((name) => name.startsWith('phi_r.encoder.')),
  recognise: readCoreNetwork,
  known: knownOfCore,
  maybeKnown: ['n_grad', 'n_fourdvar_iter', 'normalisation'],
  isNeedless: (key, value) =>
    key === 'aug_state' || key === 'prior' || (key === 'stochastic' && value === false),
  sizes: ({ priorWidth, solverWidth, state, stateChannels }) => [
    { name: 'prior width', value: String(priorWidth) },
    { name: 'solver width', value: String(solverWidth) },
    { name: 'state', value: `${state}, ${stateChannels} channels` },
  ],
  inputs: ({ sst }) => (sst === null ? ['oi'] : ['oi', 'sst']),
  extraInputs: (manifest) => (manifest.sst_normalisation === undefined ? ['oi'] : ['oi', 'sst']),
  fields: (_, readsSst) => (readsSst ? ['oi', 'sst'] : ['oi']),
  blocks: (_, { scale }) => [['patch', scale]],
  fit: fitCore,
  requireMappable: requireCoreSst,
  isSearchable: false,
} as const satisfies Family<typeof coreSchema, CoreNetwork>;
