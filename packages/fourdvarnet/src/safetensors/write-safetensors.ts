import type { WeightMap } from '../networks/index.js';

/**
 * Weights as a safetensors file, float32, in the order of the map.
 *
 * @param metadata - texts that travel with the weights, as `__metadata__`.
 * Source: the format's description at huggingface/safetensors: u64 header length, JSON, then the bytes.
 */
export function writeSafetensors(
  weights: WeightMap,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array {
  const header: Record<string, unknown> = { __metadata__: metadata };
  let offset = 0;
  for (const [name, { shape, data }] of weights) {
    header[name] = { dtype: 'F32', shape, data_offsets: [offset, (offset += 4 * data.length)] };
  }
  const text = JSON.stringify(header);
  const encoded = new TextEncoder().encode(text);
  const headerBytes = Math.ceil(encoded.length / 8) * 8;
  const bytes = new Uint8Array(8 + headerBytes + offset).fill(0x20, 8, 8 + headerBytes);
  const view = new DataView(bytes.buffer);
  view.setBigUint64(0, BigInt(headerBytes), true);
  bytes.set(encoded, 8);
  let at = 8 + headerBytes;
  for (const { data } of weights.values()) {
    for (const value of data) {
      view.setFloat32(at, value, true);
      at += 4;
    }
  }
  return bytes;
}
