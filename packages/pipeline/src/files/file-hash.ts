import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';

const READ_BYTES = 4 * 2 ** 20; // per read: files of 15 GB, and Node's default is 64 KiB

/** SHA-256 of a file, read in pieces; `onBytes` is told how many have been read. */
export async function sha256OfFile(path: string, onBytes?: (done: number) => void): Promise<string> {
  const hash = createHash('sha256');
  let done = 0;
  for await (const chunk of createReadStream(path, { highWaterMark: READ_BYTES })) {
    hash.update(chunk as Buffer);
    done += (chunk as Buffer).length;
    onBytes?.(done);
  }
  return hash.digest('hex');
}
