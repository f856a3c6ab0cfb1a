import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import type { StoredObject } from './object-store.js';

const BLOCK_BYTES = 1 << 20;

/** Streams a file through SHA-256: memory does not grow with the file. */
export async function hashFile(path: string): Promise<StoredObject> {
  const hash = createHash('sha256');
  let sizeBytes = 0;
  for await (const block of createReadStream(path, { highWaterMark: BLOCK_BYTES })) {
    hash.update(block);
    sizeBytes += block.length;
  }
  return { sha256: hash.digest('hex'), sizeBytes };
}
