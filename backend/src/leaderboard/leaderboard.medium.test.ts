import { gunzipSync } from 'node:zlib';
import {
  boardBandsSchema,
  boardHistorySchema,
  boardPairsSchema,
  scorecardSchema,
  type BoardStatistics,
  type DisclosureLevel,
  type Leaderboard,
} from '@sillage/contracts';
import request from 'supertest';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  challengeDefinition,
  checkDone,
  finish,
  mustClaim,
  putObject,
  registerChallenge,
  registerParticipant,
  scoreDone,
  scoreEverything,
  SCORES,
  startTestApi,
  submit,
  type Participant,
  type TestApi,
} from '../testing/test-api.js';
import { createTestDatabase, type TestDatabase } from '../testing/test-database.js';

let database: TestDatabase;
let api: TestApi;
let ada: Participant;
beforeAll(async () => {
  database = await createTestDatabase();
  api = await startTestApi(database.url);
  ada = await registerParticipant(api);
});
afterAll(async () => {
  await api?.close();
  await database?.drop();
});

const boardReply = (challenge: string, of: TestApi = api) =>
  request(of.url).get(`/api/challenges/${challenge}/leaderboard?area=gf&scenario=nadir4`);
const board = async (challenge: string, of: TestApi = api): Promise<Leaderboard> =>
  (await boardReply(challenge, of).expect(200)).body;

/** The board once the intervals of all its rows are there. */
async function settledBoard(challenge: string): Promise<Leaderboard> {
  await expect
    .poll(async () => (await board(challenge)).areIntervalsComing, { interval: 10, timeout: 60_000 })
    .toBeUndefined();
  return board(challenge);
}

/** Two rows of µ to three decimals apart only beyond them. */
async function challengeWithScores(mus: number[], disclosure: DisclosureLevel = 'practice') {
  const definition = await registerChallenge(api, challengeDefinition({ disclosure }));
  for (const mu of mus) {
    await submit(api, ada, definition);
    await scoreEverything(api, { mu });
  }
  return definition;
}

describe('a leaderboard', () => {
  it('ranks by µ, shares ranks between equal values and skips the ranks after them', async () => {
    const definition = await challengeWithScores([0.8, 0.9, 0.7, 0.9, 0.8, 0.8]);
    expect((await board(definition.id)).rows.map(({ rank, scores }) => [rank, scores.mu])).toEqual([
      [1, 0.9],
      [1, 0.9],
      [3, 0.8],
      [3, 0.8],
      [3, 0.8],
      [6, 0.7],
    ]);
  });

  it('is current as soon as a score is, in every process', async () => {
    const other = await startTestApi(database.url, { folder: api.folder });
    const definition = await challengeWithScores([0.5]);
    for (let count = 2; count <= 5; count += 1) {
      await submit(api, ada, definition);
      expect((await board(definition.id)).pendingCount).toBe(1);
      await scoreEverything(api, { mu: count / 10 });
      expect((await board(definition.id)).rows).toHaveLength(count);
      expect((await board(definition.id)).pendingCount).toBe(0);
      // No board is made again for its age: what the other process shows came with the news.
      await expect
        .poll(async () => (await board(definition.id, other)).rows.length, { interval: 10 })
        .toBe(count);
    }
    await other.close();
  });

  it('is read again by a process that could not hear for a moment that it changed', async () => {
    const definition = await challengeWithScores([0.5]);
    const method = async () => (await board(definition.id)).rows[0]?.method;
    const before = await method();
    // As another process would change it, while none of its notices arrive here.
    const query = (sql: string, values: string[] = []) => api.dataSource.query(sql, values);
    await query(
      `update submissions set card = jsonb_set(card, '{name}', '"changed unheard"') where challenge_id = $1`,
      [definition.id],
    );
    await query(`select pg_notify('sillage', 'no notice at all')`);
    expect(await method()).toBe(before);
    await query(
      `select pg_terminate_backend(pid) from pg_stat_activity
        where datname = current_database() and application_name = 'sillage-notifications'`,
    );
    await expect.poll(method, { timeout: 60_000 }).toBe('changed unheard');
  });

  it('answers 304 to whoever has it already, until it changes', async () => {
    const definition = await challengeWithScores([0.5]);
    const first = await boardReply(definition.id).set('Accept-Encoding', 'identity').expect(200);
    const etag = String(first.headers.etag);
    await boardReply(definition.id).set('Accept-Encoding', 'identity').set('If-None-Match', etag).expect(304);
    await submit(api, ada, definition);
    await scoreEverything(api);
    await boardReply(definition.id).set('Accept-Encoding', 'identity').set('If-None-Match', etag).expect(200);
  });

  it('is the same compressed', async () => {
    const definition = await challengeWithScores([0.5, 0.6, 0.7, 0.8]);
    const plain = await fetch(
      `${api.url}/api/challenges/${definition.id}/leaderboard?area=gf&scenario=nadir4`,
      { headers: { 'accept-encoding': 'identity' } },
    );
    const text = await plain.text();
    const packed = await boardReply(definition.id)
      .set('Accept-Encoding', 'gzip')
      .buffer(true)
      .parse((response, done) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () => done(null, Buffer.concat(chunks)));
      });
    expect(packed.headers['content-encoding']).toBe('gzip');
    const bytes: Buffer = packed.body;
    expect(
      bytes.subarray(0, 2).toString('hex') === '1f8b' ? gunzipSync(bytes).toString() : bytes.toString(),
    ).toBe(text);
  });

  it.each([
    { path: 'none/leaderboard?area=gf&scenario=nadir4', code: 'challenge-not-found', status: 404 },
    { path: 'DEMO/leaderboard?area=gf&scenario=swot1', code: 'task-not-found', status: 404 },
    { path: 'DEMO/leaderboard?area=gf', code: 'invalid-request', status: 400 },
  ])('says $code for $path', async ({ path, code, status }) => {
    const definition = await challengeWithScores([]);
    const reply = await request(api.url)
      .get(`/api/challenges/${path.replace('DEMO', definition.id)}`)
      .expect(status);
    expect(reply.body.error).toMatchObject({ code, message: expect.any(String) });
  });
});

