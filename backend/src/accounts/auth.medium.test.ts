import { randomUUID } from 'node:crypto';
import { apiErrorBodySchema } from '@sillage/contracts';
import request from 'supertest';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  challengeDefinition,
  ORGANISER_TOKEN,
  PUBLIC_URL,
  registerChallenge,
  registerParticipant,
  startTestApi,
  submit,
  type TestApi,
} from '../testing/test-api.js';
import { AccountsService } from './accounts.service.js';
import { createTestDatabase, type TestDatabase } from '../testing/test-database.js';

const PASSWORD = 'correct horse battery';
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

const newEmail = () => `${randomUUID()}@example.org`;

async function register(email = newEmail()) {
  const reply = await request(api.url)
    .post('/api/auth/register')
    .send({ email, password: PASSWORD, displayName: 'Ada' })
    .expect(201);
  return {
    email,
    setCookie: String(reply.headers['set-cookie']),
    cookie: String(reply.headers['set-cookie']).split(';')[0] ?? '',
  };
}

describe('sessions', () => {
  it('opens one at registration, shows who it is, and ends it on the server at sign-out', async () => {
    const { email, cookie, setCookie } = await register();
    expect(setCookie).toMatch(/HttpOnly/);
    expect(setCookie).toMatch(/SameSite=Lax/);
    expect(setCookie).not.toMatch(/Secure/);
    const me = await request(api.url).get('/api/auth/me').set('Cookie', cookie).expect(200);
    expect(me.body).toMatchObject({ email, role: 'participant', displayName: 'Ada' });
    await request(api.url)
      .post('/api/auth/sign-out')
      .set('Cookie', cookie)
      .set('Origin', PUBLIC_URL)
      .expect(204);
    const after = await request(api.url).get('/api/auth/me').set('Cookie', cookie).expect(401);
    expect(after.body.error.code).toBe('not-signed-in');
  });

  it('keeps the hash of a session in the database, not the session', async () => {
    const { cookie } = await register();
    const rows: { token_hash: string }[] = await api.dataSource.query('select token_hash from sessions');
    expect(rows.map((row) => row.token_hash)).not.toContain(cookie.split('=')[1]);
  });

  it('ends when it is over', async () => {
    const { cookie } = await register();
    await api.dataSource.query(`update sessions set expires_at = now() - interval '1 second'`);
    await request(api.url).get('/api/auth/me').set('Cookie', cookie).expect(401);
  });

  it('sets a Secure cookie where the site is served over https', async () => {
    const secure = await startTestApi(database.url, {
      environment: { SILLAGE_PUBLIC_URL: 'https://sillage.test' },
    });
    const reply = await request(secure.url)
      .post('/api/auth/register')
      .send({ email: newEmail(), password: PASSWORD, displayName: 'Ada' });
    const cookie = String(reply.headers['set-cookie']).split(';')[0] ?? '';
    const who = (sent: string) => request(secure.url).get('/api/auth/me').set('Cookie', sent);
    await who(cookie).expect(200);
    // What a neighbour on the domain could set is none.
    await who(cookie.replace('__Host-', '')).expect(401);
    await secure.close();
    expect(String(reply.headers['set-cookie'])).toMatch(/^__Host-sillage_session=.*; Path=\/;.*; Secure/);
    expect(reply.headers['strict-transport-security']).toBeDefined();
  });
});

