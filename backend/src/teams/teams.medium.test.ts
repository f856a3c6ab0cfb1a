import request from 'supertest';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  challengeDefinition,
  registerChallenge,
  registerParticipant,
  scoreEverything,
  startTestApi,
  submit,
  whileWaiting,
  type Participant,
  type TestApi,
} from '../testing/test-api.js';
import { createTestDatabase, type TestDatabase } from '../testing/test-database.js';

let database: TestDatabase;
let api: TestApi;
let ada: Participant;
let bea: Participant;
let eve: Participant;
beforeAll(async () => {
  database = await createTestDatabase();
  api = await startTestApi(database.url);
  ada = await registerParticipant(api, 'Ada');
  bea = await registerParticipant(api, 'Bea');
  eve = await registerParticipant(api, 'Eve');
});
afterAll(async () => {
  await api?.close();
  await database?.drop();
});

const as = (person: Participant) => {
  const call = (method: 'get' | 'post' | 'put' | 'patch' | 'delete', path: string, body: object = {}) =>
    request(api.url)[method](`/api${path}`).set('Authorization', `Bearer ${person.token}`).send(body);
  return {
    create: (name: string) => call('post', '/teams', { name }),
    teams: async () => (await call('get', '/teams').expect(200)).body.teams,
    rename: (team: string, name: string) => call('patch', `/teams/${team}`, { name }),
    invite: (team: string, body: object = {}) => call('post', `/teams/${team}/invitations`, body),
    takeBack: (team: string, id: string) => call('delete', `/teams/${team}/invitations/${id}`),
    look: (secret: string) => call('post', '/team-invitations/look', { secret }),
    accept: (secret: string) => call('post', '/team-invitations/accept', { secret }),
    setRole: (team: string, member: Participant, role: string) =>
      call('put', `/teams/${team}/members/${member.id}`, { role }),
    remove: (team: string, member: Participant) => call('delete', `/teams/${team}/members/${member.id}`),
    profile: (body: object) => call('put', '/account/profile', body),
    get: (path: string) => call('get', path),
    withdraw: (id: string) => call('post', `/submissions/${id}/withdraw`),
  };
};
let count = 0;
const newTeam = async (owner = ada): Promise<string> => {
  count += 1;
  return (await as(owner).create(`Mappers ${count}`).expect(201)).body.id;
};
const secretOf = (link: string) => new URL(link).hash.slice(1);
const invitation = async (team: string, body: object = {}) => {
  const { body: created } = await as(ada).invite(team, body).expect(201);
  return { id: created.id as string, secret: secretOf(created.link) };
};
const join = async (team: string, person: Participant, role = 'member') => {
  const { secret } = await invitation(team, { role });
  await as(person).accept(secret).expect(200);
};

describe('a team', () => {
  it('has a name of its own, whatever its case, and none that boards use', async () => {
    await as(ada).create('Ocean Mappers').expect(201);
    expect((await as(eve).create('OCEAN mappers').expect(409)).body.error.code).toBe('team-name-taken');
    await as(eve).create('Anonymous').expect(400);
    await as(eve).create('Sillage').expect(400);
    const hidden = await as(eve).create('Sillage\u200b').expect(400);
    expect(hidden.text).toContain('U+200B');
  });

  it('is an owner’s as long as he is one, also when he asked before', async () => {
    const team = await newTeam();
    await join(team, bea, 'owner');
    for (const ask of [() => as(bea).invite(team), () => as(bea).rename(team, 'Bea’s')]) {
      await api.dataSource.query(`update team_members set role = 'owner' where team_id = $1`, [team]);
      const reply = await whileWaiting(
        api,
        { sql: 'select id from teams where id = $1 for update', values: [team] },
        {
          work: ask,
          change: async (query) => {
            await query(`update team_members set role = 'member' where team_id = $1 and account_id = $2`, [
              team,
              bea.id,
            ]);
          },
        },
      );
      expect(reply.status).toBe(403);
    }
    const [row] = await api.dataSource.query('select name from teams where id = $1', [team]);
    expect(row.name).toMatch(/^Mappers /);
  });

  it('is one of twenty at most that somebody makes', async () => {
    const busy = await registerParticipant(api, 'Busy');
    await api.dataSource.query(
      `with made as (
         insert into teams (id, name, name_key, created_at)
         select gen_random_uuid(), 'Busy ' || number, 'busy ' || number, now()
         from generate_series(1, 19) number returning id)
       insert into team_members (team_id, account_id, role, joined_at)
       select id, $1, 'member', now() from made`,
      [busy.id],
    );
    await newTeam(busy);
    const { error } = (await as(busy).create('One more').expect(403)).body;
    expect(error).toMatchObject({ code: 'not-allowed', message: 'You are in 20 teams already.' });
  });

  it('does not exist for others', async () => {
    const team = await newTeam();
    expect((await as(eve).teams()).map(({ id }: { id: string }) => id)).not.toContain(team);
    for (const call of [as(eve).rename(team, 'Mine now'), as(eve).invite(team), as(eve).remove(team, ada)])
      expect((await call.expect(404)).body.error.code).toBe('team-not-found');
  });
});