describe('a new dataset version', () => {
  it('starts an empty board; the scores of the old one stay with their submissions', async () => {
    const definition = await challengeWithScores([0.5]);
    const [row] = (await board(definition.id)).rows;
    await registerChallenge(api, { ...definition, datasetVersion: '1.1.0' });
    expect(await board(definition.id)).toMatchObject({ datasetVersion: '1.1.0', rows: [] });
    const old = await request(api.url).get(`/api/submissions/${row?.submissionId}`).expect(200);
    expect(old.body.evaluations[0]).toMatchObject({
      datasetVersion: '1.0.0',
      scores: { mu: 0.5 },
      rank: null,
    });
  });
});

describe('disclosure', () => {
  async function scoredWithArtefacts(disclosure: DisclosureLevel) {
    const definition = await registerChallenge(api, challengeDefinition({ disclosure }));
    const { submissionId, evaluationId } = await submit(api, ada, definition);
    await finish(api, await mustClaim(api, ['check']), await checkDone(api)).expect(200);
    const object = await putObject(api, Buffer.from('{}'));
    const names = [
      'scored.nc',
      'diagnostics.json',
      'statistics.json',
      'maps.json',
      'error.i16',
      'reference.i16',
      'reconstruction.i16',
    ] as const;
    await finish(api, await mustClaim(api, ['score']), {
      status: 'done',
      result: {
        kind: 'score',
        scores: SCORES,
        warnings: [],
        artefacts: names.map((name) => ({ name, object })),
      },
    }).expect(200);
    const get = (path: string) => request(api.url).get(path).set('Authorization', `Bearer ${ada.token}`);
    const view = (await get(`/api/submissions/${submissionId}`).expect(200)).body.evaluations[0];
    const statuses: Record<string, number> = {};
    for (const name of names)
      statuses[name] = (await get(`/api/evaluations/${evaluationId}/artefacts/${name}`)).status;
    statuses.truth = (await get(`/api/challenges/${definition.id}/files/truth.nc`)).status;
    statuses.frame = (await get(`/api/evaluations/${evaluationId}/maps/error/0`)).status;
    const files = (await get(`/api/challenges/${definition.id}`)).body.files;
    const [products] = await api.dataSource.query(
      `select payload from jobs where evaluation_id = $1 and step = 'products'`,
      [evaluationId],
    );
    return {
      definition,
      view,
      statuses,
      files,
      products: products?.payload,
      anonymous: (await request(api.url).get(`/api/submissions/${submissionId}`)).status,
    };
  }

  it('at practice level shows everything', async () => {
    const { view, statuses, files, products, definition } = await scoredWithArtefacts('practice');
    expect(view.scores).toEqual(SCORES);
    expect(Object.entries(statuses).filter(([name, status]) => status !== 200 && name !== 'frame')).toEqual(
      [],
    );
    expect(files[0].url).toBe(`/api/challenges/${definition.id}/files/truth.nc`);
    expect(products).toMatchObject({ includeTruth: true });
  });

  it('in a public test shows rounded scalars and the map itself, and neither errors, nor curves, nor the truth', async () => {
    const { view, statuses, files, products, definition } = await scoredWithArtefacts('public-test');
    const rounded = {
      mu: 0.91,
      sigma: 0.01,
      lambdaXDeg: 1.2,
      lambdaXKm: null,
      lambdaTDays: 11,
      unresolved: null,
      atGridLimit: [],
      rmseM: 0.05,
    };
    expect(view.scores).toEqual(rounded);
    expect((await board(definition.id)).rows[0]?.scores).toEqual(rounded);
    const disclosed = ['maps.json', 'reconstruction.i16', 'scored.nc'];
    expect(view.artefacts.map(({ name }: { name: string }) => name).sort()).toEqual(disclosed);
    expect(
      Object.keys(statuses)
        .filter((name) => statuses[name] === 200)
        .sort(),
    ).toEqual(disclosed);
    expect(files[0].url).toBeUndefined();
    // The file that may be downloaded holds neither truth nor digits that the board hides.
    expect(products).toMatchObject({ includeTruth: false, scores: rounded });
  });

  it('in a public test ranks by the digits that it shows', async () => {
    const definition = await challengeWithScores([0.9049], 'public-test');
    await submit(api, await registerParticipant(api, 'Bea'), definition);
    await scoreEverything(api, { mu: 0.8951 });
    expect((await board(definition.id)).rows.map(({ rank, scores }) => [rank, scores.mu])).toEqual([
      [1, 0.9],
      [1, 0.9],
    ]);
  });

  it('while blind shows nothing, not even to the author', async () => {
    const { view, statuses, products, definition, anonymous } = await scoredWithArtefacts('blind');
    expect(view).toMatchObject({ state: 'scored', scores: null, rank: null, artefacts: [] });
    expect(Object.values(statuses).filter((status) => status === 200)).toEqual([]);
    expect((await board(definition.id)).rows).toEqual([]);
    expect(products).toBeUndefined();
    expect(anonymous).toBe(404);
  });
});

