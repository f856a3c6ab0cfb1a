import { stat } from 'node:fs/promises';
import path from 'node:path';
import { Injectable } from '@nestjs/common';
import { Clock } from '../clock/clock.js';
import { DomainError } from '../errors/domain-error.js';
import { ObjectStore, type StoredObject } from '../object-store/object-store.js';
import { HashedFilesRepository } from './hashed-files.repository.js';

/** A write so close before the hashing could be followed by another one with the same time stamp. */
const SETTLED_AFTER_MS = 50;
const NS_PER_MS = 1_000_000n;

/** Takes the files of dataset folders into the store; what has not changed since the last start is not read again. */
@Injectable()
export class DatasetFolderFiles {
  constructor(
    private readonly hashedFiles: HashedFilesRepository,
    private readonly store: ObjectStore,
    private readonly clock: Clock,
  ) {}

  /** @throws DomainError `file-not-found` where challenge.yaml lists a file that is not beside it, or is no file. */
  async take(file: string): Promise<StoredObject> {
    const absolute = path.resolve(file);
    const before = await stampOf(absolute).catch((error: unknown) => {
      if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
      throw new DomainError(
        'file-not-found',
        `challenge.yaml lists '${path.basename(file)}', which is not in the folder.`,
        { cause: error },
      );
    });
    // Reading a pipe would wait for a writer for ever, and the platform with it.
    if (!before.isFile)
      throw new DomainError(
        'file-not-found',
        `challenge.yaml lists '${path.basename(file)}', which is not a file.`,
      );
    const known = await this.hashedFiles.find(absolute, before.stamp);
    if (known !== null && (await this.store.refresh(known.sha256)) === known.sizeBytes) return known;
    const startedMs = this.clock.now().getTime();
    const object = await this.store.putFile(absolute);
    const isSettled =
      startedMs - before.changedMs > SETTLED_AFTER_MS && (await stampOf(absolute)).stamp === before.stamp;
    if (isSettled) await this.hashedFiles.remember(absolute, before.stamp, object);
    return object;
  }
}

/** The time of the last change of the inode tells also of a file that was put back with an old modification time. */
async function stampOf(file: string): Promise<{ stamp: string; changedMs: number; isFile: boolean }> {
  const status = await stat(file, { bigint: true });
  const { size, mtimeNs, ctimeNs, ino } = status;
  return {
    stamp: `${size} ${mtimeNs} ${ctimeNs} ${ino}`,
    changedMs: Number(ctimeNs / NS_PER_MS),
    isFile: status.isFile(),
  };
}
