import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import request from 'supertest';
import { SMTPServer } from 'smtp-server';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { OutboxService } from '../outbox/outbox.service.js';
import {
  challengeDefinition,
  claim,
  finish,
  PASSWORD,
  PUBLIC_URL,
  registerChallenge,
  scoreEverything,
  signedInBy,
  startTestApi,
  submit,
  tellBoardsChanged,
  type Participant,
  type TestApi,
} from '../testing/test-api.js';
import { createTestDatabase, type TestDatabase } from '../testing/test-database.js';

/** A mail server that keeps what it takes, and can be told to refuse. */
class MailSink {
  readonly mails: string[] = [];
  /** Replies of the next mails instead of yes: an SMTP code, or a broken line. */
  readonly troubles: (number | 'hang-up')[] = [];
  readonly #server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS', 'AUTH'],
    logger: false,
    onData: (stream, _session, answer) => {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        const trouble = this.troubles.shift();
        if (trouble === undefined) {
          this.mails.push(Buffer.concat(chunks).toString('utf8'));
          answer();
        } else if (trouble === 'hang-up') for (const socket of this.#sockets) socket.destroy();
        else answer(Object.assign(new Error('no'), { responseCode: trouble }));
      });
    },
  });
  readonly #sockets = new Set<import('node:net').Socket>();

  async start(): Promise<string> {
    this.#server.server.on('connection', (socket: import('node:net').Socket) => {
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket));
    });
    this.#server.on('error', () => undefined);
    const listener = this.#server.listen(0, '127.0.0.1');
    await once(listener, 'listening');
    return `smtp://127.0.0.1:${(listener.address() as AddressInfo).port}`;
  }

  stop(): Promise<void> {
    return new Promise((resolve) => {
      this.#server.close(() => resolve());
      for (const socket of this.#sockets) socket.destroy();
    });
  }

  to(email: string): string[] {
    return this.mails.filter((mail) => new RegExp(`^To: .*${email}`, 'm').test(mail)).map(decoded);
  }
}

