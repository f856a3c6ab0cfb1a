import { randomUUID } from 'node:crypto';
import { Agent, request } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { API_ERROR_STATUS, type ApiErrorCode } from '@sillage/contracts';
import { unzipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  atDoor,
  isInside,
  isOwn,
  mayKnow,
  RULES,
  SECRET_KINDS,
  type Outcome,
  type Rule,
} from '../testing/access-rules.js';
import { LEVELS, makeWorld, type Entry, type Reader, type World } from '../testing/access-world.js';
import { startTestApi, type TestApi } from '../testing/test-api.js';
import { createTestDatabase, type TestDatabase } from '../testing/test-database.js';

/*
 * Every route, asked by everybody about everything: the list of routes is that of the running application, what each answer has to
 * be is in testing/access-rules.ts. `npm run report:access` asks all of it and prints the counts; the ordinary tests ask a part of
 * it, see `readersFor`.
 */

const IS_WHOLE = process.env['SILLAGE_ACCESS_WHOLE'] === '1';

type Route = { name: string; method: string; path: string; rule: Rule };
type Question = {
  route: Route;
  who: Reader;
  entry: Entry | null;
  level: Entry['level'] | null;
  address: string;
  expected: Outcome;
};

let database: TestDatabase;
let api: TestApi;
let world: World;
let routeNames: string[];
let entries: ReadonlyMap<string, Entry>;
beforeAll(async () => {
  database = await createTestDatabase();
  const limits = { SILLAGE_API_RATE_PER_MINUTE: '10000000', SILLAGE_AUTH_RATE_PER_MINUTE: '10000000' };
  api = await startTestApi(database.url, { environment: limits });
  routeNames = routesOf(api);
  world = await makeWorld(api);
  entries = new Map(world.entries.map((entry) => [entry.key, entry]));
});
afterAll(async () => {
  await api?.close();
  await database?.drop();
});

type Layer = { route?: { path: string; methods: Record<string, boolean> } };

/** As Express will match them, described or not. */
function routesOf({ app }: TestApi): string[] {
  const { router } = app.getHttpAdapter().getInstance() as { router: { stack: Layer[] } };
  return router.stack.flatMap(({ route }) =>
    route === undefined
      ? []
      : Object.keys(route.methods).map(
          (method) => `${method.toUpperCase()} ${route.path.replace(/^\/api/, '')}`,
        ),
  );
}

// What is asked.

/** Of what has a name in a path: one that tells nothing of the truth, and one that does. */
const NAMES: readonly [RegExp, readonly string[]][] = [
  [/artefacts\/:name$/, ['scored.nc', 'reconstruction.i16', 'diagnostics.json']],
  [/documents\/:name$/, ['receipt.json', 'notebook.ipynb']],
  [/citation\/:name$/, ['CITATION.cff']],
  [/maps\/:layer\/:frame$/, ['reconstruction', 'error']],
  [/files\/:path$/, ['obs.nc', 'truth.nc']],
];
const namesIn = (path: string) => NAMES.find(([pattern]) => pattern.test(path))?.[1] ?? [''];

function addressOf(
  { path, rule }: Route,
  name: string,
  { who, entry, level }: Pick<Question, 'who' | 'entry' | 'level'>,
): string {
  const { team, upload, draft, owner } = world.names;
  const challenge = level === null ? null : world.challenges[level];
  const values: Record<string, string | undefined> = {
    'submissions/:id': entry?.submissionId,
    'evaluations/:id': entry?.evaluationId,
    ...{ 'teams/:id': team, 'uploads/:id': upload, 'drafts/:id': draft },
    'tokens/:id': world.spareTokens.get(who),
    'members/:account': owner,
    ...{ 'challenges/:id': challenge?.id, 'challenges/:challenge': challenge?.id },
    'versions/:version': challenge?.datasetVersion,
    ...{ 'maps/:layer': name, ':layer/:frame': '0', ':secret/:kind': 'SCORED' },
    'objects/:sha256': '0'.repeat(64),
  };
  const parts = path.split('/');
  const filled = parts.map((part, index) => {
    if (!part.startsWith(':')) return part;
    const value = values[`${parts[index - 1] ?? ''}/${part}`];
    return value ?? (part === ':name' || part === ':path' ? name : randomUUID());
  });
  const onBoard = world.entries.filter((each) => each.level === level && each.state === 'scored');
  const pair = onBoard.slice(0, 2).map(({ evaluationId }) => evaluationId);
  const query = rule.query?.replace('PAIR', pair.join(','));
  return `/api${filled.join('/')}${query === undefined ? '' : `?${query}`}`;
}

