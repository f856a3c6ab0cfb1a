import {
  axesAt,
  isBoolean,
  isNumber,
  isNumberOrNull,
  type HydraReader,
} from '../../manifest/hydra-reader.js';
import { isMapping } from '../../manifest/raw-manifest.js';

/**
 * Keys of 4dvarnet-starter and of what is derived from it, SST in the observation cost (contrib/multimodal) included.
 *
 * Source: config/ of CIA-Oceanix/4dvarnet-starter and the defaults of the classes in src/models.py, src/utils.py and
 *   contrib/multimodal.
 */
export function readStarterConfig(reader: HydraReader): void {
  readArchitecture(reader);
  readSolver(reader);
  readPatches(reader);
  readReconstructionWeight(reader);
  readNormalisation(reader);
  reader.take('batch_size', ['datamodule.dl_kw.batch_size', 'datamodule.batch_size'], isNumber);
  reader.take('spacing_deg', ['datamodule.spacing_deg', 'datamodule.resolution'], isNumber);
}

/** Classes by the block that they build; others compute something else, some of them with the same tensors. */
const KNOWN_CLASSES = {
  'model.solver': ['GradSolver', 'GradSolverZero'],
  'model.solver.prior_cost': ['BilinAEPriorCost'],
  'model.solver.grad_mod': ['ConvLstmGradModel'],
  'model.solver.obs_cost': ['BaseObsCost', 'MultiModalObsCost'],
} as const;

function readArchitecture(reader: HydraReader): void {
  const solver = reader.className('model.solver');
  if (solver === null)
    return reader.miss(
      'architecture',
      'the configuration has no model.solver._target_: one of a run that only tested a network has none, that of the training does',
    );
  for (const [place, known] of Object.entries(KNOWN_CLASSES)) {
    const name = reader.className(place);
    if (name !== null && !(known as readonly string[]).includes(name))
      reader.refuse('architecture', `'${name}' of ${place} is not built here; known are ${known.join(', ')}`);
    else if (name !== null && place !== 'model.solver') refusePartOfElsewhere(reader, place);
  }
  const isMultimodal = reader.className('model.solver.obs_cost') === 'MultiModalObsCost';
  reader.set(
    'architecture',
    isMultimodal ? 'starter-multimodal' : 'starter',
    isMultimodal ? 'model.solver.obs_cost._target_' : 'model.solver._target_',
  );
  reader.set('init', solver.endsWith('Zero') ? 'zero' : 'obs', 'model.solver._target_');
  readConventions(reader);
  refuseUnknownSettings(reader);
  if (isMultimodal) readSst(reader);
}

/** Where parts of the solver live that are known; several forks have others under the same names. */
const KNOWN_PART_MODULES = ['src.models', 'ocean4dvarnet.models', 'contrib.multimodal'];

function refusePartOfElsewhere(reader: HydraReader, place: string): void {
  const target = String(reader.at(`${place}._target_`));
  if (KNOWN_PART_MODULES.includes(moduleOf(target))) return;
  reader.refuse(
    'architecture',
    `${place} is '${target}', of a module that is not known here: a class of that name may compute something else there; known are those of ${KNOWN_PART_MODULES.join(', ')}`,
  );
}

/** Where the classes live whose conventions are known: elsewhere, a class of the same name may have others. */
const KNOWN_MODULES = ['src.models', 'ocean4dvarnet.models'];
/** Arguments of Lit4dVarNet; further ones are of a branch or a fork, which may change its conventions under the same name. */
const LIGHTNING_SETTINGS = [
  ...['solver', 'rec_weight', 'opt_fn', 'test_metrics', 'pre_metric_fn', 'norm_stats', 'persist_rw'],
];

/**
 * How points without observation enter and whether the prior is applied at the end: neither stands in a configuration. The code of
 * 4dvarnet-starter has one answer, branches and forks have others.
 */
function readConventions(reader: HydraReader): void {
  const lightning = reader.at('model._target_');
  if (typeof lightning === 'string' && lightning.includes('Forecast'))
    reader.refuse(
      'architecture',
      `model._target_ is '${lightning}': a forecast, which hides the second half of its observations from the network`,
    );
  const foreign = signsOfForks(reader);
  if (foreign.length === 0) {
    const origin = 'the code of 4dvarnet-starter (the configuration cannot say it)';
    reader.set('input_fill', 'nan', origin);
    if (reader.at('model.solver.lr_grad') !== undefined) return reader.set('final_projection', true, origin);
    return reader.miss(
      'final_projection',
      `${OLD_SOLVER}: see in your code whether the prior is applied once more at the end`,
    );
  }
  const reason = `${foreign.join(' and ')}, not of 4dvarnet-starter itself: see there`;
  reader.miss('input_fill', `${reason} whether NaN becomes 0 before the solver (zero) or not (nan)`);
  reader.miss('final_projection', `${reason} whether the prior is applied once more at the end`);
}

