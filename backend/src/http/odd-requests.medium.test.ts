import { randomUUID } from 'node:crypto';
import { apiErrorBodySchema } from '@sillage/contracts';
import request from 'supertest';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  challengeDefinition,
  ORGANISER_TOKEN,
  registerChallenge,
  registerParticipant,
  scoreEverything,
  startTestApi,
  submit,
  upload,
  WORKER_TOKEN,
  type TestApi,
} from '../testing/test-api.js';
import {
  DescribedApi,
  placesIn,
  QUERY_KEYS,
  replaced,
  type DescribedOperation,
} from '../testing/described-api.js';
import { createTestDatabase, type TestDatabase } from '../testing/test-database.js';

type Call = { method: string; path: string; headers: Record<string, string>; body: string | null };

let database: TestDatabase;
let api: TestApi;
let described: DescribedApi;
beforeAll(async () => {
  database = await createTestDatabase();
  api = await startTestApi(database.url, {
    environment: { SILLAGE_API_RATE_PER_MINUTE: '10000000', SILLAGE_AUTH_RATE_PER_MINUTE: '10000000' },
  });
  const ada = await registerParticipant(api);
  const definition = await registerChallenge(api, challengeDefinition());
  const { submissionId, evaluationId } = await submit(api, ada, definition);
  await scoreEverything(api);
  const names = {
    challenge: definition.id,
    submission: submissionId,
    evaluation: evaluationId,
    version: definition.datasetVersion,
    upload: await upload(api, ORGANISER_TOKEN, Buffer.from('a map'), 'map.nc', { sentBytes: 2 }),
    draft: await create('/api/curation/drafts', {
      from: { challengeId: definition.id, version: definition.datasetVersion },
    }),
    team: await create('/api/teams', { name: `Team ${randomUUID()}` }),
  };
  const { body: description } = await request(api.url).get('/api/openapi.json').expect(200);
  described = new DescribedApi(description, names);
});
afterAll(async () => {
  await api?.close();
  await database?.drop();
});

async function create(path: string, body: object): Promise<string> {
  const reply = await request(api.url)
    .post(path)
    .set('Authorization', `Bearer ${ORGANISER_TOKEN}`)
    .send(body)
    .expect(201);
  return reply.body.id;
}

/** Deeper than the stack. */
const DEEP = `${'['.repeat(15_000)}${']'.repeat(15_000)}`;
const ODD_TEXTS = [
  '\0',
  '\ud800',
  '\u202egnp.exe',
  'é'.repeat(5_000),
  "' or 1=1 --",
  '../../etc/passwd',
  '=1+1',
];
const ODD_VALUES: unknown[] = [
  null,
  true,
  -1,
  0.5,
  1e300,
  2 ** 53,
  2 ** 31,
  [],
  {},
  [null],
  { $ne: 1 },
  ...ODD_TEXTS,
  '2026-13-45',
  '0000-00-00',
  '9999-12-31T23:59:59Z',
  '99999999-9999-9999-9999-999999999999',
];
/** In an address: already escaped where it must be. */
const ODD_SEGMENTS = [
  '%00',
  '%ed%a0%80',
  '%2e%2e%2f%2e%2e%2fetc%2fpasswd',
  '9007199254740993',
  "'--",
  '99999999-9999-9999-9999-999999999999',
];
const ODD_BODIES = ['', '{', 'null', '"text"', '[]', DEEP, '{"__proto__":{"a":1},"constructor":1}'];
const ODD_TYPES = ['text/plain', 'application/json; charset=utf-32', 'multipart/form-data', 'nonsense'];
/** Of all odd values in all places of a body every so many are sent, each time others. */
const STRIDE = 13;

const tokenOf = (path: string) => (path.startsWith('/api/worker') ? WORKER_TOKEN : ORGANISER_TOKEN);
const call = (
  method: string,
  path: string,
  body: string | null = null,
  headers: Record<string, string> = {},
): Call => ({
  method,
  path,
  headers: {
    authorization: `Bearer ${tokenOf(path)}`,
    ...(body === null ? {} : { 'content-type': 'application/json' }),
    ...headers,
  },
  body,
});

function callsOf({ method, path, body }: DescribedOperation): Call[] {
  const address = described.addressOf(path);
  const parameterCount = path.split('{').length - 1;
  const odd: Call[] = [call(method, address)];
  for (let at = 0; at < parameterCount; at += 1)
    for (const segment of ODD_SEGMENTS) odd.push(call(method, described.addressOf(path, at, segment)));
  if (method === 'get')
    ODD_SEGMENTS.forEach((value, turn) => {
      const keys = QUERY_KEYS.filter((_, index) => index % ODD_SEGMENTS.length === turn);
      odd.push(
        call(method, `${address}?area=gf&scenario=nadir4&${keys.map((key) => `${key}=${value}`).join('&')}`),
      );
    });
  if (method === 'get' || method === 'head' || body === null) return odd;
  odd.push(
    ...ODD_BODIES.map((text) => call(method, address, text)),
    ...ODD_TYPES.map((type) => call(method, address, '{}', { 'content-type': type })),
    call(method, address, 'no gzip', { 'content-encoding': 'gzip' }),
  );
  const whole = described.example(body);
  placesIn(whole).forEach((place, turn) => {
    for (const [index, value] of ODD_VALUES.entries())
      if ((5 * turn + index) % STRIDE === 0)
        odd.push(call(method, address, JSON.stringify(replaced(whole, place, value))));
  });
  return odd;
}

/** What is wrong with the answer to a call; null where nothing is. */
async function faultOf({ method, path, headers, body }: Call): Promise<string | null> {
  const reply = await fetch(`${api.url}${path}`, {
    method: method.toUpperCase(),
    headers,
    redirect: 'manual',
    ...(body === null ? {} : { body }),
  });
  const text = await reply.text();
  const told = `${method} ${path.slice(0, 160)} ${(body ?? '').slice(0, 300)} -> ${reply.status} ${text.slice(0, 300)}`;
  if (reply.status >= 500) return told;
  if (reply.status < 400 || method === 'head') return null;
  const isProblem =
    /^application\/json\b/.test(reply.headers.get('content-type') ?? '') &&
    apiErrorBodySchema.safeParse(JSON.parse(text)).success;
  return isProblem ? null : told;
}

describe('a request that no client of ours would send', () => {
  it('is never our fault, and is refused with an error of the contracts', async () => {
    const calls = described.operations.flatMap(callsOf);
    expect(calls.length).toBeGreaterThan(1_500);
    const faults: string[] = [];
    let next = 0;
    const work = async () => {
      for (let given = calls[next++]; given !== undefined; given = calls[next++]) {
        const fault = await faultOf(given);
        if (fault !== null) faults.push(fault);
      }
    };
    await Promise.all([work(), work(), work(), work()]);
    expect(faults).toEqual([]);
  });
});
