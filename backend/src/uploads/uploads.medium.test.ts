import { createHash, randomBytes } from 'node:crypto';
import { readdir, readFile, utimes } from 'node:fs/promises';
import path from 'node:path';
import type { ChallengeDefinition } from '@sillage/contracts';
import request from 'supertest';
import { Upload as TusClient } from 'tus-js-client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FolderObjectStore } from '../object-store/folder-object-store.js';
import { ObjectStore } from '../object-store/object-store.js';
import {
  challengeDefinition,
  registerChallenge,
  ORGANISER_TOKEN,
  registerParticipant,
  sendChunk,
  startTestApi,
  tusMetadata,
  upload,
  type Participant,
  type TestApi,
} from '../testing/test-api.js';
import { createTestDatabase, type TestDatabase } from '../testing/test-database.js';
import { StorageService } from '../storage/storage.service.js';
import { UploadsService } from './uploads.service.js';

const sha256 = (content: Buffer) => createHash('sha256').update(content).digest('hex');
let database: TestDatabase;
let api: TestApi;
let ada: Participant;
let eve: Participant;
beforeAll(async () => {
  database = await createTestDatabase();
  api = await startTestApi(database.url, { environment: { SILLAGE_UPLOAD_MAX_BYTES: '5000000' } });
  [ada, eve] = [await registerParticipant(api), await registerParticipant(api)];
});
afterAll(async () => {
  await api?.close();
  await database?.drop();
});

const tus = (method: 'head' | 'delete', id: string, token: string) =>
  request(api.url)
    [method](`/api/uploads/${id}`)
    .set('Authorization', `Bearer ${token}`)
    .set('Tus-Resumable', '1.0.0');

const create = (token: string, length: string, metadata: Record<string, string> = { filename: 'map.nc' }) =>
  request(api.url)
    .post('/api/uploads')
    .set('Authorization', `Bearer ${token}`)
    .set('Tus-Resumable', '1.0.0')
    .set('Upload-Length', length)
    .set('Upload-Metadata', tusMetadata(metadata));

function fileOf(content: Buffer): string {
  const hash = sha256(content);
  return path.join(api.folder, 'objects', hash.slice(0, 2), hash.slice(2, 4), hash);
}

async function enter(
  at: TestApi,
  { token }: Participant,
  { definition, content }: { definition: ChallengeDefinition; content: Buffer },
): Promise<string> {
  const created = await request(at.url)
    .post('/api/submissions')
    .set('Authorization', `Bearer ${token}`)
    .send({
      challenge: definition.id,
      tasks: definition.tasks,
      uploadId: await upload(at, token, content, 'map.nc'),
      card: { name: 'Mine', inputs: ['sst'] },
    })
    .expect(201);
  return created.body.id;
}

async function stored(content: Buffer): Promise<Buffer> {
  return readFile(fileOf(content));
}

describe('uploads that wait to be submitted', () => {
  it('of one participant have a bound together, also when they begin at once; organisers have none', async () => {
    const tight = await startTestApi(database.url, {
      environment: { SILLAGE_UPLOAD_WAITING_MAX_BYTES: '1000' },
      folder: api.folder,
    });
    const bob = await registerParticipant(tight);
    const begin = (token: string, length: number) =>
      request(tight.url)
        .post('/api/uploads')
        .set('Authorization', `Bearer ${token}`)
        .set('Tus-Resumable', '1.0.0')
        .set('Upload-Length', String(length));
    const replies = await Promise.all([400, 400, 400, 400].map((length) => begin(bob.token, length)));
    expect(replies.map(({ status }) => status).toSorted()).toEqual([201, 201, 413, 413]);
    const refused = replies.find(({ status }) => status === 413);
    expect(JSON.parse(refused?.text ?? '').error).toMatchObject({
      code: 'too-large',
      message: expect.stringContaining('2 uploads of 800 bytes'),
      fix: expect.stringContaining('72 hours'),
    });
    await begin((await registerParticipant(tight)).token, 400).expect(201);
    await begin(ORGANISER_TOKEN, 4_000).expect(201);
    // Room comes back with what is dropped.
    const dropped =
      String(replies.find(({ status }) => status === 201)?.headers.location)
        .split('/')
        .at(-1) ?? '';
    await tus('delete', dropped, bob.token).expect(204);
    await begin(bob.token, 600).expect(201);
    await tight.close();
  });

  it('leave nothing behind once they are dropped, unless an entry has the same bytes', async () => {
    const [dropped, shared] = [randomBytes(900), randomBytes(900)];
    const droppedId = await upload(api, ada.token, dropped, 'map.nc');
    await stored(dropped);
    await tus('delete', droppedId, ada.token).expect(204);
    await expect(stored(dropped)).rejects.toThrow('ENOENT');
    const definition = await registerChallenge(api, challengeDefinition());
    await enter(api, ada, { definition, content: shared });
    await tus('delete', await upload(api, eve.token, shared, 'map.nc'), eve.token).expect(204);
    expect(Buffer.compare(await stored(shared), shared)).toBe(0);
    await upload(api, ada.token, dropped, 'map.nc');
    expect(Buffer.compare(await stored(dropped), dropped)).toBe(0);
  });
});

