import net from 'node:net';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { healthSchema } from '@sillage/contracts';
import request from 'supertest';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectDatabase } from '../database/connect.js';
import {
  challengeDefinition,
  claim,
  registerChallenge,
  registerParticipant,
  startTestApi,
  submit,
  type TestApi,
} from '../testing/test-api.js';
import { createTestDatabase, type TestDatabase } from '../testing/test-database.js';

/** A way to the database that can be cut and mended, like a server that restarts. */
class Cable {
  readonly #sockets = new Set<net.Socket>();
  #server: net.Server | null = null;
  #port = 0;
  constructor(private readonly target: URL) {}

  async mend(): Promise<URL> {
    this.#server = net.createServer((near) => {
      const far = net.connect(Number(this.target.port), this.target.hostname);
      for (const [socket, peer] of [
        [near, far],
        [far, near],
      ] as const) {
        this.#sockets.add(socket);
        socket.on('error', () => peer.destroy());
        socket.on('close', () => {
          this.#sockets.delete(socket);
          peer.destroy();
        });
        socket.pipe(peer);
      }
    });
    this.#server.listen(this.#port, '127.0.0.1');
    await once(this.#server, 'listening');
    this.#port = (this.#server.address() as net.AddressInfo).port;
    const url = new URL(this.target);
    url.hostname = '127.0.0.1';
    url.port = String(this.#port);
    return url;
  }

  async cut(): Promise<void> {
    const server = this.#server;
    this.#server = null;
    for (const socket of this.#sockets) socket.destroy();
    if (server !== null) await new Promise((resolve) => server.close(resolve));
  }
}

let database: TestDatabase;
let cable: Cable;
let api: TestApi;
beforeAll(async () => {
  database = await createTestDatabase();
  cable = new Cable(new URL(database.url));
  api = await startTestApi((await cable.mend()).href);
});
afterAll(async () => {
  await api?.close();
  await cable?.cut();
  await database?.drop();
});

describe('a database that goes away', () => {
  it('is said in every reply, harms nothing, and is found again', async () => {
    const ada = await registerParticipant(api);
    const definition = await registerChallenge(api, challengeDefinition());
    const boardPath = `/api/challenges/${definition.id}/leaderboard?area=gf&scenario=nadir4`;
    await request(api.url).get(boardPath).expect(200);
    expect(healthSchema.parse((await request(api.url).get('/api/health').expect(200)).body)).toMatchObject({
      status: 'ok',
      database: 'up',
    });

    await cable.cut();
    const health = await request(api.url).get('/api/health').expect(503);
    expect(healthSchema.parse(health.body)).toMatchObject({
      status: 'degraded',
      database: 'down',
      store: 'up',
    });
    const reply = await request(api.url).get('/api/challenges').expect(503);
    expect(reply.body.error).toMatchObject({ code: 'database-unavailable', fix: expect.any(String) });
    expect(reply.headers['retry-after']).toBeDefined();
    await request(api.url).get('/api/auth/me').set('Authorization', `Bearer ${ada.token}`).expect(503);

    await cable.mend();
    await expect
      .poll(async () => (await request(api.url).get('/api/health')).status, { timeout: 10_000 })
      .toBe(200);
    const answer = claim(api, ['check'], 10_000);
    const { submissionId } = await submit(api, ada, definition);
    expect((await answer)?.payload).toMatchObject({ submissionId });
    expect((await request(api.url).get(boardPath).expect(200)).body.pendingCount).toBe(1);
  });
});

describe('a database that is not there at the start', () => {
  it('is waited for, and the waiting is told', async () => {
    await cable.cut();
    const lines: string[] = [];
    const reserved = await cable.mend();
    await cable.cut();
    const waiting = connectDatabase(reserved.href, { waitMs: 20_000, say: (line) => lines.push(line) });
    await expect.poll(() => lines.length, { timeout: 5_000 }).toBeGreaterThan(0);
    await cable.mend();
    const dataSource = await waiting;
    expect(dataSource.isInitialized).toBe(true);
    await dataSource.destroy();
    expect(lines[0]).toMatch(
      new RegExp(
        `the database at 127.0.0.1:${reserved.port}/\\w+ does not answer \\(.*ECONNREFUSED.*\\); attempt 1, trying again for another \\d+ s`,
      ),
    );
    expect(lines.join()).not.toContain(`:${new URL(database.url).password}@`);
  });

  it('ends the process with one clear message after a while', async () => {
    const free = net.createServer().listen(0, '127.0.0.1');
    await once(free, 'listening');
    const { port } = free.address() as net.AddressInfo;
    await new Promise((resolve) => free.close(resolve));
    await expect(
      connectDatabase(`postgres://sillage:secret@127.0.0.1:${port}/sillage`, {
        waitMs: 100,
        say: () => undefined,
      }),
    ).rejects.toThrow(`cannot use the database at 127.0.0.1:${port}/sillage`);
  });
});

describe('the process', () => {
  it('says which variables are missing and ends', async () => {
    const main = fileURLToPath(new URL('../../dist/main.js', import.meta.url));
    const child = spawn(process.execPath, [main], {
      env: { PATH: process.env.PATH ?? '', SILLAGE_WORKER_TOKENS: 'short' },
    });
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
    const [code] = await once(child, 'exit');
    expect(code).toBe(1);
    expect(output).toContain('DATABASE_URL');
    expect(output).not.toMatch(/\n\s+at /);
  });

  it('stops on SIGTERM, letting waiting workers go', async () => {
    const main = fileURLToPath(new URL('../../dist/main.js', import.meta.url));
    const child = spawn(process.execPath, [main], {
      env: {
        PATH: process.env.PATH ?? '',
        DATABASE_URL: database.url,
        SILLAGE_API_PORT: '0',
        SILLAGE_STORE_DIR: api.config.storeFolder,
        SILLAGE_UPLOAD_DIR: api.config.uploadFolder,
        SILLAGE_WORKER_TOKENS: 'worker-token-for-tests',
      },
    });
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
    await expect.poll(() => output, { timeout: 30_000 }).toContain('listening on');
    const url = /listening on (\S+)\/api/.exec(output)?.[1] ?? '';
    const waiting = fetch(`${url}/api/worker/claim`, {
      method: 'POST',
      headers: { authorization: 'Bearer worker-token-for-tests', 'content-type': 'application/json' },
      body: JSON.stringify({ worker: 'w', evaluatorVersion: '1', capabilities: ['score'], waitMs: 25_000 }),
    }).then(
      (reply) => reply.status,
      () => 'closed',
    );
    await new Promise((resolve) => setTimeout(resolve, 300));
    const start = performance.now();
    child.kill('SIGTERM');
    const [code, signal] = await once(child, 'exit');
    expect(performance.now() - start).toBeLessThan(5_000);
    expect([204, 'closed']).toContain(await waiting);
    expect(code ?? signal).toSatisfy((end: unknown) => end === 0 || end === 'SIGTERM');
  });
});