describe('a new password', () => {
  const change = (cookie: string, body: object) =>
    request(api.url).put('/api/auth/password').set('Cookie', cookie).set('Origin', PUBLIC_URL).send(body);
  const signIn = (email: string, password: string) =>
    request(api.url).post('/api/auth/sign-in').send({ email, password });
  const next = 'another long password';

  it('needs the current one, and ends all sessions and tokens but the one it opens', async () => {
    const { email, cookie } = await register();
    const token = await request(api.url)
      .post('/api/tokens')
      .set('Cookie', cookie)
      .set('Origin', PUBLIC_URL)
      .send({ name: 'test', scopes: ['read', 'account'] })
      .expect(201);
    const wrong = await change(cookie, { current: 'not the password', password: next }).expect(401);
    expect(wrong.body.error.code).toBe('wrong-credentials');
    await change(cookie, { current: PASSWORD, password: 'short' }).expect(400);
    await request(api.url).put('/api/auth/password').send({ current: PASSWORD, password: next }).expect(401);

    const reply = await change(cookie, { current: PASSWORD, password: next }).expect(204);
    const opened = String(reply.headers['set-cookie']).split(';')[0] ?? '';
    const who = (headers: Record<string, string>) => request(api.url).get('/api/auth/me').set(headers);
    await who({ Cookie: cookie }).expect(401);
    await who({ Authorization: `Bearer ${token.body.secret}` }).expect(401);
    expect((await who({ Cookie: opened }).expect(200)).body.email).toBe(email);
    await signIn(email, PASSWORD).expect(401);
    await signIn(email, next).expect(200);
  });
});

describe('signing in', () => {
  it('accepts the address in any case', async () => {
    const { email } = await register();
    await request(api.url)
      .post('/api/auth/sign-in')
      .send({ email: email.toUpperCase(), password: PASSWORD })
      .expect(200);
  });

  it('answers a wrong password and an unknown address with the same words', async () => {
    const { email } = await register();
    const attempt = (address: string) =>
      request(api.url)
        .post('/api/auth/sign-in')
        .send({ email: address, password: 'not the password' })
        .expect(401);
    const [wrong, unknown] = [await attempt(email), await attempt(newEmail())];
    const withoutId = ({ requestId: _id, ...error }: Record<string, unknown>) => error;
    expect(withoutId(wrong.body.error)).toEqual(withoutId(unknown.body.error));
    expect(wrong.body.error.code).toBe('wrong-credentials');
  });

  it('takes as long for an unknown address as for a known one', async () => {
    const { email } = await register();
    const timeMs = async (address: string) => {
      const start = performance.now();
      await request(api.url).post('/api/auth/sign-in').send({ email: address, password: 'not the password' });
      return performance.now() - start;
    };
    // In turns: whatever else the machine does meets both.
    const times = { known: [] as number[], unknown: [] as number[] };
    for (let round = 0; round < 10; round += 1) {
      times.known.push(await timeMs(email));
      times.unknown.push(await timeMs(newEmail()));
    }
    // Without a decoy an unknown address answers in a few milliseconds, a known one after argon2's tens.
    expect(Math.min(...times.unknown)).toBeGreaterThan(Math.min(...times.known) / 3);
  });

  it('refuses a second account with the address', async () => {
    const { email } = await register();
    const reply = await request(api.url)
      .post('/api/auth/register')
      .send({ email, password: PASSWORD, displayName: 'Eve' })
      .expect(409);
    expect(reply.body.error.code).toBe('email-taken');
  });

  it('names every field that is off', async () => {
    const reply = await request(api.url)
      .post('/api/auth/register')
      .send({ email: 'nobody', password: 'short', displayName: '' })
      .expect(400);
    expect(apiErrorBodySchema.parse(reply.body).error.fields?.map(({ path }) => path)).toEqual([
      'email',
      'password',
      'displayName',
    ]);
  });

  it.each([
    { name: 'in a body', path: '/api/auth/register', displayName: 'A\0da' },
    { name: 'in an address', path: '/api/auth/%00', displayName: 'Ada' },
  ])('refuses text that no database stores $name', async ({ path, displayName }) => {
    const body = { email: newEmail(), password: PASSWORD, displayName };
    const reply = await request(api.url).post(path).send(body).expect(400);
    expect(reply.body.error).toMatchObject({
      code: 'invalid-request',
      message: expect.stringContaining('cannot be stored'),
    });
  });

  it('says what is wrong with a body that is not JSON', async () => {
    const reply = await request(api.url)
      .post('/api/auth/sign-in')
      .set('Content-Type', 'application/json')
      .send('{"email":')
      .expect(400);
    expect(reply.body.error.code).toBe('invalid-request');
    expect(reply.text).not.toMatch(/ at .*\.js/);
  });
});

