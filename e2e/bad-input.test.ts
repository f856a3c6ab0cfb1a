import fs from 'node:fs';
import path from 'node:path';
import pg from 'pg';
import { expect, test } from 'vitest';
import { apiErrorBodySchema, submissionViewSchema, type ApiErrorCode } from '@sillage/contracts';
import { jsonOf, newAccount } from './testing/api.js';
import { sillage } from './testing/command-line.js';
import { takePlatform } from './testing/shared-platforms.js';
import { SMALL_CHALLENGE, writeSmallReconstruction } from './testing/small-challenge.js';

const { url, workFolder, databaseUrl } = await takePlatform('small');

const expectError = async (response: Response, status: number, code: ApiErrorCode) => {
  const body = apiErrorBodySchema.parse(await response.json());
  expect({ status: response.status, code: body.error.code }).toEqual({ status, code });
  return body.error;
};
const post = (route: string, body: unknown, headers: Record<string, string> = {}) =>
  fetch(`${url}${route}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: url, ...headers },
    body: JSON.stringify(body),
  });

test('answers a wrong password and an unknown address with the same words', async () => {
  const { email } = await newAccount(url);
  const wrong = await expectError(
    await post('/api/auth/sign-in', { email, password: 'not the password' }),
    401,
    'wrong-credentials',
  );
  const unknown = await expectError(
    await post('/api/auth/sign-in', { email: 'nobody@example.org', password: 'not the password' }),
    401,
    'wrong-credentials',
  );
  expect(wrong.message).toBe(unknown.message);
});

test('refuses an expired token and says what to do', async () => {
  const { token, email } = await newAccount(url);
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  const { rows } = await client.query<{ table_name: string }>(
    "select table_name from information_schema.columns where column_name = 'expires_at' and table_name like '%token%' and table_schema = 'public'",
  );
  const table = rows[0]?.table_name ?? 'api_tokens';
  const updated = await client.query(
    `update ${client.escapeIdentifier(table)} set expires_at = now() - interval '1 minute'
     where account_id = (select id from ${client.escapeIdentifier(await accountTable(client))} where email = $1)`,
    [email],
  );
  await client.end();
  expect(updated.rowCount).toBe(1);
  const error = await expectError(
    await fetch(`${url}/api/auth/me`, { headers: { authorization: `Bearer ${token}` } }),
    401,
    'token-expired',
  );
  expect(error.fix).toBeTruthy();
});

async function accountTable(client: pg.Client): Promise<string> {
  const { rows } = await client.query<{ table_name: string }>(
    "select table_name from information_schema.columns where column_name = 'email' and table_schema = 'public'",
  );
  return rows[0]?.table_name ?? 'accounts';
}

test("refuses a form that another site sends with the visitor's cookie", async () => {
  const { email, password } = await newAccount(url);
  const signedIn = await post('/api/auth/sign-in', { email, password });
  const cookie = signedIn.headers
    .getSetCookie()
    .map((line) => line.split(';')[0])
    .join('; ');
  const response = await fetch(`${url}/api/tokens`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      cookie,
      origin: 'https://evil.example',
      'sec-fetch-site': 'cross-site',
    },
    body: JSON.stringify({ name: 'stolen' }),
  });
  expect(response.status).toBe(403);
});

test('names the challenge that does not exist', async () => {
  await expectError(await fetch(`${url}/api/challenges/atlantis`), 404, 'challenge-not-found');
  expect((await fetch(`${url}/challenges/atlantis`)).status).toBe(404);
});

test('points at the field of a request that is off', async () => {
  const error = await expectError(
    await post('/api/auth/register', { email: 'x', password: 'short', displayName: '' }),
    400,
    'invalid-request',
  );
  expect(error.fields?.map(({ path: field }) => field).sort()).toEqual(['displayName', 'email', 'password']);
});

test('refuses an upload that declares more than 2 GB', async () => {
  const { token } = await newAccount(url);
  const response = await fetch(`${url}/api/uploads`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${token}`,
      'tus-resumable': '1.0.0',
      'upload-length': String(3 * 2 ** 30),
      'upload-metadata': `filename ${Buffer.from('big.nc').toString('base64')}`,
    },
  });
  await expectError(response, 413, 'too-large');
});

test('goes on with an interrupted upload where it stopped', async () => {
  const { token } = await newAccount(url);
  const file = path.join(workFolder, 'interrupted.nc');
  await writeSmallReconstruction(file, 0.6);
  const bytes = fs.readFileSync(file);
  const half = Math.floor(bytes.length / 2);
  const headers = { authorization: `Bearer ${token}`, 'tus-resumable': '1.0.0' };
  const created = await fetch(`${url}/api/uploads`, {
    method: 'POST',
    headers: {
      ...headers,
      'upload-length': String(bytes.length),
      'upload-metadata': `filename ${Buffer.from('a.nc').toString('base64')}`,
    },
  });
  expect(created.status).toBe(201);
  const location = new URL(created.headers.get('location') ?? '', `${url}/api/uploads/`).href;
  const patch = (offset: number, body: Buffer) =>
    fetch(location, {
      method: 'PATCH',
      headers: {
        ...headers,
        'upload-offset': String(offset),
        'content-type': 'application/offset+octet-stream',
      },
      body: new Uint8Array(body),
    });
  expect((await patch(0, bytes.subarray(0, half))).status).toBe(204);
  const head = await fetch(location, { method: 'HEAD', headers });
  expect(head.headers.get('upload-offset')).toBe(String(half));

  const create = (name = 'Interrupted') =>
    post(
      '/api/submissions',
      {
        challenge: SMALL_CHALLENGE,
        tasks: [{ area: 'all', scenario: 'nadir4' }],
        uploadId: location.split('/').at(-1),
        card: { name, inputs: ['ssh-nadir'] },
      },
      { authorization: `Bearer ${token}` },
    );
  await expectError(await create(), 409, 'upload-not-finished');
  expect((await patch(half, bytes.subarray(half))).status).toBe(204);
  const idOf = async (response: Response) => submissionViewSchema.parse(await jsonOf(response)).id;
  const id = await idOf(await create());
  // Sent again, since the reply was lost: the same submission. The same file as something else is refused.
  expect(await idOf(await create())).toBe(id);
  await expectError(await create('Another'), 409, 'upload-already-used');
});

test.each([
  ['an unknown challenge', ['--challenge', 'atlantis'], 'atlantis'],
  ['an unknown task', ['--challenge', SMALL_CHALLENGE, '--area', 'nowhere'], 'no task --area nowhere'],
])('the command line answers %s with one line', async (_what, options, part) => {
  const { token } = await newAccount(url);
  const file = path.join(workFolder, 'one-line.nc');
  await writeSmallReconstruction(file);
  const { status, stderr } = await sillage(
    ['submit', file, ...options, '--name', 'X', '--inputs', 'ssh-nadir'],
    {
      SILLAGE_URL: url,
      SILLAGE_TOKEN: token,
    },
  );
  expect(status).toBe(1);
  expect(stderr).toContain(part);
  expect(stderr).not.toMatch(/\n\s+at /);
});
