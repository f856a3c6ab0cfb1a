import { randomBytes } from 'node:crypto';
import {
  MAP_LAYER_NAMES,
  TOKEN_SCOPES,
  type ArtefactName,
  type BoardStatistics,
  type ChallengeDefinition,
  type DisclosureLevel,
  type MapManifest,
  type Scores,
  type TokenScope,
} from '@sillage/contracts';
import { scoresOfSeries } from '@sillage/science/uncertainty';
import request from 'supertest';
import {
  challengeDefinition,
  claim,
  finish,
  heartbeat,
  mustClaim,
  ORGANISER_TOKEN,
  PUBLIC_URL,
  putObject,
  registerChallenge,
  upload,
  WORKER_TOKEN,
  type TestApi,
} from './test-api.js';

/*
 * Entries of every level, state and listing, and everybody who could ask for them. Whatever may be withheld is marked: it holds
 * `zq-<kind>-<of what>`, is an id, or is a number with ten digits, so that it is found wherever it stands and never by chance.
 */

export const LEVELS: readonly DisclosureLevel[] = ['practice', 'public-test', 'blind'];
export const STATES = [
  ...['on its way', 'cancelled', 'rejected', 'refused', 'failed', 'scored', 'withdrawn'],
  // Better than the one before, and not clearly: only a public test tells it to nobody.
  'held back',
] as const;
export const LISTINGS = ['public', 'anonymous', 'private', 'hidden', 'disqualified'] as const;
export type State = (typeof STATES)[number];
export type Listing = (typeof LISTINGS)[number];

/** Ada enters what has a name, Grace what has none, and a team mate what is cancelled. */
export type Author = 'ada' | 'grace' | 'mate';
export type Person = Author | 'owner' | 'former' | 'eve' | 'organiser';
export type Team = 'ada' | 'grace';
/** Each is of whom it is called; the second owner is one of Grace's, and the former member was one of Ada's. */
export const OWNERS: Record<Team, readonly Person[]> = { ada: ['ada'], grace: ['grace', 'owner'] };
export const MEMBERS: Record<Team, readonly Person[]> = {
  ada: [...OWNERS.ada, 'mate'],
  grace: [...OWNERS.grace, 'mate'],
};
export type Reader = {
  name: string;
  /** Null of nobody, of workers and of an unknown token. */
  person: Person | null;
  /** Of an API token; null in a signed-in browser. */
  scopes: readonly TokenScope[] | null;
  isWorker: boolean;
  headers: Record<string, string>;
};

export type Entry = {
  key: string;
  level: DisclosureLevel;
  state: State;
  listing: Listing;
  author: Author;
  /** In whose name it was submitted; null where it was in its author's. */
  team: Team | null;
  submissionId: string;
  evaluationId: string;
  scores: Scores;
};

/** `of` is the key of an entry, a level or a person. */
export type Secret = { kind: string; of: string };
export type World = {
  api: TestApi;
  readers: Reader[];
  entries: Entry[];
  challenges: Record<DisclosureLevel, ChallengeDefinition>;
  /** What is Ada's, and a draft of the public test. */
  names: { team: string; owner: string; upload: string; draft: string };
  /** Of Ada, to be revoked: one by each reader. */
  spareTokens: Map<Reader, string>;
  secrets: Map<string, Secret>;
};

const mark = (kind: string, of: string) => `zq-${kind}-${of}`;

async function join(api: TestApi, person: Person): Promise<{ id: string; cookie: string }> {
  const account = {
    email: `${mark('email', person)}@example.org`,
    password: 'a long enough password',
    displayName: mark('person', person),
  };
  const reply = await request(api.url).post('/api/auth/register').send(account).expect(201);
  return { id: reply.body.id, cookie: reply.headers['set-cookie']?.[0]?.split(';')[0] ?? '' };
}

const session = (cookie: string) => ({ cookie, origin: PUBLIC_URL });
const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

