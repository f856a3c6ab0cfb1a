import request from 'supertest';
import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  challengeDefinition,
  ORGANISER_TOKEN,
  registerChallenge,
  registerParticipant,
  scoreEverything,
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

const bearer = ({ token }: Participant) => ({ authorization: `Bearer ${token}` });

it('of a public test is that of an account and of its team, on one board, with what was withdrawn', async () => {
  const [ada, bob, eve] = await Promise.all(
    ['Ada', 'Bob', 'Eve'].map((name) => registerParticipant(api, name)),
  );
  const scenarios = ['nadir4', 'swot'].map((id) => ({ id, name: id, description: '', satellites: [] }));
  const tasks = scenarios.map(({ id }) => ({ area: 'gf', scenario: id }));
  const challenge = await registerChallenge(
    api,
    challengeDefinition({ disclosure: 'public-test', scenarios, tasks }),
  );
  await request(api.url)
    .put(`/api/admin/challenges/${challenge.id}/settings`)
    .set('authorization', `Bearer ${ORGANISER_TOKEN}`)
    .send({ revision: 0, phases: [], quota: { perDay: 100, perPhase: null } })
    .expect(200);
  const { body: team } = await request(api.url)
    .post('/api/teams')
    .set(bearer(ada!))
    .send({ name: 'Analytical Engines' })
    .expect(201);
  await api.dataSource.query(
    `insert into team_members (team_id, account_id, role, joined_at)
     select $1, id, 'member', now() from accounts where email = $2`,
    [team.id, bob!.email],
  );
  const enter = async (person: Participant, mu: number, overrides: object = {}) => {
    const { submissionId } = await submit(api, person, challenge, { tasks: [tasks[0]], ...overrides });
    await scoreEverything(api, { mu, sigma: 0.01 });
    const { body } = await request(api.url)
      .get(`/api/submissions/${submissionId}`)
      .set(bearer(person))
      .expect(200);
    const [{ state, scores, isHeldBack }] = body.evaluations;
    expect([state, scores === null]).toEqual(['scored', isHeldBack]);
    return { submissionId, isTold: !isHeldBack };
  };
  const isTold = async (...entry: Parameters<typeof enter>) => (await enter(...entry)).isTold;
  const ofTeam = { team: team.id };

  const first = await enter(ada!, 0.8);
  expect(first.isTold).toBe(true);
  await request(api.url)
    .post(`/api/submissions/${first.submissionId}/withdraw`)
    .set(bearer(ada!))
    .send({ reason: 'A mistake in it.' })
    .expect(200);
  // It was told, and stays so after it was withdrawn.
  expect(await isTold(ada!, 0.801)).toBe(false);
  expect(await isTold(ada!, 0.801, { tasks: [tasks[1]] })).toBe(true);
  expect(await isTold(eve!, 0.801)).toBe(true);
  // What is held back is no step of the ladder.
  expect(await isTold(ada!, 0.815)).toBe(false);
  expect(await isTold(ada!, 0.83, ofTeam)).toBe(true);
  expect(await isTold(bob!, 0.831, ofTeam)).toBe(false);
  expect(await isTold(ada!, 0.831)).toBe(false);
  expect(await isTold(bob!, 0.831)).toBe(true);
});
