import { createHash, createPublicKey, verify } from 'node:crypto';
import {
  receiptSchema,
  canonicalJson,
  documentListSchema,
  signingKeySchema,
  leaderboardSchema,
} from '@sillage/contracts';
import { unzipSync } from 'fflate';
import { parquetReadObjects } from 'hyparquet';
import request from 'supertest';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  challengeDefinition,
  ORGANISER_TOKEN,
  PUBLIC_URL,
  registerChallenge,
  registerParticipant,
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
  ada = await registerParticipant(api, 'Ada');
});
afterAll(async () => {
  await api?.close();
  await database?.drop();
});

const FILES = [
  { role: 'truth' as const, area: 'gf', path: 'truth.nc', variable: 'sossheig', description: '' },
  { role: 'observations' as const, area: 'gf', scenario: 'nadir4', path: 'obs.nc', description: '' },
  { role: 'observations' as const, area: 'gf', scenario: 'swot1', path: 'other.nc', description: '' },
];

async function scoredIn(disclosure: 'practice' | 'public-test' | 'blind', card: object = {}) {
  const definition = await registerChallenge(
    api,
    challengeDefinition({
      disclosure,
      files: FILES,
      scenarios: ['nadir4', 'swot1'].map((id) => ({ id, name: id, description: '', satellites: [] })),
    }),
  );
  const entry = await submit(api, ada, definition, {
    card: { name: 'Méthode, "quoted" = 1', inputs: ['ssh-nadir', 'sst'], ...card },
  });
  await scoreEverything(api);
  return { definition, ...entry };
}

const get = (path: string, token?: string) => {
  const call = request(api.url).get(`/api${path}`);
  return token === undefined ? call : call.set('Authorization', `Bearer ${token}`);
};
const bodyOf = async (path: string): Promise<Buffer> => {
  const reply = await get(path)
    .buffer(true)
    .parse((response, done) => {
      const parts: Buffer[] = [];
      response.on('data', (part: Buffer) => parts.push(part));
      response.on('end', () => done(null, Buffer.concat(parts)));
    })
    .expect(200);
  return reply.body as Buffer;
};