async function tokenOf(api: TestApi, cookie: string, scopes: readonly TokenScope[]) {
  const token = { name: `for ${scopes.join(', ')}`, scopes };
  const reply = await request(api.url).post('/api/tokens').set(session(cookie)).send(token).expect(201);
  return reply.body as { id: string; secret: string };
}

/** Everybody's browser, and of whoever has something to tell a token for each scope, and one for none. */
async function readersOf(api: TestApi, cookies: Record<Person, string>): Promise<Reader[]> {
  const outside = { person: null, scopes: null, isWorker: false };
  const readers: Reader[] = [
    { ...outside, name: 'nobody', headers: {} },
    { ...outside, name: 'unknown token', headers: bearer('sil_nobody-has-this-token') },
    { ...outside, name: 'worker', isWorker: true, headers: bearer(WORKER_TOKEN) },
  ];
  for (const [person, cookie] of Object.entries(cookies) as [Person, string][])
    readers.push({ ...outside, person, name: person, headers: session(cookie) });
  const add = (person: Person, scopes: TokenScope[], secret: string) =>
    readers.push({
      ...outside,
      person,
      scopes,
      name: `${person}, token: ${scopes.join(' and ') || 'no scope'}`,
      headers: bearer(secret),
    });
  for (const [person, scopes] of [
    ['mate', ['read']],
    ['ada', ['read', 'submit']],
  ] as const)
    add(person, [...scopes], (await tokenOf(api, cookies[person], scopes)).secret);
  for (const person of ['ada', 'grace', 'organiser'] as const) {
    const none = await tokenOf(api, cookies[person], ['read']);
    await api.dataSource.query(`update api_tokens set scopes = '{}' where id = $1`, [none.id]);
    add(person, [], none.secret);
    for (const scope of TOKEN_SCOPES.filter((each) => each !== 'organise' || person === 'organiser'))
      add(person, [scope], (await tokenOf(api, cookies[person], [scope])).secret);
  }
  return readers;
}

/** Those who are let in by its first owner: `owner` as another one. */
async function teamOf(
  api: TestApi,
  team: Team,
  cookies: Record<Person, string>,
  letIn: readonly Person[],
): Promise<string> {
  const name = mark('team', team);
  const made = await request(api.url)
    .post('/api/teams')
    .set(session(cookies[team]))
    .send({ name })
    .expect(201);
  for (const person of letIn) {
    const invitation = await request(api.url)
      .post(`/api/teams/${made.body.id}/invitations`)
      .set(session(cookies[team]))
      .send(person === 'owner' ? { role: 'owner' } : {})
      .expect(201);
    const secret = String(invitation.body.link).split('#').at(-1);
    await request(api.url)
      .post('/api/team-invitations/accept')
      .set(session(cookies[person]))
      .send({ secret })
      .expect(200);
  }
  return made.body.id;
}

/** Each is clearly better than the one before: a public test tells it too. */
function statisticsOf(level: DisclosureLevel, turn: number, isHeldBack: boolean): BoardStatistics {
  const days = Array.from({ length: 42 }, (_, day) => day);
  const error = (isHeldBack ? 0.999 * 0.55 ** (turn - 1) : 0.55 ** turn) * (1 + 0.01 * LEVELS.indexOf(level));
  return {
    daily: {
      timeDays: days.map((day) => 22_940 + day),
      squaredErrorM2: days.map((day) => error * (7000.77712 + 9 * day)),
      squaredReferenceM2: days.map(() => 8888.123),
      pointCount: days.map(() => 1000),
    },
    bands: {
      axes: { wavelengthUnit: 'degrees', wavelengthEdges: [20, 5, 1], periodEdgesDays: [84, 28, 4] },
      error: [
        [0.6, 0.1],
        [0.2, 0.5],
      ],
      truth: [
        [1, 1],
        [1, 1],
      ],
    },
  };
}