/** What in a configuration the main branch of 4dvarnet-starter does not have. */
function signsOfForks(reader: HydraReader): string[] {
  const signs: string[] = [];
  for (const [place, known] of [
    ['model', ['Lit4dVarNet']],
    ['model.solver', KNOWN_CLASSES['model.solver']],
  ] as const) {
    const target = reader.at(`${place}._target_`);
    if (typeof target !== 'string') continue;
    const name = reader.className(place) ?? '';
    if (!KNOWN_MODULES.includes(moduleOf(target)) || !(known as readonly string[]).includes(name))
      signs.push(`${place}._target_ is '${target}'`);
  }
  const further = reader
    .keys('model')
    .filter((key) => !LIGHTNING_SETTINGS.includes(key) && !key.startsWith('_'));
  if (further.length > 0) signs.push(`model has ${further.map((key) => `'${key}'`).join(', ')}`);
  if (reader.keys('model.solver').includes('reset_state')) signs.push("model.solver has 'reset_state'");
  return signs;
}

/** Arguments that are read elsewhere, that the tensors tell, or that matter in training only. */
const KNOWN_SETTINGS: Readonly<Record<string, readonly string[]>> = {
  'model.solver': ['prior_cost', 'obs_cost', 'grad_mod', 'n_step', 'lr_grad', 'lbd'],
  'model.solver.prior_cost': ['dim_in', 'dim_hidden', 'kernel_size', 'downsamp', 'bilin_quad'],
  'model.solver.grad_mod': ['dim_in', 'dim_hidden', 'kernel_size', 'downsamp', 'dropout'],
  'model.solver.obs_cost': ['w', 'dim_in', 'dim_hidden', ...['ecs_weight', 'sst_weight', 'weight1']],
};
/** Arguments of forks, and the value with which they change nothing. */
const NEUTRAL: Readonly<Record<string, unknown>> = {
  weight_obs: 1,
  weight_prior: 1,
  bias: true,
  reset_state: true,
};

/** An argument that nobody here knows may change what is computed, as `lbd` does. */
function refuseUnknownSettings(reader: HydraReader): void {
  for (const [place, known] of Object.entries(KNOWN_SETTINGS)) {
    for (const key of reader.keys(place)) {
      if (known.includes(key) || key.startsWith('_')) continue;
      const value = reader.at(`${place}.${key}`);
      if (value === null || (Object.hasOwn(NEUTRAL, key) && NEUTRAL[key] === value)) continue;
      reader.refuse(
        'architecture',
        `${place}.${key} is ${JSON.stringify(value)}: an argument that is not known here and may change the result`,
      );
    }
  }
}

/** The data module normalises SST by its own mean and standard deviation over the training, which are written nowhere. */
function readSst(reader: HydraReader): void {
  reader.miss(
    'sst_normalisation',
    'the data module computes it of the training SST; {from: sst} takes that of the SST being mapped instead',
  );
  for (const key of ['ecs_weight', 'sst_weight', 'weight1']) {
    const weight = reader.at(`model.solver.obs_cost.${key}`);
    if (weight !== undefined)
      reader.refuse(
        'architecture',
        `model.solver.obs_cost.${key} is ${JSON.stringify(weight)}: an observation cost with learned weights is not built here`,
      );
  }
}

function readSolver(reader: HydraReader): void {
  reader.take('n_step', ['model.solver.n_step'], isNumber);
  readStepSize(reader);
  reader.take('prior_downsamp', ['model.solver.prior_cost.downsamp'], isNumberOrNull, {
    value: null,
    origin: 'the default of the class',
  });
  reader.take('bilin_quad', ['model.solver.prior_cost.bilin_quad'], isBoolean, {
    value: true,
    origin: 'the default of the class',
  });
  reader.take('grad_downsamp', ['model.solver.grad_mod.downsamp'], isNumberOrNull, {
    value: null,
    origin: 'the default of the class',
  });
  const weight = reader.at('model.solver.obs_cost.w') ?? 1;
  const lbd = reader.at('model.solver.lbd') ?? 1;
  if (isNumber(weight) && isNumber(lbd))
    reader.set('obs_weight', weight * lbd * lbd, 'model.solver.obs_cost.w · model.solver.lbd²');
  else reader.miss('obs_weight', 'model.solver.obs_cost.w and model.solver.lbd are no numbers');
}

const OLD_SOLVER = 'model.solver has no lr_grad, an argument since February 2023';

/**
 * Where `lr_grad` is silent, the code may be older than this argument: its updates then had no share of the gradient, a tenth of it,
 * or a tenth of (k + 1)/K without it, and the earliest version left the projection out.
 */
function readStepSize(reader: HydraReader): void {
  if (reader.at('model.solver.lr_grad') !== undefined)
    return reader.take('lr_grad', ['model.solver.lr_grad'], isNumber);
  reader.miss(
    'lr_grad',
    `${OLD_SOLVER}: see in solver_step of your code what the gradient is multiplied by beside (k + 1)/K, 0.2 or 0.1 as the default of the class, 0.1 or 0 before; if it adds 0.1·(k + 1)/K without the gradient, export the network to ONNX`,
  );
}

