import {
  readManifestOf,
  manifestTextOf,
  uploadedWeights,
  type CheckpointManifest,
  type RawManifest,
  type ReadManifest,
  type UploadedWeights,
} from '@sillage/fourdvarnet';
import { RejectionError } from '@sillage/checking';
import { withCheckpointFile } from './checkpoint-file.js';
import { rejectionFromNetworkError } from './rejection-from-network-error.js';

/**
 * Reads the weights of an upload and recognises its network.
 *
 * @param subject - what messages call the file.
 * @throws RejectionError.
 */
export function readUploadedWeights(path: string, subject: string, maxFileBytes?: number): UploadedWeights {
  try {
    return withCheckpointFile(path, (source) =>
      uploadedWeights(source, maxFileBytes === undefined ? {} : { maxFileBytes }),
    );
  } catch (error) {
    throw rejectionFromNetworkError(error, { subject });
  }
}

/** Weights came without a manifest, and have none in them. */
export function missingManifest(subject: string): RejectionError {
  return new RejectionError({
    code: 'manifest-missing',
    where: subject,
    found: 'a checkpoint without a manifest',
    expected:
      'manifest.yaml with what a checkpoint does not say: steps, normalisation, patches, spacing and more',
    fix: 'Give manifest.yaml, or .hydra/config.yaml of the training; `sillage checkpoint inspect FILE --template` prints one to start from.',
  });
}

/**
 * The manifest of an upload: from the text that came with it, or from the file itself.
 *
 * @throws RejectionError.
 */
export function manifestOfUpload(
  upload: UploadedWeights,
  manifestText: string | null,
  options: { subject: string; defaults?: RawManifest },
): ReadManifest<CheckpointManifest> {
  const text = manifestTextOf(upload, manifestText);
  if (text === null) throw missingManifest(options.subject);
  try {
    return readManifestOf(upload, text, options.defaults);
  } catch (error) {
    throw rejectionFromNetworkError(error, { subject: options.subject });
  }
}
