import { mismatch } from '../../manifest/manifest-error.js';
import type { RawManifest } from '../../manifest/raw-manifest.js';
import { SHARED_KEYS } from '../manifest-words.js';
import type { CoreManifest } from './manifest.js';
import type { CoreNetwork } from './recognise.js';

/** What a checkpoint tells of its manifest: the state and prior by their tensors, the rest in `hyper_parameters`. */
export function knownOfCore({ state, prior, settings }: CoreNetwork): RawManifest {
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

/** @throws ManifestError `mismatch` where the tensors or the platform contradict the manifest. */
export function fitCore(manifest: CoreManifest, network: CoreNetwork): string[] {
  requireState(manifest, network);
  return [
    ...storedSettingWarnings(manifest, network),
    ...olderCodeWarnings(manifest, network),
    ...calibrationWarnings(network),
  ];
}

/**
 * @throws ManifestError `mismatch` where the checkpoint reads SST and the manifest does not say how it was normalised, or the
 *   other way round.
 */
export function requireCoreSst(manifest: CoreManifest, network: CoreNetwork): void {
  const isGiven = manifest.sst_normalisation !== undefined;
  if (isGiven !== (network.sst !== null))
    throw mismatch(
      'sst_normalisation',
      isGiven
        ? 'sst_normalisation, but the checkpoint has no tensors for SST'
        : "no sst_normalisation, but the checkpoint reads SST ('model_H')",
      isGiven ? 'no sst_normalisation' : `sst_normalisation: ${SHARED_KEYS.sst_normalisation.values}`,
      isGiven ? 'Remove it.' : 'Add it.',
    );
}

function requireState(manifest: CoreManifest, network: CoreNetwork): void {
  const isAugmented = network.state === 'augmented';
  if (manifest.aug_state !== isAugmented) {
    throw mismatch(
      'aug_state',
      `aug_state: ${manifest.aug_state}, but the state has ${network.stateChannels} channels for ${network.daysT} days`,
      `aug_state: ${isAugmented}`,
      'The number of channels is that of the checkpoint: it cannot be chosen.',
    );
  }
  const prior = network.prior === 'two-scale' ? 'two-scale' : 'one-scale';
  if (manifest.prior !== prior) {
    throw mismatch(
      'prior',
      `prior: ${manifest.prior}, but the tensors are those of a ${prior} prior`,
      `prior: ${prior}`,
      `Write prior: ${prior}.`,
    );
  }
  if (manifest.median_width % 2 === 0) {
    throw mismatch(
      'median_width',
      `median_width: ${manifest.median_width}`,
      'an odd number of nodes: an even window has no node in its middle',
      'Write the width that the training had; 1 is none.',
    );
  }
  if (manifest.stochastic) {
    throw mismatch(
      'stochastic',
      'stochastic: true, a prior that adds white noise to its input',
      'a network that gives the same map each time',
      'Write stochastic: false if the noise was for training only; else run it yourself and submit the map, of one draw or of their mean.',
    );
  }
}

/** Tensors that the core code of 2021 registered and later code does not. */
const OLDER_TENSORS = /^(gradient_img|correlate_noise|regularize_variance|model_LR)\./;

/** Code that began every cascade without memory left other tensors in its checkpoints. */
function olderCodeWarnings(manifest: CoreManifest, { unknownTensors }: CoreNetwork): string[] {
  const sign = unknownTensors.find((name) => OLDER_TENSORS.test(name));
  if (sign === undefined || manifest.n_fourdvar_iter === 1 || !manifest.carry_memory) return [];
  return [
    `The checkpoint has '${sign}', as the code of 2021 wrote it: if there 'self.model(state, obs, new_masks)' gets no hidden state of the cascade before, write carry_memory: false, which changes the map.`,
  ];
}

/** Networks that calibrate SWOT have the same tensors, and another first state and result. */
function calibrationWarnings({ settings }: CoreNetwork): string[] {
  if (!settings.isCalibration) return [];
  return [
    "hyper_parameters have 'swot_anom_wrt', as networks that calibrate SWOT do: those begin with a global anomaly of 0 and give OI plus that anomaly, while here the state begins with the anomaly of the observations and gives OI plus the last one. If this is such a network, its map here is not its own: export it to ONNX.",
  ];
}

/** What `hyper_parameters` say otherwise: they hold the values of the last epoch. */
function storedSettingWarnings(manifest: CoreManifest, { settings }: CoreNetwork): string[] {
  const warnings: string[] = [];
  const compare = <Value extends number | string | boolean>(
    key: string,
    stated: Value,
    stored: Value | null,
  ): void => {
    if (stored === null || stored === stated) return;
    const isNear =
      typeof stored === 'number' &&
      typeof stated === 'number' &&
      Math.abs(stored - stated) <= 1e-6 * Math.abs(stored);
    if (!isNear)
      warnings.push(
        `The manifest has ${key}: ${String(stated)}, hyper_parameters in the checkpoint ${String(stored)}.`,
      );
  };
  compare('n_grad', manifest.n_grad, settings.gradientSteps);
  compare('n_fourdvar_iter', manifest.n_fourdvar_iter, settings.cascades);
  compare<string>('norm_obs', manifest.norm_obs, settings.normObs);
  compare<string>('norm_prior', manifest.norm_prior, settings.normPrior);
  compare('median_width', manifest.median_width, settings.medianWidth);
  compare('periodic_boundary', manifest.periodic_boundary, settings.isPeriodic);
  compare('stochastic', manifest.stochastic, settings.isStochastic);
  if ('mean' in manifest.normalisation) {
    compare('normalisation.mean', manifest.normalisation.mean, settings.mean);
    compare(
      'normalisation.std',
      manifest.normalisation.std,
      settings.variance === null ? null : Math.sqrt(settings.variance),
    );
  }
  return warnings;
}
