import { randomUUID } from 'node:crypto';
import request from 'supertest';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ORGANISER_TOKEN, startTestApi, type TestApi } from '../testing/test-api.js';
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

async function register() {
  const email = `${randomUUID()}@example.org`;
  const reply = await request(api.url)
    .post('/api/auth/register')
    .send({ email, password: 'correct horse battery', displayName: 'Ada' })
    .expect(201);
  return {
    email,
    id: String(reply.body.id),
    cookie: String(reply.headers['set-cookie']).split(';')[0] ?? '',
  };
}

const asOrganiser = { Authorization: `Bearer ${ORGANISER_TOKEN}` };

describe('organisers', () => {
  it('are made of accounts, at once, with a line in the log, and unmade', async () => {
    const { email, id, cookie } = await register();
    await request(api.url).get('/api/organisers').set('Cookie', cookie).expect(403);
    for (let count = 0; count < 2; count += 1) {
      const made = await request(api.url)
        .post('/api/organisers')
        .set(asOrganiser)
        .send({ email })
        .expect(200);
      expect(made.body).toMatchObject({ id, email, role: 'organiser' });
    }
    const list = await request(api.url).get('/api/organisers').set('Cookie', cookie).expect(200);
    expect(list.body.organisers.map((account: { email: string }) => account.email)).toEqual([
      'organiser@sillage.invalid',
      email,
    ]);
    await request(api.url).delete(`/api/organisers/${id}`).set(asOrganiser).expect(204);
    await request(api.url).get('/api/organisers').set('Cookie', cookie).expect(403);
    await request(api.url).delete(`/api/organisers/${id}`).set(asOrganiser).expect(404);
    const lines = await api.dataSource.query(
      'select summary from audit_entries where subject_id = $1 order by sequence',
      [id],
    );
    expect(lines.map(({ summary }: { summary: string }) => summary)).toEqual([
      'Ada became an organiser.',
      'Ada is no organiser any more.',
    ]);
  });

  it('cannot be made of nobody, and the built-in one stays', async () => {
    const missing = await request(api.url)
      .post('/api/organisers')
      .set(asOrganiser)
      .send({ email: 'nobody@example.org' })
      .expect(404);
    expect(missing.body.error.code).toBe('account-not-found');
    const { body } = await request(api.url).get('/api/auth/me').set(asOrganiser).expect(200);
    await request(api.url).delete(`/api/organisers/${body.id}`).set(asOrganiser).expect(403);
  });

  it('need a confirmed address where mails are sent', async () => {
    const mailing = await startTestApi(database.url, {
      environment: { SILLAGE_SMTP_URL: 'smtp://127.0.0.1:9' },
    });
    // From before mails were sent.
    const { email, id } = await register();
    const refused = await request(mailing.url)
      .post('/api/organisers')
      .set(asOrganiser)
      .send({ email })
      .expect(403);
    expect(refused.body.error.message).toContain('is not confirmed');
    await api.dataSource.query('update accounts set email_verified_at = now() where id = $1', [id]);
    await request(mailing.url).post('/api/organisers').set(asOrganiser).send({ email }).expect(200);
    await mailing.close();
  });
});
