import { strFromU8, unzipSync } from 'fflate';
import request from 'supertest';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ChallengeDefinition, ModerationAction } from '@sillage/contracts';
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
let ada: Participant;
let definition: ChallengeDefinition;
/** Best first: µ 0.95, 0.93, 0.91, each the record of its time, entered worst first. */
let entries: { submissionId: string; evaluationId: string }[];

const SCORES_OF = [0.91, 0.93, 0.95];
beforeAll(async () => {
  database = await createTestDatabase();
  api = await startTestApi(database.url);
  ada = await registerParticipant(api, 'Ada');
  definition = await registerChallenge(api, challengeDefinition());
  entries = [];
  for (const [index, mu] of SCORES_OF.entries()) {
    const entry = await submit(api, ada, definition, {
      card: { name: `Method ${index}`, inputs: ['ssh-nadir'] },
    });
    await scoreEverything(api, { mu });
    entries.unshift(entry);
  }
});
afterAll(async () => {
  await api?.close();
  await database?.drop();
});

const as = (token: string | null, path: string) => {
  const call = request(api.url).get(`/api${path}`);
  return token === null ? call : call.set('Authorization', `Bearer ${token}`);
};
const moderate = (id: string, action: ModerationAction, reason: string, token = ORGANISER_TOKEN) =>
  request(api.url)
    .post(`/api/admin/submissions/${id}/${action}`)
    .set('Authorization', `Bearer ${token}`)
    .send({ reason });

const board = async () =>
  (await as(null, `/challenges/${definition.id}/leaderboard?area=gf&scenario=nadir4`).expect(200)).body;
const methodsOf = (rows: { method: string }[]) => rows.map(({ method }) => method);

/** Everywhere an entry is told of, without being asked for by its address. */
async function shownIn(): Promise<Record<string, unknown>> {
  const scorecard = (await as(null, `/challenges/${definition.id}/scorecard`).expect(200)).body;
  const history = (
    await as(null, `/challenges/${definition.id}/leaderboard/history?area=gf&scenario=nadir4`).expect(200)
  ).body;
  const pairs = (
    await as(
      null,
      `/challenges/${definition.id}/leaderboard/pairs?area=gf&scenario=nadir4&entries=${entries.map((entry) => entry.evaluationId).join(',')}`,
    ).expect(200)
  ).body;
  const list = (await as(null, `/submissions?challenge=${definition.id}`).expect(200)).body;
  const challenge = (await as(null, `/challenges/${definition.id}`).expect(200)).body;
  const zip = await fetch(`${api.url}/api/challenges/${definition.id}/snapshot`);
  const files = unzipSync(new Uint8Array(await zip.arrayBuffer()));
  const csv = Object.entries(files).find(([name]) => name.endsWith('/scores.csv'))?.[1];
  const names = (text: string) => ['Method 2', 'Method 1', 'Method 0'].filter((name) => text.includes(name));
  return {
    board: methodsOf((await board()).rows),
    scorecard: names(JSON.stringify(scorecard)),
    records: names(JSON.stringify(history.records.mu)),
    pairs: pairs.entries.length,
    list: list.submissions.map((submission: { card: { name: string } }) => submission.card.name),
    count: challenge.entryCount,
    snapshot: names(strFromU8(csv ?? new Uint8Array())),
  };
}

describe('an entry that an organiser hides', () => {
  it('leaves everything that others see, and comes back', async () => {
    const [best] = entries;
    const before = await shownIn();
    expect(before).toMatchObject({
      board: ['Method 2', 'Method 1', 'Method 0'],
      list: ['Method 2', 'Method 1', 'Method 0'],
      count: 3,
      snapshot: ['Method 2', 'Method 1', 'Method 0'],
    });
    await moderate(best!.submissionId, 'hide', 'holds the truth').expect(200);
    const after = await shownIn();
    expect(after).toMatchObject({
      board: ['Method 1', 'Method 0'],
      scorecard: ['Method 1', 'Method 0'],
      list: ['Method 1', 'Method 0'],
      records: ['Method 1', 'Method 0'],
      pairs: 2,
      count: 2,
      snapshot: ['Method 1', 'Method 0'],
    });
    await as(null, `/submissions/${best!.submissionId}`).expect(404);
    await as(null, `/evaluations/${best!.evaluationId}/documents`).expect(404);
    await as(null, `/submissions/${best!.submissionId}/citation/CITATION.cff`).expect(404);

    const mine = (await as(ada.token, `/submissions/${best!.submissionId}`).expect(200)).body;
    expect(mine.moderation.hidden).toEqual({
      at: expect.any(String),
      by: null,
      reason: 'holds the truth',
    });
    expect(mine.evaluations[0]).toMatchObject({ state: 'scored', rank: null });
    const organisers = (await as(ORGANISER_TOKEN, `/submissions/${best!.submissionId}`).expect(200)).body;
    expect(organisers.moderation.hidden.by).toEqual(expect.any(String));

    await moderate(best!.submissionId, 'show', 'it was a mistake of ours').expect(200);
    expect(await shownIn()).toEqual(before);
  });
});

