import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import type { CheckpointSource } from '@sillage/fourdvarnet';

/** Random access to a file for as long as `read` runs. */
export function withCheckpointFile<Result>(path: string, read: (source: CheckpointSource) => Result): Result {
  const descriptor = openSync(path, 'r');
  try {
    if (!fstatSync(descriptor).isFile())
      throw Object.assign(new Error(`${path} is no file`), { code: 'EISDIR', path });
    return read({
      sizeBytes: fstatSync(descriptor).size,
      readInto: (target, offset) => {
        for (let done = 0; done < target.length;) {
          const count = readSync(descriptor, target, done, target.length - done, offset + done);
          if (count === 0) throw new Error(`${path} became shorter while it was read`);
          done += count;
        }
      },
    });
  } finally {
    closeSync(descriptor);
  }
}
