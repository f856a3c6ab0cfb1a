import {
  CheckpointError,
  readCheckpoint,
  recogniseNetwork,
  type Checkpoint,
  type CheckpointLimits,
  type CheckpointSource,
} from '../checkpoint/index.js';
import { placesOfCopies } from '../checkpoint/recognition/recognise-network.js';
import {
  knownKeys,
  MANIFEST_ARCHITECTURES,
  parseYamlMapping,
  readManifestText,
  requireArchitecture,
  type CheckpointManifest,
  type RawManifest,
  type ReadManifest,
  type RecognisedNetwork,
} from '../manifest/index.js';

/** Metadata of a safetensors or an ONNX file that holds the manifest: YAML, or JSON, which is YAML too. */
export const MANIFEST_METADATA = 'sillage.manifest';

export type WeightsFormat = 'pytorch-zip' | 'pytorch-legacy' | 'safetensors';

/** Weights and what they are, as a file holds them; nothing of the file is executed. */
export type UploadedWeights = {
  checkpoint: Checkpoint;
  network: RecognisedNetwork;
  format: WeightsFormat;
  /** What the reader left out or found unusual, as sentences. */
  warnings: readonly string[];
};

const FORMATS: Record<Checkpoint['format'], WeightsFormat> = {
  zip: 'pytorch-zip',
  legacy: 'pytorch-legacy',
  safetensors: 'safetensors',
};

/**
 * Reads weights and recognises their network.
 *
 * @throws CheckpointError for every fault of the file.
 */
export function uploadedWeights(
  source: Uint8Array | CheckpointSource,
  limits: Partial<CheckpointLimits> = {},
): UploadedWeights {
  const checkpoint = readCheckpoint(source, limits);
  const network = recogniseNetwork(checkpoint);
  return {
    checkpoint,
    network,
    format: FORMATS[checkpoint.format],
    warnings: [...checkpoint.warnings, ...unknownTensorWarnings(network)],
  };
}

function unknownTensorWarnings({ unknownTensors }: RecognisedNetwork): string[] {
  if (unknownTensors.length === 0) return [];
  const copies = placesOfCopies(unknownTensors);
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

/** The text that says how a network is run: the one that came with it, else the file's own; null without either. */
export function manifestTextOf({ checkpoint }: UploadedWeights, given: string | null): string | null {
  const text = given ?? checkpoint.metadata[MANIFEST_METADATA] ?? null;
  return text === null || text.trim() === '' ? null : text;
}

/**
 * The manifest of weights: what the text says, and where it is silent what the weights do.
 *
 * @param defaults - taken where neither speaks.
 * @throws ManifestError.
 */
export function readManifestOf(
  { network }: UploadedWeights,
  text: string,
  defaults?: RawManifest,
): ReadManifest<CheckpointManifest> {
  // Before anything is asked for: the keys of another architecture would be the wrong ones.
  const { architecture } = parseYamlMapping(text, 'the manifest');
  const stated = MANIFEST_ARCHITECTURES.find((known) => known === architecture);
  if (stated !== undefined) requireArchitecture(stated, network);
  const { manifest, notes } = readManifestText(text, knownKeys(network), defaults);
  requireArchitecture(manifest.architecture, network);
  // No weights are of the architecture onnx.
  return { manifest: manifest as CheckpointManifest, notes };
}

/** @throws CheckpointError 'too-large' for more parameters than the platform takes, of weights or of an ONNX network. */
export function requireParameterCount(parameterCount: number, maxParameters: number): void {
  if (parameterCount <= maxParameters) return;
  throw new CheckpointError({
    code: 'too-large',
    where: 'the file',
    found: `${parameterCount} parameters`,
    expected: `at most ${maxParameters}`,
    fix: 'Submit the map that the network makes, instead of the network.',
  });
}