describe('an invitation', () => {
  it('says what it offers, lets one person in, once', async () => {
    const team = await newTeam();
    const { secret } = await invitation(team);
    const offer = await request(api.url).post('/api/team-invitations/look').send({ secret }).expect(200);
    expect(offer.body).toMatchObject({ invitedBy: 'Ada', role: 'member' });
    expect((await as(bea).accept(secret).expect(200)).body.members).toHaveLength(2);
    expect((await as(eve).accept(secret).expect(410)).body.error.code).toBe('invitation-over');
  });

  it('lets one of two in who accept at the same moment', async () => {
    const team = await newTeam();
    const { secret } = await invitation(team);
    const replies = await Promise.all([as(bea).accept(secret), as(eve).accept(secret)]);
    expect(replies.map(({ status }) => status).toSorted()).toEqual([200, 410]);
    expect((await as(ada).teams()).find(({ id }: { id: string }) => id === team).members).toHaveLength(2);
  });

  it('is not used up by somebody who is in already', async () => {
    const team = await newTeam();
    const { secret } = await invitation(team);
    expect((await as(ada).accept(secret).expect(409)).body.error.code).toBe('already-member');
    await as(bea).accept(secret).expect(200);
  });

  it('answers alike when it is old, taken back, or was never made', async () => {
    const team = await newTeam();
    const old = await invitation(team);
    await api.dataSource.query(
      `update team_invitations set expires_at = now() - interval '1 second' where id = $1`,
      [old.id],
    );
    const back = await invitation(team);
    await as(ada).takeBack(team, back.id).expect(204);
    const errors = [];
    for (const secret of [old.secret, back.secret, 'never-made-by-anybody-here'])
      errors.push((await as(bea).accept(secret).expect(410)).body.error.message);
    expect(new Set(errors).size).toBe(1);
  });

  it('ends with the ownership of whoever gave it: nobody comes back by a link of his own', async () => {
    for (const end of [
      (team: string) => as(bea).remove(team, ada).expect(204),
      (team: string) => as(bea).setRole(team, ada, 'member').expect(200),
    ]) {
      const team = await newTeam();
      await join(team, bea, 'owner');
      const { secret } = await invitation(team, { role: 'owner' });
      const ofBea = secretOf((await as(bea).invite(team).expect(201)).body.link);
      await end(team);
      expect((await as(eve).accept(secret).expect(410)).body.error.code).toBe('invitation-over');
      await as(eve).accept(ofBea).expect(200);
    }
  });

  it('is mailed to so many strangers a day, also when it is taken back each time', async () => {
    const team = await newTeam(bea);
    const other = await newTeam(bea);
    const codes: string[] = [];
    for (let number = 0; number < 45; number += 1) {
      const place = number % 2 === 0 ? team : other;
      const { body } = await as(bea).invite(place, { email: `stranger-${number}@example.org` });
      codes.push(body.error?.code ?? 'invited');
      if (body.id !== undefined) await as(bea).takeBack(place, body.id).expect(204);
    }
    expect(codes.filter((code) => code === 'invited')).toHaveLength(40);
    expect(codes.at(-1)).toBe('not-allowed');
    // The link is still there for whoever hands it over.
    await as(bea).invite(team).expect(201);
  });

  it('is one of twenty of a team that are open', async () => {
    const team = await newTeam();
    const { id } = await invitation(team);
    await api.dataSource.query(
      `insert into team_invitations (id, team_id, role, secret_hash, invited_by, created_at, expires_at)
       select gen_random_uuid(), $1, 'member', gen_random_uuid(), $2, now(), now() + interval '1 day'
       from generate_series(1, 18)`,
      [team, ada.id],
    );
    await invitation(team);
    const { error } = (await as(ada).invite(team).expect(403)).body;
    expect(error).toMatchObject({ code: 'not-allowed', message: '20 invitations of this team are open.' });
    await as(ada).takeBack(team, id).expect(204);
    await invitation(team);
  });

  it('keeps a hash of its secret in the database, and the secret out of every address', async () => {
    const { secret } = await invitation(await newTeam());
    const rows = await api.dataSource.query('select * from team_invitations');
    expect(JSON.stringify(rows)).not.toContain(secret);
  });
});