/** Quoted-printable, as mails with µ and × are sent. */
function decoded(mail: string): string {
  const joined = mail.replaceAll(/=\r?\n/g, '');
  const bytes = joined.replaceAll(/=([0-9A-F]{2})/g, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
  return Buffer.from(bytes, 'latin1').toString('utf8');
}

let database: TestDatabase;
let sink: MailSink;
let api: TestApi;
let environment: Record<string, string>;
beforeAll(async () => {
  database = await createTestDatabase();
  sink = new MailSink();
  environment = { SILLAGE_SMTP_URL: await sink.start(), SILLAGE_MAIL_FROM: 'Sillage <board@sillage.test>' };
  api = await startTestApi(database.url, { environment });
});
afterAll(async () => {
  await api?.close();
  await sink?.stop();
  await database?.drop();
});
beforeEach(() => {
  sink.mails.length = 0;
});

const as = (person: Participant) => ({
  get: (path: string) => request(api.url).get(`/api${path}`).set('Authorization', `Bearer ${person.token}`),
  post: (path: string, body: object = {}) =>
    request(api.url).post(`/api${path}`).set('Authorization', `Bearer ${person.token}`).send(body),
  put: (path: string, body: object) =>
    request(api.url).put(`/api${path}`).set('Authorization', `Bearer ${person.token}`).send(body),
});
type Item = { id: string; kind: string; title: string; body: string; path: string; isRead: boolean };
const inbox = async (person: Participant): Promise<Item[]> =>
  (await as(person).get('/notifications').expect(200)).body.notifications;
const kinds = async (person: Participant) => (await inbox(person)).map(({ kind }) => kind);
const secretIn = (mail: string) => /#([\w-]{40,})/.exec(mail)?.[1] ?? '';

const register = (email: string, displayName = 'Ada') =>
  request(api.url).post('/api/auth/register').send({ email, password: PASSWORD, displayName });
const signIn = (email: string, password = PASSWORD) =>
  request(api.url).post('/api/auth/sign-in').send({ email, password });
const verify = (mail: string | undefined) =>
  request(api.url)
    .post('/api/auth/verify-email')
    .send({ secret: secretIn(mail ?? '') });

/** An account that was opened by the mailed link. */
async function confirmed(name: string): Promise<Participant> {
  const email = `${randomUUID()}@example.org`;
  await register(email, name).expect(202);
  await expect.poll(() => sink.to(email)).toHaveLength(1);
  await verify(sink.to(email)[0]).expect(204);
  sink.mails.length = 0;
  return signedInBy(api, await signIn(email).expect(200));
}

/** An account from before mails were sent, signed in. */
async function unconfirmed(name: string): Promise<Participant> {
  const person = await confirmed(name);
  await api.dataSource.query('update accounts set email_verified_at = null where id = $1', [person.id]);
  return person;
}
const newBoard = () => registerChallenge(api, challengeDefinition({ disclosure: 'practice' }));
/** Whatever has to be told has been told. */
const settled = () =>
  expect
    .poll(async () => {
      const [row] = await api.dataSource.query(
        `select (select count(*) from outbox_events)::int + (select count(*) from mails where state = 'waiting')::int as count`,
      );
      return row.count;
    })
    .toBe(0);

describe('an entry that was scored', () => {
  it('is told in the app and by a plain mail with score, rank and link', async () => {
    const ada = await confirmed('Ada');
    const definition = await newBoard();
    const { submissionId } = await submit(api, ada, definition);
    await scoreEverything(api, { mu: 0.91 });
    await settled();
    expect(await inbox(ada)).toMatchObject([
      { kind: 'scored', isRead: false, path: `/submissions/${submissionId}?task=gf.nadir4` },
    ]);
    const [mail, ...others] = sink.to(ada.email);
    expect(others).toEqual([]);
    expect(mail).toMatch(/^From: Sillage <board@sillage\.test>/m);
    expect(mail).toMatch(/^Content-Type: text\/plain/m);
    expect(mail).toMatch(/µ\(RMSE\) +0\.910\r?\n/);
    expect(mail).toMatch(/λx +1\.23 °\r?\n/);
    expect(mail).toMatch(/rank +1 of 1/);
    expect(mail).toContain(`${PUBLIC_URL}/submissions/${submissionId}?task=gf.nadir4`);
    expect(mail).toMatch(/^List-Unsubscribe-Post: List-Unsubscribe=One-Click/m);
  });

  it('is told to every member of its team, and not by mail to addresses that nobody confirmed', async () => {
    const ada = await confirmed('Ada');
    const bea = await unconfirmed('Bea');
    const team = (
      await as(ada)
        .post('/teams', { name: `Tellers ${ada.id}` })
        .expect(201)
    ).body.id;
    const invited = await as(ada)
      .post(`/teams/${team}/invitations`, { email: 'bea@example.org' })
      .expect(201);
    expect(invited.body.isMailed).toBe(true);
    await expect.poll(() => sink.to('bea@example.org').join('')).toContain('/teams/join#');
    await as(bea)
      .post('/team-invitations/accept', { secret: invited.body.link.split('#')[1] })
      .expect(200);
    sink.mails.length = 0;
    await submit(api, ada, await newBoard(), { team });
    await scoreEverything(api);
    await settled();
    expect([await kinds(ada), await kinds(bea)]).toEqual([['scored'], ['scored']]);
    expect(sink.to(ada.email)).toHaveLength(1);
    expect(sink.to(bea.email)).toEqual([]);
  });

  it('at a blind challenge tells no score', async () => {
    const ada = await confirmed('Ada');
    const definition = await registerChallenge(api, challengeDefinition({ disclosure: 'blind' }));
    await submit(api, ada, definition);
    await scoreEverything(api, { mu: 0.917 });
    await settled();
    const [told] = await inbox(ada);
    expect(told?.body).toMatch(/blind/);
    expect(`${told?.title} ${told?.body} ${sink.to(ada.email).join('')}`).not.toMatch(/0\.9/);
  });
});

describe('an entry that was rejected', () => {
  it('is told with what was found, what is needed and what to do', async () => {
    const ada = await confirmed('Ada');
    await submit(api, ada, await newBoard());
    const job = await claim(api, ['check']);
    if (job === null) throw new Error('no job');
    await finish(api, job, {
      status: 'rejected',
      reason: {
        code: 'days-missing',
        where: 'map.nc',
        found: '41 days',
        expected: '42 days',
        fix: 'Add 2012-12-02.',
      },
    }).expect(200);
    await settled();
    const [told] = await inbox(ada);
    expect(told).toMatchObject({
      kind: 'rejected',
      body: expect.stringMatching(/41 days[^]*42 days[^]*Add/),
    });
    expect(sink.to(ada.email)[0]).toContain('Add 2012-12-02.');
  });
});

describe('an entry that others go past', () => {
  it('is told once per board until it is read, to others than its author, for the best entry only', async () => {
    const [ada, bea] = [await confirmed('Ada'), await confirmed('Bea')];
    const definition = await newBoard();
    const enter = async (person: Participant, mu: number, overrides: object = {}) => {
      const entry = await submit(api, person, definition, { ...overrides });
      await scoreEverything(api, { mu });
      await settled();
      return entry;
    };
    await enter(ada, 0.8);
    await enter(ada, 0.85);
    expect(await kinds(ada)).toEqual(['scored', 'scored']);
    await enter(bea, 0.82); // past an entry of hers that is not the best
    expect(await kinds(ada)).not.toContain('overtaken');
    const hidden = await enter(bea, 0.95, { visibility: { kind: 'private' } });
    expect(await kinds(ada)).not.toContain('overtaken');
    await as(bea)
      .put(`/submissions/${hidden.submissionId}/visibility`, { visibility: { kind: 'public' } })
      .expect(200);
    await settled();
    const told = (await inbox(ada)).filter(({ kind }) => kind === 'overtaken');
    expect(told).toMatchObject([
      {
        title: expect.stringContaining('went past'),
        body: expect.stringMatching(/0\.950[^]*0\.850, now rank 2/),
      },
    ]);
    await enter(bea, 0.97); // she stood above already
    expect((await kinds(ada)).filter((kind) => kind === 'overtaken')).toHaveLength(1);
    expect(await kinds(bea)).not.toContain('overtaken');
  });

  it('is told whoever is behind a nameless entry: silence would say that it is somebody who stood above before', async () => {
    const [ada, bea] = [await confirmed('Ada'), await confirmed('Bea')];
    const definition = await newBoard();
    const enter = async (person: Participant, mu: number, overrides: object = {}) => {
      await submit(api, person, definition, { ...overrides });
      await scoreEverything(api, { mu });
      await settled();
    };
    const toldOnce = async () => {
      expect((await kinds(ada)).filter((kind) => kind === 'overtaken')).toHaveLength(1);
      await api.dataSource.query('delete from notifications where account_id = $1', [ada.id]);
    };
    const until = new Date(Date.now() + 100 * 86_400_000).toISOString().slice(0, 10);
    await enter(ada, 0.8);
    await enter(bea, 0.85);
    await toldOnce();
    await enter(bea, 0.87, { visibility: { kind: 'anonymous', until } });
    await toldOnce();
    await enter(ada, 0.95);
    await api.dataSource.query('delete from notifications where account_id = $1', [ada.id]);
    await enter(bea, 0.97, { visibility: { kind: 'anonymous', until } });
    await toldOnce();
    // Nor does a name tell that the nameless entry above was of the same person.
    await enter(bea, 0.96);
    await toldOnce();
  });
});

describe('a new dataset version', () => {
  it('is told to whoever entered the challenge, and to nobody else', async () => {
    const [ada, eve] = [await confirmed('Ada'), await confirmed('Eve')];
    const definition = await newBoard();
    await submit(api, ada, definition);
    await scoreEverything(api);
    await settled(); // a score waits for its board, and other news may be told before it
    await registerChallenge(api, { ...definition, datasetVersion: '1.1.0' });
    await settled();
    expect(await kinds(ada)).toEqual(['dataset-version', 'scored']);
    expect(await kinds(eve)).toEqual([]);
  });
});

describe('a second score of the same entry', () => {
  it.each([
    { before: 'practice' as const, title: 'µ 0.800 → 0.810' },
    // What was sealed stays sealed, also when a version is published that is not.
    { before: 'blind' as const, title: 'was scored again' },
  ])('is told as such, after one of a version that is $before: $title', async ({ before, title }) => {
    const ada = await confirmed('Ada');
    const definition = await registerChallenge(api, challengeDefinition({ disclosure: before }));
    const { evaluationId } = await submit(api, ada, definition);
    await scoreEverything(api, { mu: 0.8 });
    await settled();
    await registerChallenge(api, { ...definition, datasetVersion: '2.0.0', disclosure: 'practice' });
    const [copy] = await api.dataSource.query(
      `insert into evaluations (id, submission_id, task_id, dataset_version_id, protocol, evaluator_version, state,
         state_since, mu, score_values, scored_at, created_at)
       select gen_random_uuid(), submission_id, task_id, c.current_version_id, protocol, '2.0.0', state,
         now(), 0.81, score_values || '{"mu": 0.81}', now(), now() from evaluations, challenges c
       where evaluations.id = $1 and c.id = $2 returning evaluations.id`,
      [evaluationId, definition.id],
    );
    await tellBoardsChanged(api);
    await api.app.get(OutboxService).record({ kind: 'evaluation-scored', evaluationId: copy.id });
    await settled();
    const [news] = (await inbox(ada)).filter(({ kind }) => kind === 'rescored');
    expect(news?.title).toContain(title);
    if (before === 'blind') expect(`${news?.title}${news?.body}`).not.toMatch(/0\.8/);
  });
});

describe('what somebody does not want to hear', () => {
  it('is not mailed or not shown, as chosen, and the link of a mail stops its kind', async () => {
    const ada = await confirmed('Ada');
    const definition = await newBoard();
    const enter = async () => {
      await submit(api, ada, definition);
      await scoreEverything(api);
      await settled();
    };
    await enter();
    const mail = sink.to(ada.email)[0] ?? '';
    const link = /List-Unsubscribe: <([^>]+)>/.exec(mail.replaceAll(/\r?\n\s+/g, ' '))?.[1] ?? '';
    const path = new URL(link).pathname;
    await request(api.url).get(path).expect(404); // what a link scanner sends
    await request(api.url).post(path).type('form').send('List-Unsubscribe=One-Click').expect(204);
    await enter();
    expect(sink.to(ada.email)).toHaveLength(1);
    expect(await kinds(ada)).toEqual(['scored', 'scored']);
    await as(ada)
      .put('/notification-preferences', { preferences: [{ kind: 'scored', inApp: false, byMail: false }] })
      .expect(200);
    await enter();
    expect(await kinds(ada)).toEqual([]);
    expect((await as(ada).get('/notifications')).body.unreadCount).toBe(0);
  });

  it('is marked as read one by one or all together, each account for itself', async () => {
    const [ada, eve] = [await confirmed('Ada'), await confirmed('Eve')];
    const definition = await newBoard();
    for (let count = 0; count < 3; count += 1) await submit(api, ada, definition);
    await scoreEverything(api);
    await settled();
    const [first] = await inbox(ada);
    const unread = async () => (await as(ada).get('/notifications')).body.unreadCount;
    await as(eve).post(`/notifications/${first?.id}/read`).expect(204);
    expect(await unread()).toBe(3);
    await as(ada).post(`/notifications/${first?.id}/read`).expect(204);
    expect(await unread()).toBe(2);
    await as(ada).post('/notifications/read').expect(204);
    expect(await unread()).toBe(0);
  });
});

describe('mails that a server does not take', () => {
  it('are tried again when it was away, under the same name, and not when it said never', async () => {
    const ada = await confirmed('Ada');
    const definition = await newBoard();
    sink.troubles.push('hang-up', 451);
    await submit(api, ada, definition);
    await scoreEverything(api);
    await expect.poll(() => sink.to(ada.email)).toHaveLength(1);
    sink.troubles.push(550);
    await submit(api, ada, definition);
    await scoreEverything(api);
    await settled();
    expect(sink.to(ada.email)).toHaveLength(1);
    const [failed] = await api.dataSource.query(`select body, failure from mails where state = 'failed'`);
    expect(failed).toMatchObject({ body: '', failure: expect.stringContaining('550') });
  });
});

describe('two API processes', () => {
  it('tell and send everything once between them', async () => {
    const ada = await confirmed('Ada');
    const definition = await newBoard();
    const other = await startTestApi(database.url, { environment });
    for (let count = 0; count < 8; count += 1) await submit(api, ada, definition);
    // Jobs are given out by both processes: what one of them holds comes a moment later.
    await expect
      .poll(async () => {
        await scoreEverything(api);
        return (await kinds(ada)).length;
      })
      .toBe(8);
    await settled();
    await other.close();
    // A line may be joined to the encoded subject before it: `decoded` is for bodies.
    const names = sink.to(ada.email).map((mail) => /Message-ID:\s*(<[^>]+>)/i.exec(mail)?.[1]);
    expect(names).toHaveLength(8);
    expect(new Set(names).size).toBe(8);
  });
});

describe('a registration', () => {
  it('opens an account by the mailed link, and is answered alike for an address that has one', async () => {
    const [ada, email] = [await confirmed('Ada'), `${randomUUID()}@example.org`];
    const answers = [await register(email), await register(email, 'Eve'), await register(ada.email, 'Eve')];
    for (const { status, body, headers } of answers)
      expect({ status, body, cookie: headers['set-cookie'] }).toEqual({
        status: 202,
        body: { isMailed: true },
        cookie: undefined,
      });
    // The password of an address that nobody has confirmed is worth no more than a wrong one.
    const refusals = [
      await signIn(email),
      await signIn(email, 'not the password'),
      await signIn(ada.email, 'x'),
    ];
    const told = refusals.map(({ status, body }) => ({ status, ...body.error, requestId: '' }));
    expect(told).toEqual([told[0], told[0], told[0]]);
    expect(told[0]).toMatchObject({ status: 401, code: 'wrong-credentials' });

    await expect.poll(() => sink.to(ada.email)).toHaveLength(1);
    expect(sink.to(ada.email)[0]).toMatch(/There is one already[^]*\/reset-password#/);
    expect((await as(ada).get('/auth/me').expect(200)).body.displayName).toBe('Ada');

    const link = /\/verify-email#/;
    await verify(sink.to(email).find((mail) => link.test(mail))).expect(204);
    expect((await signIn(email).expect(200)).body.displayName).toBe('Ada');
  });
});

describe('a forgotten password', () => {
  it('is replaced by the link of a mail, once, which ends sessions and tokens; nobody learns who has an account', async () => {
    const ada = await confirmed('Ada');
    const ask = (email: string) =>
      request(api.url).post('/api/auth/password-reset').send({ email }).expect(202);
    const [known, unknown] = [await ask(ada.email), await ask('nobody@example.org')];
    expect(known.text).toBe(unknown.text);
    await expect.poll(() => sink.to(ada.email)).toHaveLength(1);
    const secret = secretIn(sink.to(ada.email)[0] ?? '');
    const set = (password: string) => request(api.url).post('/api/auth/password').send({ secret, password });
    await set('short').expect(400);
    await set('another long password').expect(204);
    await set('yet another password').expect(410);
    await expect.poll(() => sink.to(ada.email).join('')).toContain('your password was changed');
    await as(ada).get('/auth/me').expect(401);
    await signIn(ada.email, 'another long password').expect(200);
    expect(sink.to('nobody@example.org')).toEqual([]);
    const rows = await api.dataSource.query('select * from mail_links');
    expect(JSON.stringify(rows)).not.toContain(secret);
    expect(JSON.stringify(await api.dataSource.query('select * from mails'))).not.toContain(secret);
  });

  it('is mailed five times an hour at most, and so is the link that confirms an address', async () => {
    const ada = await unconfirmed('Ada');
    const asked = await Promise.all(
      Array.from({ length: 8 }, () =>
        request(api.url).post('/api/auth/password-reset').send({ email: ada.email }),
      ),
    );
    expect(asked.map(({ status }) => status)).toEqual(Array.from({ length: 8 }, () => 202));
    const confirmations = await Promise.all(
      Array.from({ length: 8 }, () => as(ada).post('/auth/email-verification')),
    );
    expect(confirmations.map(({ status }) => status).toSorted()).toEqual([
      200, 200, 200, 200, 200, 429, 429, 429,
    ]);
    await expect.poll(() => sink.to(ada.email).length).toBeGreaterThanOrEqual(10);
    await settled();
    const subjects = sink.to(ada.email).map((mail) => /^Subject: Sillage: (\w+)/m.exec(mail)?.[1]);
    expect(subjects.filter((word) => word === 'confirm')).toHaveLength(5);
    expect(subjects.filter((word) => word === 'choose')).toHaveLength(5);
  });
});