describe('writes with a cookie', () => {
  it.each([
    { name: 'another site says so itself', headers: { Origin: 'https://evil.example' }, status: 403 },
    {
      name: 'the browser says it is cross-site',
      headers: { Origin: PUBLIC_URL, 'Sec-Fetch-Site': 'cross-site' },
      status: 403,
    },
    { name: 'nobody says where it comes from', headers: {}, status: 403 },
    { name: 'it comes from a page of this site', headers: { Origin: PUBLIC_URL }, status: 201 },
    { name: 'the browser says it is same-origin', headers: { 'Sec-Fetch-Site': 'same-origin' }, status: 201 },
  ])('get $status when $name', async ({ headers, status }) => {
    const { cookie } = await register();
    await request(api.url)
      .post('/api/tokens')
      .set('Cookie', cookie)
      .set(headers)
      .send({ name: 'laptop' })
      .expect(status);
  });
});

describe('API tokens', () => {
  it('show their secret once, work, are listed without it, and stop working when revoked', async () => {
    const { cookie } = await register();
    const created = await request(api.url)
      .post('/api/tokens')
      .set('Cookie', cookie)
      .set('Origin', PUBLIC_URL)
      .send({ name: 'laptop', scopes: ['read', 'account'] })
      .expect(201);
    expect(created.body.secret).toMatch(/^sil_[\w-]{43}$/);
    const bearer = `Bearer ${created.body.secret}`;
    await request(api.url).get('/api/auth/me').set('Authorization', bearer).expect(200);
    const list = await request(api.url).get('/api/tokens').set('Authorization', bearer).expect(200);
    expect(list.body.tokens).toMatchObject([{ name: 'laptop', lastUsedAt: expect.any(String) }]);
    expect(list.text).not.toContain('secret');
    await request(api.url).delete(`/api/tokens/${created.body.id}`).set('Authorization', bearer).expect(204);
    await request(api.url).get('/api/auth/me').set('Authorization', bearer).expect(401);
  });

  it('say that they are old when they are', async () => {
    const { token } = await registerParticipant(api);
    await api.dataSource.query(
      `update api_tokens set expires_at = now() - interval '1 second' where name = 'test'`,
    );
    const reply = await request(api.url)
      .get('/api/auth/me')
      .set('Authorization', `Bearer ${token}`)
      .expect(401);
    expect(reply.body.error.code).toBe('token-expired');
  });

  it('are a hundred of one account at most, of which those that are over do not count', async () => {
    const { token } = await registerParticipant(api, 'Ada');
    const make = (expiresInDays: number) =>
      request(api.url)
        .post('/api/tokens')
        .set('authorization', `Bearer ${token}`)
        .send({ name: 'one of many', expiresInDays });
    for (let made = 1; made < 100; made += 1) await make(1).expect(201);
    const refused = await make(1).expect(403);
    expect(refused.body.error).toMatchObject({ code: 'not-allowed', fix: expect.stringContaining('Delete') });
    await api.dataSource.query(
      `update api_tokens set expires_at = now() - interval '1 day' where name = 'one of many'`,
    );
    await make(1).expect(201);
  });

  it('of somebody else cannot be revoked', async () => {
    const [ada, eve] = [await registerParticipant(api), await registerParticipant(api)];
    const list = await request(api.url).get('/api/tokens').set('Authorization', `Bearer ${ada.token}`);
    await request(api.url)
      .delete(`/api/tokens/${list.body.tokens[0].id}`)
      .set('Authorization', `Bearer ${eve.token}`)
      .expect(404);
    await request(api.url).get('/api/auth/me').set('Authorization', `Bearer ${ada.token}`).expect(200);
  });

  it('make the built-in organiser from the configured token, and forget an earlier one', async () => {
    const organiser = (token: string) =>
      request(api.url).get('/api/auth/me').set('Authorization', `Bearer ${token}`);
    expect((await organiser(ORGANISER_TOKEN).expect(200)).body.role).toBe('organiser');
    const rotated = 'sil_another-organiser-token';
    const restarted = await startTestApi(database.url, { environment: { SILLAGE_ORGANISER_TOKEN: rotated } });
    await organiser(rotated).expect(200);
    await organiser(ORGANISER_TOKEN).expect(401);
    await restarted.close();
  });
});

