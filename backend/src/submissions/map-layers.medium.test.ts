import { randomBytes } from 'node:crypto';
import {
  leaderboardSchema,
  MAP_LAYER_NAMES,
  type ArtefactName,
  type DisclosureLevel,
  type MapManifest,
  type ObjectReference,
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
  startTestApi,
  submit,
  type Participant,
  type TestApi,
} from '../testing/test-api.js';
import { createTestDatabase, type TestDatabase } from '../testing/test-database.js';

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

const manifest: MapManifest = {
  latDeg: [33, 34],
  lonDeg: [-65, -64],
  timeDays: [22_940],
  layers: MAP_LAYER_NAMES.map((name) => ({
    name,
    unit: 'm',
    frameCount: 1,
    scale: 0.001,
    offset: 0,
    min: -1,
    max: 1,
    rms: 0.1,
  })),
  blockSize: 1,
  isInterpolated: false,
  observedShare: [0.1],
};

/**
 * An evaluation with every product there is. A worker of a public test does not write truth and error; here it does, so that
 * what is refused is refused by the API.
 */
async function withEveryLayer(
  disclosure: DisclosureLevel,
): Promise<{ evaluationId: string; author: Participant }> {
  const definition = await registerChallenge(
    api,
    challengeDefinition({
      disclosure,
      files: [
        { role: 'truth', area: 'gf', path: 'truth.nc', description: '' },
        { role: 'observations', area: 'gf', scenario: 'nadir4', path: 'nadirs.nc', description: '' },
      ],
    }),
  );
  const author = await registerParticipant(api);
  const { evaluationId } = await submit(api, author, definition);
  await finish(api, await mustClaim(api, ['check']), await checkDone(api)).expect(200);
  await finish(api, await mustClaim(api, ['score']), scoreDone()).expect(200);
  const maps = () => mapsOnBoard(definition.id);
  expect(await maps()).toEqual([{ hasMaps: false, areMapsComing: true }]);
  const products = await mustClaim(api, ['products']);
  expect(products.payload).toMatchObject({
    includeTruth: disclosure === 'practice',
    observations: [{ fileName: 'nadirs.nc', role: 'observations' }],
  });
  const artefacts: { name: ArtefactName; object: ObjectReference }[] = [
    { name: 'maps.json', object: await putObject(api, Buffer.from(JSON.stringify(manifest))) },
    { name: 'boxes.json', object: await putObject(api, Buffer.from('{}')) },
    { name: 'spectra.json', object: await putObject(api, Buffer.from('{}')) },
    { name: 'resolution.json', object: await putObject(api, Buffer.from('{}')) },
  ];
  for (const layer of MAP_LAYER_NAMES)
    artefacts.push({ name: `${layer}.i16`, object: await putObject(api, randomBytes(8)) });
  await finish(api, products, { status: 'done', result: { kind: 'products', artefacts } }).expect(200);
  expect(await maps()).toEqual([{ hasMaps: true, areMapsComing: false }]);
  return { evaluationId, author };
}

/** What the board of a challenge says of the maps of its rows. */
async function mapsOnBoard(challenge: string): Promise<{ hasMaps: boolean; areMapsComing?: boolean }[]> {
  const reply = await request(api.url).get(
    `/api/challenges/${challenge}/leaderboard?area=gf&scenario=nadir4`,
  );
  return leaderboardSchema.parse(reply.body).rows.map(({ hasMaps, areMapsComing }) => ({
    hasMaps,
    ...(areMapsComing === undefined ? {} : { areMapsComing }),
  }));
}

/** What anybody gets: names of layers and artefacts that are answered, the author's answers being the same. */
async function shownOf({
  evaluationId,
  author,
}: {
  evaluationId: string;
  author: Participant;
}): Promise<string[]> {
  const shown: string[] = [];
  const paths = [
    ...MAP_LAYER_NAMES.flatMap((layer) => [`maps/${layer}/0`, `artefacts/${layer}.i16`]),
    'artefacts/maps.json',
    'artefacts/boxes.json',
    'artefacts/spectra.json',
    'artefacts/resolution.json',
  ];
  for (const path of paths) {
    const url = `/api/evaluations/${evaluationId}/${path}`;
    const reply = await request(api.url).get(url);
    const authors = await request(api.url).get(url).set('Authorization', `Bearer ${author.token}`);
    expect(authors.status).toBe(reply.status);
    if (reply.status === 200) shown.push(path);
    else expect(reply.body.error.code).toBe('not-disclosed');
  }
  return shown;
}

describe('the layers of the maps', () => {
  it('are no longer on their way once their making failed for good: the board says so', async () => {
    const definition = await registerChallenge(api, challengeDefinition());
    await submit(api, await registerParticipant(api), definition);
    await finish(api, await mustClaim(api, ['check']), await checkDone(api)).expect(200);
    await finish(api, await mustClaim(api, ['score']), scoreDone()).expect(200);
    expect(await mapsOnBoard(definition.id)).toEqual([{ hasMaps: false, areMapsComing: true }]);
    const products = await mustClaim(api, ['products']);
    expect(await mapsOnBoard(definition.id)).toEqual([{ hasMaps: false, areMapsComing: true }]);
    await finish(api, products, { status: 'failed', message: 'the disk is full', retryable: false }).expect(
      200,
    );
    expect(await mapsOnBoard(definition.id)).toEqual([{ hasMaps: false, areMapsComing: false }]);
  });

  it('are all shown where the truth is public', async () => {
    expect(await shownOf(await withEveryLayer('practice'))).toHaveLength(2 * MAP_LAYER_NAMES.length + 4);
  });

  it('are those of the map itself in a public test, for its author as well', async () => {
    const shown = await shownOf(await withEveryLayer('public-test'));
    expect(shown).toEqual([
      ...['reconstruction', 'reconstruction-gradient', 'reconstruction-vorticity', 'observations'].flatMap(
        (layer) => [`maps/${layer}/0`, `artefacts/${layer}.i16`],
      ),
      'artefacts/maps.json',
    ]);
  });

  it('are not even made while a challenge is blind', async () => {
    const definition = await registerChallenge(api, challengeDefinition({ disclosure: 'blind' }));
    const author = await registerParticipant(api);
    const { evaluationId } = await submit(api, author, definition);
    await finish(api, await mustClaim(api, ['check']), await checkDone(api)).expect(200);
    await finish(api, await mustClaim(api, ['score']), scoreDone()).expect(200);
    for (const layer of MAP_LAYER_NAMES)
      await request(api.url)
        .get(`/api/evaluations/${evaluationId}/maps/${layer}/0`)
        .set('Authorization', `Bearer ${author.token}`)
        .expect(403);
  });
});