describe('what one account keeps', () => {
  it('has a bound; withdrawing an entry makes room once its file is collected', async () => {
    const tight = await startTestApi(database.url, {
      environment: { SILLAGE_SUBMITTED_MAX_BYTES: '2000' },
      folder: api.folder,
    });
    const bob = await registerParticipant(tight);
    const definition = await registerChallenge(tight, challengeDefinition());
    const content = randomBytes(900);
    const submissionId = await enter(tight, bob, { definition, content });
    await enter(tight, bob, { definition, content: randomBytes(900) });
    const begin = (length: string) =>
      request(tight.url)
        .post('/api/uploads')
        .set('Authorization', `Bearer ${bob.token}`)
        .set('Tus-Resumable', '1.0.0')
        .set('Upload-Length', length);
    const refusal = JSON.parse((await begin('300').expect(413)).text).error;
    expect(refusal).toMatchObject({
      code: 'too-large',
      message:
        'Your entries hold files of 1800 bytes; with this one and the uploads that wait it would be 2100 bytes, more than the 2000 of one account.',
      fix: expect.stringContaining('withdraw entries'),
    });
    await request(tight.url)
      .post(`/api/submissions/${submissionId}/withdraw`)
      .set('Authorization', `Bearer ${bob.token}`)
      .send({ reason: '' })
      .expect(200);
    // Its file is still there.
    await begin('300').expect(413);
    // A day passes.
    await utimes(fileOf(content), new Date(0), new Date(0));
    await tight.dataSource.query(`update uploads set used_at = '2000-01-01' where used_at is not null`);
    await tight.app.get(StorageService).collect(null);
    await expect(stored(content)).rejects.toThrow('ENOENT');
    await request(tight.url)
      .get(`/api/submissions/${submissionId}/file`)
      .set('Authorization', `Bearer ${bob.token}`)
      .expect(410);
    await begin('300').expect(201);
    await tight.close();
  });

  it('is refused where the disk would have too little left', async () => {
    const full = await startTestApi(database.url, {
      environment: { SILLAGE_STORE_MIN_FREE_MIB: '1000000000' },
      folder: api.folder,
    });
    const reply = await request(full.url)
      .post('/api/uploads')
      .set('Authorization', `Bearer ${ada.token}`)
      .set('Tus-Resumable', '1.0.0')
      .set('Upload-Length', '1000')
      .expect(507);
    expect(JSON.parse(reply.text).error).toMatchObject({
      code: 'storage-full',
      message: expect.stringMatching(/has \d+ MiB of disk left; this upload needs 1000000000 MiB/),
      fix: expect.stringContaining('organisers'),
    });
    await full.close();
  });
});

