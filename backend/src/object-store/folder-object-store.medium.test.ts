import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { beforeEach, describe, expect, it } from 'vitest';
import { FolderObjectStore } from './folder-object-store.js';
import { ObjectHashError, ObjectMissingError, ObjectTooLargeError } from './object-store.js';

const sha256Of = (content: Buffer) => createHash('sha256').update(content).digest('hex');
const unlimited = { sha256: null, maxBytes: Number.MAX_SAFE_INTEGER };
let folder: string;
let store: FolderObjectStore;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'sillage-store-'));
  store = new FolderObjectStore(path.join(folder, 'objects'));
  return () => rm(folder, { recursive: true, force: true });
});

const incoming = () => readdir(path.join(folder, 'objects', 'incoming')).catch(() => []);

describe('the folder of objects', () => {
  it('gives back what was put, whole and in parts', async () => {
    const content = randomBytes(300_000);
    const { sha256, sizeBytes } = await store.putStream(
      Readable.from([content.subarray(0, 7), content.subarray(7)]),
      unlimited,
    );
    expect({ sha256, sizeBytes }).toEqual({ sha256: sha256Of(content), sizeBytes: 300_000 });
    expect(await store.sizeOf(sha256)).toBe(300_000);
    expect(Buffer.compare(await buffer(await store.open(sha256)), content)).toBe(0);
    expect(
      Buffer.compare(
        await buffer(await store.open(sha256, { start: 10, end: 19 })),
        content.subarray(10, 20),
      ),
    ).toBe(0);
  });

  it('keeps its own copy of a file that its owner may edit later', async () => {
    const file = path.join(folder, 'dataset');
    const content = randomBytes(1_000);
    await writeFile(file, content);
    const { sha256 } = await store.putFile(file);
    await writeFile(file, 'edited in place');
    expect(await buffer(await store.open(sha256))).toEqual(content);
  });

  it('adopts a file without moving it, and without a second copy on one disk', async () => {
    const file = path.join(folder, 'upload');
    await writeFile(file, randomBytes(1_000));
    const { sha256 } = await store.adoptFile(file, null);
    expect(sha256).toBe(sha256Of(await readFile(file)));
    expect((await stat(file)).nlink).toBe(2);
    await rm(file);
    expect(await store.sizeOf(sha256)).toBe(1_000);
  });

  it('keeps nothing of bytes that are others than announced', async () => {
    const file = path.join(folder, 'upload');
    await writeFile(file, 'y');
    await expect(store.adoptFile(file, 'a'.repeat(64))).rejects.toThrow(ObjectHashError);
    expect(await store.sizeOf(sha256Of(Buffer.from('y')))).toBeNull();
    const expected = { sha256: 'a'.repeat(64), maxBytes: 100 };
    await expect(store.putStream(Readable.from([Buffer.from('x')]), expected)).rejects.toThrow(
      ObjectHashError,
    );
    expect(await store.sizeOf(sha256Of(Buffer.from('x')))).toBeNull();
    expect(await incoming()).toEqual([]);
  });

  it('stops at the limit', async () => {
    const endless = Readable.from(
      (function* () {
        for (;;) yield Buffer.alloc(1_000);
      })(),
    );
    await expect(store.putStream(endless, { sha256: null, maxBytes: 10_000 })).rejects.toThrow(
      ObjectTooLargeError,
    );
    expect(await incoming()).toEqual([]);
  });

  it('keeps nothing of a stream that broke', async () => {
    const broken = Readable.from(
      (function* () {
        yield Buffer.from('half');
        throw new Error('the line was cut');
      })(),
    );
    await expect(store.putStream(broken, unlimited)).rejects.toThrow('the line was cut');
    expect(await incoming()).toEqual([]);
  });

  it('takes the same content from several at once', async () => {
    const content = randomBytes(10_000);
    const put = () => store.putStream(Readable.from([content]), unlimited);
    const all = await Promise.all([put(), put(), put()]);
    expect(new Set(all.map(({ sha256 }) => sha256)).size).toBe(1);
    expect(await incoming()).toEqual([]);
  });

  it('drops what a killed process left on its way, and nothing that may still be arriving', async () => {
    await store.prepare();
    await writeFile(path.join(folder, 'objects', 'incoming', 'half'), 'half of a map');
    await store.prepare();
    expect(await incoming()).toEqual(['half']);
    await store.prepare(Date.now() + 2 * 3_600_000);
    expect(await incoming()).toEqual([]);
  });

  it('lists, finds and removes objects, and nothing else that lies there', async () => {
    const content = randomBytes(500);
    const put = await store.putStream(Readable.from([content]), unlimited);
    await writeFile(path.join(folder, 'objects', 'notes.txt'), 'of the operator');
    const listed = [];
    for await (const objects of store.list()) listed.push(...objects);
    expect(listed).toEqual([{ ...put, writtenAt: expect.any(Date) }]);
    await store.remove(put.sha256);
    await store.remove(put.sha256);
    expect(await store.find(put.sha256)).toBeNull();
    expect(await store.refresh(put.sha256)).toBeNull();
  });

  it.each(['putFile', 'adoptFile', 'putStream'] as const)(
    'counts an object as written now when it is put again by %s',
    async (how) => {
      const [file, content] = [path.join(folder, 'map.nc'), randomBytes(400)];
      const put = async () => {
        if (how === 'putStream') return store.putStream(Readable.from([content]), unlimited);
        await writeFile(file, content);
        await utimes(file, new Date(0), new Date(0));
        return how === 'putFile' ? store.putFile(file) : store.adoptFile(file, sha256Of(content));
      };
      const { sha256 } = await put();
      const before = new Date(Date.now() - 60_000);
      expect((await store.find(sha256))!.writtenAt > before).toBe(true);
      const stored = path.join(folder, 'objects', sha256.slice(0, 2), sha256.slice(2, 4), sha256);
      await utimes(stored, new Date(0), new Date(0));
      await put();
      expect((await store.find(sha256))!.writtenAt > before).toBe(true);
    },
  );

  it('says what is missing', async () => {
    await expect(store.open('0'.repeat(64))).rejects.toThrow(ObjectMissingError);
    expect(await store.sizeOf('0'.repeat(64))).toBeNull();
    expect(await store.isUp()).toBe(true);
  });
});
