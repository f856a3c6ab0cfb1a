import { randomUUID } from 'node:crypto';
import { constants, createReadStream, createWriteStream } from 'node:fs';
import { access, copyFile, link, mkdir, open, readdir, rename, rm, stat, utimes } from 'node:fs/promises';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { HashingStream } from './hashing-stream.js';
import { hashFile } from './hash-file.js';
import {
  ObjectMissingError,
  ObjectStore,
  requireHash,
  type ByteSpan,
  type ListedObject,
  type StoredObject,
} from './object-store.js';

const BLOCK_BYTES = 1 << 18;
/** A file on its way that has not changed for so long was left by a process that was killed. */
const ABANDONED_AFTER_MS = 3_600_000;
const OBJECT_NAME = /^[0-9a-f]{64}$/;
const FOLDER_NAME = /^[0-9a-f]{2}$/;

function isErrno(error: unknown, ...codes: string[]): boolean {
  return error instanceof Error && 'code' in error && codes.includes(String(error.code));
}

async function syncFile(file: string): Promise<void> {
  const handle = await open(file, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Objects as files `ab/cd/abcd…`. A file appears under its name complete and synced, or not at all. */
export class FolderObjectStore extends ObjectStore {
  readonly #folder: string;
  readonly #incoming: string;

  constructor(folder: string) {
    super();
    this.#folder = path.resolve(folder);
    this.#incoming = path.join(this.#folder, 'incoming');
  }

  async putStream(
    source: Readable,
    expected: { sha256: string | null; maxBytes: number },
  ): Promise<StoredObject> {
    const temporary = await this.#temporaryFile();
    const hashing = new HashingStream(expected.maxBytes);
    try {
      await pipeline(source, hashing, createWriteStream(temporary, { flags: 'wx', flush: true }));
      const object = requireHash({ sha256: hashing.sha256(), sizeBytes: hashing.sizeBytes }, expected.sha256);
      await this.#publish(temporary, object.sha256);
      return object;
    } finally {
      await rm(temporary, { force: true });
    }
  }

  async putFile(file: string): Promise<StoredObject> {
    return this.#put(file, await hashFile(file), copy);
  }

  async adoptFile(file: string, expectedSha256: string | null): Promise<StoredObject> {
    return this.#put(file, requireHash(await hashFile(file), expectedSha256), linkOrCopy);
  }

  async #put(
    file: string,
    object: StoredObject,
    transfer: (from: string, to: string) => Promise<void>,
  ): Promise<StoredObject> {
    if ((await this.refresh(object.sha256)) === object.sizeBytes) return object;
    const temporary = await this.#temporaryFile();
    try {
      await transfer(file, temporary);
      await syncFile(temporary);
      await this.#publish(temporary, object.sha256);
      return object;
    } finally {
      await rm(temporary, { force: true });
    }
  }

  async sizeOf(sha256: string): Promise<number | null> {
    try {
      return (await stat(this.#pathOf(sha256))).size;
    } catch (error) {
      if (isErrno(error, 'ENOENT')) return null;
      throw error;
    }
  }

  async open(sha256: string, span?: ByteSpan): Promise<Readable> {
    const stream = createReadStream(this.#pathOf(sha256), { ...span, highWaterMark: BLOCK_BYTES });
    await new Promise<void>((resolve, reject) => {
      stream.once('open', () => resolve());
      stream.once('error', (error) =>
        reject(isErrno(error, 'ENOENT') ? new ObjectMissingError(sha256) : error),
      );
    });
    return stream;
  }

  async refresh(sha256: string): Promise<number | null> {
    const now = new Date();
    try {
      await utimes(this.#pathOf(sha256), now, now);
    } catch (error) {
      if (isErrno(error, 'ENOENT')) return null;
      throw error;
    }
    return this.sizeOf(sha256);
  }

  async *list(): AsyncIterable<ListedObject[]> {
    for (const first of await namesIn(this.#folder, FOLDER_NAME))
      for (const second of await namesIn(path.join(this.#folder, first), FOLDER_NAME)) {
        const names = await namesIn(path.join(this.#folder, first, second), OBJECT_NAME);
        const found = await Promise.all(names.map((name) => this.find(name)));
        yield found.filter((object) => object !== null);
      }
  }

  async find(sha256: string): Promise<ListedObject | null> {
    try {
      const { size, mtime } = await stat(this.#pathOf(sha256));
      return { sha256, sizeBytes: size, writtenAt: mtime };
    } catch (error) {
      if (isErrno(error, 'ENOENT')) return null;
      throw error;
    }
  }

  async remove(sha256: string): Promise<void> {
    await rm(this.#pathOf(sha256), { force: true });
  }

  async removeLeftovers(before: Date): Promise<{ count: number; sizeBytes: number }> {
    let [count, sizeBytes] = [0, 0];
    for (const name of await namesIn(this.#incoming, /./)) {
      const file = path.join(this.#incoming, name);
      // The time of the inode: a file that is linked in keeps its old time of modification.
      const found = await stat(file).catch(() => null); // another process may just have published it
      if (found === null || found.ctimeMs >= before.getTime()) continue;
      await rm(file, { force: true });
      count += 1;
      // A second name of a file that lies elsewhere takes no space of its own.
      if (found.nlink === 1) sizeBytes += found.size;
    }
    return { count, sizeBytes };
  }

  async prepare(nowMs = Date.now()): Promise<void> {
    await this.#requireWritable();
    await this.removeLeftovers(new Date(nowMs - ABANDONED_AFTER_MS));
  }

  async isUp(): Promise<boolean> {
    try {
      await this.#requireWritable();
      return true;
    } catch {
      return false;
    }
  }

  async #requireWritable(): Promise<void> {
    await mkdir(this.#incoming, { recursive: true });
    await access(this.#incoming, constants.W_OK);
  }

  #pathOf(sha256: string): string {
    return path.join(this.#folder, sha256.slice(0, 2), sha256.slice(2, 4), sha256);
  }

  async #temporaryFile(): Promise<string> {
    await mkdir(this.#incoming, { recursive: true });
    return path.join(this.#incoming, randomUUID());
  }

  async #publish(temporary: string, sha256: string): Promise<void> {
    const target = this.#pathOf(sha256);
    const now = new Date();
    // One that is linked in was written earlier; as an object it is new.
    await utimes(temporary, now, now);
    await mkdir(path.dirname(target), { recursive: true });
    await rename(temporary, target);
    // The rename itself must survive a power cut.
    await syncFile(path.dirname(target));
  }
}

/** Of a folder that may not be there. */
async function namesIn(folder: string, pattern: RegExp): Promise<string[]> {
  try {
    return (await readdir(folder)).filter((name) => pattern.test(name));
  } catch (error) {
    if (isErrno(error, 'ENOENT', 'ENOTDIR')) return [];
    throw error;
  }
}

/** Shares the blocks where the file system can. */
async function copy(from: string, to: string): Promise<void> {
  await copyFile(from, to, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE);
}

/** On one disk a second name costs no space and no time. */
async function linkOrCopy(from: string, to: string): Promise<void> {
  try {
    await link(from, to);
  } catch (error) {
    if (!isErrno(error, 'EXDEV', 'EPERM', 'EMLINK', 'ENOTSUP')) throw error;
    await copy(from, to);
  }
}
