// Sends the worst bodies, queries and headers to every route that the API describes, and prints how long its main thread
// computed for each: `npm run bench:bodies`.
//   --top 15   routes in the table
//   --route /api/auth/   only routes whose path holds this
// CPU time, not time on the clock: it says the same where the machine is busy with other things.
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { ensurePostgres } from '../../tools/embedded-postgres.mjs';
import {
  JSON_BOUNDS,
  MAX_JSON_DEPTH,
  OUTCOME_BOUNDS,
  OUTCOME_LIMIT_BYTES,
} from '../dist/http/json-bounds.js';
import { DescribedApi, placesIn, QUERY_KEYS, replaced } from '../src/testing/described-api.ts';
import { largestReport } from '../src/testing/largest-report.ts';

const { values } = parseArgs({
  options: { top: { type: 'string', default: '15' }, route: { type: 'string', default: '' } },
});
const MAIN = fileURLToPath(new URL('../dist/main.js', import.meta.url));
const DATASETS = fileURLToPath(new URL('../../datasets', import.meta.url));
const ORGANISER_TOKEN = `sil_${randomUUID()}`;
const WORKER_TOKEN = randomUUID();
/** No request may hold the process for longer. */
const BOUND_MS = 50;
/** Slow the first time, it is sent again: what a compiler or a collector of garbage needs once is not the body's. */
const WORTH_REPEATING_MS = BOUND_MS / 2;
const REPETITIONS = 4;
/** A bit less than the limits of the API, see application.ts. */
const BODY_BYTES = 1_040_000;
/** Some room for what is around them. */
const lessThan = ({ values, keys }) => ({
  values: values - 200,
  keys: keys - 200,
  depth: MAX_JSON_DEPTH - 10,
});
const [ADMITTED, ADMITTED_OUTCOME] = [JSON_BOUNDS, OUTCOME_BOUNDS].map(lessThan);
const OUTCOME_BYTES = OUTCOME_LIMIT_BYTES - 50_000;
const OUTCOME = /\/worker\/jobs\/\{?\w+\}?\/finish$/;
/** Node takes 16 KiB of headers and address together. */
const HEAD_BYTES = 14_000;

const TEXTS = {
  letters: 'a',
  spaces: ' ',
  'line breaks': '\n',
  'words with hyphens': 'a-',
  'words with dots': 'a.',
  ats: 'a@',
  quotes: '"',
  'directions of text': '\u202e',
  'letters of 18': '\ufdfa',
  'lists in lists': '[',
  'maps in maps': '{',
  'YAML lists': '- ',
  'YAML keys': 'a: ',
  'YAML anchors': '&a *a ',
  addresses: 'http://a/',
  percents: '%25',
  dollars: '$$',
  stars: '**_',
  slashes: '../',
  digits: '9',
};

const filled = (text, bytes) => text.repeat(Math.ceil(bytes / Buffer.byteLength(text))).slice(0, bytes);
const many = (bytes, size, part) =>
  Array.from({ length: Math.floor(bytes / size) }, (_, index) => part(index));
/** Marks that a normaliser must sort: every one of the second half goes before all of the first. */
const marks = (bytes) => `a${'\u0301'.repeat(bytes / 4 - 1)}${'\u0316'.repeat(bytes / 4 - 1)}`;
const yamlKeys = (bytes) => many(bytes, 10, (index) => `k${index}: 0\n`).join('');

/** JSON texts in the place of a text. */
function* worstTexts(bytes) {
  for (const [name, text] of Object.entries(TEXTS)) {
    const json = JSON.stringify(filled(text, bytes));
    yield [name, json.length <= bytes ? json : JSON.stringify(filled(text, Math.floor(bytes / 2) - 2))];
  }
  yield ['marks to be sorted', JSON.stringify(marks(bytes))];
  yield ['YAML, many keys', JSON.stringify(yamlKeys(bytes * 0.9))];
}