describe('the documents of a scored evaluation', () => {
  it('are listed with their sizes, and each can be fetched where the list says', async () => {
    const { evaluationId } = await scoredIn('practice');
    const reply = await get(`/evaluations/${evaluationId}/documents`).expect(200);
    const { documents } = documentListSchema.parse(reply.body);
    expect(documents.map(({ name }) => name)).toEqual([
      'notebook.ipynb',
      'receipt.json',
      'CITATION.cff',
      'citation.bib',
      'datacite.json',
    ]);
    for (const { url, sizeBytes } of documents)
      expect(await bodyOf(url.replace('/api', ''))).toHaveLength(sizeBytes);
    const again = await bodyOf(`/evaluations/${evaluationId}/documents/notebook.ipynb`);
    expect(again.equals(await bodyOf(`/evaluations/${evaluationId}/documents/notebook.ipynb`))).toBe(true);
  });

  it('hold a receipt that the key of the platform signs, and that no change survives', async () => {
    const { definition, submissionId, evaluationId } = await scoredIn('practice');
    const receipt = receiptSchema.parse(
      (await get(`/evaluations/${evaluationId}/documents/receipt.json`).expect(200)).body,
    );
    const submission = (await get(`/submissions/${submissionId}`).expect(200)).body;
    const challenge = (await get(`/challenges/${definition.id}`).expect(200)).body;
    const hashOf = (path: string) =>
      challenge.files.find((file: { path: string }) => file.path === path).sha256;
    expect(receipt).toMatchObject({
      submission: {
        id: submissionId,
        url: `${PUBLIC_URL}/submissions/${submissionId}`,
        file: { sha256: submission.file.sha256 },
      },
      evaluation: { area: 'gf', scenario: 'nadir4', period: definition.periods.evaluation },
      protocol: 'osse-2020a',
      scorerVersion: '1.0.0',
      scores: SCORES,
    });
    // The observations of the other scenario are not part of this task.
    expect(receipt.challenge.files.map(({ name, sha256 }) => [name, sha256])).toEqual([
      ['obs.nc', hashOf('obs.nc')],
      ['truth.nc', hashOf('truth.nc')],
    ]);

    const { publicKey } = signingKeySchema.parse((await get('/signing-key').expect(200)).body);
    const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: publicKey }, format: 'jwk' });
    const { signature, ...content } = receipt;
    expect(signature.publicKey).toBe(publicKey);
    const isSigned = (value: object) =>
      verify(null, Buffer.from(canonicalJson(value)), key, Buffer.from(signature.value, 'base64url'));
    expect(isSigned(content)).toBe(true);
    expect(isSigned({ ...content, scores: { ...content.scores, mu: content.scores.mu + 1e-15 } })).toBe(
      false,
    );
  });

  it('are signed with one key by every process of the platform', async () => {
    const other = await startTestApi(database.url);
    const keys = await Promise.all(
      [api.url, other.url].map(async (url) => (await request(url).get('/api/signing-key')).body.publicKey),
    );
    await other.close();
    expect(keys[0]).toBe(keys[1]);
  });

  it('do not exist before the score', async () => {
    const definition = await registerChallenge(api, challengeDefinition());
    const { submissionId, evaluationId } = await submit(api, ada, definition);
    const reply = await get(`/evaluations/${evaluationId}/documents`, ada.token).expect(404);
    expect(reply.body.error.code).toBe('file-not-found');
    await get(`/submissions/${submissionId}/citation/CITATION.cff`, ada.token).expect(404);
    await scoreEverything(api);
  });

  it('tell at public-test level what the board tells, and no notebook that nobody could run', async () => {
    const { submissionId, evaluationId } = await scoredIn('public-test');
    const { documents } = (await get(`/evaluations/${evaluationId}/documents`).expect(200)).body;
    expect(documents.map(({ name }: { name: string }) => name)).not.toContain('notebook.ipynb');
    const refusal = await get(`/evaluations/${evaluationId}/documents/notebook.ipynb`, ada.token).expect(403);
    expect(refusal.body.error.code).toBe('not-disclosed');
    const receipt = (await get(`/evaluations/${evaluationId}/documents/receipt.json`).expect(200)).body;
    expect(receipt.scores).toMatchObject({ mu: 0.91, lambdaXDeg: 1.2, rmseM: 0.05 });
    const texts = await Promise.all(
      ['CITATION.cff', 'datacite.json'].map((name) =>
        bodyOf(`/submissions/${submissionId}/citation/${name}`),
      ),
    );
    for (const text of texts) {
      expect(text.toString()).toContain('0.91');
      expect(text.toString()).not.toContain('0.912');
    }
  });

  it('tell nothing while a challenge is blind, not even to the author', async () => {
    const { submissionId, evaluationId } = await scoredIn('blind');
    await get(`/evaluations/${evaluationId}/documents/receipt.json`).expect(404);
    const refusal = await get(`/evaluations/${evaluationId}/documents/receipt.json`, ada.token).expect(403);
    expect(refusal.body.error.code).toBe('not-disclosed');
    await get(`/submissions/${submissionId}/citation/citation.bib`, ada.token).expect(404);
    await get(`/submissions/${submissionId}/citation/citation.bib`, ORGANISER_TOKEN).expect(404);
  });
});

