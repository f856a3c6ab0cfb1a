import { randomUUID } from 'node:crypto';
import { datasetReportSchema, MAX_DATASET_REPORT_BYTES, type DatasetReport } from '@sillage/contracts';
import request from 'supertest';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
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

  const post = (action: string) =>
    request(api.url)
      .post(`/api/worker/jobs/${randomUUID()}/${action}`)
      .set('Authorization', `Bearer ${WORKER_TOKEN}`)
      .send(body());

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
});
