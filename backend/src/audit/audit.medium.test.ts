import request from 'supertest';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Database } from '../database/database.js';
import {
  challengeDefinition,
  ORGANISER_TOKEN,
  registerChallenge,
  startTestApi,
  type TestApi,
} from '../testing/test-api.js';
import { createTestDatabase, type TestDatabase } from '../testing/test-database.js';
import { AuditService, type NewAuditEntry } from './audit.service.js';

let database: TestDatabase;
let api: TestApi;
let audit: AuditService;
beforeAll(async () => {
  database = await createTestDatabase();
  api = await startTestApi(database.url);
  audit = api.app.get(AuditService);
});
afterAll(async () => {
  await api?.close();
  await database?.drop();
});

const line = (id: string): NewAuditEntry => ({
  actor: null,
  action: 'version.publish',
  subject: { kind: 'challenge', id },
  summary: `Published ${id}.`,
  details: { id, before: null },
});
const get = (path: string) =>
  request(api.url).get(`/api/admin/audit${path}`).set('Authorization', `Bearer ${ORGANISER_TOKEN}`);
const verified = async () => (await get('/verify').expect(200)).body;

describe('the audit log', () => {
  it('numbers the lines of writers that come together, and a line that is rolled back leaves no gap', async () => {
    const transactions = api.app.get(Database);
    const outcomes = await Promise.allSettled(
      Array.from({ length: 24 }, (_, index) =>
        transactions.run(async () => {
          await audit.record(line(`line-${index}`));
          if (index % 3 === 0) throw new Error('rolled back');
        }),
      ),
    );
    expect(outcomes.filter(({ status }) => status === 'rejected')).toHaveLength(8);
    const { body } = await get('?limit=500').expect(200);
    expect(body.entries.map(({ sequence }: { sequence: number }) => sequence)).toEqual(
      Array.from({ length: 16 }, (_, index) => 16 - index),
    );
    const kept = body.entries.map(({ subjectId }: { subjectId: string }) => Number(subjectId.slice(5)));
    expect(kept.every((index: number) => index % 3 !== 0)).toBe(true);
    expect(body).toMatchObject({ older: null, lineCount: 16 });
    expect(await verified()).toMatchObject({ lineCount: 16, firstBroken: null });
  });

  it('refuses to be changed or shortened', async () => {
    for (const statement of [
      `update audit_entries set actor = 'Nobody' where sequence = 3`,
      'delete from audit_entries where sequence = 3',
    ])
      await expect(api.dataSource.query(statement)).rejects.toThrow('the audit log cannot be changed');
    expect((await verified()).lineCount).toBe(16);
  });

  it('has pages and filters', async () => {
    const first = (await get('?limit=10').expect(200)).body;
    expect(first).toMatchObject({ older: 7, lineCount: 16 });
    const second = (await get(`?limit=10&before=${first.older}`).expect(200)).body;
    expect(second.entries).toHaveLength(6);
    expect(second.older).toBeNull();
    const newer = (await get('?after=14').expect(200)).body;
    expect(newer.entries.map(({ sequence }: { sequence: number }) => sequence)).toEqual([16, 15]);

    const definition = await registerChallenge(api, challengeDefinition());
    const found = async (query: string) => (await get(query).expect(200)).body.entries;
    const [registered] = await found('?action=challenge.register');
    expect(registered).toMatchObject({
      sequence: 17,
      subjectKind: 'challenge',
      subjectId: definition.id,
      summary: `Registered dataset version 1.0.0 of ${definition.id}.`,
      details: { disclosure: 'practice', files: { 'truth.nc': expect.stringMatching(/^[0-9a-f]{64}$/) } },
    });
    expect(registered.actorId).not.toBeNull();
    expect(await found(`?subjectKind=challenge&subject=${definition.id}`)).toEqual([registered]);
    expect(await found(`?actor=${registered.actor.slice(0, 4).toUpperCase()}`)).toEqual([registered]);
    expect(await found('?actor=nobody%25')).toEqual([]);
    await get('?action=nothing').expect(400);
  });

  it('is a file with every line, oldest first', async () => {
    const { text, headers } = await get('/export.csv').expect(200);
    expect(headers['content-type']).toBe('text/csv; charset=utf-8');
    const lines = text.trimEnd().split('\r\n');
    expect(lines).toHaveLength(18);
    expect(lines[1]).toMatch(/^1,\d{4}-.*,Sillage,,version\.publish,challenge,/);
  });

  it('shows where a line was changed behind its back, or taken out', async () => {
    const breakWith = async (statement: string) => {
      await api.dataSource.query('alter table audit_entries disable trigger audit_entries_are_frozen');
      await api.dataSource.query(statement);
      await api.dataSource.query('alter table audit_entries enable trigger audit_entries_are_frozen');
    };
    await breakWith(`update audit_entries set summary = 'Published something else.' where sequence = 5`);
    expect(await verified()).toMatchObject({ lineCount: 17, firstBroken: 5 });
    await breakWith(
      `update audit_entries set summary = 'Published ' || subject_id || '.' where sequence = 5`,
    );
    expect(await verified()).toMatchObject({ firstBroken: null });
    await breakWith('delete from audit_entries where sequence = 1');
    expect(await verified()).toMatchObject({ lineCount: 16, firstBroken: 2 });
  });
});