function scoresOf(statistics: BoardStatistics, turn: number): Scores {
  const own = (value: number) => value + (turn + 1) * 1.234567e-7;
  return {
    ...scoresOfSeries(statistics.daily, 'pooled'),
    lambdaXDeg: own(1.2345),
    lambdaXKm: null,
    lambdaTDays: own(10.9876),
    unresolved: null,
    atGridLimit: [],
    rmseM: own(0.0456),
  };
}

const MANIFEST: MapManifest = {
  latDeg: [33],
  lonDeg: [-65],
  timeDays: [22_940],
  layers: MAP_LAYER_NAMES.map((name) => ({
    ...{ name, unit: 'm' as const, frameCount: 1, scale: 0.001, offset: 0, min: -1, max: 1, rms: 0.1 },
  })),
  blockSize: 1,
  isInterpolated: false,
  observedShare: [0.1],
};
/** A frame has two bytes. */
const STACKS = ['reconstruction.i16', 'error.i16'] as const;

async function artefact(api: TestApi, name: ArtefactName, content: string) {
  return { name, object: await putObject(api, Buffer.from(content)) };
}

type Making = {
  api: TestApi;
  cookies: Record<Person, string>;
  teams: Record<Team, string>;
  challenge: ChallengeDefinition;
  tokens: Record<Author, string>;
};

const YEAR_AHEAD = new Date(Date.now() + 200 * 86_400_000).toISOString().slice(0, 10);
export const visibilityOf = (listing: Listing) => {
  if (listing === 'anonymous') return { kind: 'anonymous', until: YEAR_AHEAD };
  return { kind: listing === 'private' ? 'private' : 'public' };
};

async function enter(making: Making, entry: Pick<Entry, 'key' | 'author' | 'listing' | 'team'>) {
  const { api, challenge, cookies, teams, tokens } = making;
  const uploadId = await upload(
    api,
    tokens[entry.author],
    Buffer.from(mark('content', entry.key)),
    `${mark('file', entry.key)}.nc`,
  );
  const created = await request(api.url)
    .post('/api/submissions')
    .set(session(cookies[entry.author]))
    .send({
      challenge: challenge.id,
      tasks: challenge.tasks,
      uploadId,
      card: { name: mark('name', entry.key), inputs: ['ssh-nadir'] },
      visibility: visibilityOf(entry.listing),
      ...(entry.team === null ? {} : { team: teams[entry.team] }),
    })
    .expect(201);
  return {
    submissionId: created.body.id as string,
    evaluationId: created.body.evaluations[0].id as string,
  };
}

/** Plays the evaluator until the entry is in the state. */
async function bringTo(
  { api, challenge, cookies }: Making,
  { key, state, scores, author, submissionId }: Entry,
  statistics: BoardStatistics,
): Promise<void> {
  if (state === 'cancelled') {
    await request(api.url)
      .post(`/api/submissions/${submissionId}/cancel`)
      .set(session(cookies[author]))
      .expect(200);
    return;
  }
  const check = await mustClaim(api, ['check']);
  if (state === 'on its way') {
    await heartbeat(api, check, { progress: 0.5, activity: mark('activity', key) }).expect(200);
    return;
  }
  const found = mark(state === 'refused' ? 'refusal' : 'rejection', key);
  const reason = { code: 'area-not-covered', where: '', found, expected: '', fix: '' } as const;
  if (state === 'rejected') {
    await finish(api, check, { status: 'rejected', reason }).expect(200);
    return;
  }
  const canonical = await putObject(api, randomBytes(300));
  await finish(api, check, {
    status: 'done',
    result: { kind: 'check', canonical, warnings: [], uncovered: [] },
  }).expect(200);
  const job = await mustClaim(api, ['score']);
  // Beside the truth.
  if (state === 'refused') {
    await finish(api, job, { status: 'rejected', reason }).expect(200);
    return;
  }
  if (state === 'failed') {
    const message = mark('failure', key);
    await finish(api, job, { status: 'failed', message, retryable: false }).expect(200);
    return;
  }
  const withheld = `${mark('withheld', challenge.disclosure)} ${mark('product', key)}`;
  await finish(api, job, {
    status: 'done',
    result: {
      ...{ kind: 'score', scores, statistics },
      warnings: [{ code: 'sla-suspected', message: mark('warning', key) }],
      artefacts: [
        await artefact(api, 'diagnostics.json', withheld),
        await artefact(api, 'statistics.json', withheld),
      ],
    },
  }).expect(200);
  const products = await claim(api, ['products']);
  if (products === null) return;
  await finish(api, products, {
    status: 'done',
    result: {
      kind: 'products',
      artefacts: [
        await artefact(api, 'scored.nc', mark('product', key)),
        await artefact(api, 'maps.json', JSON.stringify(MANIFEST)),
        ...(await Promise.all(STACKS.map((name) => artefact(api, name, name.slice(0, 2))))),
      ],
    },
  }).expect(200);
}

