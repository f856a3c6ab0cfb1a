import { createHash, randomUUID } from 'node:crypto';
import {
  artefactNameSchema,
  citationNameSchema,
  documentNameSchema,
  MAP_LAYER_NAMES,
  type ArtefactName,
  type BoardStatistics,
  type ChallengeDefinition,
  type DisclosureLevel,
  type MapManifest,
  type Physics,
  type RejectionReason,
  type Scores,
} from '@sillage/contracts';
import { scoresOfSeries } from '@sillage/science/uncertainty';
import { unzipSync } from 'fflate';
import request from 'supertest';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { publicTestScores, standardErrors } from '../disclosure/domain/public-test.js';
import {
  challengeDefinition,
  checkDone,
  claim,
  finish,
  mustClaim,
  putObject,
  registerChallenge,
  registerParticipant,
  scoreEverything,
  startTestApi,
  submit,
  upload,
  type Participant,
  type TestApi,
} from '../testing/test-api.js';
import { createTestDatabase, type TestDatabase } from '../testing/test-database.js';
import { TOLD_FIELDS } from '../testing/told-fields.js';

/*
 * Everything that anybody can read is read by everybody, whatever route it comes from, and looked through for what is withheld. A new
 * route is looked through as soon as it is in the description of the API.
 */

let database: TestDatabase;
let api: TestApi;
let getPaths: string[];
let stranger: Participant;
beforeAll(async () => {
  database = await createTestDatabase();
  api = await startTestApi(database.url, { environment: { SILLAGE_API_RATE_PER_MINUTE: '1000000' } });
  const { body } = await request(api.url).get('/api/openapi.json').expect(200);
  // Those of organisers and workers are closed to everybody here, see access-every-way.medium.test.ts. The status has
  // run times in seconds, which look like scores.
  getPaths = Object.entries<object>(body.paths).flatMap(([path, methods]) =>
    'get' in methods && !/^\/api\/(admin|curation|worker|organisers|status)/.test(path) ? [path] : [],
  );
  stranger = await registerParticipant(api, 'Eve');
});
afterAll(async () => {
  await api?.close();
  await database?.drop();
});
beforeEach(async () => {
  await api.dataSource.query(`update jobs set state = 'cancelled' where state in ('queued', 'leased')`);
});

type Things = {
  challenge: ChallengeDefinition;
  submissions: string[];
  evaluations: string[];
  /** Without them one of each kind is asked for. */
  hasProducts: boolean;
};

const bearer = ({ token }: { token: string }) => ({ authorization: `Bearer ${token}` });
const withParameter = (addresses: string[], parameter: string, values: readonly string[]) =>
  addresses.flatMap((address) => values.map((value) => address.replace(parameter, value)));

/** The addresses of a route for these things: each of its products, files and layers. */
function addressesOf(path: string, { challenge, submissions, evaluations, hasProducts }: Things): string[] {
  const valuesOf = (before: string, name: string): readonly string[] => {
    if (before === 'submissions') return submissions;
    if (before === 'evaluations') return evaluations;
    if (before === 'challenges') return [challenge.id];
    if (before === 'artefacts') return hasProducts ? artefactNameSchema.options : ['scored.nc'];
    if (before === 'documents') return documentNameSchema.options;
    if (before === 'citation') return citationNameSchema.options;
    if (before === 'maps') return hasProducts ? MAP_LAYER_NAMES : ['reconstruction'];
    if (before === 'files') return challenge.files.map((file) => file.path);
    if (before === 'versions') return [challenge.datasetVersion];
    return name === '{frame}' ? ['0'] : [randomUUID()];
  };
  let addresses = [path];
  const parts = path.split('/');
  parts.forEach((part, index) => {
    if (part.startsWith('{'))
      addresses = withParameter(addresses, part, valuesOf(parts[index - 1] ?? '', part));
  });
  const query = `area=gf&scenario=nadir4&challenge=${challenge.id}&entries=${[...evaluations, randomUUID()].join(',')}`;
  return addresses.flatMap((address) =>
    address === '/api/submissions'
      ? [`${address}?${query}`, `${address}?mine=true`]
      : [`${address}?${query}`],
  );
}