describe('an upload', () => {
  it('goes on where it stopped, also in another process, and arrives byte for byte', async () => {
    const content = randomBytes(100_000);
    const id = await upload(api, ada.token, content, 'map.nc', { sentBytes: 40_000 });
    expect((await tus('head', id, ada.token).expect(200)).headers['upload-offset']).toBe('40000');
    const restarted = await startTestApi(database.url, { folder: api.folder });
    await sendChunk(restarted, ada.token, { id, offset: 40_000, chunk: content.subarray(40_000) }).expect(
      204,
    );
    await restarted.close();
    expect(Buffer.compare(await stored(content), content)).toBe(0);
    // A client that lost the last reply asks again and hears that everything is there.
    expect((await tus('head', id, ada.token).expect(200)).headers['upload-offset']).toBe('100000');
  });

  it.each<{ name: string; metadata: Record<string, string> }>([
    { name: 'a file name with NUL', metadata: { filename: 'map\0.nc' } },
    { name: 'another key with NUL', metadata: { filename: 'map.nc', note: 'a\0b' } },
  ])('refuses $name as the fault of the sender', async ({ metadata }) => {
    const reply = await create(ada.token, '10', metadata).expect(400);
    expect(reply.body.error).toMatchObject({
      code: 'invalid-request',
      message: expect.stringContaining('Upload-Metadata'),
    });
  });

  it('says that it cannot concatenate uploads or compare checksums of chunks', async () => {
    const partial = await create(ada.token, '10').set('Upload-Concat', 'partial').expect(400);
    expect(partial.body.error.message).toContain('Upload-Concat');
    const id = await upload(api, ada.token, randomBytes(100), 'map.nc', { sentBytes: 40 });
    const chunk = { id, offset: 40, chunk: randomBytes(60) };
    const reply = await sendChunk(api, ada.token, chunk).set('Upload-Checksum', 'sha1 AAAA').expect(400);
    expect(reply.body.error.fix).toContain('sha256');
    expect((await tus('head', id, ada.token).expect(200)).headers['upload-offset']).toBe('40');
  });

  it('refuses bytes that do not follow on, in a way that clients of tus take as a reason to look again', async () => {
    const content = randomBytes(1_000);
    const id = await upload(api, ada.token, content, 'map.nc', { sentBytes: 400 });
    const reply = await sendChunk(api, ada.token, { id, offset: 300, chunk: content.subarray(300) }).expect(
      409,
    );
    expect(reply.body.error).toMatchObject({
      code: 'upload-moved-on',
      fix: expect.stringContaining('HEAD'),
    });
    expect((await tus('head', id, ada.token)).headers['upload-offset']).toBe('400');
  });

  it('is called by the last part of its name, which turns no text around and steers no terminal', async () => {
    const id = await upload(api, ada.token, randomBytes(10), 'C:\\maps/../\u001b[31mmap\u202ecn.exe');
    const [row] = await api.dataSource.query('select file_name from uploads where id = $1', [id]);
    expect(row.file_name).toBe('[31mmapcn.exe');
  });

  it('works with the client that the pages and the command line use', async () => {
    const content = randomBytes(300_000);
    const url = await new Promise<string>((resolve, reject) => {
      const client = new TusClient(content, {
        endpoint: `${api.url}/api/uploads`,
        chunkSize: 100_000,
        headers: { Authorization: `Bearer ${ada.token}` },
        metadata: { filename: 'map.nc', sha256: sha256(content) },
        onError: reject,
        onSuccess: () => resolve(client.url ?? ''),
      });
      client.start();
    });
    expect(url).toMatch(/\/api\/uploads\/[0-9a-f]{32}$/);
    expect(Buffer.compare(await stored(content), content)).toBe(0);
  });

  it('that does not hash to what was announced is dropped and says so', async () => {
    const content = randomBytes(1_000);
    const id = await upload(api, ada.token, content, 'map.nc', { sentBytes: 0, sha256: 'a'.repeat(64) });
    const reply = await sendChunk(api, ada.token, { id, offset: 0, chunk: content });
    expect(reply.status).toBe(460);
    expect(reply.body.error).toMatchObject({
      code: 'checksum-mismatch',
      message: expect.stringContaining(sha256(content)),
    });
    await tus('head', id, ada.token).expect(404);
    await expect(stored(content)).rejects.toThrow('ENOENT');
  });

  it.each([
    { name: 'more bytes than are accepted', length: '5000001', status: 413, code: 'too-large' },
    { name: 'no bytes', length: '0', status: 400, code: 'invalid-request' },
  ])('is refused for $name before anything is sent', async ({ length, status, code }) => {
    const reply = await create(ada.token, length);
    expect(reply.status).toBe(status);
    expect(reply.body.error.code).toBe(code);
  });

  it('is nobody else’s: another account cannot see, extend, drop or submit it', async () => {
    const content = randomBytes(1_000);
    const id = await upload(api, ada.token, content, 'map.nc', { sentBytes: 500 });
    await tus('head', id, eve.token).expect(404);
    await sendChunk(api, eve.token, { id, offset: 500, chunk: content.subarray(500) }).expect(404);
    await tus('delete', id, eve.token).expect(404);
    const definition = await registerChallenge(api, challengeDefinition());
    const submitted = await request(api.url)
      .post('/api/submissions')
      .set('Authorization', `Bearer ${eve.token}`)
      .send({
        challenge: definition.id,
        tasks: definition.tasks,
        uploadId: id,
        card: { name: 'Mine', inputs: ['sst'] },
      });
    expect(submitted.body.error.code).toBe('upload-not-found');
    expect((await tus('head', id, ada.token)).headers['upload-offset']).toBe('500');
    await tus('delete', id, ada.token).expect(204);
    await tus('head', id, ada.token).expect(404);
  });

  it('without the headers of the protocol is told so in JSON', async () => {
    const reply = await request(api.url)
      .post('/api/uploads')
      .set('Authorization', `Bearer ${ada.token}`)
      .expect(412);
    expect(reply.body.error).toMatchObject({ code: 'invalid-request', message: 'Tus-Resumable Required' });
  });

  it('needs an account', async () => {
    await request(api.url)
      .post('/api/uploads')
      .set('Tus-Resumable', '1.0.0')
      .set('Upload-Length', '10')
      .expect(401);
  });

  it('is submitted once, and only when it is complete', async () => {
    const definition = await registerChallenge(api, challengeDefinition());
    const content = randomBytes(1_000);
    const id = await upload(api, ada.token, content, 'map.nc', { sentBytes: 999 });
    const submit = () =>
      request(api.url)
        .post('/api/submissions')
        .set('Authorization', `Bearer ${ada.token}`)
        .send({
          challenge: definition.id,
          tasks: definition.tasks,
          uploadId: id,
          card: { name: 'Mine', inputs: ['sst'] },
        });
    expect((await submit()).body.error).toMatchObject({
      code: 'upload-not-finished',
      message: 'Only 999 of 1000 bytes have arrived.',
    });
    await sendChunk(api, ada.token, { id, offset: 999, chunk: content.subarray(999) }).expect(204);
    const { id: submissionId } = (await submit().expect(201)).body;
    expect((await submit().expect(201)).body.id).toBe(submissionId);
  });

  it('that nobody comes back for is dropped with its bytes', async () => {
    const id = await upload(api, ada.token, randomBytes(1_000), 'map.nc', { sentBytes: 10 });
    await api.dataSource.query(`update uploads set created_at = now() - interval '30 days' where id = $1`, [
      id,
    ]);
    expect(await api.app.get(UploadsService).discardAbandoned()).toBe(1);
    await tus('head', id, ada.token).expect(404);
    expect(await readdir(path.join(api.folder, 'uploads'))).not.toContain(id);
  });

  it('says that the disk is full when it is, and keeps what has arrived', async () => {
    const full = await startTestApi(database.url, { folder: api.folder });
    const store = full.app.get(ObjectStore);
    // The port with a disk that is full at the moment when the store takes the file.
    const noSpace = Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
    const adoptFile = store.adoptFile.bind(store);
    store.adoptFile = () => Promise.reject(noSpace);
    const content = randomBytes(1_000);
    const id = await upload(full, ada.token, content, 'map.nc', { sentBytes: 0 });
    const reply = await sendChunk(full, ada.token, { id, offset: 0, chunk: content }).expect(507);
    expect(reply.body.error.code).toBe('storage-full');
    store.adoptFile = adoptFile;
    const definition = await registerChallenge(api, challengeDefinition());
    await request(full.url)
      .post('/api/submissions')
      .set('Authorization', `Bearer ${ada.token}`)
      .send({
        challenge: definition.id,
        tasks: definition.tasks,
        uploadId: id,
        card: { name: 'Mine', inputs: ['sst'] },
      })
      .expect(201);
    await full.close();
    expect(store).toBeInstanceOf(FolderObjectStore);
  });
});
