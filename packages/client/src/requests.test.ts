import { describe, expect, test } from 'vitest';
import { accountCalls } from './account-calls.js';
import { challengeCalls } from './challenge-calls.js';
import { curationCalls } from './curation-calls.js';
import { decodeFrame } from './decode-frame.js';
import { ApiFailure, ServiceUnreachable, UnknownReply } from './failures.js';
import { createRequests, type Transport } from './requests.js';
import { withQuery } from './with-query.js';

const replying =
  (status: number, body: unknown): Transport =>
  async () =>
    new Response(typeof body === 'string' ? body : JSON.stringify(body), { status });
const answering = (status: number, body: unknown) => challengeCalls(createRequests(replying(status, body)));

describe('a call', () => {
  test('turns a typed error into an ApiFailure that keeps code, fix and fields', async () => {
    const calls = answering(400, {
      error: {
        code: 'invalid-request',
        message: 'The request is not valid.',
        fix: 'Correct the fields.',
        fields: [{ path: 'card.name', message: 'give the method a name' }],
      },
    });
    const failure = await calls.challenges().catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(ApiFailure);
    expect(failure).toMatchObject({
      code: 'invalid-request',
      status: 400,
      fix: 'Correct the fields.',
      fields: [{ path: 'card.name', message: 'give the method a name' }],
    });
  });

  test.each([
    { name: 'an HTML page from a proxy', status: 502, body: '<html>bad gateway</html>' },
    {
      name: 'a lost database',
      status: 503,
      body: { error: { code: 'database-unavailable', message: 'The database does not answer.' } },
    },
  ])('calls the service unreachable on $name', async ({ status, body }) => {
    await expect(answering(status, body).challenges()).rejects.toBeInstanceOf(ServiceUnreachable);
  });

  test('calls the service unreachable when the connection is refused', async () => {
    const calls = challengeCalls(createRequests(() => Promise.reject(new TypeError('fetch failed'))));
    await expect(calls.challenges()).rejects.toMatchObject({
      tag: 'ServiceUnreachable',
      reason: 'no-answer',
      cause: { message: 'fetch failed' },
    });
  });

  test('keeps what the platform said while it starts', async () => {
    const body = { error: { code: 'stopping', message: 'The platform stops.', fix: 'Try again.' } };
    const failure = await answering(503, body)
      .challenges()
      .catch((error: unknown) => error);
    expect(failure).toMatchObject({ reason: 'starting', status: 503, cause: { code: 'stopping' } });
    expect((failure as ServiceUnreachable).cause).toBeInstanceOf(ApiFailure);
  });

  test('takes "not signed in" for a failure like others', async () => {
    const refused = { error: { code: 'not-signed-in', message: 'Sign in first.' } };
    const calls = accountCalls(createRequests(replying(401, refused)));
    await expect(calls.me()).rejects.toMatchObject({ tag: 'ApiFailure', status: 401 });
  });

  test('refuses a reply that the contract does not allow, and one that is no JSON', async () => {
    await expect(answering(200, { challenges: [{ id: 'demo' }] }).challenges()).rejects.toBeInstanceOf(
      UnknownReply,
    );
    await expect(answering(200, '<html>').challenges()).rejects.toMatchObject({ reason: 'broken-reply' });
  });

  test('throws what the caller makes of a failure', async () => {
    const requests = createRequests(replying(502, 'bad gateway'), ({ message }) => new RangeError(message));
    const path = '/api/challenges';
    await expect(challengeCalls(requests).challenges()).rejects.toEqual(
      new RangeError(`${path} answered 502`),
    );
  });

  test('that was aborted throws the reason, not a failure', async () => {
    const stop = new AbortController();
    const requests = createRequests(async (_path, { signal }) => {
      stop.abort(new Error('nobody waits'));
      signal?.throwIfAborted();
      return new Response('{}');
    });
    const call = challengeCalls(requests).leaderboard('demo', { area: 'gf', scenario: 'one' }, stop.signal);
    await expect(call).rejects.toThrow('nobody waits');
  });

  test('escapes what it puts into an address, and sends its body as JSON', async () => {
    const sent: [string, RequestInit][] = [];
    const requests = createRequests(async (path, init) => {
      sent.push([path, init]);
      return new Response(null, { status: 204 });
    });
    await curationCalls(requests).deleteDraft('a/b?c', 7);
    await accountCalls(requests).setPassword('s', 'p');
    expect(sent).toMatchObject([
      ['/api/curation/drafts/a%2Fb%3Fc?revision=7', { method: 'DELETE' }],
      [
        '/api/auth/password',
        {
          method: 'POST',
          body: '{"secret":"s","password":"p"}',
          headers: { 'content-type': 'application/json' },
        },
      ],
    ]);
    expect(sent[0]?.[1].body).toBeUndefined();
  });
});

describe('withQuery', () => {
  test('leaves out what is empty, so that the default view has the shortest address', () => {
    expect(withQuery('/a', { area: 'gf', sort: '', zero: undefined, order: null })).toBe('/a?area=gf');
    expect(withQuery('/a', {})).toBe('/a');
  });
});

describe('decodeFrame', () => {
  test('reads little-endian int16, the missing value included', () => {
    expect([...decodeFrame(new Uint8Array([0x01, 0x00, 0xff, 0xff, 0x00, 0x80]).buffer)]).toEqual([
      1, -1, -32768,
    ]);
  });

  test('refuses half a number', () => {
    expect(() => decodeFrame(new Uint8Array(3).buffer)).toThrow(/3 bytes/);
  });
});