/** Everybody; of the tokens of authors those of one author, here the entry's: another's are a stranger's once more. */
const readersOf = (author: Entry['author']) =>
  world.readers.filter(
    ({ person, scopes }) => scopes === null || person === author || (person !== 'ada' && person !== 'grace'),
  );

function expectedOf(
  { rule }: Route,
  name: string,
  { who, entry, level }: Pick<Question, 'who' | 'entry' | 'level'>,
): Outcome {
  const away = atDoor(rule.door, who);
  if (away !== null) return away;
  if (rule.ofEntry !== undefined && entry !== null) return rule.ofEntry(who, entry, name);
  if (rule.ofChallenge !== undefined && level !== null) return rule.ofChallenge(who, level, name);
  return typeof rule.answer === 'function' ? rule.answer(who) : (rule.answer ?? 'told');
}

/** Those who are inside are asked less: what they lack they tell us. */
const INSIDE_EVERY = 3;

/**
 * Who asks the route of the entry. Outside of the table, which is for everybody: whoever the door sends away of one entry of each
 * level; of every entry one of those who are not inside, and of every third one who is, each time the next one, so that every
 * route meets every entry, and everybody every route and every entry.
 */
function readersFor({ rule }: Route, entry: Entry, turn: number): Reader[] {
  const readers = readersOf(entry.author);
  if (IS_WHOLE) return readers;
  const isExample = entry.state === 'scored' && entry.listing === 'public';
  const isAway = (who: Reader) => atDoor(rule.door, who) !== null;
  const away = isExample ? readers.filter(isAway) : [];
  const letIn = readers.filter((who) => !isAway(who));
  // Organisers may do it whatever the entry is.
  if (rule.door === 'organise') return isExample ? [...away, ...letIn] : [];
  const next = (some: Reader[], count: number) => some.slice(count % some.length).slice(0, 1);
  return [
    ...away,
    ...next(
      letIn.filter((who) => !isInside(who, entry)),
      turn,
    ),
    ...(turn % INSIDE_EVERY === 0
      ? next(
          letIn.filter((who) => isInside(who, entry)),
          turn / INSIDE_EVERY,
        )
      : []),
  ];
}

function questionsOf(route: Route, routeTurn: number): Question[] {
  const { rule, path } = route;
  const ask = (who: Reader, entry: Entry | null, level: Entry['level'] | null) =>
    namesIn(path).map((name) => ({
      ...{ route, who, entry, level },
      address: addressOf(route, name, { who, entry, level }),
      expected: expectedOf(route, name, { who, entry, level }),
    }));
  if (rule.ofEntry !== undefined)
    return world.entries.flatMap((entry, turn) =>
      readersFor(route, entry, routeTurn + turn).flatMap((who) => ask(who, entry, entry.level)),
    );
  if (rule.ofChallenge === undefined) return readersOf('ada').flatMap((who) => ask(who, null, null));
  return LEVELS.flatMap((level, turn) =>
    readersOf('ada')
      .filter((who) => IS_WHOLE || turn === 0 || atDoor(rule.door, who) === null)
      .flatMap((who) => ask(who, null, level)),
  );
}

const isLook = ({ method }: Route) => ['GET', 'HEAD', 'OPTIONS'].includes(method);
/** It ends the sessions that ask. */
const LAST = 'POST /auth/sign-out';

function knownRoutes(): Route[] {
  const inOrder = Object.entries(RULES).filter(([name]) => routeNames.includes(name) && name !== LAST);
  const last = RULES[LAST];
  if (last !== undefined) inOrder.push([LAST, last]);
  return inOrder.map(([name, rule]) => {
    const [method = '', path = ''] = name.split(' ');
    return { name, method, path, rule };
  });
}

