import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import {
  CreateMultipartUploadCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { isMotoThere, startS3Server, type S3Server } from '../testing/s3-server.js';
import { ObjectHashError, ObjectMissingError } from './object-store.js';
import { S3ObjectStore } from './s3-object-store.js';

describe.skipIf(!isMotoThere)('the S3 bucket of objects', () => {
  const settings = { bucket: 'sillage', endpoint: '', region: 'us-east-1', forcePathStyle: true };
  let server: S3Server | undefined;
  let folder: string | undefined;
  let client: S3Client;
  let store: S3ObjectStore;
  beforeAll(async () => {
    server = await startS3Server();
    settings.endpoint = server.endpoint;
    client = new S3Client({ region: 'us-east-1', endpoint: settings.endpoint, forcePathStyle: true });
    folder = await mkdtemp(path.join(tmpdir(), 'sillage-s3-'));
    store = new S3ObjectStore(settings);
    expect(await store.isUp()).toBe(false);
    await store.prepare();
    await store.prepare();
  });
  afterAll(async () => {
    server?.stop();
    if (folder !== undefined) await rm(folder, { recursive: true, force: true });
  });

  const keys = async (prefix: string) =>
    (await client.send(new ListObjectsV2Command({ Bucket: settings.bucket, Prefix: prefix }))).Contents?.map(
      ({ Key }) => Key,
    ) ?? [];

  it('gives back what was put, whole and in parts, also in several parts', async () => {
    const content = randomBytes(20 * 2 ** 20);
    const sha256 = createHash('sha256').update(content).digest('hex');
    const put = await store.putStream(Readable.from([content]), { sha256, maxBytes: 2 ** 30 });
    expect(put).toEqual({ sha256, sizeBytes: content.length });
    expect(await store.sizeOf(sha256)).toBe(content.length);
    expect(Buffer.compare(await buffer(await store.open(sha256)), content)).toBe(0);
    expect(
      Buffer.compare(await buffer(await store.open(sha256, { start: 5, end: 9 })), content.subarray(5, 10)),
    ).toBe(0);
    expect(await keys('incoming/')).toEqual([]);
  });

  it('copies in parts what S3 would refuse to copy at once, and leaves no part behind', async () => {
    const small = new S3ObjectStore(settings, 8 * 2 ** 20);
    const content = randomBytes(20 * 2 ** 20);
    const { sha256 } = await small.putStream(Readable.from([content]), { sha256: null, maxBytes: 2 ** 30 });
    const head = await client.send(
      new HeadObjectCommand({ Bucket: settings.bucket, Key: `objects/${sha256}` }),
    );
    // S3 writes the number of parts behind the hash.
    expect(head.ETag).toMatch(/-3"$/);
    expect(Buffer.compare(await buffer(await small.open(sha256)), content)).toBe(0);
    // S3 takes no parts of less than 5 MiB: the copy fails at its end.
    const tooSmall = new S3ObjectStore(settings, 2 ** 20);
    const other = Readable.from([randomBytes(3 * 2 ** 20)]);
    await expect(tooSmall.putStream(other, { sha256: null, maxBytes: 2 ** 30 })).rejects.toThrow(
      'smaller than the minimum',
    );
    expect(await keys('incoming/')).toEqual([]);
    const { Uploads = [] } = await client.send(new ListMultipartUploadsCommand({ Bucket: settings.bucket }));
    expect(Uploads).toEqual([]);
  });

  it('keeps a file', async () => {
    const file = path.join(folder ?? '', 'map.nc');
    await writeFile(file, 'a map');
    const { sha256 } = await store.putFile(file);
    expect(String(await buffer(await store.open(sha256)))).toBe('a map');
  });

  it('keeps nothing of bytes that are others than announced', async () => {
    await expect(
      store.putStream(Readable.from([Buffer.from('x')]), { sha256: 'a'.repeat(64), maxBytes: 10 }),
    ).rejects.toThrow(ObjectHashError);
    expect(await keys(`objects/${'a'.repeat(64)}`)).toEqual([]);
    expect(await keys('incoming/')).toEqual([]);
  });

  it('lists, finds and removes objects, and leaves what others keep in the bucket', async () => {
    const put = await store.putStream(Readable.from([Buffer.from('an object')]), {
      sha256: null,
      maxBytes: 100,
    });
    await client.send(
      new PutObjectCommand({ Bucket: settings.bucket, Key: 'objects/notes.txt', Body: 'of somebody else' }),
    );
    const listed = [];
    for await (const objects of store.list()) listed.push(...objects);
    expect(listed).toContainEqual({ ...put, writtenAt: expect.any(Date) });
    expect(listed.every(({ sha256 }) => /^[0-9a-f]{64}$/.test(sha256))).toBe(true);
    expect(await store.find(put.sha256)).toMatchObject(put);
    await store.remove(put.sha256);
    await store.remove(put.sha256);
    expect(await store.find(put.sha256)).toBeNull();
    expect(await store.refresh(put.sha256)).toBeNull();
    expect(await keys('objects/notes.txt')).toEqual(['objects/notes.txt']);
  });

  it('counts an object as written when it is put again', async () => {
    const file = path.join(folder ?? '', 'again.nc');
    await writeFile(file, 'put twice');
    const { sha256 } = await store.putFile(file);
    const first = await store.find(sha256);
    // The time of an object has whole seconds.
    await vi.waitFor(
      async () => {
        await store.putFile(file);
        expect((await store.find(sha256))!.writtenAt.getTime()).toBeGreaterThan(first!.writtenAt.getTime());
      },
      { timeout: 120_000, interval: 300 },
    );
    expect(String(await buffer(await store.open(sha256)))).toBe('put twice');
  });

  it('removes what was on its way in before a time, parts of an upload included', async () => {
    const bucket = { Bucket: settings.bucket };
    await client.send(new PutObjectCommand({ ...bucket, Key: 'incoming/half', Body: 'half a map' }));
    expect(await store.removeLeftovers(new Date(Date.now() - 3_600_000))).toEqual({ count: 0, sizeBytes: 0 });
    expect(await keys('incoming/')).toEqual(['incoming/half']);
    // moto says of every upload in parts that it began in 2010.
    const { UploadId } = await client.send(
      new CreateMultipartUploadCommand({ ...bucket, Key: 'incoming/cut-off' }),
    );
    await client.send(
      new UploadPartCommand({ ...bucket, Key: 'incoming/cut-off', UploadId, PartNumber: 1, Body: 'part' }),
    );
    await client.send(new CreateMultipartUploadCommand({ ...bucket, Key: 'elsewhere/theirs' }));
    expect(await store.removeLeftovers(new Date(Date.now() + 3_600_000))).toEqual({
      count: 2,
      sizeBytes: 14,
    });
    expect(await keys('incoming/')).toEqual([]);
    const { Uploads = [] } = await client.send(new ListMultipartUploadsCommand(bucket));
    expect(Uploads.map(({ Key }) => Key)).toEqual(['elsewhere/theirs']);
  });

  it('says what is missing, and whether the bucket is there', async () => {
    await expect(store.open('0'.repeat(64))).rejects.toThrow(ObjectMissingError);
    expect(await store.sizeOf('0'.repeat(64))).toBeNull();
    expect(await store.isUp()).toBe(true);
    expect(await new S3ObjectStore({ ...settings, bucket: 'none' }).isUp()).toBe(false);
  });
});
