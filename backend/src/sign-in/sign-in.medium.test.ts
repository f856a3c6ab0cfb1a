import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Provider } from 'oidc-provider';
import request from 'supertest';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { PUBLIC_URL, registerParticipant, startTestApi, type TestApi } from '../testing/test-api.js';
import { TestBrowser } from '../testing/test-browser.js';
import { createTestDatabase, type TestDatabase } from '../testing/test-database.js';

/** What the provider says about whoever signs in there, by the name typed at its form. */
const people: Record<string, { name?: string; email?: string; email_verified?: boolean }> = {};

/** A real OpenID provider on this machine, and the two routes of GitHub that a sign-in needs. */
async function startProvider(): Promise<{ server: Server; issuer: string }> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: 'sillage',
        client_secret: 'a secret of the test',
        redirect_uris: [`${PUBLIC_URL}/api/auth/providers/university/callback`],
        token_endpoint_auth_method: 'client_secret_post',
      },
    ],
    pkce: { required: () => true },
    claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name'] },
    findAccount: (_context: unknown, sub: string) => ({
      accountId: sub,
      claims: () => ({ sub, ...people[sub] }),
    }),
    cookies: { keys: ['a key of the test'] },
  });
  const isHandled = provider.callback();
  server.on('request', (incoming, response) => {
    const { pathname, searchParams } = new URL(incoming.url ?? '/', issuer);
    const send = (body: unknown) =>
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    if (pathname === '/login/oauth/authorize') {
      const back = new URL(searchParams.get('redirect_uri') ?? '');
      back.search = new URLSearchParams({ code: 'octo', state: searchParams.get('state') ?? '' }).toString();
      response.writeHead(302, { location: back.href }).end();
    } else if (pathname === '/login/oauth/access_token')
      send({ access_token: 'gho_test', token_type: 'bearer', scope: 'read:user,user:email' });
    else if (pathname === '/api/v3/user')
      if (incoming.headers.authorization === 'Bearer gho_test') send({ id: 42, login: 'octocat', name: null });
      else response.writeHead(401).end();
    else if (pathname === '/api/v3/user/emails')
      send([
        { email: 'old@example.org', primary: false, verified: true },
        { email: 'Octo@example.org', primary: true, verified: true },
      ]);
    else void isHandled(incoming, response);
  });
  return { server, issuer };
}

let database: TestDatabase;
let provider: { server: Server; issuer: string };
let api: TestApi;
let browser: TestBrowser;
beforeAll(async () => {
  database = await createTestDatabase();
  provider = await startProvider();
  api = await startTestApi(database.url, {
    environment: {
      SILLAGE_SIGN_IN: 'university,github',
      SILLAGE_SIGN_IN_UNIVERSITY_ISSUER: provider.issuer,
      SILLAGE_SIGN_IN_UNIVERSITY_LABEL: 'University',
      SILLAGE_SIGN_IN_UNIVERSITY_CLIENT_ID: 'sillage',
      SILLAGE_SIGN_IN_UNIVERSITY_CLIENT_SECRET: 'a secret of the test',
      SILLAGE_SIGN_IN_GITHUB_ISSUER: provider.issuer,
      SILLAGE_SIGN_IN_GITHUB_CLIENT_ID: 'sillage',
      SILLAGE_SIGN_IN_GITHUB_CLIENT_SECRET: 'another secret',
    },
  });
});
afterAll(async () => {
  await api?.close();
  provider?.server.closeAllConnections();
  provider?.server.close();
  await database?.drop();
});
const newBrowser = () => new TestBrowser({ [PUBLIC_URL]: api.url });
beforeEach(() => {
  browser = newBrowser();
});

