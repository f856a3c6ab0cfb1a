import { randomUUID } from 'node:crypto';
import { MAX_DATASET_REPORT_BYTES } from '@sillage/contracts';
import request from 'supertest';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { largestReport } from '../testing/largest-report.js';
import { JSON_BOUNDS, jsonFault, MAX_JSON_DEPTH, OUTCOME_BOUNDS } from './json-bounds.js';
import { startTestApi, WORKER_TOKEN, type TestApi } from '../testing/test-api.js';
import { createTestDatabase, type TestDatabase } from '../testing/test-database.js';

let database: TestDatabase;
let api: TestApi;
beforeAll(async () => {
  database = await createTestDatabase();
  api = await startTestApi(database.url);
});
afterAll(async () => {
  await api?.close();
  await database?.drop();
});

describe('the size of a body', () => {
  const report = largestReport({ path: 'truth.nc', sha256: 'a'.repeat(64) });
  const body = JSON.stringify({
    attempt: 1,
    leaseToken: 'x',
    outcome: { status: 'done', result: { kind: 'inspect', report } },
  });

  const post = (action: string, { token = WORKER_TOKEN, sent = body } = {}) =>
    request(api.url)
      .post(`/api/worker/jobs/${randomUUID()}/${action}`)
      .set('Authorization', `Bearer ${token}`)
      .set('Content-Type', 'application/json')
      .send(sent);

  it('may be that of a report where a worker tells an outcome', async () => {
    const size = JSON.stringify(report).length;
    expect(size).toBeGreaterThan(0.8 * MAX_DATASET_REPORT_BYTES);
    expect(size).toBeLessThan(MAX_DATASET_REPORT_BYTES);
    const reply = await post('finish');
    // Read and understood: the job is not there.
    expect(reply.body).toMatchObject({ error: { code: 'stale-lease' } });
  });

  it('is bounded by what the largest report and the longest statistics need, and by little more', () => {
    const bytes = Buffer.from(body);
    expect(jsonFault(bytes, OUTCOME_BOUNDS)).toBeNull();
    const less = ({ values, keys }: typeof OUTCOME_BOUNDS) => ({ values: 0.8 * values, keys: 0.8 * keys });
    expect(jsonFault(bytes, less(OUTCOME_BOUNDS))).not.toBeNull();
    const days = new Array<number>(4_000).fill(1);
    const power = Array.from({ length: 99 }, () => new Array<number>(99).fill(1));
    const statistics = {
      daily: { timeDays: days, squaredErrorM2: days, squaredReferenceM2: days, pointCount: days },
      bands: { axes: null, error: power, truth: power },
    };
    expect(jsonFault(Buffer.from(JSON.stringify(statistics)), OUTCOME_BOUNDS)).toBeNull();
  });

  it('may not be larger than a megabyte anywhere else', async () => {
    const reply = await post('heartbeat');
    expect(reply.status).toBe(413);
  });

  it('may not be larger for whoever is no worker: it is not even read', async () => {
    const reply = await post('finish', { token: 'somebody', sent: body });
    expect([reply.status, reply.body.error.code]).toEqual([413, 'too-large']);
  });

  it.each([
    {
      name: 'of very many values',
      sent: `[${'0,'.repeat(JSON_BOUNDS.values)}0]`,
      says: 'more than 10000 values',
    },
    { name: 'nested very deep', sent: '['.repeat(MAX_JSON_DEPTH + 1), says: 'in more than 64 others' },
  ])('$name is refused before it is parsed', async ({ sent, says }) => {
    const reply = await post('heartbeat', { sent });
    expect(reply.status).toBe(413);
    expect(reply.body.error.message).toContain(says);
  });

  it('in another alphabet than UTF-8 cannot hide what it holds', async () => {
    const reply = await post('heartbeat', { sent: '{}' }).set(
      'Content-Type',
      'application/json; charset=utf-16',
    );
    expect([reply.status, reply.body.error.fix]).toEqual([400, 'Send it in UTF-8.']);
  });
});
