import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ClaimedJob, HeartbeatReply, ObjectReference } from '@sillage/contracts';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Backend, BackendError } from './backend.js';
import { ObjectCache } from './object-cache.js';

class StoreOnly extends Backend {
  readonly objects = new Map<string, string>();
  downloads: string[] = [];

  put(content: string): ObjectReference {
    const sha256 = createHash('sha256').update(content).digest('hex');
    this.objects.set(sha256, content);
    return { sha256, sizeBytes: Buffer.byteLength(content) };
  }

  override async download(sha256: string, path: string): Promise<void> {
    this.downloads.push(sha256);
    const content = this.objects.get(sha256);
    if (content === undefined) throw new BackendError('refused', 'no such object', 'file-not-found');
    await writeFile(path, content);
  }

  override claim(): Promise<ClaimedJob | null> {
    throw new Error('not asked for');
  }
  override heartbeat(): Promise<HeartbeatReply> {
    throw new Error('not asked for');
  }
  override finish(): Promise<void> {
    throw new Error('not asked for');
  }
  override upload(): Promise<void> {
    throw new Error('not asked for');
  }
}

let root = '';
let backend: StoreOnly;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'sillage-cache-'));
  backend = new StoreOnly();
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const open = (maxBytes = 1000): Promise<ObjectCache> =>
  ObjectCache.open({
    folder: join(root, 'objects'),
    incomingFolder: join(root, 'incoming'),
    maxBytes,
    backend,
  });

describe('ObjectCache', () => {
  test('downloads an object once for all who ask at the same time', async () => {
    const cache = await open();
    const object = backend.put('truth');
    const held = await Promise.all([cache.hold(object), cache.hold(object), cache.hold(object)]);
    expect(held.map(({ path }) => readFileSync(path, 'utf8'))).toEqual(['truth', 'truth', 'truth']);
    expect(backend.downloads).toHaveLength(1);
  });

  test('refuses bytes with another hash, keeps nothing of them, and can be asked again', async () => {
    const cache = await open();
    const object = backend.put('truth');
    backend.objects.set(object.sha256, 'damaged');
    await expect(cache.hold(object)).rejects.toThrow('arrived damaged');
    expect(readdirSync(join(root, 'incoming'))).toEqual([]);
    backend.objects.set(object.sha256, 'truth');
    expect(readFileSync((await cache.hold(object)).path, 'utf8')).toBe('truth');
  });

  test('stays within its bound by dropping what was used longest ago', async () => {
    const cache = await open(10);
    const [first, second, third] = ['aaaa', 'bbbb', 'cccc'].map((content) => backend.put(content));
    if (first === undefined || second === undefined || third === undefined) throw new Error('three objects');
    for (const object of [first, second, first, third]) (await cache.hold(object)).release();
    expect(cache.sizeBytes).toBe(8);
    expect(readdirSync(join(root, 'objects')).sort()).toEqual([first.sha256, third.sha256].sort());
  });

  test('never drops what is held, even over its bound', async () => {
    const cache = await open(5);
    const held = await cache.hold(backend.put('aaaa'));
    (await cache.hold(backend.put('bbbb'))).release();
    expect(readFileSync(held.path, 'utf8')).toBe('aaaa');
  });

  test('remembers its objects over a restart', async () => {
    const object = backend.put('truth');
    (await (await open()).hold(object)).release();
    const again = await open();
    expect(again.sizeBytes).toBe(5);
    await again.hold(object);
    expect(backend.downloads).toHaveLength(1);
  });

  test('downloads again what vanished or was cut short under its hands', async () => {
    const cache = await open();
    const object = backend.put('truth');
    const { path, release } = await cache.hold(object);
    release();
    writeFileSync(path, 'tr');
    expect(readFileSync((await cache.hold(object)).path, 'utf8')).toBe('truth');
    rmSync(path);
    expect(readFileSync((await cache.hold(object)).path, 'utf8')).toBe('truth');
  });

  test('takes in a file that was made here without any download', async () => {
    const cache = await open();
    const object = backend.put('canonical');
    const made = join(root, 'canonical.nc');
    writeFileSync(made, 'canonical');
    await cache.adopt(made, object);
    await cache.adopt(made, object);
    expect(readFileSync((await cache.hold(object)).path, 'utf8')).toBe('canonical');
    expect(backend.downloads).toEqual([]);
  });
});
