import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import http from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { leaderboardSchema } from '@sillage/contracts';
import { unzipSync } from 'fflate';
import request from 'supertest';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startApiProcess, type ApiProcess, type LogLine } from '../testing/api-process.js';
import {
  challengeDefinition,
  claim,
  ORGANISER_TOKEN,
  PUBLIC_URL,
  registerChallenge,
  registerParticipant,
  scoreEverything,
  sendChunk,
  submit,
  upload,
  WORKER_TOKEN,
  type ApiAddress,
  type Participant,
} from '../testing/test-api.js';
import { createTestDatabase, type TestDatabase } from '../testing/test-database.js';

/** More than the tests themselves need in a minute, less than one of them tries. */
const AUTH_RATE = 12;

let database: TestDatabase;
let folder: string;
let processes: [ApiProcess, ApiProcess];
let ada: Participant;
beforeAll(async () => {
  database = await createTestDatabase();
  folder = await mkdtemp(path.join(tmpdir(), 'sillage-processes-'));
  const start = () =>
    startApiProcess(database.url, folder, {
      SILLAGE_AUTH_RATE_PER_MINUTE: String(AUTH_RATE),
      SILLAGE_STOP_S: '120',
    });
  // Together, on an empty database: one of them migrates it.
  processes = await Promise.all([start(), start()]);
  ada = await registerParticipant(processes[0]);
});
afterAll(async () => {
  for (const api of processes ?? []) {
    api.signal('SIGKILL');
    await api.ended;
  }
  await database?.drop();
  await rm(folder, { recursive: true, force: true });
});

const offsetOf = async (api: ApiAddress, id: string): Promise<number> => {
  const reply = await request(api.url)
    .head(`/api/uploads/${id}`)
    .set('Authorization', `Bearer ${ada.token}`)
    .set('Tus-Resumable', '1.0.0')
    .expect(200);
  return Number(reply.headers['upload-offset']);
};

/** Announces `chunk`, sends the first half of it, and holds on. @returns the answer, which only then can come. */
async function holdUpload(
  api: ApiAddress,
  id: string,
  chunk: Buffer,
): Promise<{ answer: Promise<{ status: number | undefined; offset: number }> }> {
  const sending = http.request(`${api.url}/api/uploads/${id}`, {
    method: 'PATCH',
    headers: {
      Authorization: `Bearer ${ada.token}`,
      'Tus-Resumable': '1.0.0',
      'Content-Type': 'application/offset+octet-stream',
      'Upload-Offset': '0',
      'Content-Length': chunk.length,
    },
  });
  const half = chunk.length / 2;
  const answer = once(sending, 'response').then(([reply]: http.IncomingMessage[]) => ({
    status: reply?.statusCode,
    offset: Number(reply?.headers['upload-offset']),
  }));
  sending.write(chunk.subarray(0, half));
  const file = path.join(folder, 'uploads', id);
  await expect.poll(() => stat(file).then(({ size }) => size)).toBe(half);
  return { answer };
}

/** A request of which the server has the head alone, until it is finished. */
async function holdRequest(api: ApiAddress) {
  const body = JSON.stringify({ name: 'slow', scopes: ['read'] });
  const sending = http.request(`${api.url}/api/tokens`, {
    method: 'POST',
    headers: {
      Authorization: `Bearer ${ada.token}`,
      'Content-Type': 'application/json',
      'Content-Length': body.length,
      Expect: '100-continue',
    },
  });
  const status = once(sending, 'response').then(([reply]: http.IncomingMessage[]) => reply?.statusCode);
  sending.flushHeaders();
  await once(sending, 'continue');
  return { status, finish: () => sending.end(body) };
}