/** Seconds with their milliseconds look like scores: a reply at 12:00:10.990 is none that tells 10.99 days. */
const withoutInstants = (bytes: Buffer) =>
  Buffer.from(
    bytes.toString('latin1').replace(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z?/g, 'an instant'),
    'latin1',
  );

/** All that a reader gets, by address; a zip is unpacked. */
async function readAll(reader: Participant | null, things: Things): Promise<Map<string, Buffer>> {
  const replies = new Map<string, Buffer>();
  const addresses = getPaths.flatMap((path) => addressesOf(path, things));
  const work = async () => {
    for (let address = addresses.pop(); address !== undefined; address = addresses.pop()) {
      const reply = await fetch(`${api.url}${address}`, {
        headers: reader === null ? {} : bearer(reader),
        redirect: 'manual',
      });
      const headers = Buffer.from(JSON.stringify([...reply.headers]));
      const body = Buffer.from(await reply.arrayBuffer());
      const isZip = body.subarray(0, 2).toString() === 'PK';
      const members = isZip ? Object.values(unzipSync(body)).map((member) => Buffer.from(member)) : [body];
      replies.set(address, withoutInstants(Buffer.concat([headers, ...members])));
    }
  };
  await Promise.all([work(), work(), work(), work()]);
  return replies;
}

/** Names of fields in what a reader gets of his own entries that nobody has looked at yet: see `TOLD_FIELDS`. */
async function unlistedFields(reader: Participant, things: Things): Promise<string[]> {
  const unlisted = new Set<string>();
  const known = TOLD_FIELDS[things.challenge.disclosure as keyof typeof TOLD_FIELDS];
  for (const [address, reply] of await readAll(reader, things)) {
    // The description of the API has the names of everything.
    if (/^\/api\/(docs|openapi)/.test(address)) continue;
    for (const [, name = ''] of reply.toString('latin1').matchAll(/"([A-Za-z][\w-]*)": ?/g))
      if (!known.has(name)) unlisted.add(name);
  }
  return [...unlisted];
}

/** Where one of these stands, as text or as the float64 that a Parquet file keeps. */
async function findings(
  reader: Participant | null,
  things: Things,
  withheld: readonly (string | number)[],
): Promise<string[]> {
  const found = [];
  for (const [address, reply] of await readAll(reader, things))
    for (const secret of withheld) {
      const needle = Buffer.alloc(8);
      if (typeof secret === 'number') needle.writeDoubleLE(secret);
      if (reply.includes(typeof secret === 'number' ? needle : secret))
        found.push(`${address.split('?')[0]}: ${secret}`);
    }
  return found;
}

const DAYS = Array.from({ length: 42 }, (_, day) => day);
const STATISTICS: BoardStatistics = {
  daily: {
    timeDays: DAYS.map((day) => 22_940 + day),
    squaredErrorM2: DAYS.map((day) => 77.7712 + 9 * day),
    squaredReferenceM2: DAYS.map(() => 8888.123),
    pointCount: DAYS.map(() => 1000),
  },
  bands: {
    axes: { wavelengthUnit: 'degrees', wavelengthEdges: [20, 5, 1], periodEdgesDays: [84, 28, 4] },
    error: [
      [0.66612, 0.1],
      [0.2, 0.5],
    ],
    truth: [
      [1, 1],
      [1, 1],
    ],
  },
};
/** The second entry of an author is clearly better: a public test tells it too. */
const BETTER: BoardStatistics = {
  ...STATISTICS,
  daily: { ...STATISTICS.daily, squaredErrorM2: STATISTICS.daily.squaredErrorM2.map((sum) => sum / 4) },
};
const scoresOf = ({ daily }: BoardStatistics): Scores => ({
  ...scoresOfSeries(daily, 'pooled'),
  lambdaXDeg: 1.2345678,
  lambdaXKm: null,
  lambdaTDays: 10.9876543,
  unresolved: null,
  atGridLimit: [],
  rmseM: 0.0456789123,
});
const SCORES = scoresOf(STATISTICS);
const TOLD = publicTestScores({
  ...SCORES,
  publicTest: { ...standardErrors(STATISTICS.daily, 'osse-2020a'), isHeldBack: false, coarseErrors: null },
});
if (TOLD === null) throw new Error('a public test tells it');
const PHYSICS: Physics = {
  varianceRatio: 0.9876543,
  gradientRatio: 0.9441234,
  vorticityRatio: 0.8331234,
  spectralSlope: -10.9287654,
  truthSpectralSlope: -5.4409876,
  slopeWavelengthsKm: [70, 200],
};
const digits = (value: number, decimals: number) =>
  String(value).slice(0, String(value).indexOf('.') + 1 + decimals);
