import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Path of a committed fixture; see test/fixtures/make-fixtures.py. */
export function fixturePath(name: string): string {
  return fileURLToPath(new URL(`../../test/fixtures/${name}`, import.meta.url));
}

const sharedFolder =
  process.env['SILLAGE_SHARED'] ?? fileURLToPath(new URL('../../../../../shared', import.meta.url));

/** Path of a file of the shared folder (golden cases, real data), which not every machine has. */
export function sharedPath(name: string): string {
  return `${sharedFolder}/${name}`;
}

export const hasSharedFolder = existsSync(sharedFolder);
if (!hasSharedFolder)
  console.warn(
    `Tests on golden and real files are skipped: ${sharedFolder} is not here (set SILLAGE_SHARED).`,
  );