describe('two API processes on one database and one store', () => {
  it('share sessions: what one opens the other one knows, and closes', async () => {
    const registered = await request(processes[0].url)
      .post('/api/auth/register')
      .send({ email: 'bob@example.org', password: 'a long enough password', displayName: 'Bob' })
      .expect(201);
    const cookie = registered.headers['set-cookie']?.[0]?.split(';')[0] ?? '';
    const me = (api: ApiAddress) => request(api.url).get('/api/auth/me').set('Cookie', cookie);
    await me(processes[1]).expect(200);
    await request(processes[1].url)
      .post('/api/auth/sign-out')
      .set('Cookie', cookie)
      .set('Origin', PUBLIC_URL)
      .expect(204);
    await me(processes[0]).expect(401);
  });

  it('take an upload in turns, and one of them wakes the evaluator that waits at the other', async () => {
    const [here, there] = processes;
    const definition = await registerChallenge(here, challengeDefinition());
    const content = randomBytes(40_000);
    const sha256 = createHash('sha256').update(content).digest('hex');
    const id = await upload(here, ada.token, content, 'map.nc', { sentBytes: 10_000, sha256 });
    await sendChunk(there, ada.token, { id, offset: 10_000, chunk: content.subarray(10_000, 30_000) }).expect(
      204,
    );
    expect(await offsetOf(here, id)).toBe(30_000);
    await sendChunk(here, ada.token, { id, offset: 30_000, chunk: content.subarray(30_000) }).expect(204);

    const waiting = claim(there, ['check'], 25_000);
    const { submissionId } = await submit(here, ada, definition, { uploadId: id });
    expect(await waiting).toMatchObject({ payload: { submissionId, upload: { sha256 } } });
  });

  it('never write one upload at once: the newer request takes it from the older one, with every byte', async () => {
    const [here, there] = processes;
    const content = randomBytes(60_000);
    const sha256 = createHash('sha256').update(content).digest('hex');
    const id = await upload(here, ada.token, content, 'map.nc', { sentBytes: 0, sha256 });
    const held = await holdUpload(here, id, content);
    const half = content.length / 2;
    // Asking where it stands takes the upload over, and what had arrived counts.
    expect(await offsetOf(there, id)).toBe(half);
    expect(await held.answer).toEqual({ status: 204, offset: half });
    await sendChunk(there, ada.token, { id, offset: half, chunk: content.subarray(half) }).expect(204);
  });

  it('show the same board: what one scores is at once on the board that the other had kept', async () => {
    const [here, there] = processes;
    const definition = await registerChallenge(here, challengeDefinition());
    const boardOf = async (api: ApiAddress) =>
      leaderboardSchema.parse(
        (
          await request(api.url)
            .get(`/api/challenges/${definition.id}/leaderboard?area=gf&scenario=nadir4`)
            .expect(200)
        ).body,
      );
    expect((await boardOf(there)).rows).toEqual([]);
    await submit(here, ada, definition);
    await scoreEverything(here);
    await expect.poll(async () => (await boardOf(there)).rows.length).toBe(1);
    expect((await boardOf(there)).rows).toEqual((await boardOf(here)).rows);
  });

  it('give the snapshot of a challenge, made in a thread, to all who ask at once', async () => {
    const definition = await registerChallenge(processes[0], challengeDefinition());
    const ask = () => fetch(`${processes[0].url}/api/challenges/${definition.id}/snapshot`);
    for (const reply of await Promise.all([ask(), ask()])) {
      expect(reply.status).toBe(200);
      const files = Object.entries(unzipSync(await reply.arrayBuffer().then((body) => new Uint8Array(body))));
      const [, boards] = files.find(([name]) => name.endsWith('/boards.json')) ?? [];
      expect(JSON.parse(Buffer.from(boards ?? []).toString()).boards).toMatchObject([
        { challenge: definition.id, rows: [] },
      ]);
    }
  });

  it('log whose sign-in failed, by the id of the account', async () => {
    const tried = async (email: string) => {
      const body = { email, password: 'a long wrong password' };
      const reply = await request(processes[0].url).post('/api/auth/sign-in').send(body).expect(401);
      const isOfReply = (line: LogLine) => line['requestId'] === reply.headers['x-request-id'];
      await expect.poll(() => processes[0].lines.filter(isOfReply)).toHaveLength(1);
      return processes[0].lines.find(isOfReply);
    };
    const line = { route: '/api/auth/sign-in', status: 401 };
    expect(await tried(ada.email)).toMatchObject({ ...line, accountId: ada.id });
    const ofNobody = await tried('no-such-person@example.org');
    expect(ofNobody).toMatchObject(line);
    expect(ofNobody).not.toHaveProperty('accountId');
  });

  it('count tries of a password together', async () => {
    const statuses: number[] = [];
    for (let tries = 0; tries < 2 * AUTH_RATE; tries += 1) {
      const api = processes[tries % 2 === 0 ? 0 : 1];
      const body = { email: 'nobody@example.org', password: 'a long wrong password' };
      statuses.push((await request(api.url).post('/api/auth/sign-in').send(body)).status);
    }
    expect(statuses.filter((status) => status === 401).length).toBeLessThanOrEqual(AUTH_RATE);
    expect(statuses.slice(-2)).toEqual([429, 429]);
  });

  it('log what they answer as JSON, under the id that the reply names, and no secret', async () => {
    const reply = await request(processes[0].url)
      .get('/api/submissions/11111111-1111-4111-8111-111111111111?secret=in-the-address')
      .set('Authorization', `Bearer ${ada.token}`)
      .expect(404);
    const requestId = reply.headers['x-request-id'];
    expect(reply.body.error.requestId).toBe(requestId);
    await expect
      .poll(() => processes[0].lines.find((line) => line['requestId'] === requestId))
      .toMatchObject({
        level: 'info',
        process: 'backend',
        method: 'GET',
        route: '/api/submissions/:id',
        status: 404,
        submissionId: '11111111-1111-4111-8111-111111111111',
      });
    const all = JSON.stringify(processes.map(({ lines }) => lines));
    expect(all).toContain('/api/worker/jobs/:id/finish');
    expect(all).toContain('evaluationId');
    for (const secret of [
      ada.token,
      ada.email,
      WORKER_TOKEN,
      ORGANISER_TOKEN,
      'in-the-address',
      'no-such-person',
      'long wrong password',
    ])
      expect(all).not.toContain(secret);
  });
});

