import type { PatchWeights, RecognisedNetwork } from '../checkpoint/index.js';
import type { RawManifest } from './parse-manifest.js';
import { storedRecipe } from './stored-recipe.js';

/** What a checkpoint itself says about its manifest. */
export function knownKeys(network: RecognisedNetwork): RawManifest {
  const { patchWeights } = network;
  return {
    architecture: network.architecture,
    ...(patchWeights === null ? {} : patchKeys(patchWeights)),
    ...('hasBilin22' in network ? quadKey(network) : {}),
    ...(network.architecture === 'core' ? coreKeys(network) : {}),
  };
}

function patchKeys(stored: PatchWeights): RawManifest {
  const { days, lat, lon } = stored.patch;
  const recipe = storedRecipe(stored);
  return {
    patch: { time: days, lat, lon },
    ...(recipe === null ? {} : { reconstruction_weight: recipe }),
  };
}

function quadKey({
  hasBilin22,
  quadHint,
}: Pick<Extract<RecognisedNetwork, { hasBilin22: boolean }>, 'hasBilin22' | 'quadHint'>): RawManifest {
  if (!hasBilin22) return { bilin_quad: true };
  return quadHint === null ? {} : { bilin_quad: quadHint.isQuadratic };
}

function coreKeys({
  state,
  prior,
  settings,
}: Extract<RecognisedNetwork, { architecture: 'core' }>): RawManifest {
  const { gradientSteps, cascades, mean, variance } = settings;
  const stored = {
    norm_obs: settings.normObs,
    norm_prior: settings.normPrior,
    median_width: settings.medianWidth,
    periodic_boundary: settings.isPeriodic,
    stochastic: settings.isStochastic,
  };
  return {
    ...Object.fromEntries(Object.entries(stored).filter(([, value]) => value !== null)),
    aug_state: state === 'augmented',
    prior: prior === 'two-scale' ? 'two-scale' : 'one-scale',
    ...(gradientSteps === null ? {} : { n_grad: gradientSteps }),
    ...(cascades === null ? {} : { n_fourdvar_iter: cascades }),
    ...(mean === null || variance === null ? {} : { normalisation: { mean, std: Math.sqrt(variance) } }),
  };
}