/** JSON texts in the place of anything. `most`: so many values in a list, or so many levels. */
function* worstStructures(bytes, most = { values: Infinity, keys: Infinity, depth: Infinity }) {
  const parts = (size, part, values = 1) =>
    many(Math.min(bytes, (most.values / values) * size), size, part).join(',');
  const pairs = (size, part) => many(Math.min(bytes, most.keys * size), size, part).join(',');
  const levels = (size) => Math.min(Math.floor(bytes / size), most.depth);
  yield ['list of numbers', `[${parts(2, () => '0')}]`];
  yield ['list of empty groups', `[${parts(3, () => '{}', 2)}]`];
  yield ['list of empty lists', `[${parts(3, () => '[]', 2)}]`];
  yield ['list of empty texts', `[${parts(3, () => '""')}]`];
  yield ['lists in lists', `${'['.repeat(levels(2))}${']'.repeat(levels(2))}`];
  yield ['groups in groups', `${'{"a":'.repeat(levels(6))}0${'}'.repeat(levels(6))}`];
  yield ['many keys', `{${pairs(11, (index) => `"${index.toString(36).padStart(5, 'k')}":0`)}}`];
  yield ['long keys', `{${pairs(51, (index) => `"${index.toString(36).padStart(45, 'k')}":0`)}}`];
  yield [
    'groups with keys of their own',
    `[${parts(19, (index) => `{"${index.toString(36).padStart(5, 'k')}":0,"${index.toString(36).padStart(5, 'l')}":0}`, 3)}]`,
  ];
  yield ['numbers as keys', `{${pairs(11, (index) => `"${index * 7}":0`)}}`];
  yield ['one key again and again', `{${pairs(6, () => '"a":0')}}`];
  yield ['a long number', '9'.repeat(bytes)];
  yield ['a long fraction', `0.${'0'.repeat(bytes - 3)}1`];
}

/** What the parser of bodies lets pass, and no more. */
const admitted = (bytes, most) =>
  [...worstStructures(bytes, most)].map(([name, json]) => [`${name}, within bounds`, json]);

const MARK = '\u0001place\u0001';
/** The body with a raw JSON text at one place. */
const bodyWith = (whole, place, json) =>
  JSON.stringify(replaced(whole, place, MARK)).replace(JSON.stringify(MARK), () => json);
const valueAt = (value, place) => place.reduce((holder, key) => holder?.[key], value);

