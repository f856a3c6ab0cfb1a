import { readFileSync, writeFileSync } from 'node:fs';
import {
  checkedManifest,
  floatingWeights,
  MANIFEST_METADATA,
  networkFileFormat,
  onnxMetadata,
  parseYamlMapping,
  readCheckpoint,
  withOnnxMetadata,
  writeSafetensors,
  type CheckpointManifest,
  type OnnxManifest,
  type WeightMap,
} from '@sillage/fourdvarnet';

/** A network as later steps read it: nothing of the upload but what was checked, and its manifest. */
export type StoredNetwork =
  | { manifest: CheckpointManifest; weights: WeightMap }
  | { manifest: OnnxManifest; onnx: Uint8Array };

/** Weights as safetensors, or the ONNX file; the manifest inside it. */
export function writeNetworkFile(path: string, network: StoredNetwork): void {
  const text = JSON.stringify(network.manifest);
  writeFileSync(
    path,
    'onnx' in network
      ? withOnnxMetadata(network.onnx, MANIFEST_METADATA, text)
      : writeSafetensors(network.weights, { [MANIFEST_METADATA]: text }),
  );
}

/** @throws Error if the file is not one that {@link writeNetworkFile} wrote: that is no participant's fault. */
export function readNetworkFile(path: string): StoredNetwork {
  const bytes = readFileSync(path);
  const isSafetensors = networkFileFormat(bytes) === 'safetensors';
  const checkpoint = isSafetensors ? readCheckpoint(bytes) : null;
  const text =
    checkpoint === null ? onnxMetadata(bytes).get(MANIFEST_METADATA) : checkpoint.metadata[MANIFEST_METADATA];
  if (text === undefined) throw new Error(`${path} holds no manifest: it is not a network that was checked`);
  const manifest = checkedManifest(parseYamlMapping(text, path));
  if (manifest.architecture === 'onnx') {
    if (checkpoint !== null) throw new Error(`${path} holds weights and the manifest of an ONNX network`);
    return { manifest, onnx: bytes };
  }
  if (checkpoint === null) throw new Error(`${path} holds an ONNX network and the manifest of weights`);
  return { manifest, weights: floatingWeights(checkpoint) };
}