describe('a process that is told to stop', () => {
  it('finishes what it does, sends everything else away, and ends', async () => {
    const [stopping, other] = processes;
    const content = randomBytes(20_000);
    const id = await upload(stopping, ada.token, content, 'map.nc', { sentBytes: 0 });
    const held = await holdUpload(stopping, id, content);
    const waitingClaim = claim(stopping, ['inspect'], 25_000, 'waits-at-the-end');
    await expect
      .poll(async () => {
        const health = request(other.url).get('/api/admin/health');
        return (await health.set('Authorization', `Bearer ${ORGANISER_TOKEN}`)).text;
      })
      .toContain('waits-at-the-end');
    const slow = await holdRequest(stopping);
    stopping.signal('SIGTERM');
    await expect
      .poll(async () => (await request(stopping.url).get('/api/challenges')).status, { interval: 10 })
      .toBe(503);
    const refused = await request(stopping.url).get('/api/health/ready').expect(503);
    expect(refused.headers['retry-after']).toBeDefined();
    expect(refused.body.error).toMatchObject({ code: 'stopping', fix: expect.any(String) });
    await request(stopping.url).get('/api/health/live').expect(200);
    await request(other.url).get('/api/health/ready').expect(200);
    // No evaluator waits at a process that ends; an upload is told how much has arrived, and goes on elsewhere.
    expect(await waitingClaim).toBeNull();
    const half = content.length / 2;
    expect(await held.answer).toEqual({ status: 204, offset: half });
    slow.finish();
    expect(await slow.status).toBe(201);
    expect(await stopping.ended).toEqual([null, 'SIGTERM']);
    await sendChunk(other, ada.token, { id, offset: half, chunk: content.subarray(half) }).expect(204);
  });
});
