import { writeFileSync } from 'node:fs';
import {
  checkedManifest,
  floatingWeights,
  parseYamlMapping,
  readCheckpoint,
  writeSafetensors,
  type CheckpointManifest,
  type WeightMap,
} from '@sillage/fourdvarnet';
import { withCheckpointFile } from './checkpoint-file.js';

/** Metadata of a safetensors file that holds the manifest: YAML, or JSON, which is YAML too. */
export const MANIFEST_METADATA = 'sillage.manifest';

/** A network as later steps read it: nothing of the upload but checked weights and a checked manifest. */
export type StoredNetwork = { manifest: CheckpointManifest; weights: WeightMap };

export function writeNetworkFile(path: string, { manifest, weights }: StoredNetwork): void {
  writeFileSync(path, writeSafetensors(weights, { [MANIFEST_METADATA]: JSON.stringify(manifest) }));
}

/** @throws Error if the file is not one that {@link writeNetworkFile} wrote: that is no participant's fault. */
export function readNetworkFile(path: string): StoredNetwork {
  const checkpoint = withCheckpointFile(path, (source) => readCheckpoint(source));
  const text = checkpoint.metadata[MANIFEST_METADATA];
  if (text === undefined) throw new Error(`${path} holds no manifest: it is not a network that was checked`);
  const manifest = checkedManifest(parseYamlMapping(text, path));
  if (manifest.architecture === 'onnx')
    throw new Error(`${path} holds weights and the manifest of an ONNX network`);
  return { manifest, weights: floatingWeights(checkpoint) };
}
