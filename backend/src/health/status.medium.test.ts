import { statusSchema, type Status } from '@sillage/contracts';
import request from 'supertest';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addDraftFile, createDraft } from '../testing/curation.js';
import {
  challengeDefinition,
  checkDone,
  claim,
  finish,
  mustClaim,
  registerChallenge,
  registerParticipant,
  startTestApi,
  submit,
  type TestApi,
} from '../testing/test-api.js';
import { createTestDatabase, type TestDatabase } from '../testing/test-database.js';

let database: TestDatabase;
let api: TestApi;
beforeAll(async () => {
  database = await createTestDatabase();
  api = await startTestApi(database.url, { environment: { SILLAGE_LEASE_S: '600' } });
});
afterAll(async () => {
  await api?.close();
  await database?.drop();
});

const read = async (): Promise<Status> =>
  statusSchema.parse((await request(api.url).get('/api/status').expect(200)).body);
const stepOf = (status: Status, step: string) => status.work?.steps.find((entry) => entry.step === step);

describe('the public status', () => {
  it('counts evaluators by runtime and never names one', async () => {
    expect((await read()).work?.evaluators).toEqual({ count: 0, versions: [], runtimes: [] });
    const runtime = { device: 'A card of somebody', memoryBytes: 2 ** 30 };
    await claim(api, ['predict'], 0, 'host-one', { name: 'webgpu', ...runtime });
    await claim(api, ['predict'], 0, 'host-two', { name: 'webgpu', ...runtime });
    await claim(api, ['check', 'score'], 0, 'host-three');
    const status = await read();
    expect(status).toMatchObject({ status: 'ok', database: 'up', store: 'up' });
    expect(status.work?.evaluators).toMatchObject({
      count: 3,
      runtimes: [{ name: 'webgpu', count: 2 }],
    });
    expect(JSON.stringify(status)).not.toMatch(/host-|A card/);
    expect([stepOf(status, 'predict'), stepOf(status, 'map')].map((step) => step?.isWorked)).toEqual([
      true,
      false,
    ]);
  });

  it('tells the queue and the waits of submissions, without what organisers prepare', async () => {
    const ada = await registerParticipant(api);
    const definition = await registerChallenge(api, challengeDefinition());
    await submit(api, ada, definition);
    expect(stepOf(await read(), 'check')).toMatchObject({ queued: 1, running: 0, waitMedianS: null });
    const check = await mustClaim(api, ['check']);
    expect(stepOf(await read(), 'check')).toMatchObject({ queued: 0, running: 1, finished: 0 });
    await finish(api, check, await checkDone(api)).expect(200);
    await api.dataSource.query(
      `update jobs set created_at = first_started_at - interval '7 seconds', finished_at = started_at + interval '3 seconds'
       where id = $1`,
      [check.jobId],
    );
    expect(stepOf(await read(), 'check')).toMatchObject({
      queued: 0,
      running: 0,
      finished: 1,
      waitMedianS: 7,
      waitP95S: 7,
      runMedianS: 3,
    });
    expect(stepOf(await read(), 'score')).toMatchObject({ queued: 1 });
    await api.dataSource.query(`update jobs set finished_at = now() - interval '25 hours' where id = $1`, [
      check.jobId,
    ]);
    expect(stepOf(await read(), 'check')).toMatchObject({ finished: 0, waitMedianS: null });
    await addDraftFile(api, await createDraft(api, { definition: { name: 'A draft' } }), 'truth.nc');
    expect(stepOf(await read(), 'inspect')).toBeUndefined();
    // A job of a re-score is nobody's business.
    await api.dataSource.query(
      `with opened as (
         insert into rescores (id, challenge_id, dataset_version_id, from_version_id, state, created_by, created_at)
         select gen_random_uuid(), id, current_version_id, current_version_id, 'open', 'Sillage', now()
         from challenges where id = $1 returning id)
       update jobs set rescore_id = opened.id from opened where jobs.step = 'score' and jobs.state = 'queued'`,
      [definition.id],
    );
    expect(stepOf(await read(), 'score')).toMatchObject({ queued: 0 });
  });
});

describe('the metrics', () => {
  const metricsText = async (): Promise<string> => (await request(api.url).get('/metrics').expect(200)).text;
  const valueOf = (text: string, line: string): number | undefined => {
    const found = text.split('\n').find((candidate) => candidate.startsWith(`${line} `));
    return found === undefined ? undefined : Number(found.slice(line.length));
  };

  it('tell the load, the store and the process as Prometheus reads them', async () => {
    const ada = await registerParticipant(api, 'Metrics');
    const definition = await registerChallenge(api, challengeDefinition());
    const before = await metricsText();
    await submit(api, ada, definition);
    await api.dataSource.query(
      `update jobs set created_at = clock_timestamp() - interval '90 seconds' where state = 'queued' and step = 'check'`,
    );
    const after = await metricsText();
    const grown = (line: string) => (valueOf(after, line) ?? NaN) - (valueOf(before, line) ?? NaN);
    expect(grown('sillage_jobs{step="check",state="queued"}')).toBe(1);
    expect(grown('sillage_evaluations{state="queued"}')).toBe(1);
    expect(valueOf(after, 'sillage_queue_oldest_wait_seconds{step="check"}')).toBeGreaterThanOrEqual(90);
    expect(valueOf(after, 'sillage_evaluators_connected')).toBeGreaterThan(0);
    expect(valueOf(after, 'sillage_up{part="database"}')).toBe(1);
    expect(valueOf(after, 'sillage_store_objects{kind="all"}')).toBeGreaterThan(0);
    expect(valueOf(after, 'sillage_store_bytes{kind="dataset"}')).toBeGreaterThan(0);
    expect(valueOf(after, 'sillage_disk_free_bytes')).toBeGreaterThan(0);
    expect(valueOf(after, 'sillage_database_connections{state="open"}')).toBeGreaterThan(0);
    for (const name of ['process_resident_memory_bytes', 'nodejs_eventloop_lag_p99_seconds'])
      expect(valueOf(after, name), name).toBeGreaterThan(0);
    // By the route as it is declared: ids and what nobody serves make no series of their own.
    await request(api.url).get('/api/submissions/of-nobody/at/all').expect(404);
    const text = await metricsText();
    expect(
      valueOf(
        text,
        'sillage_http_request_duration_seconds_count{method="POST",route="/api/submissions",status="201"}',
      ),
    ).toBeGreaterThan(0);
    expect(
      valueOf(text, 'sillage_http_request_duration_seconds_count{method="GET",route="none",status="404"}'),
    ).toBeGreaterThan(0);
    expect(text).not.toMatch(/of-nobody|Metrics/);
  });

  it('are for who asks the process itself, not for who comes through a gateway', async () => {
    await request(api.url).get('/metrics').set('X-Forwarded-For', '203.0.113.9').expect(404);
    await request(api.url).post('/metrics').expect(404);
    await request(api.url).get('/api/metrics').expect(404);
  });
});