/** 42 days of errors about `rmseM` that swing alike for every entry; `wobble` is an entry's own. */
function statisticsOf(rmseM: number, wobble = 0): BoardStatistics {
  const days = Array.from({ length: 42 }, (_, day) => day);
  const rmse = days.map((day) => rmseM * (1 + 0.1 * Math.sin(day / 3)) + wobble * Math.cos(day * 1.7));
  return {
    daily: {
      timeDays: days.map((day) => 22_940 + day),
      squaredErrorM2: rmse.map((value) => 1000 * value * value),
      squaredReferenceM2: days.map(() => 1000 * 0.09),
      pointCount: days.map(() => 1000),
    },
    bands: {
      axes: { wavelengthUnit: 'degrees', wavelengthEdges: [20, 5, 1], periodEdgesDays: [84, 28, 4] },
      error: [
        [0.1, 10 * rmseM],
        [0.1 + 20 * wobble, 0.5],
      ],
      truth: [
        [2, 1],
        [1, 0.4],
      ],
    },
  };
}

function scoresOf({ daily }: BoardStatistics) {
  const total = (values: number[]) => values.reduce((sum, value) => sum + value, 0);
  const score = daily.squaredErrorM2.map(
    (sum, day) => 1 - Math.sqrt(sum / (daily.squaredReferenceM2[day] ?? 0)),
  );
  const mean = total(score) / 42;
  return {
    mu: 1 - Math.sqrt(total(daily.squaredErrorM2) / total(daily.squaredReferenceM2)),
    sigma: Math.sqrt(total(score.map((value) => (value - mean) ** 2)) / 42),
  };
}

