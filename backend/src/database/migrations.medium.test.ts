import { randomUUID } from 'node:crypto';
import { migrations } from '@sillage/migrations';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../testing/test-database.js';
import { queueRank } from '../queue/domain/queue-rank.js';
import { createDataSource } from './data-source.js';
import { findMigrationDrift } from './migration-drift.js';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database?.drop());

describe('the migrations', () => {
  it('say what the entities say, and leave nothing behind when undone', async () => {
    const report = await findMigrationDrift(database.url);
    expect(report.missing).toEqual([]);
    expect(report.tablesLeft).toEqual([]);
    expect(report.migrationCount).toBeGreaterThan(0);
  });

  it('keep what an older platform had queued, in the order of its importance', async () => {
    const old = createDataSource(database.url).setOptions({ migrations: migrations.slice(0, 2) });
    await old.initialize();
    await old.runMigrations({ transaction: 'each' });
    const ids = { version: randomUUID(), submission: randomUUID() };
    await old.query(`insert into challenges (id, created_at) values ('demo', now())`);
    await old.query(
      `insert into dataset_versions (id, challenge_id, version, definition, fingerprint, created_at)
       values ($1, 'demo', '1.0.0', '{}', '', now())`,
      [ids.version],
    );
    await old.query(
      `insert into submissions (id, challenge_id, dataset_version_id, kind, card, file_name, size_bytes, sha256, created_at)
       values ($1, 'demo', $2, 'participant', '{}', 'map.nc', 3, 'abc', now())`,
      [ids.submission, ids.version],
    );
    for (const step of ['products', 'check', 'score'])
      await old.query(
        `insert into jobs (id, step, submission_id, payload, state, created_at) values ($1, $2, $3, '{}', 'queued', now())`,
        [randomUUID(), step, ids.submission],
      );
    await old.destroy();
    const current = createDataSource(database.url);
    await current.initialize();
    await current.runMigrations({ transaction: 'each' });
    expect(await current.query('select step, queue_rank as rank from jobs order by queue_rank')).toEqual(
      (['score', 'check', 'products'] as const).map((step) => ({
        step,
        rank: queueRank(step, 'participant'),
      })),
    );
    expect(await current.query('select file_name, set_id, upload_id from submissions')).toEqual([
      { file_name: 'map.nc', set_id: null, upload_id: null },
    ]);
    await current.destroy();
  });

  it('are seen to be incomplete when they are', async () => {
    const report = await findMigrationDrift(database.url, { migrations: [] });
    expect(report.missing.join('\n')).toContain('CREATE TABLE "evaluations"');
  });
});