describe('the snapshot of a challenge', () => {
  const filesOf = async (challenge: string) => {
    const zip = unzipSync(new Uint8Array(await bodyOf(`/challenges/${challenge}/snapshot`)));
    return new Map(Object.entries(zip).map(([name, bytes]) => [name.split('/').slice(1).join('/'), bytes]));
  };
  const text = (bytes: Uint8Array | undefined) => new TextDecoder().decode(bytes);

  it('holds every public score as CSV, Parquet and a page, under checksums', async () => {
    const published = {
      area: 'gf',
      scenario: 'nadir4',
      method: 'DUACS',
      mu: 0.92,
      sigma: 0.01,
      lambdaXDeg: 1.42,
      lambdaXKm: null,
      lambdaTDays: 12.13,
      period: '2012',
      protocol: '2020a',
      inputs: [],
      source: 'README',
      sourceUrl: null,
      note: '',
    };
    const definition = await registerChallenge(
      api,
      challengeDefinition({ name: 'A <b>sea</b>', published: [published] }),
    );
    await submit(api, ada, definition, {
      card: { name: '=cmd|" /C calc"!A0', inputs: ['ssh-nadir', 'sst'] },
    });
    await scoreEverything(api);
    const [entry] = leaderboardSchema.parse(
      (await get(`/challenges/${definition.id}/leaderboard?area=gf&scenario=nadir4`)).body,
    ).rows;
    await request(api.url)
      .post(`/api/admin/submissions/${entry?.submissionId}/verify`)
      .set('Authorization', `Bearer ${ORGANISER_TOKEN}`)
      .send({ reason: 'We ran <its> code.' })
      .expect(200);
    const second = await submit(api, ada, definition, {
      card: { name: 'Unresolved', inputs: ['ssh-nadir'] },
    });
    await scoreEverything(api, {
      mu: 0.1,
      lambdaXDeg: null,
      lambdaTDays: null,
      unresolved: 'nothing-resolved',
    });

    const files = await filesOf(definition.id);
    const sums = text(files.get('SHA256SUMS')).trim().split('\n');
    expect(sums.map((line) => line.split('  ')[1]).sort()).toEqual(
      [...files.keys()].filter((name) => name !== 'SHA256SUMS').sort(),
    );
    for (const line of sums) {
      const [sum, name = ''] = line.split('  ');
      expect(
        createHash('sha256')
          .update(files.get(name) ?? '')
          .digest('hex'),
      ).toBe(sum);
    }

    const board = leaderboardSchema.parse(
      (await get(`/challenges/${definition.id}/leaderboard?area=gf&scenario=nadir4`)).body,
    );
    expect(board.rows).toHaveLength(2);
    const parquet = files.get('scores.parquet')!;
    const rows = await parquetReadObjects({
      file: parquet.buffer.slice(parquet.byteOffset, parquet.byteOffset + parquet.byteLength) as ArrayBuffer,
    });
    expect(rows).toMatchObject(
      board.rows.map((row) => ({
        rank: row.rank,
        method: row.method,
        inputs: row.inputs.join(' '),
        mu: row.scores.mu,
        lambda_x_deg: row.scores.lambdaXDeg,
        lambda_x_km: null,
        rmse_m: row.scores.rmseM,
        unresolved: row.scores.unresolved,
        submission_id: row.submissionId,
      })),
    );
    expect(rows[0]).toMatchObject({ verified: 'yes', verified_note: 'We ran <its> code.' });
    expect(rows[1]).toMatchObject({
      lambda_x_deg: null,
      submission_id: second.submissionId,
      verified: 'no',
      verified_note: null,
    });

    const csv = text(files.get('scores.csv'));
    expect(csv.split('\r\n')[1]).toMatch(
      /^gf,nadir4,osse-2020a,1\.0\.0,1,"'=cmd\|"" \/C calc""!A0",Ada,participant,map,ssh-nadir sst,0\.912345,0\.012345,1\.234567,,10\.987654,0\.045678,/,
    );
    expect(text(files.get('published.csv'))).toContain('gf,nadir4,DUACS,,0.92,0.01,1.42,,12.13,');

    const page = text(files.get('index.html'));
    expect(page).toContain('A &lt;b&gt;sea&lt;/b&gt;');
    expect(page).not.toMatch(/<script|<link|<img|src=|@import|url\(/);
    expect(page).toContain('0.912');
    expect(page.match(/verified<\/strong> by the organisers: We ran &lt;its&gt; code\./g)).toHaveLength(1);
    expect(csv.split('\r\n')[0]).toContain(',verified,verified_note,');
    expect(text(files.get('README.txt'))).toContain('2 on 1 boards');
    expect(text(files.get('CITATION.cff'))).toContain('cff-version: 1.2.0');
  });

  it('holds rounded scores at public-test level, and none while a challenge is blind', async () => {
    const test = await scoredIn('public-test');
    expect(text((await filesOf(test.definition.id)).get('scores.csv'))).toContain(',0.91,0.01,1.2,,');
    const blind = await scoredIn('blind');
    const files = await filesOf(blind.definition.id);
    expect(text(files.get('scores.csv')).trim().split('\r\n')).toHaveLength(1);
    const withoutTimes = (bytes: Parameters<typeof text>[0]) =>
      text(bytes).replaceAll(/\d{4}-\d{2}-\d{2}T[\d:.]+Z/g, ''); // 10:30:40.912 holds 0.91 as well
    for (const bytes of files.values()) expect(withoutTimes(bytes)).not.toContain('0.91');
  });
});
