import type { ManifestArchitecture } from '@sillage/contracts';
import { isMapping, parseYamlMapping, type RawManifest } from './parse-manifest.js';

/** What a hydra configuration says about a manifest. */
export type HydraManifest = {
  /** Keys of a manifest that could be filled. */
  manifest: RawManifest;
  /** Where each value was found, `key ← place`, or which default of the code base stands there. */
  found: readonly string[];
  /** Keys that the configuration does not hold, and why. */
  missing: readonly { key: string; reason: string }[];
};

/** Interpolations that lead to interpolations: real files have two levels. */
const MAX_INTERPOLATION_DEPTH = 20;

/** Whether a text looks like `.hydra/config.yaml` rather than a manifest. */
export function isHydraConfig(raw: RawManifest): boolean {
  return raw['architecture'] === undefined && (isMapping(raw['model']) || isMapping(raw['datamodule']));
}

/**
 * Reads `.hydra/config.yaml` of 4dvarnet-starter or one of its relatives as data: `_target_` is a text that tells classes
 * apart by their last name, and is never imported; `${…}` is followed inside the file only.
 *
 * @throws ManifestError if the text is no YAML mapping.
 * Source: config/ of CIA-Oceanix/4dvarnet-starter and the defaults of the classes in src/models.py and src/utils.py.
 */
export function manifestFromHydra(text: string): HydraManifest {
  const config = parseYamlMapping(text, 'the hydra configuration');
  const reader = new HydraReader(config);
  readArchitecture(reader);
  readSolver(reader);
  readPatches(reader);
  readReconstructionWeight(reader);
  readNormalisation(reader);
  reader.take('batch_size', ['datamodule.dl_kw.batch_size', 'datamodule.batch_size'], isNumber);
  reader.take('spacing_deg', ['datamodule.spacing_deg', 'datamodule.resolution'], isNumber);
  return reader.result();
}

/** Collects what was found and what was not. */
class HydraReader {
  readonly #config: RawManifest;
  readonly #manifest: Record<string, unknown> = {};
  readonly #found: string[] = [];
  readonly #missing = new Map<string, string>();

  constructor(config: RawManifest) {
    this.#config = config;
  }

  /** The value at a dotted place, interpolations followed; undefined where there is none. */
  at(place: string): unknown {
    return this.#resolved(this.#raw(place), 0);
  }

  /** The last name of the class or function that builds a block: `GradSolver` of `src.models.GradSolver`. */
  className(place: string): string | null {
    const target = this.at(`${place}._target_`);
    return typeof target === 'string' ? (target.split('.').at(-1) ?? null) : null;
  }

  set(key: string, value: unknown, origin: string): void {
    this.#manifest[key] = value;
    this.#found.push(`${key} ← ${origin}`);
    this.#missing.delete(key);
  }

  miss(key: string, reason: string): void {
    this.#missing.set(key, reason);
  }

  /** Takes the first of several places that holds a value of the kind wanted. */
  take(
    key: string,
    places: readonly string[],
    isWanted: (value: unknown) => boolean,
    fallback?: { value: unknown; origin: string },
  ): void {
    for (const place of places) {
      const value = this.at(place);
      if (isWanted(value)) return this.set(key, value, place);
      if (value !== undefined)
        return this.miss(
          key,
          `${place} is ${JSON.stringify(value)}, which cannot be read without running code`,
        );
    }
    if (fallback !== undefined) return this.set(key, fallback.value, fallback.origin);
    this.miss(key, `the configuration has no ${places[0]!}`);
  }

  result(): HydraManifest {
    return {
      manifest: this.#manifest,
      found: this.#found,
      missing: [...this.#missing].map(([key, reason]) => ({ key, reason })),
    };
  }

  #raw(place: string): unknown {
    let value: unknown = this.#config;
    for (const key of place.split('.')) {
      value = this.#resolved(value, 0);
      if (!isMapping(value) || !Object.hasOwn(value, key)) return undefined;
      value = value[key];
    }
    return value;
  }