// What is answered.

const MARKS = /zq-\w+-\w+|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|\d+\.\d{6,}/g;
/** A score with more digits than a public test tells. */
const PRECISE = /"(?:mu|sigma|rmseM|lambda\w+)":-?\d+\.\d{4,}/;
const ANY_SCORE = /"(?:mu|sigma|rmseM|lambda\w+)":-?\d/;

const secretOf = (found: string) => {
  const [, kind, of] = /^zq-(\w+)-(.+)$/.exec(found) ?? [];
  return kind === undefined || of === undefined ? world.secrets.get(found) : { kind, of };
};

/** A Parquet file holds numbers as they are. */
function doublesIn(bytes: Buffer): string[] {
  const needle = Buffer.alloc(8);
  return [...world.secrets].flatMap(([number, { kind }]) => {
    if (kind !== 'score') return [];
    needle.writeDoubleLE(Number(number));
    return bytes.includes(needle) ? [number] : [];
  });
}

function textOf(body: Buffer): string {
  const isZip = body.subarray(0, 2).toString() === 'PK';
  if (!isZip) return body.toString();
  const bytes = Buffer.concat(Object.values(unzipSync(body)).map((member) => Buffer.from(member)));
  return `${bytes.toString('latin1')} ${doublesIn(bytes).join(' ')}`;
}

/** What of an answer its reader may not know. */
function leaksIn({ who, entry, level, route }: Question, text: string): string[] {
  const leaks = new Set<string>();
  for (const found of new Set(text.match(MARKS) ?? [])) {
    const secret = secretOf(found);
    if (secret === undefined) continue;
    if (mayKnow(secret, entries, { who, entry, route: route.name })) toldKinds.add(secret.kind);
    else leaks.add(`${secret.kind} of ${secret.of}`);
  }
  if (level === 'public-test' && PRECISE.test(text)) leaks.add('a score with all its digits');
  if (level === 'blind' && ANY_SCORE.test(text)) leaks.add('a score');
  return [...leaks];
}

const SENT_AWAY = (code: string) =>
  /^(not-|scope-missing|token-expired|too-many)|-not-found$|^submission-withdrawn$/.test(code);

function outcomeOf(status: number, text: string): string {
  if (status >= 500) return `${status} ${text.slice(0, 200)}`;
  if (status < 400) return 'told';
  return /"code":"([\w-]+)"/.exec(text)?.[1] ?? (status === 404 ? 'route-not-found' : 'reached');
}

function isAsExpected({ expected, route }: Question, status: number, outcome: string): boolean {
  if (route.method === 'HEAD' && expected !== 'reached')
    return status === API_ERROR_STATUS[expected as ApiErrorCode];
  if (expected !== 'reached') return outcome === expected;
  return status < 500 && (!SENT_AWAY(outcome) || outcome === 'submission-withdrawn');
}

const toldKinds = new Set<string>();
type Count = { allowed: number; denied: number };
const counts = new Map<string, Count>();

/** What the reader is to the entry. */
function roleOf({ who, entry }: Question): string {
  if (who.person === null) return who.name;
  const token = who.scopes === null ? '' : `, token: ${who.scopes.join(' and ') || 'no scope'}`;
  if (who.person === 'organiser') return `organiser${token}`;
  if (who.person === (entry?.author ?? 'ada')) return `author${token}`;
  const isMate = entry === null ? who.person === 'mate' : isOwn(who, entry);
  return `${isMate ? 'team mate' : 'stranger'}${token}`;
}

function count(question: Question, isAllowed: boolean): void {
  const key = `${roleOf(question)}|${question.level ?? 'none'}`;
  const known = counts.get(key) ?? { allowed: 0, denied: 0 };
  counts.set(key, known);
  known[isAllowed ? 'allowed' : 'denied'] += 1;
}

function bodyOf({ route, entry }: Question): object | undefined {
  const { body } = route.rule;
  if (isLook(route)) return undefined;
  if (typeof body === 'function') return entry === null ? {} : body(entry);
  return body;
}

const agent = new Agent({ keepAlive: true });
type Reply = { status: number; headers: string; body: Buffer };

