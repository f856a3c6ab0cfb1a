import {
  familyOf,
  type CheckpointManifest,
  type ManifestArchitecture,
  type RecognisedNetwork,
} from '../families/families.js';
import { mismatch } from './manifest-error.js';
import { isSame, timeWeightsOf } from './stored-recipe.js';

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
  return familyOf(network.architecture).fit(manifest, network);
}

/**
 * Whether a manifest also says all that mapping a basin needs.
 *
 * @returns what is unusual and not wrong, as sentences.
 * @throws ManifestError `mismatch` where it does not.
 */
export function requireMappable(manifest: CheckpointManifest, network: RecognisedNetwork): string[] {
  familyOf(network.architecture).requireMappable?.(manifest, network);
  return patchWeightWarnings(manifest, network);
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
  for (const [key, factor] of familyOf(network.architecture).blocks(manifest, network)) {
    if (factor === null || (patch.lat % factor === 0 && patch.lon % factor === 0)) continue;
    throw mismatch(
      key,
      `patches of ${patch.lat} × ${patch.lon} nodes, which blocks of ${factor} do not tile`,
      `lat and lon that are multiples of ${factor}`,
      'Give patch the size that the network was trained with, or correct the blocks.',
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