const PHYSICS = {
  varianceRatio: 0.98765,
  gradientRatio: 0.81234,
  vorticityRatio: 0.61234,
  spectralSlope: -9.8765,
  truthSpectralSlope: -5.4321,
  slopeWavelengthsKm: [73, 219] as [number, number],
};

describe('a board with sums per day', () => {
  const challengeWithSums = async (disclosure: DisclosureLevel) => {
    const definition = await registerChallenge(api, challengeDefinition({ disclosure }));
    const entries = [
      { statistics: statisticsOf(0.03, 0.001), lambdaXDeg: 1.4 },
      { statistics: statisticsOf(0.02), lambdaXDeg: 0.9 },
      { statistics: statisticsOf(0.03, -0.001), lambdaXDeg: 1.6 },
    ];
    for (const { statistics, lambdaXDeg } of entries) {
      await submit(api, ada, definition);
      await scoreEverything(api, { ...scoresOf(statistics), lambdaXDeg }, { statistics, physics: PHYSICS });
    }
    return definition;
  };
  const get = (path: string) => request(api.url).get(`/api/challenges/${path}`);
  const task = 'area=gf&scenario=nadir4';

  it('lets entries share a rank that differ by noise, tells intervals, physics and places', async () => {
    const { id } = await challengeWithSums('practice');
    const { rows, uncertainty } = await settledBoard(id);
    expect(uncertainty).toMatchObject({ dayCount: 42, blockDays: 14, replicateCount: 1000, level: 0.95 });
    expect(rows.map(({ rank, rankLow, rankHigh, tieGroup }) => [rank, rankLow, rankHigh, tieGroup])).toEqual([
      [1, 1, 1, 1],
      [2, 2, 3, 2],
      [2, 2, 3, 2],
    ]);
    expect(rows.map(({ places }) => places.lambdaXDeg).sort()).toEqual([1, 2, 3]);
    for (const { scores, intervals, physics } of rows) {
      expect(intervals?.mu[0]).toBeLessThan(scores.mu);
      expect(intervals?.mu[1]).toBeGreaterThan(scores.mu);
      expect(physics).toEqual(PHYSICS);
    }
  });

  it('shows a new score at once, with the last known stand of the others until its intervals are there', async () => {
    const { id } = await challengeWithSums('practice');
    const before = await settledBoard(id);
    // The process that comes later knows no stand: its first read says so and waits for none.
    const other = await startTestApi(database.url, { folder: api.folder });
    const first = await board(id, other);
    expect(first.areIntervalsComing).toBe(true);
    expect(first.rows.map(({ intervals, scores }) => [intervals, scores.mu])).toEqual(
      before.rows.map(({ scores }) => [null, scores.mu]),
    );
    await other.close();
    await submit(api, ada, (await get(id)).body);
    const statistics = statisticsOf(0.03, 0.0005);
    await scoreEverything(
      api,
      { ...scoresOf(statistics), lambdaXDeg: 1.5 },
      { statistics, physics: PHYSICS },
    );
    const { rows } = await board(id);
    expect(rows).toHaveLength(4);
    const old = before.rows.map(({ evaluationId, intervals }) => ({ evaluationId, intervals }));
    expect(rows).toEqual(expect.arrayContaining(old.map((row) => expect.objectContaining(row))));
    const after = await settledBoard(id);
    expect(after.rows.map(({ rank, rankLow, rankHigh }) => [rank, rankLow, rankHigh])).toEqual([
      [1, 1, 1],
      [2, 2, 4],
      [2, 2, 4],
      [2, 2, 4],
    ]);
    expect(after.rows.every(({ intervals }) => intervals !== null)).toBe(true);
  });

  it('answers by band, in pairs, over boards and by date', async () => {
    const { id } = await challengeWithSums('practice');
    const ids = (await settledBoard(id)).rows.map(({ evaluationId }) => evaluationId);
    const bands = boardBandsSchema.parse((await get(`${id}/leaderboard/bands?${task}`).expect(200)).body);
    expect(bands.entries.map(({ evaluationId }) => evaluationId)).toEqual(ids);
    expect(bands.entries[0]?.errorRatio).toEqual([
      [0.05, 0.2],
      [0.1, 1.25],
    ]);
    expect(bands.winners).toEqual([
      [0, 0],
      [expect.any(Number), null],
    ]);
    const pairs = boardPairsSchema.parse(
      (await get(`${id}/leaderboard/pairs?${task}&entries=${ids.join(',')}`).expect(200)).body,
    );
    expect(pairs.entries).toEqual(ids);
    expect(pairs.pairs[0]?.[1]).toMatchObject({ probability: 1, isSeparable: true });
    expect(pairs.pairs[1]?.[2]).toMatchObject({ isSeparable: false });
    expect(pairs.pairs[1]?.[1]).toBeNull();
    await get(`${id}/leaderboard/pairs?${task}&entries=${ids[0]}`).expect(400);
    const history = boardHistorySchema.parse(
      (await get(`${id}/leaderboard/history?${task}`).expect(200)).body,
    );
    expect(history.records.mu?.map(({ evaluationId }) => evaluationId)).toContain(ids[0]);
    expect(history.records.lambdaXDeg?.map(({ value }) => value)).toEqual([1.4, 0.9]);
    const scorecard = scorecardSchema.parse((await get(`${id}/scorecard`).expect(200)).body);
    expect(scorecard.entries).toHaveLength(3);
    const cells = scorecard.boards.find(
      ({ area, scenario }) => area === 'gf' && scenario === 'nadir4',
    )?.cells;
    expect(cells?.map(({ evaluationId, rank }) => [evaluationId, rank])).toEqual([
      [ids[0], 1],
      [ids[1], 2],
      [ids[2], 2],
    ]);
  });

  it('has a scorecard that is as new as its boards', async () => {
    const { id } = await challengeWithSums('practice');
    await settledBoard(id);
    const first = await get(`${id}/scorecard`).expect(200);
    await get(`${id}/scorecard`).set('If-None-Match', String(first.headers.etag)).expect(304);
    await submit(api, ada, (await get(id)).body);
    await scoreEverything(api, { mu: 0.99 });
    const second = await get(`${id}/scorecard`).expect(200);
    expect(second.body.entries).toHaveLength(4);
  });

  it('in a public test rounds physics, ranks by rounded scores and withholds the rest', async () => {
    const { id } = await challengeWithSums('public-test');
    const { rows, uncertainty } = await board(id);
    expect(uncertainty).toBeNull();
    expect(rows.every(({ intervals, rankLow }) => intervals === null && rankLow === null)).toBe(true);
    expect(rows[0]?.physics).toMatchObject({ varianceRatio: 0.99, spectralSlope: -9.9 });
    const ids = rows.map(({ evaluationId }) => evaluationId);
    for (const path of [`bands?${task}`, `pairs?${task}&entries=${ids.join(',')}`]) {
      const reply = await get(`${id}/leaderboard/${path}`).expect(403);
      expect(reply.body.error.code).toBe('not-disclosed');
    }
    const { body } = await get(`${id}/leaderboard/history?${task}`).expect(200);
    for (const { value } of body.records.mu) expect(value).toBe(Number(value.toFixed(3)));
  });

  it('while blind tells nothing in any of them', async () => {
    const { id } = await challengeWithSums('blind');
    expect((await get(`${id}/scorecard`).expect(200)).body.entries).toEqual([]);
    const { body } = await get(`${id}/leaderboard/history?${task}`).expect(200);
    expect(body.records.mu).toEqual([]);
    await get(`${id}/leaderboard/bands?${task}`).expect(403);
  });

  it('refuses sums whose µ is not that of the scores', async () => {
    const definition = await registerChallenge(api, challengeDefinition());
    await submit(api, ada, definition);
    await finish(api, await mustClaim(api, ['check']), await checkDone(api)).expect(200);
    const job = await mustClaim(api, ['score']);
    const statistics = statisticsOf(0.03);
    const refused = await finish(
      api,
      job,
      scoreDone({ ...scoresOf(statistics), mu: 0.95 }, { statistics }),
    ).expect(400);
    expect(refused.body.error.message).toContain('by its sums per day');
    await finish(api, job, scoreDone(scoresOf(statistics), { statistics })).expect(200);
  });
});
