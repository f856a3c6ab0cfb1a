import type { NetworkManifest } from '@sillage/contracts';
import {
  checkedManifest,
  floatingWeights,
  isHydraConfig,
  knownKeys,
  ManifestError,
  manifestFromHydra,
  parseYamlMapping,
  readCheckpoint,
  recogniseNetwork,
  weightsFor,
  type Checkpoint,
  type CheckpointManifest,
  type HydraManifest,
  type RawManifest,
  type RecognisedNetwork,
  type WeightMap,
} from '@sillage/fourdvarnet';
import { RejectionError } from '@sillage/validation';
import { withCheckpointFile } from './checkpoint-file.js';
import { MANIFEST_METADATA } from './network-file.js';
import type { NetworkFormat } from './network-types.js';
import { rejectionFromNetworkError } from './rejection-from-network-error.js';

/** Weights and what they are, as an upload holds them; nothing of the file is executed. */
export type UploadedWeights = {
  checkpoint: Checkpoint;
  network: RecognisedNetwork;
  format: NetworkFormat;
  /** What the reader left out or found unusual, as sentences. */
  warnings: readonly string[];
};

const FORMATS: Record<Checkpoint['format'], NetworkFormat> = {
  zip: 'pytorch-zip',
  legacy: 'pytorch-legacy',
  safetensors: 'safetensors',
};

/**
 * Reads the weights of an upload and recognises its network.
 *
 * @param subject - what messages call the file.
 * @throws RejectionError.
 */
export function readUploadedWeights(path: string, subject: string, maxFileBytes?: number): UploadedWeights {
  try {
    const checkpoint = withCheckpointFile(path, (source) =>
      readCheckpoint(source, maxFileBytes === undefined ? {} : { maxFileBytes }),
    );
    const network = recogniseNetwork(checkpoint);
    return {
      checkpoint,
      network,
      format: FORMATS[checkpoint.format],
      warnings: [...checkpoint.warnings, ...unknownTensorWarnings(network)],
    };
  } catch (error) {
    throw rejectionFromNetworkError(error, { subject });
  }
}

function unknownTensorWarnings({ unknownTensors }: RecognisedNetwork): string[] {
  if (unknownTensors.length === 0) return [];
  const copies = unknownTensors.flatMap(
    (name) => /^(.+)\.(?:prior_cost\.conv_in|model_Grad\.lstm\.Gates)\.weight$/.exec(name)?.[1] ?? [],
  );
  const shown = unknownTensors.slice(0, 6).join(', ');
  const more = unknownTensors.length > 6 ? ` and ${unknownTensors.length - 6} more` : '';
  return [
    ...copies.map(
      (place) =>
        `The file holds a further copy of the network below '${place}', such as a running mean of the weights: it was left out. To run that one, save it alone.`,
    ),
    ...(copies.length > 0 ? [] : [`Tensors that no known network has were left out: ${shown}${more}.`]),
  ];
}

/** A manifest that fits what the checkpoint says about itself. */
export type ReadManifest<Manifest extends NetworkManifest = NetworkManifest> = {
  manifest: Manifest;
  /** Where values of a hydra configuration come from; empty for a manifest. */
  notes: readonly string[];
};

/**
 * Reads a manifest or a hydra configuration.
 *
 * @param known - what the checkpoint says itself, taken where the text is silent.
 * @param defaults - taken where neither speaks.
 * @throws ManifestError.
 */
export function readManifestText(text: string, known: RawManifest, defaults: RawManifest = {}): ReadManifest {
  const raw = parseYamlMapping(text, 'the manifest');
  if (!isHydraConfig(raw)) return { manifest: checkedManifest({ ...defaults, ...known, ...raw }), notes: [] };
  const hydra = readHydraConfig(text);
  const merged = { ...defaults, ...known, ...hydra.manifest };
  const missing = hydra.missing.filter(({ key }) => !(key in merged));
  if (missing.length > 0) throw incompleteHydra(missing);
  return { manifest: checkedManifest(merged), notes: hydra.found };
}

/**
 * Reads a hydra configuration.
 *
 * @throws ManifestError where it names something that is not built here.
 */
export function readHydraConfig(text: string): HydraManifest {
  const hydra = manifestFromHydra(text);
  if (hydra.refused.length > 0) throw refusedHydra(hydra.refused);
  return hydra;
}

/** What the configuration names and nobody may replace, whatever the tensors look like. */
function refusedHydra(refused: HydraManifest['refused']): ManifestError {
  return new ManifestError({
    code: 'mismatch',
    where: 'the hydra configuration',
    found: refused.map(({ reason }) => reason).join('; '),
    expected: 'a network that this platform builds',
    fix: 'Export the network to ONNX, or, if the class computes the same as a known one, write manifest.yaml instead; `sillage checkpoint inspect FILE --template` prints one.',
  });
}

function incompleteHydra(missing: HydraManifest['missing']): ManifestError {
  return new ManifestError({
    code: 'missing-key',
    where: 'the hydra configuration',
    found: `it does not say ${missing.map(({ key, reason }) => `${key} (${reason})`).join('; ')}`,
    expected: `a manifest with ${missing.map(({ key }) => key).join(', ')} too`,
    fix: '`sillage checkpoint inspect FILE --manifest config.yaml --template` writes a manifest with what it says: fill in the rest.',
  });
}

/** The manifest of an upload: from the text that came with it, or from the file itself. */
export function manifestOfUpload(
  upload: UploadedWeights,
  manifestText: string | null,
  options: { subject: string; defaults?: RawManifest },
): ReadManifest<CheckpointManifest> {
  const text = manifestText ?? upload.checkpoint.metadata[MANIFEST_METADATA] ?? null;
  if (text === null || text.trim() === '') {
    throw new RejectionError({
      code: 'manifest-missing',
      where: options.subject,
      found: 'a checkpoint without a manifest',
      expected:
        'manifest.yaml with what a checkpoint does not say: steps, normalisation, patches, spacing and more',
      fix: 'Give manifest.yaml, or .hydra/config.yaml of the training; `sillage checkpoint inspect FILE --template` prints one to start from.',
    });
  }
  try {
    const read = readManifestText(text, knownKeys(upload.network), options.defaults);
    const { manifest } = read;
    if (manifest.architecture !== 'onnx') return { ...read, manifest };
    throw new ManifestError({
      code: 'mismatch',
      where: "the manifest, key 'architecture'",
      found: 'architecture: onnx, but the file holds weights of a checkpoint',
      expected: `architecture: ${upload.network.architecture}`,
      fix: 'Correct the manifest, or give the .onnx file.',
    });
  } catch (error) {
    throw rejectionFromNetworkError(error, { subject: options.subject });
  }
}

/** The weights that a network is built from. */
export function weightsOfUpload(upload: UploadedWeights, manifest: NetworkManifest): WeightMap {
  return weightsFor(manifest, floatingWeights(upload.checkpoint));
}
