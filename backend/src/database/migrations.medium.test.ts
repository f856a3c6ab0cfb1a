import { randomUUID } from 'node:crypto';
import {
  MISSING_RAW,
  previewMapSchema,
  previewTrackSchema,
  unpackHeights,
  unpackPoints,
  type DatasetReport,
} from '@sillage/contracts';
import { migrations } from '@sillage/migrations';
import type { DataSource } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../testing/test-database.js';
import { queueRank, stressQueueRank } from '../queue/domain/queue-rank.js';
import { createDataSource } from './data-source.js';
import { findMigrationDrift } from './migration-drift.js';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database?.drop());

const REPORTS = 'select report from drafts union all select report from dataset_versions';
const reportsIn = async (dataSource: DataSource): Promise<unknown[]> =>
  (await dataSource.query<{ report: unknown }[]>(REPORTS)).map(({ report }) => report);

/** A draft and a dataset version with reports as they were before pictures were bytes. @returns the reports. */
async function putReports(dataSource: DataSource, version: string): Promise<unknown[]> {
  const box = { west: -65, east: -55, south: 33, north: 43 };
  const map = {
    box,
    lonCount: 3,
    latCount: 2,
    day: '2012-10-22',
    centimetres: [10, null, -30, 5, 0, 32_767],
  };
  const points = [
    [-64.123, 33.457, -12],
    [179.999, -89.999, 0],
  ];
  const period = { start: '2012-10-22', end: '2012-10-23' };
  const files = [
    { path: 'truth.nc', previewMap: map, previewTrack: null },
    {
      path: 'far.nc',
      previewMap: { ...map, centimetres: [65_534, null, -65_534, 2, 0, 0] },
      previewTrack: null,
    },
    { path: 'track.nc', previewMap: null, previewTrack: { box, period, points } },
  ];
  const report = JSON.stringify({ ...bareReport(), files });
  await dataSource.query(
    `insert into drafts (id, revision, definition, created_by, created_at, changed_by, changed_at, report_revision, report)
     values ($1, 1, '{}', 'Ada', now(), 'Ada', now(), 1, $2)`,
    [randomUUID(), report],
  );
  await dataSource.query('update dataset_versions set report = $2 where id = $1', [version, report]);
  return reportsIn(dataSource);
}

const bareReport = () => ({
  inspectedAt: '2026-11-27T00:00:00Z',
  evaluatorVersion: '0.1.0',
  agreements: [],
  leaks: [],
  findings: [],
});

