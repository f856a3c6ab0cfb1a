import { submissionViewSchema, type ClaimedJob } from '@sillage/contracts';
import request from 'supertest';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  challengeDefinition,
  checkDone,
  claim,
  finish,
  heartbeat,
  loseLease,
  mustClaim,
  putObject,
  registerChallenge,
  registerParticipant,
  scoreDone,
  startTestApi,
  submit,
  WORKER_TOKEN,
  type Participant,
  type TestApi,
} from '../testing/test-api.js';
import { createTestDatabase, type TestDatabase } from '../testing/test-database.js';
import { WakeUps } from './wake-ups.js';

let database: TestDatabase;
let api: TestApi;
let second: TestApi;
let ada: Participant;
let challenge: ReturnType<typeof challengeDefinition>;
beforeAll(async () => {
  database = await createTestDatabase();
  api = await startTestApi(database.url);
  second = await startTestApi(database.url, {
    folder: api.folder,
    environment: { SILLAGE_RETRY_DELAY_S: '1' },
  });
  ada = await registerParticipant(api);
  challenge = await registerChallenge(api, challengeDefinition());
});
afterAll(async () => {
  await second?.close();
  await api?.close();
  await database?.drop();
});
beforeEach(async () => {
  await api.dataSource.query(`update jobs set state = 'cancelled' where state in ('queued', 'leased')`);
});

async function evaluationOf(submissionId: string) {
  const reply = await request(api.url)
    .get(`/api/submissions/${submissionId}`)
    .set('Authorization', `Bearer ${ada.token}`);
  const [evaluation] = submissionViewSchema.parse(reply.body).evaluations;
  if (evaluation === undefined) throw new Error('no evaluation');
  return evaluation;
}

/** A job whose worker is never heard of again. */
async function claimAndVanish(): Promise<ClaimedJob> {
  const job = await mustClaim(api, ['check']);
  await loseLease(api, job);
  return job;
}

/** Seconds of the lease that are left, by the clock of the database. */
async function leftOfLease({ jobId }: ClaimedJob): Promise<number> {
  const [row] = await api.dataSource.query(
    'select extract(epoch from lease_expires_at - clock_timestamp())::float8 as seconds from jobs where id = $1',
    [jobId],
  );
  return row.seconds;
}

/** Claims of that process look again when they are told to, and never by themselves. */
function watchClaims(watched: TestApi): { waits: Promise<void>; gaveUp: Promise<void> } {
  const wakeUps = watched.app.get(WakeUps);
  const next = wakeUps.next.bind(wakeUps);
  let [onWait, onGiveUp] = [() => {}, () => {}];
  const waits = new Promise<void>((resolve) => (onWait = resolve));
  const gaveUp = new Promise<void>((resolve) => (onGiveUp = resolve));
  vi.spyOn(wakeUps, 'next').mockImplementation(() => {
    const { within, forget } = next();
    return {
      within: async (_timeoutMs, signal) => {
        onWait();
        await within(1_000_000, signal);
        if (signal.aborted) onGiveUp();
      },
      forget,
    };
  });
  return { waits, gaveUp };
}

describe('a claim', () => {
  it('that waits is answered as soon as work comes, also through another process', async () => {
    for (const waitingApi of [api, second]) {
      const { waits } = watchClaims(waitingApi);
      const answer = claim(waitingApi, ['check'], 25_000);
      await waits;
      const { submissionId } = await submit(api, ada, challenge);
      // Nothing else than the news of the work ends the wait of this claim.
      expect((await answer)?.payload).toMatchObject({ kind: 'check', submissionId });
    }
  });

  it('gives each job to one of many workers', async () => {
    for (let count = 0; count < 4; count += 1) await submit(api, ada, challenge);
    const jobs = await Promise.all(
      Array.from({ length: 10 }, (_value, index) =>
        claim(index % 2 === 0 ? api : second, ['check'], 0, `w${index}`),
      ),
    );
    const ids = jobs.flatMap((job) => (job === null ? [] : [job.jobId]));
    expect(ids).toHaveLength(4);
    expect(new Set(ids).size).toBe(4);
  });

  it('gets only what the worker can do', async () => {
    await submit(api, ada, challenge);
    expect(await claim(api, ['score', 'products'])).toBeNull();
    expect((await mustClaim(api, ['check'])).payload.kind).toBe('check');
  });

  it('of a worker that hung up takes no job', async () => {
    const { waits, gaveUp } = watchClaims(api);
    const abort = new AbortController();
    const waiting = fetch(`${api.url}/api/worker/claim`, {
      method: 'POST',
      headers: { authorization: `Bearer ${WORKER_TOKEN}`, 'content-type': 'application/json' },
      body: JSON.stringify({
        worker: 'gone',
        evaluatorVersion: '1',
        capabilities: ['check'],
        waitMs: 20_000,
      }),
      signal: abort.signal,
    }).catch(() => null);
    await waits;
    abort.abort();
    await waiting;
    await gaveUp;
    await submit(api, ada, challenge);
    expect((await mustClaim(api, ['check'])).attempt).toBe(1);
  });
});

