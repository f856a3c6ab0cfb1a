import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import type { ObjectReference } from '@sillage/contracts';

/** SHA-256 and size of a file, read once, streamed. */
export async function hashFile(path: string): Promise<ObjectReference> {
  const hash = createHash('sha256');
  let sizeBytes = 0;
  for await (const chunk of createReadStream(path, { highWaterMark: 2 ** 20 })) {
    const bytes = chunk as Buffer;
    sizeBytes += bytes.length;
    hash.update(bytes);
  }
  return { sha256: hash.digest('hex'), sizeBytes };
}
