import { statfsSync } from 'node:fs';

/** The disk cannot hold what is about to be written. `code` is what the file system says when it is full. */
export class DiskFullError extends Error {
  readonly tag = 'DiskFullError';
  readonly code = 'ENOSPC';
  readonly neededBytes: number;
  readonly freeBytes: number;

  constructor(purpose: string, fields: { neededBytes: number; freeBytes: number }) {
    super(
      `${purpose} needs ${gigabytes(fields.neededBytes)} of disk, ${gigabytes(fields.freeBytes)} are free there`,
    );
    this.name = 'DiskFullError';
    this.neededBytes = fields.neededBytes;
    this.freeBytes = fields.freeBytes;
  }
}

/**
 * Looks before a large file is written whether it fits: better said at once than after minutes of decoding.
 *
 * @throws DiskFullError if the folder's disk has less room than needed.
 */
export function requireDiskRoom(
  folder: string,
  purpose: string,
  neededBytes: number,
  freeBytesIn: (folder: string) => number = freeBytes,
): void {
  if (neededBytes === 0) return;
  const free = freeBytesIn(folder);
  if (free < neededBytes) throw new DiskFullError(purpose, { neededBytes, freeBytes: free });
}

/** Bytes that this process may still write in the folder's file system. */
function freeBytes(folder: string): number {
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize;
}

function gigabytes(bytes: number): string {
  return bytes < 1e8 ? `${(bytes / 1e6).toFixed(1)} MB` : `${(bytes / 1e9).toFixed(1)} GB`;
}
