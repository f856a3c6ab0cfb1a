import fc from 'fast-check';
import { oiParametersSchema, type ClaimedJob, type JobOutcome } from '@sillage/contracts';
import request from 'supertest';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  challengeDefinition,
  checkDone,
  claim,
  finish,
  heartbeat,
  mapDone,
  registerChallenge,
  registerParticipant,
  scoreDone,
  startTestApi,
  submit,
  type TestApi,
} from '../testing/test-api.js';
import { createTestDatabase, type TestDatabase } from '../testing/test-database.js';

const LEASE_S = '0.3';
const TIME_LIMIT_MS = 240_000;
const reason = {
  code: 'empty-field',
  where: 'ssh',
  found: 'nothing',
  expected: 'values',
  fix: 'add some',
} as const;

let database: TestDatabase;
let apis: [TestApi, TestApi];
beforeAll(async () => {
  database = await createTestDatabase();
  const environment = { SILLAGE_LEASE_S: LEASE_S, SILLAGE_REAPER_INTERVAL_S: '0.05' };
  const first = await startTestApi(database.url, { environment });
  apis = [first, await startTestApi(database.url, { environment, folder: first.folder })];
});
afterAll(async () => {
  for (const api of [...(apis ?? [])].reverse()) await api.close();
  await database?.drop();
});

/** What a worker may do with a job, good or bad. */
type Deed =
  | 'finish'
  | 'finish-twice'
  | 'finish-elsewhere-too'
  | 'vanish'
  | 'come-back-late'
  | 'fail'
  | 'reject'
  | 'report';
const DEEDS: Deed[] = [
  'finish',
  'finish',
  'finish-twice',
  'finish-elsewhere-too',
  'vanish',
  'come-back-late',
  'fail',
  'reject',
  'report',
];

function goodOutcome(api: TestApi, job: ClaimedJob): Promise<JobOutcome> | JobOutcome {
  if (job.payload.kind === 'map') return mapDone(api);
  return job.payload.kind === 'check' ? checkDone(api) : scoreDone({ mu: Math.random() });
}

describe('workers that die, come back late, say everything twice and disagree', () => {
  it('leave every evaluation in exactly one final state, with one score set where it is scored', async () => {
    // A seed of its own for each run, told when the run fails.
    const seed = Date.now() % 1_000_000;
    const deeds = fc.sample(fc.constantFrom(...DEEDS), { numRuns: 2_000, seed });
    const next = () => deeds.pop() ?? 'finish';
    const ada = await registerParticipant(apis[0]);
    const definition = await registerChallenge(
      apis[0],
      challengeDefinition({
        scenarios: ['nadir4', 'swot1'].map((id) => ({ id, name: id, description: '', satellites: [] })),
        tasks: ['nadir4', 'swot1'].map((scenario) => ({ area: 'gf', scenario })),
        files: [
          { role: 'truth', area: 'gf', path: 'truth.nc', description: '' },
          { role: 'observations', area: 'gf', path: 'observations.nc', description: '' },
        ],
        references: [
          {
            id: 'oi',
            name: 'OI',
            description: '',
            inputs: ['ssh-nadir'],
            role: 'oi',
            compute: { method: 'oi', parameters: oiParametersSchema.parse({}) },
          },
        ],
      }),
    );
    const submissionIds: string[] = [];
    for (let count = 0; count < 8; count += 1)
      submissionIds.push((await submit(apis[0], ada, definition)).submissionId);

    const openCount = async (): Promise<number> => {
      const [row] = await apis[0].dataSource.query(
        `select count(*)::int as count from evaluations where state in ('queued', 'running')`,
      );
      return row.count;
    };
    const accepted: number[] = [];
    const hand = async (api: TestApi, job: ClaimedJob, outcome: JobOutcome) => {
      const { status } = await finish(api, job, outcome);
      // Done, or not yours any more; never an error of the server.
      expect([200, 409]).toContain(status);
      accepted.push(status);
    };
    const late: Promise<void>[] = [];
    const work = async (index: number) => {
      const until = performance.now() + TIME_LIMIT_MS;
      while (performance.now() < until && (await openCount()) > 0) {
        const api = apis[index % 2 === 0 ? 0 : 1];
        const other = apis[index % 2 === 0 ? 1 : 0];
        const job = await claim(api, ['map', 'check', 'score'], 200, `worker-${index}`);
        if (job === null) continue;
        const good = await goodOutcome(api, job);
        switch (next()) {
          case 'finish':
            await hand(api, job, good);
            break;
          case 'finish-twice':
            await hand(api, job, good);
            await hand(api, job, good);
            break;
          case 'finish-elsewhere-too':
            await Promise.all([hand(api, job, good), hand(other, job, good)]);
            break;
          case 'vanish':
            break;
          case 'come-back-late':
            late.push(new Promise((resolve) => setTimeout(resolve, 700)).then(() => hand(other, job, good)));
            break;
          case 'fail':
            await hand(api, job, { status: 'failed', message: 'out of memory', retryable: true });
            break;
          case 'reject':
            await hand(api, job, { status: 'rejected', reason });
            break;
          case 'report':
            await heartbeat(api, job, { progress: 0.5 });
            await hand(api, job, good);
            break;
        }
      }
    };
    const cancelOne = async () => {
      await new Promise((resolve) => setTimeout(resolve, 500));
      const reply = await request(apis[1].url)
        .post(`/api/submissions/${submissionIds[0]}/cancel`)
        .set('Authorization', `Bearer ${ada.token}`);
      expect([200, 409]).toContain(reply.status);
    };
    await Promise.all([work(0), work(1), work(2), work(3), cancelOne()]);
    await Promise.all(late);

    const evaluations: {
      state: string;
      mu: number | null;
      rejection: unknown;
      failure_message: string | null;
      task_id: string;
    }[] = await apis[0].dataSource.query('select * from evaluations');
    const told = `seed ${seed}: ${JSON.stringify(evaluations.map(({ state }) => state))}`;
    expect(evaluations, told).toHaveLength(8 * 2 + 2);
    for (const { state, mu, rejection, failure_message: failure } of evaluations) {
      expect(['scored', 'rejected', 'failed', 'cancelled'], told).toContain(state);
      expect([mu !== null, rejection !== null, failure !== null], told).toEqual([
        state === 'scored',
        state === 'rejected',
        state === 'failed',
      ]);
    }
    expect(accepted.length, told).toBeGreaterThan(0);
    for (const scenario of ['nadir4', 'swot1']) {
      const board = await request(apis[1].url).get(
        `/api/challenges/${definition.id}/leaderboard?area=gf&scenario=${scenario}`,
      );
      const [row] = await apis[0].dataSource.query(
        `select count(*)::int as count from evaluations e join tasks t on t.id = e.task_id where t.scenario = $1 and state = 'scored'`,
        [scenario],
      );
      expect(board.body.rows.length, told).toBe(row.count);
      expect(board.body.pendingCount, told).toBe(0);
    }
    const open = await apis[0].dataSource.query(
      `select step, state from jobs where state in ('queued', 'leased') and step <> 'products'`,
    );
    expect(open, told).toEqual([]);
  });
});