/** As evaluators write them today, and pages read them. */
async function expectPacked(dataSource: DataSource): Promise<void> {
  const reports = (await reportsIn(dataSource)) as Pick<DatasetReport, 'files'>[];
  expect(reports).toHaveLength(2);
  for (const { files } of reports) {
    const [truth, far, track] = files;
    expect([...unpackHeights(previewMapSchema.parse(truth!.previewMap))]).toEqual([
      10,
      MISSING_RAW,
      -30,
      5,
      0,
      32_767,
    ]);
    expect(truth!.previewMap).toMatchObject({ scale: 0.01, offset: 0 });
    // Beyond what int16 reaches in centimetres: with coarser steps.
    expect([...unpackHeights(previewMapSchema.parse(far!.previewMap))].slice(0, 3)).toEqual([
      32_767,
      MISSING_RAW,
      -32_767,
    ]);
    expect(far!.previewMap).toMatchObject({ scale: 0.02 });
    expect(unpackPoints(previewTrackSchema.parse(track!.previewTrack).points)).toEqual([
      { lonDeg: Math.fround(-64.123), latDeg: Math.fround(33.457), heightM: Math.fround(-0.12) },
      { lonDeg: Math.fround(179.999), latDeg: Math.fround(-89.999), heightM: 0 },
    ]);
  }
}

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

  it('make room for networks in the queue, and end them where they are undone', async () => {
    const before = 4; // the migrations of a platform that knew no networks
    const other = await createTestDatabase();
    const connect = async (list = migrations) => {
      const dataSource = createDataSource(other.url).setOptions({ migrations: list });
      await dataSource.initialize();
      await dataSource.runMigrations({ transaction: 'each' });
      return dataSource;
    };
    const ids = {
      version: randomUUID(),
      submission: randomUUID(),
      task: randomUUID(),
      evaluation: randomUUID(),
    };
    try {
      const old = await connect(migrations.slice(0, before));
      await old.query(`insert into challenges (id, created_at) values ('demo', now())`);
      await old.query(
        `insert into dataset_versions (id, challenge_id, version, definition, fingerprint, created_at)
         values ($1, 'demo', '1.0.0', '{}', '', now())`,
        [ids.version],
      );
      await old.query(
        `insert into tasks (id, challenge_id, area, scenario) values ($1, 'demo', 'gf', 'nadir4')`,
        [ids.task],
      );
      await old.query(
        `insert into submissions (id, challenge_id, dataset_version_id, kind, card, created_at)
         values ($1, 'demo', $2, 'reference', '{}', now())`,
        [ids.submission, ids.version],
      );
      await old.query(
        `insert into jobs (id, step, submission_id, payload, state, queue_rank, created_at)
         values ($1, 'map', $2, '{}', 'queued', 7, now())`,
        [randomUUID(), ids.submission],
      );
      await old.destroy();

      // The migration under test is the last one here, whatever came after it since.
      const current = await connect(migrations.slice(0, before + 1));
      const ranks = () =>
        current.query('select step, state, queue_rank as rank from jobs order by queue_rank');
      // Inspections, which come between, were not known then.
      expect(await ranks()).toEqual([{ step: 'map', state: 'queued', rank: 9 }]);
      await current.query(
        `update submissions set form = 'network', file_name = 'net.ckpt', size_bytes = 3, sha256 = 'abc' where id = $1`,
        [ids.submission],
      );
      await current.query(
        `insert into evaluations (id, submission_id, task_id, dataset_version_id, protocol, state, step, state_since, created_at)
         values ($1, $2, $3, $4, 'osse-2020a', 'running', 'predict', now(), now())`,
        [ids.evaluation, ids.submission, ids.task, ids.version],
      );
      await current.undoLastMigration({ transaction: 'each' });
      expect(await ranks()).toEqual([{ step: 'map', state: 'cancelled', rank: 7 }]);
      expect(await current.query('select state, step from evaluations')).toEqual([
        { state: 'cancelled', step: null },
      ]);
      await current.destroy();
    } finally {
      await other.drop();
    }
  });

  it('make room for inspections, publish what was registered, and let go of both where they are undone', async () => {
    const before = migrations.findIndex(({ name }) => name.startsWith('AddDrafts'));
    const other = await createTestDatabase();
    const connect = async (list = migrations) => {
      const dataSource = createDataSource(other.url).setOptions({ migrations: list });
      await dataSource.initialize();
      await dataSource.runMigrations({ transaction: 'each' });
      return dataSource;
    };
    const ids = { version: randomUUID(), submission: randomUUID(), task: randomUUID(), stress: randomUUID() };
    try {
      const old = await connect(migrations.slice(0, before));
      await old.query(`insert into challenges (id, created_at) values ('demo', now())`);
      await old.query(
        `insert into dataset_versions (id, challenge_id, version, definition, fingerprint, created_at)
         values ($1, 'demo', '1.0.0', '{}', '', '2026-01-01T00:00:00Z')`,
        [ids.version],
      );
      await old.query(
        `insert into tasks (id, challenge_id, area, scenario) values ($1, 'demo', 'gf', 'nadir4')`,
        [ids.task],
      );
      await old.query(
        `insert into submissions (id, challenge_id, dataset_version_id, kind, card, file_name, size_bytes, sha256, created_at)
         values ($1, 'demo', $2, 'participant', '{}', 'map.nc', 3, 'abc', now())`,
        [ids.submission, ids.version],
      );
      await old.query(
        `insert into stress_runs (id, submission_id, task_id, dataset_version_id, protocol, variant, state, state_since, created_at)
         values ($1, $2, $3, $4, 'osse-2020a', 'without', 'queued', now(), now())`,
        [ids.stress, ids.submission, ids.task, ids.version],
      );
      for (const { step, rank, stress } of [
        { step: 'check', rank: 2, stress: null },
        { step: 'products', rank: 4, stress: null },
        { step: 'map', rank: 8, stress: null },
        { step: 'predict', rank: 13, stress: ids.stress },
      ])
        await old.query(
          `insert into jobs (id, step, submission_id, stress_run_id, payload, state, queue_rank, created_at)
           values ($1, $2, $3, $4, '{}', 'queued', $5, now())`,
          [randomUUID(), step, ids.submission, stress, rank],
        );
      await old.destroy();

      // Up to the states of versions, whatever came after them since.
      const count = 3;
      const current = await connect(migrations.slice(0, before + count));
      const ranks = async () =>
        (
          await current.query<{ step: string; rank: number }[]>(
            'select step, queue_rank as rank from jobs order by queue_rank',
          )
        ).map(({ step, rank }) => [step, rank]);
      expect(await ranks()).toEqual([
        ['check', queueRank('check', 'participant')],
        ['products', queueRank('products', 'participant')],
        ['map', queueRank('map', 'participant')],
        ['predict', stressQueueRank('predict')],
      ]);
      expect(await current.query('select state, published_at, report from dataset_versions')).toEqual([
        { state: 'published', published_at: new Date('2026-01-01T00:00:00Z'), report: null },
      ]);
      await current.query(
        `insert into jobs (id, step, draft_id, payload, state, queue_rank, created_at)
         values ($1, 'inspect', $2, '{}', 'queued', 4, now())`,
        [randomUUID(), randomUUID()],
      );
      await expect(
        current.query(
          `insert into jobs (id, step, payload, state, queue_rank, created_at) values ($1, 'inspect', '{}', 'queued', 4, now())`,
          [randomUUID()],
        ),
      ).rejects.toThrow(/jobs_one_subject_check/);
      for (let undone = 0; undone < count; undone += 1)
        await current.undoLastMigration({ transaction: 'each' });
      expect(await ranks()).toEqual([
        ['check', 2],
        ['products', 4],
        ['map', 8],
        ['predict', 13],
      ]);
      await current.destroy();
    } finally {
      await other.drop();
    }
  });

  it('book what was submitted as it was counted, forget the doubts that told the truth, know what was told, which step refused, and pack pictures', async () => {
    const before = migrations.findIndex(({ name }) => name.startsWith('CreateQuotaLedger'));
    const other = await createTestDatabase();
    const [account, version, task, set] = [randomUUID(), randomUUID(), randomUUID(), randomUUID()];
    const submissions = {
      scored: randomUUID(),
      failed: randomUUID(),
      first: randomUUID(),
      second: randomUUID(),
      checked: randomUUID(),
    };
    try {
      const old = createDataSource(other.url).setOptions({ migrations: migrations.slice(0, before) });
      await old.initialize();
      await old.runMigrations({ transaction: 'each' });
      await old.query(`insert into challenges (id, created_at) values ('demo', now())`);
      await old.query(
        `insert into accounts (id, email, display_name, role, unsubscribe_secret, created_at)
         values ($1, 'ada@example.org', 'Ada', 'participant', gen_random_uuid(), now())`,
        [account],
      );
      await old.query(
        `insert into dataset_versions (id, challenge_id, version, definition, fingerprint, state, created_at)
         values ($1, 'demo', '1.0.0', '{}', '', 'validated', now())`,
        [version],
      );
      await old.query(
        `insert into tasks (id, challenge_id, area, scenario) values ($1, 'demo', 'gf', 'nadir4')`,
        [task],
      );
      for (const [id, inSet] of [
        [submissions.scored, null],
        [submissions.failed, null],
        [submissions.first, set],
        [submissions.second, set],
        [submissions.checked, null],
      ])
        await old.query(
          `insert into submissions (id, challenge_id, dataset_version_id, account_id, kind, card, file_name, size_bytes, sha256, set_id, created_at)
           values ($1, 'demo', $2, $3, 'participant', '{}', 'map.nc', 3, 'abc', $4, '2026-11-01T10:00:00Z')`,
          [id, version, account, inSet],
        );
      const warnings = [
        { code: 'usual-mistake', message: 'a day late' },
        { code: 'units-suspected', message: 'slope 0.0104' },
        { code: 'sla-suspected', message: 'µ would be 0.83' },
      ];
      for (const [submission, state] of [
        [submissions.scored, 'scored'],
        [submissions.failed, 'failed'],
        [submissions.first, 'failed'],
        [submissions.second, 'queued'],
        [submissions.checked, 'rejected'],
      ])
        await old.query(
          `insert into evaluations (id, submission_id, task_id, dataset_version_id, protocol, state, state_since, mu, scored_at, warnings, rejection, created_at)
           values ($1, $2, $3, $4, 'osse-2020a', $5::text, now(), case when $5::text = 'scored' then 0.9 end,
             case when $5::text = 'scored' then now() end, $6,
             case when $5::text = 'rejected' then '{"code": "days-missing"}'::jsonb end, now())`,
          [
            randomUUID(),
            submission,
            task,
            version,
            state,
            JSON.stringify(state === 'scored' ? warnings : []),
          ],
        );
      await old.query(
        `update submissions set canonical_sha256 = 'abc', canonical_size_bytes = 3 where id = $1`,
        [submissions.checked],
      );
      const numbered = await putReports(old, version);
      await old.destroy();

      const current = createDataSource(other.url);
      await current.initialize();
      await current.runMigrations({ transaction: 'each' });
      expect(
        await current.query(
          `select submitted_id as id, sum(amount)::int as sum, count(*)::int as rows, min(counts_at) as at
           from quota_entries where account_id = $1 group by 1 order by array_position($2::uuid[], submitted_id)`,
          [account, [submissions.scored, submissions.failed, set, submissions.checked]],
        ),
      ).toEqual([
        { id: submissions.scored, sum: -1, rows: 1, at: new Date('2026-11-01T10:00:00Z') },
        { id: submissions.failed, sum: 0, rows: 2, at: new Date('2026-11-01T10:00:00Z') },
        { id: set, sum: -1, rows: 1, at: new Date('2026-11-01T10:00:00Z') },
        { id: submissions.checked, sum: -1, rows: 1, at: new Date('2026-11-01T10:00:00Z') },
      ]);
      expect(await current.query(`select warnings from evaluations where state = 'scored'`)).toEqual([
        { warnings: warnings.slice(0, 1) },
      ]);
      // A score that is there has been told; what has none is decided when it gets one.
      expect(
        await current.query(
          `select distinct state, (public_test ->> 'isHeldBack')::boolean as held from evaluations order by state`,
        ),
      ).toEqual([
        { state: 'failed', held: null },
        { state: 'queued', held: null },
        { state: 'rejected', held: null },
        { state: 'scored', held: false },
      ]);
      const rejections = () => current.query(`select rejection from evaluations where state = 'rejected'`);
      expect(await rejections()).toEqual([{ rejection: { code: 'days-missing', step: 'score' } }]);
      // What is final is frozen again.
      await expect(
        current.query(`update evaluations set warnings = '[]' where state = 'scored'`),
      ).rejects.toThrow(/is final/);
      await expectPacked(current);
      const last = migrations.findIndex(({ name }) => name.startsWith('PackPreviews'));
      for (let count = migrations.length; count > last; count -= 1)
        await current.undoLastMigration({ transaction: 'each' });
      expect(await reportsIn(current)).toEqual(numbered);
      expect(await rejections()).toEqual([{ rejection: { code: 'days-missing' } }]);
      await current.destroy();
    } finally {
      await other.drop();
    }
  });

  it('are seen to be incomplete when they are', async () => {
    const report = await findMigrationDrift(database.url, { migrations: [] });
    expect(report.missing.join('\n')).toContain('CREATE TABLE "evaluations"');
  });
});