describe('scopes of API tokens', () => {
  const withScopes = async (by: { token: string }, scopes: string[]) =>
    request(api.url)
      .post('/api/tokens')
      .set('Authorization', `Bearer ${by.token}`)
      .send({ name: 'narrow', scopes });
  const as = (secret: string) => ({
    me: () => request(api.url).get('/api/auth/me').set('Authorization', `Bearer ${secret}`),
    upload: () =>
      request(api.url)
        .post('/api/uploads')
        .set('Authorization', `Bearer ${secret}`)
        .set('Tus-Resumable', '1.0.0')
        .set('Upload-Length', '10'),
    makeToken: (scopes: string[]) => withScopes({ token: secret }, scopes),
    register: () => request(api.url).post('/api/challenges').set('Authorization', `Bearer ${secret}`),
  });

  it('are read and submit, for 90 days, where nothing else is asked for', async () => {
    const { cookie } = await register();
    const reply = await request(api.url)
      .post('/api/tokens')
      .set('Cookie', cookie)
      .set('Origin', PUBLIC_URL)
      .send({ name: 'plain' })
      .expect(201);
    expect(reply.body.scopes).toEqual(['read', 'submit']);
    const days = (Date.parse(reply.body.expiresAt) - Date.parse(reply.body.createdAt)) / 86_400_000;
    expect(days).toBe(90);
  });

  it.each([
    { scopes: ['read'], me: 200, upload: 403, makeToken: 403 },
    { scopes: ['submit'], me: 403, upload: 201, makeToken: 403 },
    { scopes: ['account'], me: 403, upload: 403, makeToken: 201 },
  ])('$scopes open their doors and no other', async ({ scopes, ...expected }) => {
    const token = (await withScopes(await registerParticipant(api), scopes)).body.secret;
    const holder = as(token);
    expect({
      me: (await holder.me()).status,
      upload: (await holder.upload()).status,
      makeToken: (await holder.makeToken(scopes)).status,
    }).toEqual(expected);
  });

  it('are named when one is missing', async () => {
    const token = (await withScopes(await registerParticipant(api), ['read'])).body.secret;
    const reply = await as(token).upload().expect(403);
    expect(reply.body.error).toMatchObject({
      code: 'scope-missing',
      message: "This needs an API token with the scope 'submit'; yours has 'read'.",
      fix: expect.stringContaining('account page'),
    });
  });

  it('do not grow from token to token', async () => {
    const token = (await withScopes(await registerParticipant(api), ['account'])).body.secret;
    const reply = await as(token).makeToken(['account', 'submit']);
    expect([reply.status, reply.body.error.code]).toEqual([403, 'scope-missing']);
  });

  it('leave organising to organisers, and to those tokens of theirs that say so', async () => {
    await api.app.get(AccountsService).ensureBuiltInOrganiser();
    const participant = await registerParticipant(api);
    expect((await withScopes(participant, ['organise'])).body.error.code).toBe('not-allowed');
    const ofOrganiser = (scopes: string[]) => withScopes({ token: ORGANISER_TOKEN }, scopes);
    await as((await ofOrganiser(['read', 'submit'])).body.secret)
      .register()
      .expect(403);
    await as((await ofOrganiser(['organise'])).body.secret)
      .register()
      .expect(400);
  });

  it('leave what is private to its author, and an entry to whoever entered it, without organise', async () => {
    await api.app.get(AccountsService).ensureBuiltInOrganiser();
    const author = await registerParticipant(api);
    const definition = await registerChallenge(api, challengeDefinition());
    const visibility = { kind: 'private' };
    const { submissionId } = await submit(api, author, definition, { visibility });
    const statusesOf = async (scopes: string[]) => {
      const token = (await withScopes({ token: ORGANISER_TOKEN }, scopes)).body.secret;
      const call = (method: 'get' | 'post', path: string) =>
        request(api.url)
          [method](`/api/submissions/${submissionId}${path}`)
          .set('Authorization', `Bearer ${token}`);
      const seen = await call('get', '');
      return [seen.status, (await call('post', '/withdraw').send({ reason: 'a mistake' })).status];
    };
    expect(await statusesOf(['read', 'submit'])).toEqual([404, 404]);
    expect(await statusesOf(['read', 'submit', 'organise'])).toEqual([200, 200]);
  });
});