async function endUp({ api, cookies }: Making, { key, state, listing, author, submissionId }: Entry) {
  const organiser = bearer(ORGANISER_TOKEN);
  if (state === 'withdrawn')
    await request(api.url)
      .post(`/api/submissions/${submissionId}/withdraw`)
      .set(session(cookies[author]))
      .send({ reason: mark('withdrawal', key) })
      .expect(200);
  const action = { hidden: 'hide', disqualified: 'disqualify' }[String(listing)];
  if (action !== undefined)
    await request(api.url)
      .post(`/api/admin/submissions/${submissionId}/${action}`)
      .set(organiser)
      .send({ reason: mark('moderation', key) })
      .expect(200);
}

export const hasScore = ({ state }: Pick<Entry, 'state'>) =>
  state === 'scored' || state === 'withdrawn' || state === 'held back';
/** Its score is one that the level may tell. */
export const isTold = ({ state, level }: Pick<Entry, 'state' | 'level'>) =>
  hasScore({ state }) && level !== 'blind' && !(state === 'held back' && level === 'public-test');

/** Alone instead of in the name of a team: then the team mate is a stranger. */
const ALONE = new Set(['practice anonymous', 'blind private']);

function isMade(state: State, listing: Listing): boolean {
  if (listing === 'disqualified') return state === 'scored';
  return listing === 'public' || !['cancelled', 'refused', 'held back'].includes(state);
}

function authorOf(state: State, listing: Listing): Author {
  if (state === 'cancelled') return 'mate';
  return listing === 'anonymous' ? 'grace' : 'ada';
}

async function entriesOf(making: Making, level: DisclosureLevel): Promise<Entry[]> {
  const entries: Entry[] = [];
  for (const state of STATES)
    for (const listing of LISTINGS) {
      if (!isMade(state, listing)) continue;
      const turn = entries.length;
      const statistics = statisticsOf(level, entries.filter(hasScore).length, state === 'held back');
      const author = authorOf(state, listing);
      const wanted: Omit<Entry, 'submissionId' | 'evaluationId'> = {
        key: `e${LEVELS.indexOf(level)}x${turn}`,
        ...{ level, state, listing },
        author,
        team: ALONE.has(`${level} ${listing}`) ? null : author === 'mate' ? 'ada' : author,
        scores: scoresOf(statistics, turn + 100 * LEVELS.indexOf(level)),
      };
      const entry = { ...wanted, ...(await enter(making, wanted)) };
      await bringTo(making, entry, statistics);
      await endUp(making, entry);
      entries.push(entry);
    }
  return entries;
}

