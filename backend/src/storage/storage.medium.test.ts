import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { mkdir, readdir, stat, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { buffer } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  auditPageSchema,
  collectionSchema,
  storageReportSchema,
  type Collection,
  type JobOutcome,
  type ObjectReference,
  type StorageReport,
} from '@sillage/contracts';
import request from 'supertest';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { ObjectClaims } from '../object-store/object-claims.js';
import { ObjectStore } from '../object-store/object-store.js';
import { addDraftFile, createDraft, curation } from '../testing/curation.js';
import {
  challengeDefinition,
  checkDone,
  claim,
  finish,
  mustClaim,
  networkChecked,
  ORGANISER_TOKEN,
  predictDone,
  putObject,
  registerChallenge,
  registerParticipant,
  SCORES,
  scoreDone,
  startTestApi,
  submit,
  upload,
  type Participant,
  type TestApi,
} from '../testing/test-api.js';
import { createTestDatabase, type TestDatabase } from '../testing/test-database.js';
import { COLLECTION_LOCK } from '../object-store/object-references.js';
import { Transactions } from '../transactions/transactions.js';
import { StorageService } from './storage.service.js';

const HOUR_MS = 3_600_000;
const MANIFEST = `architecture: fixed-point
n_step: 5
normalisation: {mean: 0.3, std: 0.4}
patch: {time: 5, lat: 20, lon: 20}
strides: {time: 1, lat: 10, lon: 10}
reconstruction_weight: {crop: {lat: 2, lon: 2}}
spacing_deg: 0.25
`;

let database: TestDatabase;
let api: TestApi;
let ada: Participant;
let store: ObjectStore;
beforeAll(async () => {
  database = await createTestDatabase();
  api = await startTestApi(database.url, { environment: { SILLAGE_LEASE_S: '600' } });
  ada = await registerParticipant(api);
  store = api.app.get(ObjectStore);
});
afterAll(async () => {
  await api?.close();
  await database?.drop();
});
afterEach(async () => {
  await api.dataSource.query(`update jobs set state = 'cancelled' where state in ('queued', 'leased')`);
});

const asOrganiser = (method: 'get' | 'post', address: string) =>
  request(api.url)[method](`/api${address}`).set('Authorization', `Bearer ${ORGANISER_TOKEN}`);
const measure = async (): Promise<StorageReport> =>
  storageReportSchema.parse((await asOrganiser('get', '/admin/storage').expect(200)).body);
const collect = async (): Promise<Collection> =>
  collectionSchema.parse((await asOrganiser('post', '/admin/storage/collect').expect(200)).body);
const sha256Of = (content: Buffer) => createHash('sha256').update(content).digest('hex');
const fileOf = (sha256: string) =>
  path.join(api.folder, 'objects', sha256.slice(0, 2), sha256.slice(2, 4), sha256);
const isStored = async (sha256: string) => (await store.sizeOf(sha256)) !== null;

/** As if it had been written that long ago; by default so long that only references keep it. */
async function age(sha256: string, hours = 100): Promise<void> {
  const then = new Date(Date.now() - hours * HOUR_MS);
  await utimes(fileOf(sha256), then, then);
}

async function everyObject(): Promise<{ sha256: string; sizeBytes: number }[]> {
  const found = [];
  for await (const objects of store.list()) found.push(...objects);
  return found;
}

async function ageEverything(): Promise<void> {
  for (const { sha256 } of await everyObject()) await age(sha256);
}

async function putOld(content = randomBytes(500)): Promise<ObjectReference> {
  const object = await putObject(api, content);
  await age(object.sha256);
  return object;
}

async function fileOfSubmission(id: string): Promise<string> {
  const [row]: { sha256: string }[] = await api.dataSource.query(
    'select sha256 from submissions where id = $1',
    [id],
  );
  if (row === undefined) throw new Error(`there is no submission ${id}`);
  return row.sha256;
}