describe('a lease', () => {
  it('lives as long as its worker reports', async () => {
    const { submissionId } = await submit(api, ada, challenge);
    const job = await mustClaim(api, ['check']);
    expect(job.leaseMs).toBe(600_000);
    for (const process of [api, second]) {
      await api.dataSource.query(
        `update jobs set lease_expires_at = clock_timestamp() + interval '200 seconds' where id = $1`,
        [job.jobId],
      );
      await heartbeat(process, job).expect(200);
      expect(await leftOfLease(job)).toBeGreaterThan(300);
    }
    expect(await evaluationOf(submissionId)).toMatchObject({ state: 'running', attempt: 1 });
    await finish(api, job, await checkDone(api)).expect(200);
  });

  it('of a silent worker ends by itself, and the next worker gets the job', async () => {
    const quick = await startTestApi(database.url, {
      environment: { SILLAGE_LEASE_S: '0.5' },
      folder: api.folder,
    });
    const { submissionId } = await submit(api, ada, challenge);
    const lost = await mustClaim(quick, ['check']);
    const next = await mustClaim(api, ['check']);
    expect(next.jobId).toBe(lost.jobId);
    expect(next.attempt).toBe(2);
    expect(await evaluationOf(submissionId)).toMatchObject({ state: 'running', attempt: 2 });
    await quick.close();
  });

  it('that was lost writes nothing any more, whatever it says', async () => {
    const { submissionId } = await submit(api, ada, challenge);
    const late = await claimAndVanish();
    const current = await mustClaim(api, ['check']);
    const reason = { code: 'empty-field', where: 'a', found: 'b', expected: 'c', fix: 'd' } as const;
    const refused = await finish(api, late, { status: 'rejected', reason }).expect(409);
    expect(refused.body.error.code).toBe('stale-lease');
    await heartbeat(api, late, { progress: 1 }).expect(409);
    // Nor does the new attempt number help without the token, nor the token of another attempt.
    await finish(api, { ...late, attempt: current.attempt }, { status: 'rejected', reason }).expect(409);
    await finish(api, { ...current, attempt: late.attempt }, { status: 'rejected', reason }).expect(409);
    expect((await evaluationOf(submissionId)).state).toBe('running');
    await finish(api, current, await checkDone(api)).expect(200);
    expect(await evaluationOf(submissionId)).toMatchObject({ state: 'queued', step: 'score' });
  });

  it('may finish twice after a lost reply, and counts once', async () => {
    const { submissionId } = await submit(api, ada, challenge);
    const check = await mustClaim(api, ['check']);
    const outcome = await checkDone(api);
    await finish(api, check, outcome).expect(200);
    await finish(second, check, outcome).expect(200);
    const score = await mustClaim(api, ['score']);
    expect(await claim(api, ['score'])).toBeNull();
    await Promise.all([
      finish(api, score, scoreDone()).expect(200),
      finish(second, score, scoreDone()).expect(200),
    ]);
    expect((await evaluationOf(submissionId)).state).toBe('scored');
    expect(await claim(api, ['products'])).not.toBeNull();
    expect(await claim(api, ['products'])).toBeNull();
  });

  it('is given three times; then the failure is ours and is said', async () => {
    const { submissionId } = await submit(api, ada, challenge);
    for (let attempt = 1; attempt <= 3; attempt += 1) expect((await claimAndVanish()).attempt).toBe(attempt);
    await expect.poll(async () => (await evaluationOf(submissionId)).state).toBe('failed');
    expect(await evaluationOf(submissionId)).toMatchObject({
      failureMessage: expect.stringContaining('stopped answering'),
      step: null,
    });
    expect(await claim(api, ['check'])).toBeNull();
  });
});

