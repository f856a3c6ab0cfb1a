import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const sharedFolder =
  process.env['SILLAGE_SHARED'] ?? fileURLToPath(new URL('../../../../../shared', import.meta.url));
const folder = `${sharedFolder}/golden/fourdvarnet`;

/** Whether the checkpoints that PyTorch wrote are here, which not every machine has. */
export const hasGoldenCheckpoints = existsSync(folder);
if (!hasGoldenCheckpoints)
  console.warn(`Tests on checkpoints of PyTorch are skipped: ${folder} is not here (set SILLAGE_SHARED).`);

export function goldenCheckpoint(name: string): Uint8Array {
  return readFileSync(`${folder}/${name}`);
}

/** Cases whose solver was saved in all three formats. */
export function casesInThreeFormats(): string[] {
  return readdirSync(folder).filter((name) => existsSync(`${folder}/${name}/solver_state_dict.safetensors`));
}

export type ExpectedTensor = [dtype: string, shape: number[], digest: string];

/** What PyTorch reads from these files; see tools/golden/checkpoint-tensors.py. */
export function expectedTensors(): Record<string, Record<string, ExpectedTensor>> {
  const path = new URL('../../test/golden/checkpoint_tensors.json', import.meta.url);
  return JSON.parse(readFileSync(path, 'utf8')) as Record<string, Record<string, ExpectedTensor>>;
}