/** As `fetch` would, with a third of its work. */
function send({ route, who, address }: Question, body: string | null): Promise<Reply> {
  const type =
    body === null ? {} : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
  return new Promise((resolve, reject) => {
    const options = { agent, method: route.method, headers: { ...who.headers, ...type } };
    const call = request(`${api.url}${address}`, options, (reply) => {
      buffer(reply).then(
        (content) =>
          resolve({ status: reply.statusCode ?? 0, headers: reply.rawHeaders.join(' '), body: content }),
        reject,
      );
    });
    call.on('error', reject);
    call.end(body ?? undefined);
  });
}

/** @returns what is wrong with the answer; null where nothing is. */
async function faultOf(question: Question): Promise<string | null> {
  const { route, who, address, expected, entry } = question;
  const body = bodyOf(question);
  const reply = await send(question, body === undefined ? null : JSON.stringify(body));
  const text = textOf(reply.body);
  const outcome = outcomeOf(reply.status, text);
  count(question, expected === 'told' || expected === 'reached');
  const asked = `${who.name}: ${route.name} (${[question.level, entry?.state, entry?.listing].filter(Boolean).join(', ')}) ${address}`;
  if (!isAsExpected(question, reply.status, outcome)) return `${asked}: ${outcome}, not ${expected}`;
  const leaks = leaksIn(question, `${reply.headers} ${text}`);
  return leaks.length > 0 ? `${asked}: tells ${leaks.join(', ')}` : null;
}

async function faultsOf(questions: Question[]): Promise<string[]> {
  const faults: string[] = [];
  let next = 0;
  const work = async () => {
    for (let question = questions[next++]; question !== undefined; question = questions[next++]) {
      const fault = await faultOf(question);
      if (fault !== null) faults.push(fault);
    }
  };
  await Promise.all([work(), work(), work(), work()]);
  return faults;
}

describe('access', () => {
  it('has a rule for every route: say in testing/access-rules.ts who may use a new one', () => {
    expect(routeNames.filter((name) => !(name in RULES))).toEqual([]);
    expect(Object.keys(RULES).filter((name) => !routeNames.includes(name))).toEqual([]);
  });

  it('is as the rules say to whoever looks, whatever he looks at', async () => {
    // What is to be notified of all this has come.
    const events = 'select 1 from outbox_events limit 1';
    await expect.poll(async () => (await api.dataSource.query(events)).length).toBe(0);
    const questions = knownRoutes().filter(isLook).flatMap(questionsOf);
    const faults = await faultsOf(questions);
    expect(faults).toEqual([]);
    // What is looked for can be found.
    expect([...toldKinds].toSorted()).toEqual(SECRET_KINDS.toSorted());
  });

  it('is as the rules say to whoever wants to change something', async () => {
    const faults: string[] = [];
    // One route after the other: what one changes the next finds.
    for (const [turn, route] of knownRoutes()
      .filter((each) => !isLook(each))
      .entries())
      faults.push(...(await faultsOf(questionsOf(route, turn))));
    expect(faults).toEqual([]);
    if (IS_WHOLE) console.log(table());
  });
});

/** For docs/reliability.md. */
function table(): string {
  const columns = [...LEVELS, 'none'];
  const roles = [...new Set([...counts.keys()].map((key) => key.split('|')[0] ?? ''))].toSorted();
  const sum = (wanted: (key: string) => boolean) => {
    const some = [...counts].filter(([key]) => wanted(key)).map(([, each]) => each);
    const total = (name: keyof Count) => some.reduce((count, each) => count + each[name], 0);
    return `${total('allowed')} / ${total('denied')}`;
  };
  const rows = roles.map((role) => [
    role,
    ...columns.map((level) => sum((key) => key === `${role}|${level}`)),
  ]);
  const last = ['all', ...columns.map((level) => sum((key) => key.endsWith(`|${level}`)))];
  return [
    `| who asks | ${LEVELS.join(' | ')} | of no challenge |`,
    '|---|---:|---:|---:|---:|',
    ...[...rows, last].map((row) => `| ${row.join(' | ')} |`),
  ].join('\n');
}