const at = (path: string) => new URL(path, PUBLIC_URL);
async function start(id: string, body: object = {}, who = browser): Promise<URL> {
  const reply = await who.go(at(`/api/auth/providers/${id}/start`), {
    method: 'POST',
    body: JSON.stringify(body),
    headers: { 'content-type': 'application/json', origin: PUBLIC_URL },
  });
  if (reply.status !== 200) throw new Error(reply.text);
  return new URL(JSON.parse(reply.text).url);
}
/** Types a name at the provider and agrees. @returns the page of this site that the browser ends on. */
async function signInAs(name: string, body: object = {}, who = browser) {
  const login = await who.go(await start('university', body, who));
  const consent = await who.sendForm(login, { login: name, password: 'anything' });
  return who.sendForm(consent, {});
}
const me = async (who = browser) => {
  const reply = await who.go(at('/api/auth/me'));
  return reply.status === 200 ? JSON.parse(reply.text) : null;
};
/** Signs the browser in by password. */
async function withPassword(email: string, who = browser): Promise<void> {
  const reply = await who.go(at('/api/auth/sign-in'), {
    method: 'POST',
    body: JSON.stringify({ email, password: 'a long enough password' }),
    headers: { 'content-type': 'application/json', origin: PUBLIC_URL },
  });
  if (reply.status !== 200) throw new Error(reply.text);
}

describe('a sign-in by an OpenID provider', () => {
  it('makes an account with the verified address, and finds it the next time', async () => {
    people.ada = { name: 'Ada Lovelace', email: 'Ada.L@example.org', email_verified: true };
    const end = await signInAs('ada', { next: '/submit?challenge=demo' });
    expect([end.url.pathname, end.url.search]).toEqual(['/submit', '?challenge=demo']);
    const account = await me();
    expect(account).toMatchObject({
      displayName: 'Ada Lovelace',
      email: 'ada.l@example.org',
      isEmailVerified: true,
      role: 'participant',
    });
    const other = newBrowser();
    await signInAs('ada', {}, other);
    expect(await me(other)).toMatchObject({ id: account.id });
  });

  it('takes no address that the provider did not verify', async () => {
    people.bob = { name: 'Bob', email: 'bob@example.org', email_verified: false };
    await signInAs('bob');
    expect(await me()).toMatchObject({ displayName: 'Bob', email: null });
  });

  it('asks with PKCE, state and nonce', async () => {
    const { searchParams } = await start('university');
    expect(searchParams.get('code_challenge_method')).toBe('S256');
    for (const name of ['code_challenge', 'state', 'nonce'])
      expect(searchParams.get(name)).toMatch(/^[\w-]{40,}$/);
  });

  it.each(['//evil.example/x', 'https://evil.example', '/\\evil.example'])(
    'never leads to %s',
    async (next) => {
      people.cleo = { name: 'Cleo' };
      const end = await signInAs('cleo', { next });
      expect([end.url.origin, end.url.pathname]).toEqual([PUBLIC_URL, '/']);
    },
  );
});

describe('an account that is here already', () => {
  it('is not given to a verified address elsewhere while its own is only typed', async () => {
    const { email } = await registerParticipant(api, 'Dan');
    people.dan = { name: 'Dan', email, email_verified: true };
    const end = await signInAs('dan');
    expect(`${end.url.pathname}${end.url.search}`).toBe('/sign-in?problem=email-taken');
    expect(await me()).toBeNull();
  });

  it('is found by an address that both sides verified', async () => {
    const { id, email } = await registerParticipant(api, 'Dora');
    await api.dataSource.query('update accounts set email_verified_at = now() where id = $1', [id]);
    people.dora = { name: 'Dora', email, email_verified: true };
    await signInAs('dora');
    expect(await me()).toMatchObject({ id });
  });

  it('gets an identity added by whoever is signed in, which then signs in, and can be removed', async () => {
    const { id, email } = await registerParticipant(api, 'Fay');
    await withPassword(email);
    people.fay = { name: 'Fay elsewhere', email: 'fay@elsewhere.example', email_verified: true };
    const end = await signInAs('fay', { link: true, next: '/account' });
    expect(`${end.url.pathname}${end.url.search}`).toBe('/account');
    const list = JSON.parse((await browser.go(at('/api/account/identities'))).text);
    expect(list).toMatchObject({
      hasPassword: true,
      identities: [{ provider: 'university', name: 'Fay elsewhere' }],
    });
    const other = newBrowser();
    await signInAs('fay', {}, other);
    expect(await me(other)).toMatchObject({ id, email });
    const eve = await registerParticipant(api, 'Eve');
    const evesBrowser = newBrowser();
    await withPassword(eve.email, evesBrowser);
    const taken = await signInAs('fay', { link: true }, evesBrowser);
    expect(taken.url.search).toBe('?problem=identity-taken');
    const removed = await browser.go(at(`/api/account/identities/${list.identities[0].id}`), {
      method: 'DELETE',
      headers: { origin: PUBLIC_URL },
    });
    expect(removed.status).toBe(204);
  });

  it('keeps its last way to sign in', async () => {
    people.gil = { name: 'Gil' };
    await signInAs('gil');
    const list = JSON.parse((await browser.go(at('/api/account/identities'))).text);
    const reply = await browser.go(at(`/api/account/identities/${list.identities[0].id}`), {
      method: 'DELETE',
      headers: { origin: PUBLIC_URL },
    });
    expect(JSON.parse(reply.text).error.code).toBe('last-sign-in');
  });

  it('adds nothing for a visitor, and nothing from another web site', async () => {
    await expect(start('university', { link: true })).rejects.toThrow(/not-signed-in/);
    const { email } = await registerParticipant(api, 'Hal');
    await withPassword(email);
    const foreign = await browser.go(at('/api/auth/providers/university/start'), {
      method: 'POST',
      body: JSON.stringify({ link: true }),
      headers: { 'content-type': 'application/json', origin: 'https://evil.example' },
    });
    expect(foreign.status).toBe(403);
  });
});