/** Its size is no other number here. */
const TRUTH = 'the truth itself'.padEnd(70_007, '.');
const TRUTH_SHA256 = createHash('sha256').update(TRUTH).digest('hex');
/** More digits than a public test shows, as text and as numbers; and what it withholds. */
const UNROUNDED = [
  ...[digits(SCORES.mu, 5), digits(SCORES.sigma, 5), '1.2345', '10.9876', '0.04567'],
  ...['0.98765', '0.94412', '0.83312', '10.9287', '5.4409'],
  ...[SCORES.mu, SCORES.sigma, SCORES.rmseM, PHYSICS.varianceRatio ?? 0],
  ...['77.77', '8888.1', '0.6661', '0.33321', '0.11198'],
  ...[
    'the truth itself',
    ...[TRUTH_SHA256, '"sizeBytes":70007', '"sizeBytes": 70007'],
    'withheld diagnostics.json',
    'withheld statistics.json',
    'withheld boxes.json',
    'error layer',
  ],
];
/** Of scores in the digits of a public test, and of everything that is made of a score. */
const SCORED = [
  SCORES.mu.toFixed(3),
  SCORES.sigma.toFixed(3),
  `"mu":${TOLD.mu}`,
  '"lambdaXDeg":1.2',
  '10.99',
  '11.00',
  '0.046',
  '0.988',
  '-suspected',
  'withheld ',
  '"coarseErrors":[{',
];

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

async function productsOf(names: readonly ArtefactName[]) {
  const artefacts = [];
  for (const name of names) {
    const content =
      name === 'maps.json'
        ? JSON.stringify(MANIFEST)
        : /^(error|rmse|reference)/.test(name)
          ? 'error layer'
          : `withheld ${name}`;
    artefacts.push({ name, object: await putObject(api, Buffer.from(content)) });
  }
  return artefacts;
}

/** What of a score, its files and its warnings comes of the truth. */
type World = { truth: string; statistics: readonly BoardStatistics[]; physics: Physics };
const WORLD: World = { truth: TRUTH, statistics: [STATISTICS, BETTER], physics: PHYSICS };

/** Two entries with everything that an evaluator tells and writes, in a challenge of that level. */
async function scoredAt(disclosure: DisclosureLevel, author: Participant, world = WORLD): Promise<Things> {
  const files = [
    { role: 'truth' as const, area: 'gf', path: 'truth.nc', description: '' },
    { role: 'observations' as const, area: 'gf', path: 'obs.nc', description: '' },
  ];
  const challenge = await registerChallenge(api, challengeDefinition({ disclosure, files }), {
    'truth.nc': Buffer.from(world.truth),
    'obs.nc': Buffer.from('what the satellites see'),
  });
  const things: Things = { challenge, submissions: [], evaluations: [], hasProducts: true };
  const warnings = [{ code: 'sla-suspected', message: 'µ would be 0.33321 instead of 0.11198.' }];
  for (const [index, statistics] of world.statistics.entries()) {
    const uploadId = await upload(api, author.token, Buffer.from(`map ${index}`));
    const { submissionId, evaluationId } = await submit(api, author, challenge, { uploadId });
    await finish(api, await mustClaim(api, ['check']), await checkDone(api)).expect(200);
    await finish(api, await mustClaim(api, ['score']), {
      status: 'done',
      result: {
        ...{ kind: 'score', scores: scoresOf(statistics), physics: world.physics, statistics, warnings },
        artefacts: await productsOf(['diagnostics.json', 'statistics.json', 'boxes.json', 'resolution.json']),
      },
    }).expect(200);
    const products = await claim(api, ['products']);
    if (products !== null)
      await finish(api, products, {
        status: 'done',
        result: {
          kind: 'products',
          artefacts: await productsOf([
            'maps.json',
            ...MAP_LAYER_NAMES.map((layer) => `${layer}.i16` as const),
          ]),
        },
      }).expect(200);
    things.submissions.push(submissionId);
    things.evaluations.push(evaluationId);
  }
  return things;
}