async function challengeAt(api: TestApi, disclosure: DisclosureLevel): Promise<ChallengeDefinition> {
  const files = [
    { role: 'truth' as const, area: 'gf', path: 'truth.nc', description: '' },
    { role: 'observations' as const, area: 'gf', path: 'obs.nc', description: '' },
  ];
  const definition = challengeDefinition({ id: `at-${disclosure}`, disclosure, files });
  await registerChallenge(api, definition, { 'truth.nc': Buffer.from(mark('truth', disclosure)) });
  // More than are entered here.
  await request(api.url)
    .put(`/api/admin/challenges/${definition.id}/settings`)
    .set(bearer(ORGANISER_TOKEN))
    .send({ revision: 0, phases: [], quota: { perDay: 100, perPhase: null } })
    .expect(200);
  return definition;
}

function secretsOf(entries: readonly Entry[], ids: Record<string, Secret>): Map<string, Secret> {
  const secrets = new Map(Object.entries(ids));
  for (const entry of entries) {
    const { key, submissionId, evaluationId, scores } = entry;
    secrets.set(submissionId, { kind: 'submission', of: key });
    secrets.set(evaluationId, { kind: 'evaluation', of: key });
    if (!hasScore(entry)) continue;
    for (const number of [scores.mu, scores.sigma, scores.rmseM, scores.lambdaXDeg, scores.lambdaTDays])
      secrets.set(String(number), { kind: 'score', of: key });
  }
  return secrets;
}

/** Everything once; whoever asks changes nothing of it as long as he only looks. */
export async function makeWorld(api: TestApi): Promise<World> {
  const accounts = {
    ...{ ada: await join(api, 'ada'), grace: await join(api, 'grace'), mate: await join(api, 'mate') },
    ...{ eve: await join(api, 'eve'), organiser: await join(api, 'organiser') },
    ...{ owner: await join(api, 'owner'), former: await join(api, 'former') },
  };
  const cookies = Object.fromEntries(
    Object.entries(accounts).map(([person, { cookie }]) => [person, cookie]),
  ) as Record<Person, string>;
  await request(api.url)
    .post('/api/organisers')
    .set(bearer(ORGANISER_TOKEN))
    .send({ email: `${mark('email', 'organiser')}@example.org` })
    .expect(200);
  const teams = {
    ada: await teamOf(api, 'ada', cookies, ['mate', 'former']),
    grace: await teamOf(api, 'grace', cookies, ['mate', 'owner']),
  };
  await request(api.url)
    .delete(`/api/teams/${teams.ada}/members/${accounts.former.id}`)
    .set(session(cookies.ada))
    .expect(204);
  const readers = await readersOf(api, cookies);
  const tokens = {
    ada: (await tokenOf(api, cookies.ada, ['submit'])).secret,
    grace: (await tokenOf(api, cookies.grace, ['submit'])).secret,
    mate: (await tokenOf(api, cookies.mate, ['submit'])).secret,
  };
  const spareTokens = new Map<Reader, string>();
  for (const reader of readers) spareTokens.set(reader, (await tokenOf(api, cookies.ada, ['read'])).id);
  const challenges = {} as World['challenges'];
  const entries: Entry[] = [];
  for (const level of LEVELS) {
    challenges[level] = await challengeAt(api, level);
    entries.push(...(await entriesOf({ api, cookies, teams, tokens, challenge: challenges[level] }, level)));
  }
  const hidden = challenges['public-test'];
  const draft = await request(api.url)
    .post('/api/curation/drafts')
    .set(bearer(ORGANISER_TOKEN))
    .send({ from: { challengeId: hidden.id, version: hidden.datasetVersion } })
    .expect(201);
  return {
    ...{ api, readers, entries, challenges },
    names: {
      team: teams.ada,
      owner: accounts.ada.id,
      upload: await upload(api, tokens.ada, Buffer.from('a map'), 'map.nc', { sentBytes: 2 }),
      draft: draft.body.id,
    },
    spareTokens,
    secrets: secretsOf(entries, {
      [accounts.grace.id]: { kind: 'person', of: 'grace' },
      [teams.grace]: { kind: 'team', of: 'grace' },
    }),
  };
}