describe('an answer that does not belong to the question', () => {
  /** Stops at the consent page, whose form would lead back here. */
  const halfway = async (name: string) => {
    people[name] = { name };
    const login = await browser.go(await start('university'));
    return browser.sendForm(login, { login: name, password: 'anything' });
  };

  it('is refused in another browser', async () => {
    const consent = await halfway('ida');
    browser.forget(PUBLIC_URL, 'sillage_sign_in');
    expect((await browser.sendForm(consent, {})).url.search).toBe('?problem=sign-in-failed');
    expect(await me()).toBeNull();
  });

  it('is refused with another state, when it is late, and the second time', async () => {
    await start('university');
    const forged = await browser.go(at('/api/auth/providers/university/callback?code=abc&state=forged'));
    expect(forged.url.search).toBe('?problem=sign-in-failed');
    const consent = await halfway('jo');
    await api.dataSource.query(`update sign_in_attempts set expires_at = now() - interval '1 second'`);
    expect((await browser.sendForm(consent, {})).url.search).toBe('?problem=sign-in-failed');
    const again = await browser.go(at('/api/auth/providers/university/callback?code=abc&state=x'));
    expect(again.url.search).toBe('?problem=sign-in-failed');
    expect(await me()).toBeNull();
  });

  it('is refused when the person said no', async () => {
    const url = await start('university');
    const state = url.searchParams.get('state') ?? '';
    const end = await browser.go(
      at(`/api/auth/providers/university/callback?error=access_denied&state=${state}`),
    );
    expect(end.url.search).toBe('?problem=sign-in-failed');
  });
});

describe('a sign-in by GitHub', () => {
  it('takes the primary verified address, and the login where there is no name', async () => {
    await browser.go(await start('github'));
    expect(await me()).toMatchObject({
      displayName: 'octocat',
      email: 'octo@example.org',
      isEmailVerified: true,
    });
  });
});

describe('the providers', () => {
  it('are listed by name, without anything secret', async () => {
    const reply = await request(api.url).get('/api/auth/providers').expect(200);
    expect(reply.body).toEqual({
      providers: [
        { id: 'university', label: 'University' },
        { id: 'github', label: 'GitHub' },
      ],
    });
  });

  it('that are away are said to be', async () => {
    const away = await startTestApi(database.url, {
      environment: {
        SILLAGE_SIGN_IN: 'away',
        SILLAGE_SIGN_IN_AWAY_ISSUER: 'http://127.0.0.1:1',
        SILLAGE_SIGN_IN_AWAY_CLIENT_ID: 'x',
        SILLAGE_SIGN_IN_AWAY_CLIENT_SECRET: 'x',
      },
    });
    const reply = await request(away.url).post('/api/auth/providers/away/start').send({}).expect(503);
    expect(reply.body.error.code).toBe('provider-unavailable');
    await away.close();
  });
});