describe('an entry that is disqualified', () => {
  it('leaves ranks and lists, keeps its page with the reason, and is neither cited nor given a receipt', async () => {
    const [, second] = entries;
    const before = await shownIn();
    await moderate(second!.submissionId, 'verify', 'we ran the code ourselves').expect(200);
    await moderate(second!.submissionId, 'disqualify', 'trained on the evaluation period').expect(200);
    expect(await shownIn()).toMatchObject({
      board: ['Method 2', 'Method 0'],
      list: ['Method 2', 'Method 0'],
      count: 2,
      records: ['Method 2', 'Method 0'],
      pairs: 2,
      snapshot: ['Method 2', 'Method 0'],
    });
    const page = (await as(null, `/submissions/${second!.submissionId}`).expect(200)).body;
    expect(page.moderation).toEqual({
      hidden: null,
      verified: null,
      disqualified: { at: expect.any(String), by: null, reason: 'trained on the evaluation period' },
    });
    expect(page.evaluations[0]).toMatchObject({ state: 'scored', rank: null });
    const refused = await as(null, `/submissions/${second!.submissionId}/citation/CITATION.cff`).expect(403);
    expect(refused.body.error.fix).toContain('trained on the evaluation period');
    await as(null, `/evaluations/${second!.evaluationId}/documents/receipt.json`).expect(403);
    const { body } = await as(null, `/evaluations/${second!.evaluationId}/documents`).expect(200);
    expect(body.documents.map(({ name }: { name: string }) => name)).toEqual(['notebook.ipynb']);

    await moderate(second!.submissionId, 'reinstate', 'the authors showed their split').expect(200);
    expect(await shownIn()).toEqual(before);
    await as(null, `/submissions/${second!.submissionId}/citation/CITATION.cff`).expect(200);
  });
});

describe('an entry that is verified', () => {
  it('has the note on board and page, until it is taken back', async () => {
    const [, , third] = entries;
    await moderate(third!.submissionId, 'verify', 'we ran the code ourselves').expect(200);
    const marks = async () => (await board()).rows.map((row: { verified: string | null }) => row.verified);
    expect(await marks()).toEqual([null, null, 'we ran the code ourselves']);
    const page = (await as(null, `/submissions/${third!.submissionId}`).expect(200)).body;
    expect(page.moderation.verified.reason).toBe('we ran the code ourselves');
    const again = await moderate(third!.submissionId, 'verify', 'once more').expect(409);
    expect(again.body.error).toMatchObject({ code: 'already-moderated', fix: expect.any(String) });
    await moderate(third!.submissionId, 'unverify', 'the code changed').expect(200);
    expect(await marks()).toEqual([null, null, null]);
  });
});

describe('every action', () => {
  it('is in the log, and is told to the author with the reason', async () => {
    const [best] = entries;
    const log = (await as(ORGANISER_TOKEN, `/admin/audit?subject=${best!.submissionId}`).expect(200)).body;
    expect(
      log.entries.map(({ action, summary, details }: Record<string, unknown>) => [action, summary, details]),
    ).toEqual([
      [
        'submission.show',
        `Showed again Method 2 by Ada in ${definition.id}.`,
        { reason: 'it was a mistake of ours' },
      ],
      ['submission.hide', `Hid Method 2 by Ada in ${definition.id}.`, { reason: 'holds the truth' }],
    ]);
    await expect
      .poll(
        async () =>
          (await as(ada.token, '/notifications').expect(200)).body.notifications.filter(
            ({ kind }: { kind: string }) => kind === 'moderated',
          ).length,
      )
      .toBe(7);
    const { notifications } = (await as(ada.token, '/notifications').expect(200)).body;
    expect(
      notifications.find(({ title }: { title: string }) => title === 'Method 2 was hidden by the organisers'),
    ).toMatchObject({
      body: 'Method 2 in Demo is on no board any more, and nobody but you and the organisers finds its page.\n\nWhy: holds the truth',
      path: `/submissions/${best!.submissionId}`,
    });
  });

  it('needs a reason', async () => {
    const { body } = await moderate(entries[0]!.submissionId, 'hide', '  ').expect(400);
    expect(body.error.fields).toEqual([{ path: 'reason', message: 'say why: the author reads it' }]);
  });

  it('is refused for a reference', async () => {
    const own = await registerChallenge(
      api,
      challengeDefinition({
        files: [
          { role: 'truth', area: 'gf', path: 'truth.nc', description: '' },
          { role: 'oi', area: 'gf', scenario: 'nadir4', path: 'oi.nc', description: '' },
        ],
        references: [{ id: 'oi', name: 'OI', role: 'oi', description: '', inputs: ['ssh-nadir'] }],
      }),
    );
    const { body } = await as(ORGANISER_TOKEN, `/admin/submissions?challenge=${own.id}`).expect(200);
    expect(body.total).toBe(1);
    await moderate(body.submissions[0].id, 'hide', 'wrong').expect(409);
  });
});

describe('the list of all submissions', () => {
  const found = async (query: string) =>
    (
      await as(ORGANISER_TOKEN, `/admin/submissions?challenge=${definition.id}${query}`).expect(200)
    ).body.submissions.map((submission: { card: { name: string } }) => submission.card.name);

  it('has filters', async () => {
    await moderate(entries[0]!.submissionId, 'hide', 'to look at it').expect(200);
    expect(await found('')).toEqual(['Method 2', 'Method 1', 'Method 0']);
    expect(await found('&moderated=hidden')).toEqual(['Method 2']);
    expect(await found('&moderated=none')).toEqual(['Method 1', 'Method 0']);
    expect(await found('&moderated=verified')).toEqual([]);
    expect(await found('&state=scored')).toHaveLength(3);
    expect(await found('&state=failed')).toEqual([]);
    expect(await found(`&author=${ada.email.slice(0, 12)}`)).toHaveLength(3);
    expect(await found('&author=somebody')).toEqual([]);
    expect(await found('&page=2')).toEqual([]);
  });
});
