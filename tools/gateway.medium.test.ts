import crypto from 'node:crypto';
import http from 'node:http';
import type net from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { apiErrorBodySchema } from '@sillage/contracts';
import { startGateway } from './gateway.mjs';

type Handler = (request: http.IncomingMessage, response: http.ServerResponse) => void;
let backend: http.Server;
let frontend: http.Server;
let gateway: Awaited<ReturnType<typeof startGateway>>;
let onBackend: Handler;

const listening = async (handler: Handler) => {
  const server = http.createServer(handler).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  return server;
};
const urlOf = (server: http.Server) => `http://127.0.0.1:${(server.address() as net.AddressInfo).port}`;
const ask = (path: string, init?: RequestInit & { duplex?: 'half' }) =>
  fetch(`http://127.0.0.1:${gateway.port}${path}`, init);

beforeEach(async () => {
  onBackend = (request, response) => response.end(`backend ${request.method} ${request.url}`);
  backend = await listening((request, response) => onBackend(request, response));
  frontend = await listening((request, response) => response.end(`pages ${request.url}`));
  gateway = await startGateway({
    port: 0,
    hosts: ['127.0.0.1', '::1'],
    backendUrls: [urlOf(backend)],
    frontendUrl: urlOf(frontend),
  });
});
afterEach(async () => {
  await gateway.close();
  for (const server of [backend, frontend]) {
    server.closeAllConnections();
    server.close();
  }
});

test.each([
  ['/api', 'backend GET /api'],
  ['/api/health?x=1%202', 'backend GET /api/health?x=1%202'],
  ['/', 'pages /'],
  ['/apiary', 'pages /apiary'],
  ['/challenges/a?area=gf', 'pages /challenges/a?area=gf'],
])('sends %s to the right side', async (path, expected) => {
  expect(await (await ask(path)).text()).toBe(expected);
});

test('streams a body of 64 MiB through as it comes, without holding it', async () => {
  let received = 0;
  let firstChunkAt = 0;
  const hash = crypto.createHash('sha256');
  onBackend = (request, response) => {
    request.on('data', (chunk: Buffer) => {
      firstChunkAt ||= sent;
      received += chunk.length;
      hash.update(chunk);
    });
    request.on('end', () => response.end(hash.digest('hex')));
  };
  const piece = crypto.randomBytes(2 ** 20);
  const expected = crypto.createHash('sha256');
  let sent = 0;
  const body = new ReadableStream<Uint8Array>({
    pull: (controller) => {
      if (sent === 64) return controller.close();
      sent += 1;
      expected.update(piece);
      controller.enqueue(piece);
    },
  });
  const reply = await ask('/api/uploads', { method: 'PATCH', body, duplex: 'half' });
  expect(await reply.text()).toBe(expected.digest('hex'));
  expect(received).toBe(64 * 2 ** 20);
  expect(firstChunkAt).toBeLessThan(64);
});

test('passes statuses, headers and repeated cookies on unchanged', async () => {
  onBackend = (_request, response) => {
    response.writeHead(409, { 'set-cookie': ['a=1; HttpOnly', 'b=2'], 'upload-offset': '5', etag: '"x"' });
    response.end();
  };
  const reply = await ask('/api/x');
  expect(reply.status).toBe(409);
  expect(reply.headers.getSetCookie()).toEqual(['a=1; HttpOnly', 'b=2']);
  expect(reply.headers.get('upload-offset')).toBe('5');
  expect(reply.headers.get('etag')).toBe('"x"');
});

test('tells the backend who asked, whatever the client claims', async () => {
  let seen: http.IncomingHttpHeaders = {};
  onBackend = (request, response) => {
    seen = request.headers;
    response.end();
  };
  await ask('/api/x', { headers: { 'x-forwarded-for': '203.0.113.9', 'x-forwarded-host': 'evil.example' } });
  expect(seen['x-forwarded-for']).toBe('127.0.0.1');
  expect(seen['x-forwarded-host']).toBe(`127.0.0.1:${gateway.port}`);
  expect(seen.host).toBe(`127.0.0.1:${gateway.port}`);
});

test('answers in the error shape of the contracts while the backend is away', async () => {
  backend.closeAllConnections();
  await new Promise((resolve) => backend.close(resolve));
  const reply = await ask('/api/health');
  expect(reply.status).toBe(502);
  expect(reply.headers.get('retry-after')).toBe('2');
  expect(apiErrorBodySchema.parse(await reply.json()).error.code).toBe('backend-unavailable');
});

