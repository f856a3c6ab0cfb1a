import type { ManifestArchitecture, NetworkManifest } from '@sillage/contracts';
import type { CoreNetwork, RecognisedNetwork } from '../checkpoint/index.js';
import type { NetworkSettings, WeightMap } from '../networks/index.js';
import { ManifestError } from './manifest-error.js';
import { MANIFEST_KEYS } from './manifest-keys.js';
import { isSame, timeWeightsOf } from './stored-recipe.js';

/** A manifest of a network whose weights we have; an ONNX network brings its own graph. */
export type CheckpointManifest = Exclude<NetworkManifest, { architecture: 'onnx' }>;
export type OnnxManifest = Extract<NetworkManifest, { architecture: 'onnx' }>;

/** The settings of a network in the words of those who build its graph. */
export function settingsFrom(manifest: CheckpointManifest): NetworkSettings {
  switch (manifest.architecture) {
    case 'starter':
    case 'starter-multimodal':
      return {
        architecture: manifest.architecture,
        ...descentSettings(manifest),
        gradDownsamp: manifest.grad_downsamp,
      };
    case 'cnn-solver':
      return { architecture: 'cnn-solver', ...descentSettings(manifest) };
    case 'fixed-point':
      return {
        architecture: 'fixed-point',
        priorDownsamp: manifest.prior_downsamp,
        bilinQuad: manifest.bilin_quad,
        nStep: manifest.n_step,
        init: manifest.init,
        finalProjection: manifest.final_projection,
      };
    case 'core':
      return {
        architecture: 'core',
        nGrad: manifest.n_grad,
        nFourdvarIter: manifest.n_fourdvar_iter,
        augState: manifest.aug_state,
        normObs: manifest.norm_obs,
        normPrior: manifest.norm_prior,
        isPeriodic: manifest.periodic_boundary,
        carriesMemory: manifest.carry_memory,
        medianWidth: manifest.median_width,
      };
  }
}

/**
 * Whether a manifest and a checkpoint belong together.
 *
 * @param patch - days and nodes that are solved; default: those of the manifest.
 * @returns what is unusual and not wrong, as sentences.
 * @throws ManifestError `mismatch`, with what to do: another architecture, other days, a patch that the blocks do not tile, a
 *   bilinear term or a state that the checkpoint contradicts.
 */
export function requireFit(
  manifest: CheckpointManifest,
  network: RecognisedNetwork,
  patch: { time: number; lat: number; lon: number } = manifest.patch,
): string[] {
  requireArchitecture(manifest.architecture, network);
  requireDays(network, patch.time);
  requireTiling(manifest, network, patch);
  requireQuad(manifest, network);
  if (manifest.architecture !== 'core' || network.architecture !== 'core') return [];
  requireState(manifest, network);
  return [
    ...storedSettingWarnings(manifest, network),
    ...olderCodeWarnings(manifest, network),
    ...calibrationWarnings(network),
  ];
}

/**
 * Whether a manifest also says all that mapping a basin needs.
 *
 * @returns what is unusual and not wrong, as sentences.
 * @throws ManifestError `mismatch` where the checkpoint reads SST and the manifest does not say how it was normalised, or the
 *   other way round.
 */
export function requireMappable(manifest: CheckpointManifest, network: RecognisedNetwork): string[] {
  if (manifest.architecture === 'starter-multimodal') requireOiScaling(manifest);
  if (manifest.architecture === 'core' && network.architecture === 'core') {
    const isGiven = manifest.sst_normalisation !== undefined;
    if (isGiven !== (network.sst !== null))
      throw mismatch(
        'sst_normalisation',
        isGiven
          ? 'sst_normalisation, but the checkpoint has no tensors for SST'
          : "no sst_normalisation, but the checkpoint reads SST ('model_H')",
        isGiven ? 'no sst_normalisation' : `sst_normalisation: ${MANIFEST_KEYS['sst_normalisation']!.values}`,
        isGiven ? 'Remove it.' : 'Add it.',
      );
  }
  return patchWeightWarnings(manifest, network);
}

function requireOiScaling({
  second_field: field,
  sst_normalisation: normalisation,
}: Extract<CheckpointManifest, { architecture: 'starter-multimodal' }>): void {
  if (field === 'sst' || !('from' in normalisation)) return;
  throw mismatch(
    'sst_normalisation',
    `sst_normalisation: {from: sst}, but second_field: ${field}`,
    'mean and standard deviation of the heights, in metres: OI is scaled by them',
    'Give {mean: …, std: …} of the training.',
  );
}

/** Weights with what the manifest puts in their place: ε of the l1 norms of a core network. */
export function weightsFor(manifest: NetworkManifest, weights: WeightMap): WeightMap {
  if (manifest.architecture !== 'core') return weights;
  const replaced = new Map(weights);
  for (const [name, value] of [
    ['model_VarCost.epsObs', manifest.eps_obs],
    ['model_VarCost.epsReg', manifest.eps_prior],
  ] as const) {
    const tensor = weights.get(name);
    if (value !== undefined && tensor !== undefined)
      replaced.set(name, { shape: tensor.shape, data: tensor.data.map(() => value) });
  }
  return replaced;
}

