import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { WeightTensor } from '../networks/network-weights.js';
import { readNpy, type NpyArray } from '../npy/npy.js';

const sharedFolder =
  process.env['SILLAGE_SHARED'] ?? fileURLToPath(new URL('../../../../../shared', import.meta.url));

export const hasGoldenCases = existsSync(`${sharedFolder}/golden/fourdvarnet`);
if (!hasGoldenCases) {
  console.warn(`Tests on golden cases are skipped: ${sharedFolder} is not here (set SILLAGE_SHARED).`);
}

/** Path of a file of a golden case. */
export function goldenPath(name: string): string {
  return `${sharedFolder}/golden/fourdvarnet/${name}`;
}

export function readGolden(name: string): NpyArray {
  return readNpy(readFileSync(goldenPath(name)));
}

/** As `observations` and `mask` of a network: NaN = not observed. */
export function splitObservations(values: ArrayLike<number>): {
  observations: Float32Array;
  mask: Float32Array;
} {
  return {
    observations: Float32Array.from(values, (value) => (Number.isNaN(value) ? 0 : value)),
    mask: Float32Array.from(values, (value) => (Number.isNaN(value) ? 0 : 1)),
  };
}

/** The float32 tensors of a safetensors file that we made ourselves; checkpoints of others have a reader of their own. */
export function readGoldenWeights(name: string): ReadonlyMap<string, WeightTensor> {
  const bytes = readFileSync(goldenPath(name));
  const headerLength = Number(bytes.readBigUInt64LE(0));
  const header = JSON.parse(bytes.toString('utf8', 8, 8 + headerLength)) as Record<
    string,
    { dtype: string; shape: number[]; data_offsets: [number, number] }
  >;
  return new Map(
    Object.entries(header)
      .filter(([tensor]) => tensor !== '__metadata__')
      .map(([tensor, { dtype, shape, data_offsets: offsets }]) => {
        if (dtype !== 'F32') throw new Error(`tensor '${tensor}' of ${name} is ${dtype}, needs F32`);
        const [from, to] = offsets.map((offset) => 8 + headerLength + offset);
        return [tensor, { shape, data: new Float32Array(Uint8Array.from(bytes.subarray(from, to)).buffer) }];
      }),
  );
}