/** The map of `checkDone`, `predictDone` and the like. */
function objectIn(outcome: JobOutcome): string {
  if (outcome.status !== 'done') throw new Error('not done');
  const { result } = outcome;
  if (result.kind === 'check') return result.canonical.sha256;
  if (result.kind === 'check-network') return result.network.sha256;
  if (result.kind === 'predict') return result.map.sha256;
  throw new Error(`a ${result.kind} result has no single object`);
}

describe('the collection', () => {
  it('removes what nothing refers to once it is old, and says so in the audit log', async () => {
    const [old, young] = [await putOld(), await putObject(api, randomBytes(700))];
    await age(young.sha256, 23);
    const before = await measure();
    expect(before.collectable.largest.map(({ sha256 }) => sha256)).toContain(old.sha256);
    expect(before.collectable.largest.map(({ sha256 }) => sha256)).not.toContain(young.sha256);
    expect(await isStored(old.sha256)).toBe(true);
    const collection = await collect();
    expect(collection.removed).toEqual({ count: 1, sizeBytes: 500 });
    expect([await isStored(old.sha256), await isStored(young.sha256)]).toEqual([false, true]);
    expect((await measure()).lastCollection).toEqual(collection);
    const audit = auditPageSchema.parse(
      (await asOrganiser('get', '/admin/audit?action=store.collect').expect(200)).body,
    );
    expect(audit.entries[0]).toMatchObject({
      subjectKind: 'store',
      summary: 'Collected 1 object that nothing refers to, 500 bytes.',
      details: { removed: { count: 1, sizeBytes: 500 } },
    });
    await age(young.sha256, 25);
    expect((await collect()).removed).toEqual({ count: 1, sizeBytes: 700 });
  });

  it('removes nothing while a backup is written, and says that it is not done', async () => {
    const { sha256 } = await putOld();
    const backup = api.dataSource.createQueryRunner();
    await backup.query('select pg_advisory_lock($1)', [COLLECTION_LOCK]);
    expect(await collect()).toMatchObject({ removed: { count: 0 }, remainingCount: 1 });
    expect(await isStored(sha256)).toBe(true);
    await backup.query('select pg_advisory_unlock($1)', [COLLECTION_LOCK]);
    await backup.release();
    expect(await collect()).toMatchObject({ removed: { count: 1 }, remainingCount: 0 });
  });

  it('counts what lies in the store, each object once', async () => {
    await registerChallenge(api, challengeDefinition());
    const objects = await everyObject();
    const sizes = await Promise.all(objects.map(async ({ sha256 }) => (await stat(fileOf(sha256))).size));
    const { total, kinds, collectable, young, missing } = await measure();
    expect(total).toEqual({ count: objects.length, sizeBytes: sizes.reduce((sum, size) => sum + size, 0) });
    const parts = [...kinds, collectable, young];
    expect(parts.reduce((sum, { count }) => sum + count, 0)).toBe(total.count);
    expect(parts.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)).toBe(total.sizeBytes);
    expect(missing.count).toBe(0);
  });

  it('leaves every file of entries, scores and datasets, at every step on the way', async () => {
    const definition = await registerChallenge(api, challengeDefinition());
    const { submissionId } = await submit(api, ada, definition);
    const kept = [await fileOfSubmission(submissionId)];
    const collectHard = async () => {
      await ageEverything();
      await collect();
      for (const sha256 of kept) expect(await isStored(sha256)).toBe(true);
      expect((await measure()).missing.count).toBe(0);
    };
    await collectHard();
    const check = await mustClaim(api, ['check']);
    const checked = await checkDone(api);
    kept.push(objectIn(checked));
    await finish(api, check, checked).expect(200);
    await collectHard();
    const score = await mustClaim(api, ['score']);
    await collectHard(); // while a worker has it
    const diagnostics = await putObject(api, randomBytes(40));
    kept.push(diagnostics.sha256);
    await finish(api, score, {
      status: 'done',
      result: {
        kind: 'score',
        scores: SCORES,
        warnings: [],
        artefacts: [{ name: 'diagnostics.json', object: diagnostics }],
      },
    }).expect(200);
    await collectHard();
    const products = await mustClaim(api, ['products']);
    const scored = await putObject(api, randomBytes(60));
    kept.push(scored.sha256);
    await finish(api, products, {
      status: 'done',
      result: { kind: 'products', artefacts: [{ name: 'scored.nc', object: scored }] },
    }).expect(200);
    await collectHard();
    expect(new Set((await measure()).kinds.map(({ kind }) => kind))).toEqual(
      new Set(['dataset', 'submission', 'map', 'product']),
    );
  });

  it('refuses files of a score that are not in the store', async () => {
    const definition = await registerChallenge(api, challengeDefinition());
    await submit(api, ada, definition);
    await finish(api, await mustClaim(api, ['check']), await checkDone(api)).expect(200);
    await finish(api, await mustClaim(api, ['score']), scoreDone()).expect(200);
    const products = await mustClaim(api, ['products']);
    const absent = { sha256: sha256Of(randomBytes(8)), sizeBytes: 60 };
    const reply = await finish(api, products, {
      status: 'done',
      result: { kind: 'products', artefacts: [{ name: 'scored.nc', object: absent }] },
    }).expect(400);
    expect(reply.body.error.message).toContain(absent.sha256);
  });

  it('removes the maps of a stress run once it is scored, and not while a step needs them', async () => {
    const definition = await registerChallenge(
      api,
      challengeDefinition({
        scenarios: [{ id: 'nadir4', name: 'Two nadirs', description: '', satellites: ['jason1', 'envisat'] }],
        files: [
          { role: 'truth', area: 'gf', path: 'truth.nc', description: '' },
          { role: 'observations', area: 'gf', scenario: 'nadir4', path: 'obs.nc', description: '' },
        ],
      }),
    );
    const { submissionId } = await submit(api, ada, definition, { network: { manifest: MANIFEST } });
    await finish(api, await mustClaim(api, ['check']), await networkChecked(api)).expect(200);
    const claimPredict = async () => {
      const job = await claim(api, ['predict'], 5_000, 'gpu', {
        name: 'webgpu',
        device: 'A card',
        memoryBytes: 8 * 2 ** 30,
      });
      if (job === null) throw new Error('no predict job came');
      return job;
    };
    await finish(api, await claimPredict(), await predictDone(api)).expect(200);
    await finish(api, await mustClaim(api, ['check']), await checkDone(api)).expect(200);
    await finish(api, await mustClaim(api, ['score']), scoreDone()).expect(200);
    await finish(api, await mustClaim(api, ['products']), {
      status: 'done',
      result: { kind: 'products', artefacts: [] },
    }).expect(200);
    await request(api.url)
      .post(`/api/submissions/${submissionId}/stress`)
      .set('Authorization', `Bearer ${ada.token}`)
      .send({ kinds: ['satellites'] })
      .expect(202);
    // Without the one satellite, and without the other.
    const maps: string[] = [];
    for (let run = 0; run < 2; run += 1) {
      const predicted = await predictDone(api);
      await finish(api, await claimPredict(), predicted).expect(200);
      await ageEverything();
      await collect();
      expect(await isStored(objectIn(predicted))).toBe(true);
      const checked = await checkDone(api);
      await finish(api, await mustClaim(api, ['check']), checked).expect(200);
      await ageEverything();
      await collect();
      expect([await isStored(objectIn(predicted)), await isStored(objectIn(checked))]).toEqual([false, true]);
      maps.push(objectIn(checked));
    }
    await finish(api, await mustClaim(api, ['score']), scoreDone()).expect(200);
    // The other run is cancelled while a worker has its map.
    await mustClaim(api, ['score']);
    await request(api.url)
      .post(`/api/submissions/${submissionId}/stress/cancel`)
      .set('Authorization', `Bearer ${ada.token}`)
      .send({})
      .expect(200);
    await ageEverything();
    await collect();
    for (const map of maps) expect(await isStored(map)).toBe(false);
    expect((await measure()).missing.count).toBe(0);
  });

  it('removes files of deleted drafts', async () => {
    const content = randomBytes(900);
    const draft = await addDraftFile(
      api,
      await createDraft(api, { definition: { name: 'A draft' } }),
      'truth.nc',
      content,
    );
    await ageEverything();
    await api.dataSource.query(
      `update uploads set used_at = now() - interval '5 days' where used_at is not null`,
    );
    await collect();
    expect(await isStored(sha256Of(content))).toBe(true);
    await curation(api, 'delete', `/drafts/${draft.id}`).expect(204);
    await collect();
    expect(await isStored(sha256Of(content))).toBe(false);
    // A request that was lost and is sent again hears that the bytes are gone, instead of referring to nothing.
    const another = await createDraft(api, { definition: { name: 'Another' } });
    const [{ id: uploadId }]: [{ id: string }] = await api.dataSource.query(
      'select id from uploads where sha256 = $1',
      [sha256Of(content)],
    );
    const reply = await curation(api, 'post', `/drafts/${another.id}/files`)
      .send({ revision: another.revision, path: 'truth.nc', uploadId })
      .expect(400);
    expect(reply.body.error.fix).toMatch(/^Upload the file again/);
  });

  it('removes what a discarded re-score brought, and nothing of one that is open or promoted', async () => {
    const definition = await registerChallenge(api, challengeDefinition());
    const { evaluationId } = await submit(api, ada, definition);
    const rescoreId = randomUUID();
    await api.dataSource.query(
      `insert into rescores (id, challenge_id, dataset_version_id, from_version_id, state, created_by, created_at)
       select $1, $2, current_version_id, current_version_id, 'open', 'Sillage', now() from challenges where id = $2`,
      [rescoreId, definition.id],
    );
    await finish(api, await mustClaim(api, ['check']), await checkDone(api)).expect(200);
    await api.dataSource.query('update evaluations set rescore_id = $1 where id = $2', [
      rescoreId,
      evaluationId,
    ]);
    const curves = await putObject(api, randomBytes(80));
    await finish(api, await mustClaim(api, ['score']), {
      status: 'done',
      result: {
        kind: 'score',
        scores: SCORES,
        warnings: [],
        artefacts: [{ name: 'diagnostics.json', object: curves }],
      },
    }).expect(200);
    const end = (state: string) =>
      api.dataSource.query(
        `update rescores set state = $2, ended_at = now(), ended_by = 'Sillage', changes = 'none' where id = $1`,
        [rescoreId, state],
      );
    for (const state of ['open', 'promoted']) {
      if (state !== 'open') await end(state);
      await ageEverything();
      await collect();
      expect(await isStored(curves.sha256)).toBe(true);
    }
    await end('discarded');
    await collect();
    expect(await isStored(curves.sha256)).toBe(false);
  });

  it('keeps the input of a step that failed as long as it can be tried again', async () => {
    const definition = await registerChallenge(
      api,
      challengeDefinition({
        files: [
          { role: 'truth', area: 'gf', path: 'truth.nc', description: '' },
          { role: 'observations', area: 'gf', scenario: 'nadir4', path: 'obs.nc', description: '' },
        ],
      }),
    );
    const { evaluationId } = await submit(api, ada, definition, { network: { manifest: MANIFEST } });
    await finish(api, await mustClaim(api, ['check']), await networkChecked(api)).expect(200);
    const predict = await claim(api, ['predict'], 5_000, 'gpu', {
      name: 'webgpu',
      device: 'A card',
      memoryBytes: 8 * 2 ** 30,
    });
    if (predict === null) throw new Error('no predict job came');
    const predicted = await predictDone(api);
    await finish(api, predict, predicted).expect(200);
    const failed = { status: 'failed', message: 'out of memory', retryable: false } as const;
    await finish(api, await mustClaim(api, ['check']), failed).expect(200);
    await ageEverything();
    await collect();
    expect(await isStored(objectIn(predicted))).toBe(true);
    await asOrganiser('post', `/admin/evaluations/${evaluationId}/retry`).expect(200);
    await collect();
    expect(await isStored(objectIn(predicted))).toBe(true);
    await finish(api, await mustClaim(api, ['check']), await checkDone(api)).expect(200);
    await ageEverything();
    await collect();
    expect(await isStored(objectIn(predicted))).toBe(false);
  });

  it('leaves uploads that wait, and clears what a killed process left', async () => {
    const content = randomBytes(1_100);
    const id = await upload(api, ada.token, content, 'map.nc');
    await ageEverything();
    const [folder, incoming] = [
      path.join(api.folder, 'uploads'),
      path.join(api.folder, 'objects', 'incoming'),
    ];
    await mkdir(incoming, { recursive: true });
    const [forgotten, fresh] = [randomBytes(16).toString('hex'), randomBytes(16).toString('hex')];
    for (const name of [forgotten, fresh, 'notes.txt'])
      await writeFile(path.join(folder, name), 'half a map');
    const longAgo = new Date(Date.now() - 100 * HOUR_MS);
    for (const name of [forgotten, 'notes.txt', id]) await utimes(path.join(folder, name), longAgo, longAgo);
    const { leftovers } = await collect();
    expect(leftovers).toEqual({ count: 1, sizeBytes: 10 });
    const left = await readdir(folder);
    expect(left).toEqual(expect.arrayContaining([fresh, 'notes.txt', id]));
    expect(left).not.toContain(forgotten);
    expect(await isStored(sha256Of(content))).toBe(true);
  });

  it('is done by one process once in its time', async () => {
    await api.dataSource.query('delete from store_collections');
    const other = await startTestApi(database.url, { folder: api.folder });
    const services = [api, other].map(({ app }) => app.get(StorageService));
    const both = await Promise.all(services.map((service) => service.collectIfDue()));
    expect(both.filter((collection) => collection !== null)).toHaveLength(1);
    expect(await services[0]?.collectIfDue()).toBeNull();
    await api.dataSource.query(`update store_collections set started_at = now() - interval '25 hours'`);
    expect(await services[0]?.collectIfDue()).toMatchObject({ startedBy: 'Sillage' });
    await other.close();
    const never = await startTestApi(database.url, {
      folder: api.folder,
      environment: { SILLAGE_COLLECT_EVERY_H: '0' },
    });
    await api.dataSource.query('delete from store_collections');
    expect(await never.app.get(StorageService).collectIfDue()).toBeNull();
    await never.close();
  });

  it('says what is missing', async () => {
    const definition = await registerChallenge(api, challengeDefinition());
    const { submissionId } = await submit(api, ada, definition);
    const sha256 = await fileOfSubmission(submissionId);
    const content = await buffer(await store.open(sha256));
    await store.remove(sha256);
    expect((await measure()).missing).toEqual({ count: 1, objects: [{ sha256, kind: 'submission' }] });
    const { attention } = (await asOrganiser('get', '/admin/health').expect(200)).body;
    expect(attention).toContainEqual(expect.objectContaining({ code: 'objects-missing' }));
    await putObject(api, content);
    expect((await measure()).missing.count).toBe(0);
  });
});

