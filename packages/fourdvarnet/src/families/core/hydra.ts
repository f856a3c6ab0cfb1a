import { axesAt, isBoolean, isNumber, type HydraReader } from '../../manifest/hydra-reader.js';

/**
 * Keys of 4dvarnet-core: `params` for the network, `datamodule` for patches. Mean and variance are computed when training begins
 * and stand in the checkpoint, if anywhere.
 *
 * Source: hydra_config/xp/base_xp.yaml and hydra_config/xp/baseline of CIA-Oceanix/4dvarnet-core, and what
 *   lit_model_augstate.py and dataloading.py do where they are silent.
 */
export function readCoreConfig(reader: HydraReader): void {
  readArchitecture(reader);
  readSteps(reader);
  reader.take('n_fourdvar_iter', ['params.n_fourdvar_iter'], isNumber);
  reader.take('aug_state', ['params.aug_state'], isBoolean, { value: false, origin: CLASS_DEFAULT });
  readNorm(reader, 'norm_obs');
  readNorm(reader, 'norm_prior');
  reader.take('median_width', ['params.median_filter_width'], isNumber, { value: 1, origin: CLASS_DEFAULT });
  reader.take('periodic_boundary', ['params.UsePriodicBoundary'], isBoolean, {
    value: false,
    origin: CLASS_DEFAULT,
  });
  reader.take('stochastic', ['params.stochastic'], isBoolean, { value: false, origin: CLASS_DEFAULT });
  readPatches(reader);
  readReconstructionWeight(reader);
  reader.miss(
    'normalisation',
    'the data module computes it of the training patches; hyper_parameters.mean_Tr and var_Tr of a checkpoint that holds them are taken by themselves',
  );
  reader.take('batch_size', ['datamodule.dl_kwargs.batch_size'], isNumber);
  readSpacing(reader);
}

/** Whether a configuration is one of core: its network is described by `params`, not by `model`. */
export function isCoreConfig(reader: HydraReader): boolean {
  return reader.at('model.solver') === undefined && reader.at('params.n_grad') !== undefined;
}

const CLASS_DEFAULT = 'the default of the class';
const MODULES = ['lit_model_augstate.LitModelAugstate', 'lit_model_augstate.LitModelCycleLR'];
/** Names of networks in `params.model`, and whether they read SST. */
const NETWORKS: Readonly<Record<string, boolean>> = { '4dvarnet': false, '4dvarnet_sst': true };

function readArchitecture(reader: HydraReader): void {
  const module = reader.at('lit_mod_cls');
  if (module !== undefined && !MODULES.includes(String(module)))
    reader.refuse(
      'architecture',
      `lit_mod_cls is ${JSON.stringify(module)}, which is not built here; known are ${MODULES.join(', ')}`,
    );
  const name = reader.at('params.model') ?? '4dvarnet';
  const readsSst = typeof name === 'string' && Object.hasOwn(NETWORKS, name) ? NETWORKS[name]! : null;
  if (readsSst === null)
    reader.refuse(
      'architecture',
      `params.model is ${JSON.stringify(name)}, which is not built here; known are ${Object.keys(NETWORKS).join(', ')}`,
    );
  reader.set('architecture', 'core', 'lit_mod_cls and params');
  if (readsSst === true)
    reader.miss(
      'sst_normalisation',
      'the data module computes it of the training SST, and stores it nowhere',
    );
}

/** `n_grad` is where a training begins; a schedule changes it from epoch to epoch. */
function readSteps(reader: HydraReader): void {
  const first = reader.at('params.n_grad');
  const schedule = reader.at('params.nb_grad_update');
  const epochs = reader.at('params.iter_update');
  const inForce = Array.isArray(schedule)
    ? schedule.slice(0, Array.isArray(epochs) ? epochs.length : undefined)
    : [];
  if (inForce.some((steps) => steps !== first))
    return reader.miss(
      'n_grad',
      `params.nb_grad_update changes it during training (${inForce.join(', ')}): hyper_parameters.n_grad of the checkpoint has the one in force, and so does the epoch in its name`,
    );
  reader.take('n_grad', ['params.n_grad'], isNumber);
}

function readNorm(reader: HydraReader, key: 'norm_obs' | 'norm_prior'): void {
  const norm = reader.at(`params.${key}`);
  if (norm !== undefined && norm !== 'l1' && norm !== 'l2')
    return reader.refuse(key, `params.${key} is ${JSON.stringify(norm)}; l1 and l2 are built`);
  reader.take(key, [`params.${key}`], (value) => value !== undefined);
}

function readPatches(reader: HydraReader): void {
  const patch = axesAt(reader, 'datamodule.slice_win');
  if (patch === null || Object.keys(patch).length < 3)
    reader.miss('patch', 'the configuration has no datamodule.slice_win with time, lat and lon as numbers');
  else reader.set('patch', patch, 'datamodule.slice_win');
  const strides = axesAt(reader, 'datamodule.strides');
  if (strides === null) reader.miss('strides', 'the configuration has no datamodule.strides with numbers');
  else
    reader.set(
      'strides',
      { time: 1, lat: 1, lon: 1, ...strides },
      'datamodule.strides (1 where it has none)',
    );
}

const TIME_WINDOWS: Readonly<Record<string, 'uniform' | 'hanning'>> = {
  get_constant_crop: 'uniform',
  get_cropped_hanning_mask: 'hanning',
};

function readReconstructionWeight(reader: HydraReader): void {
  const recipe = reader.className('params.patch_weight');
  const time = recipe === null || !Object.hasOwn(TIME_WINDOWS, recipe) ? undefined : TIME_WINDOWS[recipe];
  const known = Object.keys(TIME_WINDOWS).join(', ');
  if (time === undefined)
    return reader.miss(
      'reconstruction_weight',
      recipe === null
        ? 'the configuration has no params.patch_weight._target_'
        : `the recipe '${recipe}' of params.patch_weight is not known; known are ${known}`,
    );
  const crop = axesAt(reader, 'params.patch_weight.crop');
  if (crop === null)
    return reader.miss('reconstruction_weight', 'params.patch_weight has no crop in numbers');
  reader.set(
    'reconstruction_weight',
    { time, crop: { time: 0, lat: 0, lon: 0, ...crop } },
    'params.patch_weight',
  );
}

/** `resolution`, a fraction as text like `1/20`, times `resize_factor`, over which the data are averaged. */
function readSpacing(reader: HydraReader): void {
  const resolution = spacingOf(reader.at('datamodule.resolution'));
  const factor = reader.at('datamodule.resize_factor') ?? 1;
  if (resolution === null || !isNumber(factor))
    return reader.miss('spacing_deg', 'the configuration has no datamodule.resolution in degrees');
  reader.set(
    'spacing_deg',
    Number((resolution * factor).toPrecision(12)),
    'datamodule.resolution · datamodule.resize_factor',
  );
}

function spacingOf(resolution: unknown): number | null {
  if (isNumber(resolution)) return resolution;
  if (typeof resolution !== 'string') return null;
  const parts = /^(?:(\d+)\s+)?(\d+)(?:\/([1-9]\d*))?$/.exec(resolution.trim());
  if (parts === null) return null;
  const [, whole = '0', numerator, denominator = '1'] = parts;
  return Number(whole) + Number(numerator) / Number(denominator);
}
