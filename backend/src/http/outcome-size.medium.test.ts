import { randomUUID } from 'node:crypto';
import { datasetReportSchema, MAX_DATASET_REPORT_BYTES, type DatasetReport } from '@sillage/contracts';
import request from 'supertest';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { JSON_BOUNDS, MAX_JSON_DEPTH } from './json-bounds.js';
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

/** A report as large as one may be: pictures of many files. */
function largeReport(): DatasetReport {
  const centimetres = Array.from({ length: 57_600 }, (_value, index) => -100 - (index % 900));
  const file = {
    path: 'truth.nc',
    sha256: 'a'.repeat(64),
    sizeBytes: 1,
    uses: [],
    format: 'NetCDF-4',
    conventions: null,
    variable: 'ssh',
    units: 'm',
    kind: 'grid',
    spacingDeg: 0.05,
    dimensions: [],
    variables: [],
    satellites: [],
    extent: null,
    statistics: null,
    previewMap: {
      box: { west: -65, east: -55, south: 33, north: 43 },
      lonCount: 240,
      latCount: 240,
      day: '2012-10-22',
      centimetres,
    },
    previewTrack: null,
  };
  return datasetReportSchema.parse({
    inspectedAt: '2026-11-27T00:00:00Z',
    evaluatorVersion: '0.1.0',
    files: Array.from({ length: 20 }, () => file),
    agreements: [],
    leaks: [],
    findings: [],
  });
}

describe('the size of a body', () => {
  const body = () => ({
    attempt: 1,
    leaseToken: 'x',
    outcome: { status: 'done', result: { kind: 'inspect', report: largeReport() } },
  });

  const post = (action: string, { token = WORKER_TOKEN, sent = JSON.stringify(body()) } = {}) =>
    request(api.url)
      .post(`/api/worker/jobs/${randomUUID()}/${action}`)
      .set('Authorization', `Bearer ${token}`)
      .set('Content-Type', 'application/json')
      .send(sent);

  it('may be that of a report where a worker tells an outcome', async () => {
    const size = JSON.stringify(body()).length;
    expect(size).toBeGreaterThan(5 * 2 ** 20);
    expect(size).toBeLessThan(MAX_DATASET_REPORT_BYTES);
    const reply = await post('finish');
    // Read and understood: the job is not there.
    expect(reply.body).toMatchObject({ error: { code: 'stale-lease' } });
  });

  it('may not be larger than a megabyte anywhere else', async () => {
    const reply = await post('heartbeat');
    expect(reply.status).toBe(413);
  });

  it('may not be larger for whoever is no worker: it is not even read', async () => {
    const reply = await post('finish', { token: 'somebody', sent: JSON.stringify(body()) });
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