describe('a reference that comes while objects are collected', () => {
  const inTransaction = <T>(work: () => Promise<T>) => api.app.get(Transactions).run(work);
  const claimObject = (sha256: string) => api.app.get(ObjectClaims).claim(sha256);
  const gate = () => {
    let open = (): void => undefined;
    const opened = new Promise<void>((resolve) => {
      open = resolve;
    });
    return { open, opened };
  };

  it('is safe from its claim on: the object stays', async () => {
    const { sha256 } = await putOld();
    const [claimed, collected] = [gate(), gate()];
    const referring = inTransaction(async () => {
      expect(await claimObject(sha256)).toBe(500);
      claimed.open();
      await collected.opened;
      await api.dataSource.query(
        `insert into hashed_files (path, stamp, sha256, size_bytes) values ('a', 'b', $1, 500) on conflict do nothing`,
        [sha256],
      );
    });
    await claimed.opened;
    expect((await collect()).removed.count).toBe(0);
    collected.open();
    await referring;
    expect(await isStored(sha256)).toBe(true);
    // Nothing that counts refers to it in the end: now it goes.
    await collect();
    expect(await isStored(sha256)).toBe(false);
  });

  it('waits for a removal that has begun, and then finds nothing', async () => {
    const { sha256 } = await putOld();
    const [begun, goOn] = [gate(), gate()];
    const remove = store.remove.bind(store);
    // The port of a disk that takes its time.
    store.remove = async (name) => {
      begun.open();
      await goOn.opened;
      await remove(name);
    };
    const collecting = collect();
    await begun.opened;
    let found: number | null | undefined;
    const referring = inTransaction(async () => {
      found = await claimObject(sha256);
    });
    for (;;) {
      const waiting: unknown[] = await api.dataSource.query(
        `select 1 from pg_locks where locktype = 'advisory' and not granted and mode = 'ShareLock'`,
      );
      if (waiting.length > 0) break;
      await sleep(10);
    }
    expect(found).toBeUndefined();
    goOn.open();
    await Promise.all([collecting, referring]);
    store.remove = remove;
    expect(found).toBeNull();
  });

  it('never refers to an object that is gone, however both interleave', async () => {
    const definition = await registerChallenge(api, challengeDefinition());
    for (let round = 0; round < 12; round += 1) {
      await submit(api, ada, definition);
      const check = await mustClaim(api, ['check']);
      const checked = await checkDone(api);
      await age(objectIn(checked));
      const reply = { status: 0 };
      await Promise.all([
        collect(),
        (async () => {
          await sleep(round * 3);
          reply.status = (await finish(api, check, checked)).status;
        })(),
      ]);
      if (reply.status === 200) expect(await isStored(objectIn(checked))).toBe(true);
      else {
        expect(reply.status).toBe(400);
        expect(await isStored(objectIn(checked))).toBe(false);
        // The worker sends the object again, and goes on.
        await finish(api, check, await checkDone(api)).expect(200);
      }
      expect((await measure()).missing.count).toBe(0);
    }
  });

  it('finds the bytes of an upload in place, although the same bytes were collected as it arrived', async () => {
    for (let round = 0; round < 8; round += 1) {
      const content = randomBytes(600);
      await putOld(content);
      await Promise.all([collect(), upload(api, ada.token, content, 'map.nc')]);
      expect(await isStored(sha256Of(content))).toBe(true);
    }
  });
});

describe('the list of references', () => {
  /** Columns that hold hashes or whole documents; each is read by the collection, or is here with the reason why not. */
  const NO_REFERENCE: Record<string, string> = {
    'hashed_files.sha256': 'a memory of what a file hashed to: read again where the object is gone',
    'uploads.expected_sha256': 'a promise, not an object',
    'jobs.payload': 'read: steps that are under way or may be tried again',
  };
  const READ = [
    'artefacts.sha256',
    'dataset_files.sha256',
    'draft_files.sha256',
    'evaluations.canonical_sha256',
    'submissions.canonical_sha256',
    'submissions.network_sha256',
    'submissions.sha256',
    'uploads.sha256',
  ];

  it('knows every column with the hash of an object', async () => {
    const rows: { name: string }[] = await api.dataSource.query(
      `select c.table_name || '.' || c.column_name as name from information_schema.columns c
       join information_schema.tables t using (table_schema, table_name)
       where c.table_schema = 'public' and t.table_type = 'BASE TABLE' and c.column_name like '%sha256%'`,
    );
    expect(rows.map(({ name }) => name).toSorted()).toEqual(
      [...READ, ...Object.keys(NO_REFERENCE).filter((name) => name.includes('sha256'))].toSorted(),
    );
  });
});