/** A list filled with its own part, each time with other texts. */
function* fullLists(whole, place, bytes) {
  const [part] = valueAt(whole, place);
  if (part === undefined) return;
  const text = JSON.stringify(part);
  const size = text.length + 6;
  const room = Math.min(bytes, (size * ADMITTED.values) / text.split(/[,[{]/).length);
  const renamed = (value, index) =>
    JSON.stringify(value, (_, item) =>
      typeof item === 'string' && /^[a-z-]*$/.test(item) ? `${item}${index}` : item,
    );
  yield ['full list', `[${many(room, size, () => text).join(',')}]`];
  yield ['full list, all different', `[${many(room, size, (index) => renamed(part, index)).join(',')}]`];
}

function* bodiesOf(described, { path: route, body }) {
  const [bytes, most] = OUTCOME.test(route) ? [OUTCOME_BYTES, ADMITTED_OUTCOME] : [BODY_BYTES, ADMITTED];
  yield* worstStructures(bytes);
  yield* admitted(bytes, most);
  if (body === null) return;
  const whole = described.example(body);
  const room = bytes - JSON.stringify(whole).length;
  for (const place of placesIn(whole)) {
    const value = valueAt(whole, place);
    const at = ` at ${place.join('.') || 'the top'}`;
    const fits = function* (cases) {
      for (const [name, json] of cases) yield [name + at, bodyWith(whole, place, json)];
    };
    if (typeof value === 'string') {
      yield* fits(worstTexts(room));
      // What a schema lets pass: the manifest of a network is the longest text with a bound of its own.
      yield* fits([...worstTexts(65_000)].filter(([name]) => /YAML|in|marks/.test(name)));
    } else if (typeof value === 'object' && value !== null && place.length > 0) {
      yield* fits(admitted(room, most).filter(([name]) => !name.startsWith('a long')));
      if (Array.isArray(value)) yield* fits(fullLists(whole, place, room));
    } else if (value === null) yield* fits([['many keys', '{"a":0}'], ...[...worstTexts(room)].slice(0, 1)]);
  }
}

/** [what it is, the part of the address behind the path, headers] */
function* headsOf() {
  yield [
    'many parameters',
    `?${many(HEAD_BYTES, 6, (index) => `a${index}=`)
      .join('&')
      .slice(0, HEAD_BYTES)}`,
    {},
  ];
  yield ['one parameter again and again', `?${filled('a=&', HEAD_BYTES)}`, {}];
  yield ['parameters in parameters', `?a${filled('[a]', HEAD_BYTES)}=1`, {}];
  for (const key of QUERY_KEYS) {
    yield [`long ${key}`, `?${key}=${filled('a', HEAD_BYTES)}`, {}];
    yield [`many ${key}`, `?${filled(`${key}=a,b&`, HEAD_BYTES)}`, {}];
    yield [`list in ${key}`, `?area=gf&scenario=nadir4&${key}=${filled(`${randomUUID()},`, HEAD_BYTES)}`, {}];
  }
  yield ['long address', `/${filled('a/', HEAD_BYTES)}`, {}];
  yield ['escapes in the address', `/${filled('%25', HEAD_BYTES)}`, {}];
  const headers = {
    cookie: [';', '=', 'sillage_session=a;'],
    'if-none-match': ['"a",', 'W/'],
    range: ['0-1,', ' '],
    'accept-encoding': ['gzip;q=0.1,', ' '],
    'x-forwarded-for': ['127.0.0.1, ', '1,'],
    'x-forwarded-host': ['a.'],
    'upload-metadata': ['a YQ==,', ',', ' '],
    'content-type': ['application/json; a=', 'a; a="\\"', ' '],
    accept: ['*/*;q=0.1,'],
    origin: ['http://a.'],
  };
  for (const [name, texts] of Object.entries(headers))
    for (const text of texts) {
      const value = name === 'range' ? `bytes=${filled(text, HEAD_BYTES)}0` : `a${filled(text, HEAD_BYTES)}a`;
      yield [`header ${name}, ${JSON.stringify(text)}`, '', { [name]: value }];
    }
}

const folder = await fs.mkdtemp(path.join(os.tmpdir(), 'sillage-bench-'));
const postgres = await ensurePostgres({
  folder: path.join(folder, 'postgres'),
  password: 'bench',
  isDurable: false,
});
const api = spawn(process.execPath, [MAIN], {
  env: {
    PATH: process.env.PATH,
    DATABASE_URL: postgres.url,
    SILLAGE_API_PORT: '0',
    SILLAGE_STORE_DIR: path.join(folder, 'objects'),
    SILLAGE_UPLOAD_DIR: path.join(folder, 'uploads'),
    SILLAGE_DATASETS_DIR: DATASETS,
    SILLAGE_WORKER_TOKENS: WORKER_TOKEN,
    SILLAGE_ORGANISER_TOKEN: ORGANISER_TOKEN,
    SILLAGE_API_RATE_PER_MINUTE: '10000000',
    SILLAGE_AUTH_RATE_PER_MINUTE: '10000000',
    SILLAGE_PASSWORD_TRIES_PER_HOUR: '10000000',
  },
  stdio: ['ignore', 'pipe', 'inherit'],
});

/** What the thread of JavaScript has computed so far; others (argon2, compression, garbage) do not hold requests. */
const computedMs = () =>
  Number(readFileSync(`/proc/${api.pid}/task/${api.pid}/schedstat`, 'utf8').split(' ')[0]) / 1e6;

/** @returns {Promise<{ status: number, ms: number, bytes: number }>} */
async function ask(url, { method, route, headers = {}, body }) {
  const before = computedMs();
  const reply = await fetch(url, {
    method: method.toUpperCase(),
    redirect: 'manual',
    headers: {
      authorization: `Bearer ${route.startsWith('/api/worker') ? WORKER_TOKEN : ORGANISER_TOKEN}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body === undefined ? {} : { body }),
  });
  const text = await reply.text();
  return { status: reply.status, ms: computedMs() - before, bytes: text.length };
}

async function post(url, body, headers = {}) {
  const reply = await fetch(url, {
    method: 'POST',
    headers: { authorization: `Bearer ${ORGANISER_TOKEN}`, 'content-type': 'application/json', ...headers },
    ...(body === null ? {} : { body: JSON.stringify(body) }),
  });
  if (!reply.ok) throw new Error(`${url}: ${reply.status} ${await reply.text()}`);
  return reply;
}

/** One of each thing that routes are about. */
async function makeThings(url) {
  const { challenges } = await (await fetch(`${url}/api/challenges`)).json();
  const { id: challenge, datasetVersion: version } = challenges.find(({ isInstalled }) => isInstalled);
  const begun = await post(`${url}/api/uploads`, null, { 'tus-resumable': '1.0.0', 'upload-length': '10' });
  const draft = await (
    await post(`${url}/api/curation/drafts`, { from: { challengeId: challenge, version } })
  ).json();
  const team = await (await post(`${url}/api/teams`, { name: 'The team' })).json();
  return {
    challenge,
    version,
    upload: begun.headers.get('location').split('/').at(-1),
    draft: draft.id,
    team: team.id,
  };
}

/**
 * The largest report of an inspection, told and stored: what it takes, the least of a few times. The draft has it from then on.
 *
 * @returns a row of `worstOf`.
 */
async function tellReports(url, draft) {
  const route = '/api/worker/jobs/{id}/finish';
  const evaluator = { worker: 'bench', evaluatorVersion: '0.1.0', capabilities: ['inspect'] };
  const authorization = `Bearer ${WORKER_TOKEN}`;
  const worst = [];
  for (let count = 0; count < REPETITIONS; count += 1) {
    await post(`${url}/api/curation/drafts/${draft}/inspect`, { revision: 1 });
    const job = await (await post(`${url}/api/worker/claim`, evaluator, { authorization })).json();
    const [file] = job.payload.files;
    const report = largestReport({ path: file.path, sha256: file.object.sha256 });
    const outcome = { status: 'done', result: { kind: 'inspect', report } };
    const body = JSON.stringify({ attempt: job.attempt, leaseToken: job.leaseToken, outcome });
    const target = url + route.replace('{id}', job.jobId);
    const told = await ask(target, { method: 'post', route, body });
    if (told.status !== 200) throw new Error(`${target}: ${told.status}`);
    worst.push({ name: `the largest report, ${body.length} bytes, stored`, ...told });
  }
  worst.sort((left, right) => left.ms - right.ms);
  return {
    operation: { method: 'post', path: route },
    count: worst.length,
    worst: worst.slice(0, 1),
    failed: [],
  };
}

/** The least of a few times, where the first was long. */
async function measure(url, request) {
  let least = await ask(url, request);
  for (let count = 1; least.ms > WORTH_REPEATING_MS && count < REPETITIONS; count += 1) {
    const again = await ask(url, request);
    if (again.ms < least.ms) least = again;
  }
  return least;
}

async function worstOf(url, { described, nothing }, operation) {
  const { method, path: route } = operation;
  // What there is must not vanish: DELETE asks for things that there are not.
  const target = url + (method === 'delete' ? nothing : described).addressOf(route);
  const found = [];
  const record = async (name, address, request) => {
    try {
      found.push({ name, ...(await measure(address, { method, route, ...request })) });
    } catch (error) {
      found.push({ name, status: 0, ms: 0, bytes: 0, error: String(error.cause ?? error) });
    }
  };
  await ask(target, { method, route });
  for (const [name, rest, headers] of headsOf()) await record(name, target + rest, { headers });
  if (method !== 'get' && method !== 'head')
    for (const [name, body] of bodiesOf(described, operation)) await record(name, target, { body });
  return {
    operation,
    count: found.length,
    worst: found.toSorted((left, right) => right.ms - left.ms),
    failed: found.filter(({ status }) => status >= 500),
  };
}

try {
  const url = await new Promise((resolve, reject) => {
    let output = '';
    api.stdout.on('data', (chunk) => {
      if (output.length > 1e6) return;
      output += chunk;
      const match = /listening on (\S+)\/api/.exec(output);
      if (match) resolve(match[1]);
    });
    api.on('exit', () => reject(new Error(`the API ended: ${output.slice(-2000)}`)));
  });
  const description = await (await fetch(`${url}/api/openapi.json`)).json();
  const things = await makeThings(url);
  const described = new DescribedApi(description, things);
  const nothing = new DescribedApi(description, {});
  const rows = [await tellReports(url, things.draft)];
  for (const operation of described.operations.filter(({ path: route }) => route.includes(values.route))) {
    const row = await worstOf(url, { described, nothing }, operation);
    rows.push(row);
    const [worst] = row.worst;
    console.error(
      `${operation.method} ${operation.path}: ${worst.ms.toFixed(1)} ms, ${worst.name}, ${worst.status}${
        row.failed.length > 0
          ? `; FAILED ${row.failed
              .map(({ name, status }) => `${name} ${status}`)
              .slice(0, 3)
              .join()}`
          : ''
      }`,
    );
  }
  const slow = rows.flatMap(({ worst }) => worst.filter(({ ms }) => ms > BOUND_MS));
  console.log(
    `${rows.reduce((sum, { count }) => sum + count, 0)} requests to ${rows.length} routes, node ${process.version}, load ${os.loadavg()[0].toFixed(1)} on ${os.cpus().length} cores; ${slow.length} above ${BOUND_MS} ms`,
  );
  console.log(
    '| route | worst request | status | reply, bytes | main thread, ms |\n|---|---|---:|---:|---:|',
  );
  for (const { operation, worst } of rows
    .toSorted((left, right) => right.worst[0].ms - left.worst[0].ms)
    .slice(0, Number(values.top)))
    console.log(
      `| \`${operation.method.toUpperCase()} ${operation.path}\` | ${worst[0].name} | ${worst[0].status} | ${worst[0].bytes} | ${worst[0].ms.toFixed(1)} |`,
    );
  if (slow.length > 0) process.exitCode = 1;
} finally {
  api.removeAllListeners('exit');
  api.kill('SIGTERM');
  await new Promise((resolve) => api.once('close', resolve));
  await postgres.stop();
  await fs.rm(folder, { recursive: true, force: true });
}