describe('a job that its worker hands back', () => {
  const handBack = { status: 'handed-back' } as const;

  it('waits for the next one at once, however often, and has lost no attempt', async () => {
    const { submissionId } = await submit(api, ada, challenge);
    for (let stop = 0; stop < 4; stop += 1) {
      const job = await mustClaim(api, ['check']);
      expect(job.attempt).toBe(1);
      await finish(api, job, handBack).expect(200);
      expect((await evaluationOf(submissionId)).state).toBe('queued');
    }
  });

  it('takes no more of what that worker says, also once it has the next one', async () => {
    const { submissionId } = await submit(api, ada, challenge);
    const earlier = await mustClaim(api, ['check']);
    await finish(api, earlier, handBack).expect(200);
    for (const outcome of [handBack, await checkDone(api)]) await finish(api, earlier, outcome).expect(409);
    const next = await mustClaim(api, ['check']);
    for (const outcome of [handBack, await checkDone(api)]) await finish(api, earlier, outcome).expect(409);
    await finish(api, next, await checkDone(api)).expect(200);
    expect((await evaluationOf(submissionId)).step).toBe('score');
  });
});

describe('an attempt that failed', () => {
  it('is tried again when that may help', async () => {
    const { submissionId } = await submit(api, ada, challenge);
    const job = await mustClaim(api, ['check']);
    await finish(api, job, { status: 'failed', message: 'out of memory', retryable: true }).expect(200);
    expect((await mustClaim(api, ['check'])).attempt).toBe(2);
    expect((await evaluationOf(submissionId)).state).toBe('running');
  });

  it('is due by the clock of the database, where that of the process is an hour ahead', async () => {
    await submit(api, ada, challenge);
    const job = await mustClaim(api, ['check']);
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 3_600_000 });
    try {
      await finish(second, job, { status: 'failed', message: 'out of memory', retryable: true }).expect(200);
    } finally {
      vi.useRealTimers();
    }
    const [{ seconds }] = await api.dataSource.query(
      `select extract(epoch from start_after - created_on)::float8 as seconds
       from pgboss.job where data->>'jobId' = $1 and state = 'created'`,
      [job.jobId],
    );
    expect(seconds).toBe(1);
  });

  it('ends the evaluation when it may not', async () => {
    const { submissionId } = await submit(api, ada, challenge);
    await finish(api, await mustClaim(api, ['check']), {
      status: 'failed',
      message: 'a bug of ours',
      retryable: false,
    }).expect(200);
    expect(await evaluationOf(submissionId)).toMatchObject({
      state: 'failed',
      failureMessage: 'a bug of ours',
    });
  });

  it('of the products leaves the score alone', async () => {
    const { submissionId } = await submit(api, ada, challenge);
    await finish(api, await mustClaim(api, ['check']), await checkDone(api)).expect(200);
    await finish(api, await mustClaim(api, ['score']), scoreDone()).expect(200);
    await finish(api, await mustClaim(api, ['products']), {
      status: 'failed',
      message: 'no maps',
      retryable: false,
    }).expect(200);
    expect(await evaluationOf(submissionId)).toMatchObject({ state: 'scored', failureMessage: null });
  });
});

describe('a result', () => {
  it('must be that of the step', async () => {
    await submit(api, ada, challenge);
    const reply = await finish(api, await mustClaim(api, ['check']), scoreDone()).expect(400);
    expect(reply.body.error.message).toContain('check step');
  });

  it('must have its objects in the store', async () => {
    await submit(api, ada, challenge);
    const canonical = { sha256: 'b'.repeat(64), sizeBytes: 10 };
    const reply = await finish(api, await mustClaim(api, ['check']), {
      status: 'done',
      result: { kind: 'check', canonical, warnings: [], uncovered: [] },
    });
    expect(reply.status).toBe(400);
    expect(reply.body.error.message).toContain('is not in the store');
  });

  it('is refused where a score is not a number', async () => {
    await submit(api, ada, challenge);
    await finish(api, await mustClaim(api, ['check']), await checkDone(api)).expect(200);
    const reply = await finish(api, await mustClaim(api, ['score']), scoreDone({ mu: Number.NaN })).expect(
      400,
    );
    expect(reply.body.error.code).toBe('invalid-request');
  });
});