describe('leaving', () => {
  it('needs another owner first, where members stay', async () => {
    const team = await newTeam();
    await join(team, bea);
    expect((await as(ada).remove(team, ada).expect(409)).body.error.code).toBe('last-owner');
    await as(ada).setRole(team, ada, 'member').expect(409);
    await as(bea).remove(team, ada).expect(403);
    await as(bea).setRole(team, bea, 'owner').expect(403);
    await as(ada).setRole(team, bea, 'owner').expect(200);
    await as(ada).remove(team, ada).expect(204);
    expect((await as(bea).teams()).find(({ id }: { id: string }) => id === team)).toMatchObject({
      role: 'owner',
      members: [{ name: 'Bea' }],
    });
  });

  it('does not leave a team without owner when two owners leave at once', async () => {
    const team = await newTeam();
    await join(team, bea, 'owner');
    await join(team, eve);
    const replies = await Promise.all([as(ada).remove(team, ada), as(bea).remove(team, bea)]);
    expect(replies.map(({ status }) => status).toSorted()).toEqual([204, 409]);
  });

  it('by the last member closes the team: its invitations end, and without entries its name is free', async () => {
    const team = await newTeam();
    const name = (await as(ada).teams()).find(({ id }: { id: string }) => id === team).name;
    const { secret } = await invitation(team);
    await as(ada).remove(team, ada).expect(204);
    await as(bea).accept(secret).expect(410);
    await as(eve).create(name).expect(201);
  });
});

describe('what a team submits', () => {
  it('stands on the board in its name, is seen by its members, and keeps its name when the team closes', async () => {
    const definition = await registerChallenge(api, challengeDefinition({ disclosure: 'practice' }));
    const team = await newTeam();
    await join(team, bea);
    const refused = await as(eve)
      .get('/auth/me')
      .then(() => submit(api, eve, definition, { team }).catch((error: unknown) => error));
    expect(String(refused)).toMatch(/404/);
    await as(ada)
      .profile({
        displayName: 'Ada L.',
        affiliation: 'Analytical Engine',
        orcid: 'https://orcid.org/0000-0002-1825-0097',
        webPage: null,
      })
      .expect(200);
    const hidden = await submit(api, ada, definition, { team, visibility: { kind: 'private' } });
    const { submissionId } = await submit(api, ada, definition, { team });
    await scoreEverything(api);
    await as(bea).get(`/submissions/${hidden.submissionId}`).expect(200);
    await as(eve).get(`/submissions/${hidden.submissionId}`).expect(404);
    const board = () =>
      request(api.url).get(`/api/challenges/${definition.id}/leaderboard?area=gf&scenario=nadir4`);
    const name = (await as(ada).teams()).find(({ id }: { id: string }) => id === team).name;
    expect((await board()).body.rows).toMatchObject([{ author: name }]);
    const page = await as(eve).get(`/submissions/${submissionId}`).expect(200);
    expect(page.body).toMatchObject({
      author: name,
      team: { id: team, name },
      people: [
        { name: 'Ada L.', affiliation: 'Analytical Engine', orcid: '0000-0002-1825-0097', webPage: null },
        { name: 'Bea' },
      ],
    });
    await as(ada).rename(team, 'Renamed mappers').expect(200);
    expect((await board()).body.rows).toMatchObject([{ author: 'Renamed mappers' }]);
    await as(bea).withdraw(submissionId).expect(403);
    await as(bea).remove(team, bea).expect(204);
    await as(ada).remove(team, ada).expect(204);
    expect((await board()).body.rows).toMatchObject([{ author: 'Renamed mappers' }]);
    await as(eve).create('Renamed mappers').expect(409);
  });
});

describe('a profile', () => {
  it('takes an ORCID iD whose checksum fits, and names what is off', async () => {
    const profile = { displayName: 'Eve', affiliation: null, orcid: null, webPage: null };
    const refused = await as(eve)
      .profile({ ...profile, orcid: '0000-0002-1825-0098', webPage: 'javascript:alert(1)' })
      .expect(400);
    expect(refused.body.error.fields.map(({ path }: { path: string }) => path)).toEqual(['orcid', 'webPage']);
    await as(eve)
      .profile({ ...profile, orcid: '0000-0002-1694-233X', webPage: 'https://example.org/eve' })
      .expect(200);
    expect((await as(eve).get('/auth/me')).body).toMatchObject({
      orcid: '0000-0002-1694-233X',
      webPage: 'https://example.org/eve',
      isOrcidVerified: false,
    });
  });
});