/** The notification that is on its way has come. */
const told = (reader: Participant, text: RegExp) =>
  expect
    .poll(
      async () => (await request(api.url).get('/api/notifications').set(bearer(reader)).expect(200)).text,
      { timeout: 60_000 },
    )
    .toMatch(text);

describe('whoever reads all that there is', () => {
  it('finds every score and the truth where both are public', async () => {
    const author = await registerParticipant(api, 'Bob');
    const things = await scoredAt('practice', author);
    await told(author, /10\.99/);
    const found = (await findings(null, things, [...UNROUNDED, ...SCORED])).join('\n');
    // What is looked for below can be found: in JSON, in the snapshot's Parquet file, in products and in files of the dataset.
    for (const place of [
      ...[/leaderboard: 10\.9876/, /snapshot: 0\.0456789123/, /citation/, /receipt\.json: 0\.98765/],
      ...[
        /files\/truth\.nc: the truth itself/,
        /diagnostics\.json: withheld/,
        new RegExp(`receipt\\.json: ${TRUTH_SHA256}`),
        new RegExp(`challenges/[^/]+: ${TRUTH_SHA256}`),
        /receipt\.json: "sizeBytes": 70007/,
        /bands: 0\.6661/,
        /error\.i16: error layer/,
      ],
      ...[/stress: 0\.04567/, /history: /, /submissions\/\S+: 0\.11198/],
    ])
      expect(found).toMatch(place);
  });

  it('finds no more digits than a public test shows, and nothing of the truth', async () => {
    const author = await registerParticipant(api, 'Bob');
    const things = await scoredAt('public-test', author);
    await told(author, /11\.00/);
    for (const reader of [null, stranger, author])
      expect(await findings(reader, things, UNROUNDED)).toEqual([]);
    expect((await findings(null, things, [`"mu":${TOLD.mu}`])).length).toBeGreaterThan(3);
    expect(await unlistedFields(author, things)).toEqual([]);
    // The error of five days each is told instead of that of a day.
    expect(await findings(null, things, ['"coarseErrors":[{'])).not.toEqual([]);
  });

  it('finds no score of a blind challenge, not even of his own entry', async () => {
    const author = await registerParticipant(api, 'Bob');
    const things = await scoredAt('blind', author);
    await told(author, /is blind/);
    for (const reader of [null, stranger, author])
      expect(await findings(reader, things, [...UNROUNDED, ...SCORED])).toEqual([]);
    expect(await unlistedFields(author, things)).toEqual([]);
  });
});

/** A third entry, refused for something that is seen beside the truth. */
async function rejectedIn(things: Things, author: Participant, reason: RejectionReason): Promise<void> {
  const uploadId = await upload(api, author.token, Buffer.from('a map with holes'));
  const { submissionId, evaluationId } = await submit(api, author, things.challenge, { uploadId });
  await finish(api, await mustClaim(api, ['check']), await checkDone(api)).expect(200);
  await finish(api, await mustClaim(api, ['score']), {
    status: 'rejected',
    reason,
  }).expect(200);
  things.submissions.push(submissionId);
  things.evaluations.push(evaluationId);
}