test('answers with a page that tries again while the pages are away', async () => {
  frontend.closeAllConnections();
  await new Promise((resolve) => frontend.close(resolve));
  const reply = await ask('/');
  expect(reply.status).toBe(502);
  expect(reply.headers.get('content-type')).toContain('text/html');
  expect(await reply.text()).toContain('http-equiv="refresh"');
});

test('asks once more when a kept connection turns out to be closed', async () => {
  let calls = 0;
  onBackend = (request, response) => {
    calls += 1;
    if (calls === 1) request.socket.destroy();
    else response.end('second');
  };
  expect(await (await ask('/api/x')).text()).toBe('second');
});

test('asks over a new connection when all kept ones turn out to be closed', async () => {
  const used = new WeakSet<net.Socket>();
  onBackend = (request, response) => {
    if (used.has(request.socket)) request.socket.destroy();
    else setTimeout(() => response.end('first of its connection'), 50); // so that they need a connection each
    used.add(request.socket);
  };
  await Promise.all(['a', 'b', 'c', 'd'].map(async (name) => (await ask(`/api/${name}`)).text()));
  expect(await (await ask('/api/x')).text()).toBe('first of its connection');
});

test('never repeats a request that changes something', async () => {
  let calls = 0;
  onBackend = (request) => {
    calls += 1;
    request.socket.destroy();
  };
  expect((await ask('/api/x', { method: 'POST', body: 'x' })).status).toBe(502);
  expect(calls).toBe(1);
});

test('breaks off an answer that the backend broke off', async () => {
  onBackend = (_request, response) => {
    response.writeHead(200, { 'content-length': '100' });
    response.write('half');
    setTimeout(() => response.destroy(), 20);
  };
  const reply = await ask('/api/x');
  await expect(reply.text()).rejects.toThrow();
});

test('tells the backend when the client hangs up', async () => {
  const hungUp = new Promise<void>((resolve) => {
    onBackend = (_request, response) => {
      response.write('start');
      response.on('close', resolve);
    };
  });
  const controller = new AbortController();
  await ask('/api/x', { signal: controller.signal });
  controller.abort();
  await hungUp;
});

describe('in front of two API processes', () => {
  let second: http.Server;
  let isSecondReady: boolean;
  let both: Awaited<ReturnType<typeof startGateway>>;
  beforeEach(async () => {
    isSecondReady = true;
    second = await listening((request, response) => {
      response.statusCode = request.url === '/api/health/ready' && !isSecondReady ? 503 : 200;
      response.end('second');
    });
    onBackend = (_request, response) => response.end('first');
    both = await startGateway({
      port: 0,
      hosts: ['127.0.0.1'],
      backendUrls: [urlOf(backend), urlOf(second)],
      frontendUrl: urlOf(frontend),
      isInner: true,
    });
  });
  afterEach(async () => {
    await both.close();
    second.closeAllConnections();
    second.close();
  });
  const answersOf = async (count: number, init?: RequestInit): Promise<string[]> => {
    const answers = [];
    for (let asked = 0; asked < count; asked += 1)
      answers.push(await (await fetch(`http://127.0.0.1:${both.port}/api/x`, init)).text());
    return answers;
  };

  test('takes turns', async () => {
    expect((await answersOf(4)).sort()).toEqual(['first', 'first', 'second', 'second']);
  });

  test('asks the other one when one is gone, and then leaves it alone', async () => {
    second.closeAllConnections();
    await new Promise((resolve) => second.close(resolve));
    expect(new Set(await answersOf(4))).toEqual(new Set(['first']));
    expect(new Set(await answersOf(4, { method: 'POST', body: 'x' }))).toEqual(new Set(['first']));
  });

  test('sends nothing to one that says it is not ready, until it is', async () => {
    isSecondReady = false;
    await expect.poll(async () => new Set(await answersOf(4))).toEqual(new Set(['first']));
    isSecondReady = true;
    await expect.poll(async () => new Set(await answersOf(4))).toEqual(new Set(['first', 'second']));
  });

  test('passes on for whom our own service asks', async () => {
    let seen: http.IncomingHttpHeaders = {};
    onBackend = (request, response) => {
      seen = request.headers;
      response.end();
    };
    await answersOf(2, { headers: { 'x-forwarded-for': '203.0.113.9' } });
    expect(seen['x-forwarded-for']).toBe('203.0.113.9');
  });
});
