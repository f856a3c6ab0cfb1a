import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { readNpy, type NpyArray } from '@sillage/fourdvarnet';

const sharedFolder =
  process.env['SILLAGE_SHARED'] ?? fileURLToPath(new URL('../../../../../shared', import.meta.url));

export const hasGoldenNetworks = existsSync(`${sharedFolder}/golden/fourdvarnet`);
if (!hasGoldenNetworks) {
  console.warn(`Tests on golden networks are skipped: ${sharedFolder} is not here (set SILLAGE_SHARED).`);
}

/** Path of a file of a golden case. */
export function goldenNetwork(name: string): string {
  return `${sharedFolder}/golden/fourdvarnet/${name}`;
}

export function goldenArray(name: string): NpyArray {
  return readNpy(readFileSync(goldenNetwork(name)));
}
