import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { registerConfiguredData } from '../application.js';
import { startTestApi, type TestApi } from '../testing/test-api.js';
import { createTestDatabase, type TestDatabase } from '../testing/test-database.js';

const SILLAGE_DATASETS_DIR = fileURLToPath(new URL('../../../datasets', import.meta.url));

let database: TestDatabase;
let api: TestApi;
beforeAll(async () => {
  database = await createTestDatabase();
  api = await startTestApi(database.url, { environment: { SILLAGE_DATASETS_DIR } });
  await registerConfiguredData(api.app, api.config);
});
afterAll(async () => {
  await api?.close();
  await database?.drop();
});

type Waiting = { challenge: string; form: string; step: string; state: string; count: number };

test('every shipped challenge is registered as it is, and every reference of it is queued', async () => {
  const listed = (await (await fetch(`${api.url}/api/challenges`)).json()) as {
    challenges: { id: string; isInstalled: boolean }[];
  };
  expect(Object.fromEntries(listed.challenges.map(({ id, isInstalled }) => [id, isInstalled]))).toEqual({
    'demo-osse': true,
    'demo-ose': true,
    'natl60-2020a': false,
    'natl60-osse': false,
    'ose-2021a': false,
  });
  const waiting = await api.dataSource.query<Waiting[]>(
    `select v.challenge_id as challenge, s.form, j.step, j.state, count(*)::int as count
     from jobs j join submissions s on s.id = j.submission_id join dataset_versions v on v.id = s.dataset_version_id
     group by 1, 2, 3, 4 order by 1, 2, 3, 4`,
  );
  const check = { step: 'check', state: 'queued' };
  expect(waiting).toEqual([
    { challenge: 'demo-ose', form: 'map', ...check, count: 1 },
    { challenge: 'demo-osse', form: 'map', ...check, count: 15 },
    { challenge: 'demo-osse', form: 'network', ...check, count: 6 },
  ]);
});