describe('cancelling', () => {
  it('ends what is not final, tells the worker, and takes no result afterwards', async () => {
    const { submissionId } = await submit(api, ada, challenge);
    const job = await mustClaim(api, ['check']);
    const cancel = () =>
      request(api.url)
        .post(`/api/submissions/${submissionId}/cancel`)
        .set('Authorization', `Bearer ${ada.token}`);
    expect((await cancel().expect(200)).body.evaluations[0].state).toBe('cancelled');
    await heartbeat(api, job).expect(200, { cancelled: true });
    await finish(api, job, await checkDone(api)).expect(200);
    expect((await evaluationOf(submissionId)).state).toBe('cancelled');
    expect((await cancel().expect(409)).body.error.code).toBe('evaluation-is-final');
    expect(await claim(api, ['check', 'score'])).toBeNull();
  });

  it('of a queued submission lets no worker have it', async () => {
    const { submissionId } = await submit(api, ada, challenge);
    await request(api.url)
      .post(`/api/submissions/${submissionId}/cancel`)
      .set('Authorization', `Bearer ${ada.token}`)
      .expect(200);
    expect(await claim(api, ['check'])).toBeNull();
  });
});

describe('a final state', () => {
  it('cannot be left, not even by hand in the database', async () => {
    const { submissionId, evaluationId } = await submit(api, ada, challenge);
    await finish(api, await mustClaim(api, ['check']), await checkDone(api)).expect(200);
    await finish(api, await mustClaim(api, ['score']), scoreDone({ mu: 0.9 })).expect(200);
    await expect(
      api.dataSource.query(
        `update evaluations set state = 'queued', mu = null, scored_at = null where id = $1`,
        [evaluationId],
      ),
    ).rejects.toThrow(/is final/);
    await expect(
      api.dataSource.query(`update evaluations set mu = 0.99 where id = $1`, [evaluationId]),
    ).rejects.toThrow(/is final/);
    expect((await evaluationOf(submissionId)).scores?.mu).toBe(0.9);
  });
});

describe('the queue', () => {
  it('gives a job a new ticket when its ticket was lost', async () => {
    const { submissionId } = await submit(api, ada, challenge);
    const [lost] = await api.dataSource.query(
      `with lost as (
         delete from pgboss.job where id in (select ticket_id from jobs where submission_id = $1) returning id
       ) select count(*)::int as count from lost`,
      [submissionId],
    );
    expect(lost.count).toBe(1);
    // The reaper looks for lost tickets every 30th round, which is every 3 s here.
    expect((await mustClaim(api, ['check'])).payload).toMatchObject({ submissionId });
  });
});

describe('objects', () => {
  it('are kept only when they hash to their name', async () => {
    const reply = await request(api.url)
      .put(`/api/worker/objects/${'c'.repeat(64)}`)
      .set('Authorization', `Bearer ${WORKER_TOKEN}`)
      .set('Content-Type', 'application/octet-stream')
      .send(Buffer.from('something else'));
    expect(reply.status).toBe(460);
    await request(api.url)
      .get(`/api/worker/objects/${'c'.repeat(64)}`)
      .set('Authorization', `Bearer ${WORKER_TOKEN}`)
      .expect(404);
  });

  it('are read back whole and in parts', async () => {
    const { sha256 } = await putObject(api, Buffer.from('0123456789'));
    const read = () =>
      request(api.url)
        .get(`/api/worker/objects/${sha256}`)
        .set('Authorization', `Bearer ${WORKER_TOKEN}`)
        .buffer(true);
    expect((await read().expect(200)).body.toString()).toBe('0123456789');
    const part = await read().set('Range', 'bytes=2-4').expect(206);
    expect(part.body.toString()).toBe('234');
    expect(part.headers['content-range']).toBe('bytes 2-4/10');
    await read().set('Range', 'bytes=10-').expect(416);
  });
});