describe('limits', () => {
  it('stop a series of passwords, and leave the rest of the API alone', async () => {
    const limited = await startTestApi(database.url, { environment: { SILLAGE_AUTH_RATE_PER_MINUTE: '3' } });
    // Counted with what the process of the other tests has seen.
    await limited.dataSource.query('delete from rate_counts');
    const attempt = () =>
      request(limited.url)
        .post('/api/auth/sign-in')
        .send({ email: newEmail(), password: 'not the password' });
    for (let count = 0; count < 3; count += 1) await attempt().expect(401);
    const refused = await attempt().expect(429);
    expect(refused.body.error.code).toBe('too-many-requests');
    for (let count = 0; count < 10; count += 1) await request(limited.url).get('/api/challenges').expect(200);
    await limited.close();
  });

  it('stop passwords for one account from many addresses, in the same words whether there is one', async () => {
    const limited = await startTestApi(database.url, {
      environment: { SILLAGE_PASSWORD_TRIES_PER_HOUR: '2' },
    });
    let turn = 0;
    const attempt = (email: string) =>
      request(limited.url)
        .post('/api/auth/sign-in')
        .set('X-Forwarded-For', `192.0.2.${++turn}`)
        .send({ email, password: 'not the password' });
    const { email } = await register();
    const refused = [];
    for (const address of [email, newEmail()]) {
      await attempt(address).expect(401);
      await attempt(address.toUpperCase()).expect(401);
      refused.push(await attempt(address).expect(429));
    }
    const [known, unknown] = refused.map(({ body }) => ({ ...body.error, requestId: '' }));
    expect(known).toEqual(unknown);
    expect(known.message).toContain('within an hour');
    expect(Number(refused[0]?.headers['retry-after'])).toBeGreaterThan(3_000);
    await limited.close();
  });

  it('of the API count per minute, but not on boards and health', async () => {
    const limited = await startTestApi(database.url, { environment: { SILLAGE_API_RATE_PER_MINUTE: '2' } });
    await request(limited.url).get('/api/challenges').expect(200);
    await request(limited.url).get('/api/challenges').expect(200);
    await request(limited.url).get('/api/challenges').expect(429);
    for (let count = 0; count < 5; count += 1) {
      await request(limited.url).get('/api/health').expect(200);
      await request(limited.url).get('/api/challenges/none/leaderboard?area=gf&scenario=nadir4').expect(404);
    }
    await limited.close();
  });
});

describe('replies', () => {
  it('name their request and hold the usual guards', async () => {
    const reply = await request(api.url).get('/api/nothing').expect(404);
    expect(reply.body.error).toMatchObject({
      code: 'route-not-found',
      requestId: reply.headers['x-request-id'],
    });
    expect(reply.headers['content-security-policy']).toBe(
      "default-src 'none';frame-ancestors 'none';sandbox",
    );
    expect(reply.headers['cache-control']).toBe('no-store');
    expect(reply.headers['x-content-type-options']).toBe('nosniff');
    expect(reply.headers['x-powered-by']).toBeUndefined();
  });
});
