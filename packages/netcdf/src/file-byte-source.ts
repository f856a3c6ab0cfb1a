import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import type { ByteSource } from './byte-source.js';
import { NetcdfError } from './netcdf-error.js';

/**
 * Opens a file of the local disk as a ByteSource.
 *
 * @throws NetcdfError 'unreadable-file' when there is no such file, or it is a directory, a pipe or a device.
 */
export function openFileByteSource(path: string): ByteSource {
  const descriptor = openRegularFile(path);
  const sizeBytes = fstatSync(descriptor).size;
  let isOpen = true;
  return {
    sizeBytes,
    readInto(target, offset) {
      let done = 0;
      while (done < target.length) {
        const count = readSync(
          descriptor,
          target,
          done,
          Math.min(target.length - done, 2 ** 30),
          offset + done,
        );
        if (count === 0) {
          throw unreadable(
            path,
            `it ends at byte ${offset + done}, before the values that its header declares`,
            undefined,
          );
        }
        done += count;
      }
    },
    close() {
      if (isOpen) closeSync(descriptor);
      isOpen = false;
    },
  };
}

function openRegularFile(path: string): number {
  let descriptor: number;
  try {
    descriptor = openSync(path, 'r');
  } catch (error) {
    throw unreadable(
      path,
      `it cannot be opened (${error instanceof Error ? error.message : String(error)})`,
      error,
    );
  }
  if (!fstatSync(descriptor).isFile()) {
    closeSync(descriptor);
    throw unreadable(path, 'it is not a regular file', undefined);
  }
  return descriptor;
}

function unreadable(path: string, found: string, cause: unknown): NetcdfError {
  const name = path.split('/').at(-1) ?? path;
  return new NetcdfError(
    {
      code: 'unreadable-file',
      where: `the file ${name}`,
      found,
      expected: 'a complete NetCDF file',
      fix: 'Check the name and that the file opens with ncdump -h.',
    },
    { cause },
  );
}