  /** Follows `${a.b.c}`; other resolvers, as `${now:…}`, stay the text that they are. */
  #resolved(value: unknown, depth: number): unknown {
    if (typeof value !== 'string' || depth > MAX_INTERPOLATION_DEPTH) return value;
    const place = /^\$\{([A-Za-z0-9_.]+)\}$/.exec(value.trim())?.[1];
    if (place === undefined || place.startsWith('.')) return value;
    let target: unknown = this.#config;
    for (const key of place.split('.')) {
      target = this.#resolved(target, depth + 1);
      if (!isMapping(target) || !Object.hasOwn(target, key)) return value;
      target = target[key];
    }
    return this.#resolved(target, depth + 1);
  }
}

const isNumber = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value);
const isNumberOrNull = (value: unknown): boolean => value === null || isNumber(value);
const isBoolean = (value: unknown): boolean => typeof value === 'boolean';

function readArchitecture(reader: HydraReader): void {
  const solver = reader.className('model.solver');
  const observation = reader.className('model.solver.obs_cost');
  if (solver === null) return reader.miss('architecture', 'the configuration has no model.solver._target_');
  if (!/^GradSolver(Zero)?$/.test(solver))
    return reader.miss('architecture', `the solver '${solver}' is not known`);
  const isMultimodal = observation !== null && /multimodal/i.test(observation);
  const architecture: ManifestArchitecture = isMultimodal ? 'starter-multimodal' : 'starter';
  reader.set(
    'architecture',
    architecture,
    isMultimodal ? 'model.solver.obs_cost._target_' : 'model.solver._target_',
  );
  reader.set('init', solver.endsWith('Zero') ? 'zero' : 'obs', 'model.solver._target_');
  reader.set('input_fill', 'nan', 'the code of the starter kit (the configuration cannot say it)');
  reader.set('final_projection', true, 'the code of the starter kit (the configuration cannot say it)');
  if (isMultimodal) reader.miss('sst_normalisation', 'the configuration does not say how SST was normalised');
}

function readSolver(reader: HydraReader): void {
  reader.take('n_step', ['model.solver.n_step'], isNumber);
  reader.take('lr_grad', ['model.solver.lr_grad'], isNumber, {
    value: 0.2,
    origin: 'the default of the class (0.2; it was 0.1 before March 2023)',
  });
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

function readPatches(reader: HydraReader): void {
  const patch = axesAt(reader, 'datamodule.xrds_kw.patch_dims');
  if (patch === null || Object.keys(patch).length < 3)
    reader.miss('patch', 'the configuration has no datamodule.xrds_kw.patch_dims with time, lat and lon');
  else reader.set('patch', patch, 'datamodule.xrds_kw.patch_dims');
  const strides = axesAt(reader, 'datamodule.xrds_kw.strides');
  if (strides === null) reader.miss('strides', 'the configuration has no datamodule.xrds_kw.strides');
  else
    reader.set(
      'strides',
      { time: 1, lat: 1, lon: 1, ...strides },
      'datamodule.xrds_kw.strides (1 where it has none)',
    );
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
  const offset = reader.at('model.rec_weight.offset') ?? 0;
  reader.set(
    'reconstruction_weight',
    {
      time,
      ...(time === 'triangular' ? { offset } : {}),
      crop: { time: 0, lat: 0, lon: 0, ...crop },
    },
    'model.rec_weight',
  );
}

function readNormalisation(reader: HydraReader): void {
  for (const place of ['datamodule.norm_stats', 'model.norm_stats']) {
    const stats = reader.at(place);
    const [mean, std] = Array.isArray(stats)
      ? stats
      : isMapping(stats)
        ? [stats['mean'] ?? stats['m'], stats['std'] ?? stats['s']]
        : [];
    if (isNumber(mean) && isNumber(std)) return reader.set('normalisation', { mean, std }, place);
  }
  reader.set(
    'normalisation',
    { from: 'train-truth' },
    'the code of the starter kit, which computes it of the training truth; numbers are safer',
  );
}

/** The numbers of a block of time, lat and lon; null unless it holds some and nothing else. */
function axesAt(reader: HydraReader, place: string): Record<string, number> | null {
  const block = reader.at(place);
  if (!isMapping(block)) return null;
  const axes: Record<string, number> = {};
  for (const axis of ['time', 'lat', 'lon']) {
    const value = reader.at(`${place}.${axis}`);
    if (isNumber(value)) axes[axis] = value;
    else if (value !== undefined) return null;
  }
  return Object.keys(axes).length === 0 ? null : axes;
}