describe('two blind challenges that differ in their truth alone', () => {
  /** Without what is of a moment, of an id, or made of these: instants are gone already. */
  const withoutNames = (text: string, worlds: readonly Things[]): string =>
    worlds
      .reduce((left, { challenge }) => left.replaceAll(challenge.id, 'a challenge'), text)
      .replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, 'an id')
      .replace(/\["(date|etag|content-length|x-ratelimit-(?:remaining|reset)[a-z-]*)",".*?"\],/g, '')
      // The list of files in an archive.
      .replace(/^[0-9a-f]{64}(?= {2})/gm, 'a hash');

  it('give the same replies to everybody, in whatever order their entries stand', async () => {
    // The better entry is the other one, and everything else is different, too.
    const other: World = {
      truth: 'another truth, and a longer one',
      statistics: [BETTER, STATISTICS],
      physics: { ...PHYSICS, varianceRatio: 0.1, gradientRatio: 0.2, vorticityRatio: null },
    };
    const authors = [await registerParticipant(api, 'Bob'), await registerParticipant(api, 'Bob')] as const;
    const worlds = [await scoredAt('blind', authors[0]), await scoredAt('blind', authors[1], other)] as const;
    await rejectedIn(worlds[0], authors[0], {
      ...{ code: 'holes-in-reconstruction', where: 'map.nc', expected: 'a value', fix: 'Fill the holes.' },
      found: 'no value at 17 of 153 scored points',
    });
    await rejectedIn(worlds[1], authors[1], {
      ...{ code: 'area-not-covered', where: 'a map', expected: 'latitudes 33.1…43', fix: 'Extend the map.' },
      found: 'latitudes 33.2…43',
    });
    for (const author of authors) await told(author, /withheld with the truth[^]*is blind[^]*is blind/);
    for (const readers of [[null, null], [stranger, stranger], authors] as const) {
      const replies = await Promise.all(
        worlds.map(async (things, index) =>
          [...(await readAll(readers[index] ?? null, things))].map(([address, reply]) =>
            [address, reply.toString('latin1')].map((text) => withoutNames(text, worlds)).join(' → '),
          ),
        ),
      );
      const [one, two] = replies.map((told) => new Set(told));
      // Both ways, and only what differs: a whole reply is long.
      expect([...one!].filter((reply) => !two!.has(reply))).toEqual([]);
      expect([...two!].filter((reply) => !one!.has(reply))).toEqual([]);
      expect(one!.size).toBeGreaterThan(50);
    }
  });
});

describe('whoever looks for an author', () => {
  it('finds nothing of whom a nameless or a private entry is, not even when it goes past his own', async () => {
    const author = await registerParticipant(api, 'Ada Lovelace');
    const challenge = await registerChallenge(api, challengeDefinition());
    const team = await request(api.url)
      .post('/api/teams')
      .set(bearer(author))
      .send({ name: 'Analytical Engines' })
      .expect(201);
    const things: Things = { challenge, submissions: [], evaluations: [], hasProducts: false };
    const enter = async (person: Participant, mu: number, overrides: object) => {
      const uploadId = await upload(api, person.token, Buffer.from(randomUUID()), 'lovelace-maps.nc');
      const { submissionId, evaluationId } = await submit(api, person, challenge, { uploadId, ...overrides });
      await scoreEverything(api, { mu });
      things.submissions.push(submissionId);
      things.evaluations.push(evaluationId);
    };
    await enter(stranger, 0.5, { card: { name: 'Of Eve', inputs: ['ssh-nadir'] } });
    const until = new Date(Date.now() + 100 * 86_400_000).toISOString().slice(0, 10);
    const visibility = { kind: 'anonymous', until };
    await enter(author, 0.8, {
      visibility,
      variable: 'ssh_Lovelace',
      card: { name: 'Nameless', inputs: ['ssh-nadir'] },
    });
    await enter(author, 0.9, {
      visibility,
      team: team.body.id,
      card: { name: 'Of a team', inputs: ['ssh-nadir'] },
    });
    await enter(author, 0.95, {
      visibility: { kind: 'private' },
      card: { name: 'Unseen method', inputs: ['ssh-nadir'] },
    });
    await told(stranger, /went past/);
    const secrets = ['Lovelace', 'Analytical', 'Unseen method', author.email, author.id, team.body.id];
    for (const reader of [null, stranger]) expect(await findings(reader, things, secrets)).toEqual([]);
    expect((await findings(author, things, secrets)).length).toBeGreaterThan(5);
    // All files have one name: Eve's own is told to everybody, the others to their author alone.
    const [ofEve, ...hidden] = things.submissions;
    const toldOf = async (reader: Participant | null, ids: readonly (string | undefined)[]) => {
      const found = await findings(reader, { ...things, evaluations: [] }, ['lovelace-maps']);
      return ids.map((id) => found.some((place) => place.startsWith(`/api/submissions/${id}`)));
    };
    for (const reader of [null, stranger])
      expect(await toldOf(reader, [ofEve, ...hidden])).toEqual([true, false, false, false]);
    expect(await toldOf(author, hidden)).toEqual([true, true, true]);
  });
});