function readPatches(reader: HydraReader): void {
  const place = patchPlace(reader);
  const patch = axesAt(reader, `${place}.patch_dims`);
  if (patch === null || Object.keys(patch).length < 3)
    reader.miss('patch', `the configuration has no ${place}.patch_dims with time, lat and lon`);
  else reader.set('patch', patch, `${place}.patch_dims`);
  const strides = axesAt(reader, `${place}.strides`);
  if (strides === null) reader.miss('strides', `the configuration has no ${place}.strides`);
  else
    reader.set('strides', { time: 1, lat: 1, lon: 1, ...strides }, `${place}.strides (1 where it has none)`);
}

/**
 * Global networks have patches of their own for training, validation and test. Maps are made of those of the test; those of the
 * validation are the whole globe.
 */
function patchPlace(reader: HydraReader): string {
  const place = 'datamodule.xrds_kw';
  const places = [place, `${place}.test`, `${place}.train`];
  return places.find((candidate) => reader.at(`${candidate}.patch_dims`) !== undefined) ?? place;
}

const TIME_WINDOWS: Readonly<Record<string, 'triangular' | 'uniform' | 'hanning'>> = {
  get_triang_time_wei: 'triangular',
  get_constant_crop: 'uniform',
  get_cropped_hanning_mask: 'hanning',
};

function readReconstructionWeight(reader: HydraReader): void {
  const recipe = reader.className('model.rec_weight');
  const time = recipe === null ? undefined : TIME_WINDOWS[recipe];
  if (time === undefined) {
    const reason =
      recipe === null
        ? 'the configuration has no model.rec_weight._target_'
        : `the recipe '${recipe}' of model.rec_weight is not known; known are ${Object.keys(TIME_WINDOWS).join(', ')}`;
    return reader.miss('reconstruction_weight', reason);
  }
  const crop = axesAt(reader, 'model.rec_weight.crop');
  if (crop === null) return reader.miss('reconstruction_weight', 'model.rec_weight has no crop');
  const whole = { time: 0, lat: 0, lon: 0, ...crop };
  const offset = reader.at('model.rec_weight.offset') ?? null;
  if (time === 'triangular' && offset === null)
    return reader.miss(
      'reconstruction_weight',
      `model.rec_weight has no offset, and which one the code takes then depends on its version: 1 until get_triang_time_wei had that argument, 0 since; write {time: triangular, offset: 1, crop: {time: ${whole.time}, lat: ${whole.lat}, lon: ${whole.lon}}}, or the same with 0; a checkpoint that stores rec_weight tells it by itself`,
    );
  reader.set(
    'reconstruction_weight',
    { time, ...(time === 'triangular' ? { offset } : {}), crop: whole },
    'model.rec_weight',
  );
}

/** Settings of data modules under which (mean, std) are not those of the training truth. */
const OTHER_STATISTICS: Readonly<Record<string, { usual: unknown; meaning: string }>> = {
  norm_type: {
    usual: 'z_score',
    meaning:
      'heights were not scaled by mean and standard deviation: with min_max, write the minimum as mean and the maximum as std',
  },
  std_c: { usual: 1, meaning: 'the standard deviation was multiplied by it' },
  mean_std_domain: { usual: 'train', meaning: 'they were computed of another period' },
};

/** Where the data modules live that take mean and standard deviation of the truth of the training. */
const KNOWN_DATA_MODULES = ['src.data', 'ocean4dvarnet.data', 'contrib.multimodal'];

/** `src.data` of `src.data.BaseDataModule`. */
const moduleOf = (target: string): string => target.split('.').slice(0, -1).join('.');

function readNormalisation(reader: HydraReader): void {
  const places = ['datamodule.norm_stats', 'model.norm_stats'];
  for (const place of places.flatMap((stats) => [`${stats}.train`, stats])) {
    const stats = reader.at(place);
    const [mean, std] = Array.isArray(stats)
      ? stats
      : isMapping(stats)
        ? [stats['mean'] ?? stats['m'], stats['std'] ?? stats['s']]
        : [];
    if (isNumber(mean) && isNumber(std)) return reader.set('normalisation', { mean, std }, place);
  }
  const written = places.find((place) => (reader.at(place) ?? null) !== null);
  if (written !== undefined)
    return reader.miss(
      'normalisation',
      `${written} is ${JSON.stringify(reader.at(written))}, which is no pair of mean and standard deviation`,
    );
  for (const [key, { usual, meaning }] of Object.entries(OTHER_STATISTICS)) {
    const value = reader.at(`datamodule.${key}`);
    if (value !== undefined && value !== usual)
      return reader.miss('normalisation', `datamodule.${key} is ${JSON.stringify(value)}: ${meaning}`);
  }
  const dataModule = reader.at('datamodule._target_');
  if (typeof dataModule === 'string' && !KNOWN_DATA_MODULES.includes(moduleOf(dataModule)))
    return reader.miss(
      'normalisation',
      `datamodule._target_ is '${dataModule}', not of 4dvarnet-starter itself: see there what norm_stats() gives`,
    );
  reader.set(
    'normalisation',
    { from: 'train-truth' },
    'the code of 4dvarnet-starter, which computes it of the training truth; numbers are safer',
  );
}
