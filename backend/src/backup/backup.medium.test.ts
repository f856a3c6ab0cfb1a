import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { buffer } from 'node:stream/consumers';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { FolderObjectStore } from '../object-store/folder-object-store.js';
import { ObjectClaims } from '../object-store/object-claims.js';
import { ObjectStore, type StoredObject } from '../object-store/object-store.js';
import { S3ObjectStore } from '../object-store/s3-object-store.js';
import {
  registerParticipant,
  startTestApi,
  upload,
  whileWaiting,
  type Participant,
  type TestApi,
} from '../testing/test-api.js';
import { isMotoThere, startS3Server, type S3Server } from '../testing/s3-server.js';
import { createTestDatabase, type TestDatabase } from '../testing/test-database.js';
import { Transactions } from '../transactions/transactions.js';
import type { BackupManifest } from './backup-manifest.js';
import { restoreBackup } from './restore-backup.js';
import { writeBackup } from './write-backup.js';

let database: TestDatabase;
let api: TestApi;
let ada: Participant;
let store: ObjectStore;
beforeAll(async () => {
  database = await createTestDatabase();
  api = await startTestApi(database.url);
  ada = await registerParticipant(api);
  store = api.app.get(ObjectStore);
});
afterAll(async () => {
  await api?.close();
  await database?.drop();
});

let folder: string;
let empty: TestDatabase;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'sillage-backup-'));
  empty = await createTestDatabase();
});
afterEach(async () => {
  await empty.drop();
  await rm(folder, { recursive: true, force: true });
});

async function send(sizeBytes: number): Promise<StoredObject> {
  const content = randomBytes(sizeBytes);
  await upload(api, ada.token, content);
  return { sha256: createHash('sha256').update(content).digest('hex'), sizeBytes };
}
const say = () => undefined;
const backUp = (from = store): Promise<BackupManifest> =>
  writeBackup(
    path.join(folder, 'copy'),
    { databaseUrl: database.url, store: from, files: [] },
    { now: new Date(), say },
  );
const restore = (into: ObjectStore): Promise<BackupManifest> =>
  restoreBackup(path.join(folder, 'copy'), { databaseUrl: empty.url, store: into }, say);
const restoredStore = () => new FolderObjectStore(path.join(folder, 'restored'));

/** `change` happens once `api_tokens` are copied, and before `sessions` are. */
const backUpDuring = (change: () => Promise<void>): Promise<BackupManifest> =>
  whileWaiting(
    api,
    { sql: 'lock table hashed_files in access exclusive mode', values: [] },
    { work: () => backUp(), change },
  );

async function accountsWithSessions(databaseUrl: string): Promise<{ email: string; sessions: number }[]> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const { rows } = await client.query<{ email: string; sessions: number }>(
      `select email, (select count(*)::int from sessions s where s.account_id = a.id) as sessions
       from accounts a order by email`,
    );
    return rows;
  } finally {
    await client.end();
  }
}

const inOrder = (objects: StoredObject[]) => objects.toSorted((a, b) => a.sha256.localeCompare(b.sha256));

describe('a backup, while others write', () => {
  it('holds all tables as they were at one instant', async () => {
    const before = await accountsWithSessions(database.url);
    await backUpDuring(async () => void (await registerParticipant(api, 'Late')));
    expect(await accountsWithSessions(database.url)).toHaveLength(before.length + 1);
    await restore(restoredStore());
    expect(await accountsWithSessions(empty.url)).toEqual(before);
  });

  it('holds an object that nothing refers to any more', async () => {
    const { sha256, sizeBytes } = await send(5_000);
    const { lost, objects } = await backUpDuring(async () => {
      await api.dataSource.query('delete from uploads where sha256 = $1', [sha256]);
      await api.app
        .get(Transactions)
        .run(() =>
          api.app
            .get(ObjectClaims)
            .removeUnreferenced([sha256], { usedSince: new Date(), writtenBefore: null }),
        );
    });
    expect({ lost, objects }).toEqual({ lost: [], objects: [{ sha256, sizeBytes }] });
  });
});

describe.skipIf(!isMotoThere)('a backup of a bucket', () => {
  let server: S3Server | undefined;
  beforeAll(async () => {
    server = await startS3Server();
  });
  afterAll(() => server?.stop());
  const bucketOf = (bucket: string) =>
    new S3ObjectStore({
      bucket,
      endpoint: server?.endpoint ?? null,
      region: 'us-east-1',
      forcePathStyle: true,
    });

  it('goes into a bucket that is not there yet, object by object', async () => {
    const [first, second] = [bucketOf('first'), bucketOf('second')];
    await first.prepare();
    const objects = inOrder([await send(5_000), await send(20 * 2 ** 20)]);
    for (const { sha256: name, sizeBytes } of objects)
      await first.putStream(await store.open(name), { sha256: name, maxBytes: sizeBytes });
    expect(await backUp(first)).toMatchObject({ lost: [], objects });
    expect(await restore(second)).toMatchObject({ objects });
    for (const { sha256: name } of objects)
      expect(
        Buffer.compare(await buffer(await second.open(name)), await buffer(await store.open(name))),
      ).toBe(0);
    expect(await accountsWithSessions(empty.url)).toEqual(await accountsWithSessions(database.url));
    await expect(restore(second)).rejects.toThrow('tables and views: a restore needs an empty one');
  });

  it('is not restored into a bucket of somebody else', async () => {
    await backUp();
    const other = bucketOf('other');
    await other.prepare();
    const { sha256: name } = await other.putFile(path.join(folder, 'copy', 'manifest.json'));
    await expect(restore(other)).rejects.toThrow(
      `the object store holds ${name}, which is not in the backup`,
    );
  });
});