type DescentManifest = Extract<CheckpointManifest, { lr_grad: number }>;

function descentSettings(manifest: DescentManifest) {
  return {
    priorDownsamp: manifest.prior_downsamp,
    bilinQuad: manifest.bilin_quad,
    nStep: manifest.n_step,
    lrGrad: manifest.lr_grad,
    obsWeight: manifest.obs_weight,
    init: manifest.init,
    inputFill: manifest.input_fill,
    finalProjection: manifest.final_projection,
  };
}

function mismatch(key: string, found: string, expected: string, fix: string): ManifestError {
  return new ManifestError({ code: 'mismatch', where: `the manifest, key '${key}'`, found, expected, fix });
}

/** @throws ManifestError `mismatch` where a manifest is of another kind of network than the weights. */
export function requireArchitecture(stated: ManifestArchitecture, network: RecognisedNetwork): void {
  if (stated === network.architecture) return;
  throw mismatch(
    'architecture',
    stated === 'onnx'
      ? 'architecture: onnx, but the file holds weights of a checkpoint'
      : `architecture: ${stated}, but the tensors of the checkpoint are those of ${network.architecture}`,
    `architecture: ${network.architecture}, with its keys`,
    'Correct the manifest, or give the checkpoint that belongs to it; `sillage checkpoint inspect FILE --template` prints the keys.',
  );
}

function requireDays(network: RecognisedNetwork, days: number): void {
  if (days === network.daysT) return;
  throw mismatch(
    'patch',
    `patches of ${days} days, but the network works on ${network.daysT}`,
    `patch: {time: ${network.daysT}, …}`,
    `Days are channels of the network: they cannot be chosen. Write time: ${network.daysT}.`,
  );
}

function requireTiling(
  manifest: CheckpointManifest,
  network: RecognisedNetwork,
  patch: { lat: number; lon: number },
): void {
  const blocks: [string, number | null][] =
    network.architecture === 'core'
      ? [['patch', network.scale]]
      : [
          ['prior_downsamp', 'prior_downsamp' in manifest ? manifest.prior_downsamp : null],
          ['grad_downsamp', 'grad_downsamp' in manifest ? manifest.grad_downsamp : null],
        ];
  for (const [key, factor] of blocks) {
    if (factor === null || (patch.lat % factor === 0 && patch.lon % factor === 0)) continue;
    throw mismatch(
      key,
      `patches of ${patch.lat} × ${patch.lon} nodes, which blocks of ${factor} do not tile`,
      `lat and lon that are multiples of ${factor}`,
      'Give patch the size that the network was trained with, or correct the blocks.',
    );
  }
}

function requireQuad(manifest: CheckpointManifest, network: RecognisedNetwork): void {
  if (!('bilin_quad' in manifest) || !('hasBilin22' in network)) return;
  const known = network.hasBilin22
    ? network.quadHint
    : { isQuadratic: true, because: "the checkpoint has no 'bilin_22'" };
  if (known === null || known.isQuadratic === manifest.bilin_quad) return;
  throw mismatch(
    'bilin_quad',
    `bilin_quad: ${manifest.bilin_quad}, but the checkpoint says ${known.isQuadratic}: ${known.because}`,
    `bilin_quad: ${known.isQuadratic}`,
    `Write bilin_quad: ${known.isQuadratic}${network.hasBilin22 ? ', or leave the state of the optimizer out of the checkpoint if you know better' : ''}.`,
  );
}

type CoreManifest = Extract<CheckpointManifest, { architecture: 'core' }>;

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

/** Patches and crops that the checkpoint stores: others may be meant, so they are no faults. */
function patchWeightWarnings(manifest: CheckpointManifest, { patchWeights }: RecognisedNetwork): string[] {
  if (patchWeights === null) return [];
  const { patch, crop, tensor, timeWeights } = patchWeights;
  const warnings: string[] = [];
  if (patch.lat !== manifest.patch.lat || patch.lon !== manifest.patch.lon)
    warnings.push(
      `The manifest has patches of ${manifest.patch.lat} × ${manifest.patch.lon} nodes, '${tensor}' in the checkpoint is for ${patch.lat} × ${patch.lon}.`,
    );
  for (const axis of ['lat', 'lon'] as const) {
    const stored = Math.max(crop[axis].before, crop[axis].after);
    if (stored !== manifest.reconstruction_weight.crop[axis])
      warnings.push(
        `The manifest crops ${manifest.reconstruction_weight.crop[axis]} nodes along ${axis}, '${tensor}' in the checkpoint ${stored}.`,
      );
  }
  if (
    timeWeights !== null &&
    !isSame(timeWeightsOf(manifest.reconstruction_weight, manifest.patch), timeWeights)
  )
    warnings.push(
      `The manifest weighs the days of a patch otherwise (reconstruction_weight) than '${tensor}' in the checkpoint, which has ${daysText(timeWeights)}.`,
    );
  return warnings;
}

/** Weights by day, three digits each: as many as a person compares. */
function daysText(weights: readonly number[]): string {
  return weights.map((weight) => Number(weight.toPrecision(3))).join(', ');
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
