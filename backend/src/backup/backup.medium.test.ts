import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { FolderObjectStore } from '../object-store/folder-object-store.js';
import { ObjectClaims } from '../object-store/object-claims.js';
import { ObjectStore, type StoredObject } from '../object-store/object-store.js';
import {
  registerParticipant,
  startTestApi,
  upload,
  whileWaiting,
  type Participant,
  type TestApi,
} from '../testing/test-api.js';
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
