import { randomUUID } from 'node:crypto';
import { link, mkdir, readdir, rename, rm, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import type { ObjectReference } from '@sillage/contracts';
import { BackendError } from './backend.js';
import type { Backend } from './backend.js';
import { hashFile } from './file-hash.js';

type Entry = { sizeBytes: number; lastUsed: number; holderCount: number };

export type HeldObject = { path: string; release: () => void };

export type ObjectCacheOptions = {
  folder: string;
  /** Where unfinished files lie: on the same file system, this process's alone. */
  incomingFolder: string;
  maxBytes: number;
  backend: Backend;
};

/**
 * Objects by SHA-256 in a folder of at most `maxBytes`, shared by all slots. A file appears under its name only when
 * its hash was verified, so a kill at any point leaves at worst a temporary file. The least recently used object that
 * nobody holds goes first.
 */
export class ObjectCache {
  private readonly entries = new Map<string, Entry>();
  private readonly downloads = new Map<string, Promise<void>>();
  private useCounter = 0;

  private readonly folder: string;

  private constructor(private readonly options: ObjectCacheOptions) {
    this.folder = options.folder;
  }

  static async open(options: ObjectCacheOptions): Promise<ObjectCache> {
    const { folder } = options;
    const cache = new ObjectCache(options);
    await mkdir(folder, { recursive: true });
    await mkdir(options.incomingFolder, { recursive: true });
    const found: { sha256: string; sizeBytes: number; usedMs: number }[] = [];
    for (const name of await readdir(folder)) {
      if (!/^[0-9a-f]{64}$/.test(name)) continue;
      const status = await stat(join(folder, name));
      found.push({ sha256: name, sizeBytes: status.size, usedMs: status.mtimeMs });
    }
    found.sort((first, second) => first.usedMs - second.usedMs);
    for (const { sha256, sizeBytes } of found) cache.enter(sha256, sizeBytes);
    await cache.evict();
    return cache;
  }

  /** Bytes of all objects in the cache. */
  get sizeBytes(): number {
    let sum = 0;
    for (const entry of this.entries.values()) sum += entry.sizeBytes;
    return sum;
  }

  /** The object as a file that stays until `release` is called; downloaded if it is not there, once for all who ask. */
  async hold(reference: ObjectReference): Promise<HeldObject> {
    const { sha256 } = reference;
    const path = join(this.folder, sha256);
    for (;;) {
      const entry = this.entries.get(sha256);
      if (entry !== undefined && (await hasSize(path, entry.sizeBytes))) {
        if (this.entries.get(sha256) !== entry) continue; // evicted while we looked
        entry.holderCount += 1;
        entry.lastUsed = ++this.useCounter;
        const now = new Date();
        await utimes(path, now, now); // the order of use outlives the process
        let isReleased = false;
        const release = (): void => {
          if (isReleased) return;
          isReleased = true;
          entry.holderCount -= 1;
        };
        return { path, release };
      }
      this.entries.delete(sha256);
      await this.downloadOnce(reference);
    }
  }

  /** Takes in a file we made ourselves, so that the next step on this machine need not download it. */
  async adopt(path: string, reference: ObjectReference): Promise<void> {
    if (this.entries.has(reference.sha256)) return;
    const temporary = join(this.options.incomingFolder, randomUUID());
    await link(path, temporary);
    await rename(temporary, join(this.folder, reference.sha256));
    this.enter(reference.sha256, reference.sizeBytes);
    await this.evict();
  }

  private enter(sha256: string, sizeBytes: number): void {
    this.entries.set(sha256, { sizeBytes, lastUsed: ++this.useCounter, holderCount: 0 });
  }

  private downloadOnce(reference: ObjectReference): Promise<void> {
    const running = this.downloads.get(reference.sha256);
    if (running !== undefined) return running;
    const download = this.download(reference).finally(() => this.downloads.delete(reference.sha256));
    this.downloads.set(reference.sha256, download);
    return download;
  }

  private async download(reference: ObjectReference): Promise<void> {
    const temporary = join(this.options.incomingFolder, randomUUID());
    try {
      await this.options.backend.download(reference.sha256, temporary);
      const found = await hashFile(temporary);
      if (found.sha256 !== reference.sha256) {
        throw new BackendError(
          'unreachable',
          `object ${reference.sha256} arrived damaged: ${found.sizeBytes} bytes with SHA-256 ${found.sha256}, need ${reference.sizeBytes} bytes`,
        );
      }
      await rename(temporary, join(this.folder, reference.sha256));
      this.enter(reference.sha256, found.sizeBytes);
    } finally {
      await rm(temporary, { force: true });
    }
    await this.evict(reference.sha256);
  }

  private async evict(keep?: string): Promise<void> {
    let excessBytes = this.sizeBytes - this.options.maxBytes;
    if (excessBytes <= 0) return;
    const idle = [...this.entries.entries()]
      .filter(([sha256, entry]) => entry.holderCount === 0 && sha256 !== keep)
      .sort(([, first], [, second]) => first.lastUsed - second.lastUsed);
    for (const [sha256, entry] of idle) {
      if (excessBytes <= 0) return;
      this.entries.delete(sha256);
      excessBytes -= entry.sizeBytes;
      await rm(join(this.folder, sha256), { force: true });
    }
  }
}

async function hasSize(path: string, sizeBytes: number): Promise<boolean> {
  const status = await stat(path).catch(() => null);
  return status !== null && status.size === sizeBytes;
}
