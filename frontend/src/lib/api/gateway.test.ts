import { describe, expect, test } from 'vitest';
import { ApiFailure, ServiceUnreachable } from './api-failure';
import { createGateway, decodeFrame } from './gateway';

const answering = (status: number, body: unknown) =>
  createGateway(async () => new Response(typeof body === 'string' ? body : JSON.stringify(body), { status }));

describe('the gateway', () => {
  test('turns a typed error into an ApiFailure that keeps code, fix and fields', async () => {
    const gateway = answering(400, {
      error: {
        code: 'invalid-request',
        message: 'The request is not valid.',
        fix: 'Correct the fields.',
        fields: [{ path: 'card.name', message: 'give the method a name' }],
      },
    });
    const failure = await gateway.challenges().catch((error: unknown) => error);
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
    const gateway = createGateway(async () => {
      throw new TypeError('fetch failed');
    });
    await expect(gateway.challenges()).rejects.toBeInstanceOf(ServiceUnreachable);
  });

  test('takes "not signed in" as having no account, but not other failures', async () => {
    const refused = { error: { code: 'not-signed-in', message: 'Sign in first.' } };
    expect(await answering(401, refused).account()).toBeNull();
    const broken = { error: { code: 'internal', message: 'Something went wrong.' } };
    await expect(answering(500, broken).account()).rejects.toMatchObject({ code: 'internal' });
  });

  test('refuses a reply that the contract does not allow', async () => {
    await expect(answering(200, { challenges: [{ id: 'demo' }] }).challenges()).rejects.toThrow();
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
