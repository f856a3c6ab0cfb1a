import { randomBytes } from 'node:crypto';
import {
  datasetVersionDetailsSchema,
  draftViewSchema,
  type ClaimedJob,
  type DatasetFinding,
  type DatasetReport,
  type DatasetVersionDetails,
  type DraftView,
  type InspectPayload,
  type JobOutcome,
} from '@sillage/contracts';
import request from 'supertest';
import { finish, mustClaim, ORGANISER_TOKEN, registerParticipant, upload, type TestApi } from './test-api.js';

/** A request under /api/curation by the built-in organiser, or by whoever has the token. */
export function curation(
  api: TestApi,
  method: 'get' | 'post' | 'put' | 'delete',
  path: string,
  token = ORGANISER_TOKEN,
) {
  return request(api.url)[method](`/api/curation${path}`).set('Authorization', `Bearer ${token}`);
}

/** Another organiser than the built-in one. */
export async function makeOrganiser(api: TestApi, displayName: string): Promise<{ token: string }> {
  const { id, token } = await registerParticipant(api, displayName);
  await api.dataSource.query(`update accounts set role = 'organiser' where id = $1`, [id]);
  await api.dataSource.query(`update api_tokens set scopes = '{read,organise}' where account_id = $1`, [id]);
  return { token };
}

export async function createDraft(api: TestApi, body: object, token = ORGANISER_TOKEN): Promise<DraftView> {
  return draftViewSchema.parse((await curation(api, 'post', '/drafts', token).send(body).expect(201)).body);
}

export async function readDraft(api: TestApi, id: string): Promise<DraftView> {
  return draftViewSchema.parse((await curation(api, 'get', `/drafts/${id}`).expect(200)).body);
}

/** Changes parts of the definition of a draft that was read. */
export async function saveDraft(api: TestApi, draft: DraftView, parts: object): Promise<DraftView> {
  const body = { revision: draft.revision, definition: { ...draft.definition, ...parts } };
  return draftViewSchema.parse(
    (await curation(api, 'put', `/drafts/${draft.id}`).send(body).expect(200)).body,
  );
}

export async function addDraftFile(
  api: TestApi,
  draft: DraftView,
  path: string,
  content = randomBytes(2_000),
): Promise<DraftView> {
  const uploadId = await upload(api, ORGANISER_TOKEN, content, path);
  const body = { revision: draft.revision, path, uploadId };
  return draftViewSchema.parse(
    (await curation(api, 'post', `/drafts/${draft.id}/files`).send(body).expect(200)).body,
  );
}

export function inspectPayloadOf(job: ClaimedJob): InspectPayload {
  if (job.payload.kind !== 'inspect') throw new Error(`a ${job.payload.kind} step, not an inspection`);
  return job.payload;
}

/** What an evaluator says of files that it found nothing special about. */
export function datasetReport(payload: InspectPayload, findings: DatasetFinding[] = []): DatasetReport {
  return {
    inspectedAt: '2026-01-01T00:00:00.000Z',
    evaluatorVersion: '1.0.0',
    files: payload.files.map(({ path, object }) => ({
      path,
      ...object,
      uses: payload.definition.files
        .filter((file) => file.path === path)
        .map(({ role, area, scenario }) => ({ role, area, scenario: scenario ?? null })),
      format: 'NetCDF-4',
      conventions: null,
      variable: null,
      units: null,
      kind: 'none',
      spacingDeg: null,
      dimensions: [],
      variables: [],
      satellites: [],
      extent: null,
      statistics: null,
      previewMap: null,
      previewTrack: null,
    })),
    agreements: [],
    leaks: [],
    findings,
  };
}

export function finding(
  severity: DatasetFinding['severity'],
  code: DatasetFinding['code'],
  path: string | null = null,
): DatasetFinding {
  return {
    severity,
    code,
    path,
    area: null,
    scenario: null,
    found: 'This was found.',
    needed: 'That is needed.',
    fix: 'Do this.',
  };
}

export function inspectDone(job: ClaimedJob, findings: DatasetFinding[] = []): JobOutcome {
  return {
    status: 'done',
    result: { kind: 'inspect', report: datasetReport(inspectPayloadOf(job), findings) },
  };
}

/** Asks for an inspection and plays the evaluator. */
export async function inspect(
  api: TestApi,
  draft: DraftView,
  findings: DatasetFinding[] = [],
): Promise<DraftView> {
  await curation(api, 'post', `/drafts/${draft.id}/inspect`).send({ revision: draft.revision }).expect(202);
  const job = await mustClaim(api, ['inspect']);
  await finish(api, job, inspectDone(job, findings)).expect(200);
  return readDraft(api, draft.id);
}

export async function validate(
  api: TestApi,
  draft: DraftView,
  body: object = {},
): Promise<DatasetVersionDetails> {
  const reply = await curation(api, 'post', `/drafts/${draft.id}/validate`)
    .send({ revision: draft.revision, changes: 'Another mean of the truth', ...body })
    .expect(201);
  return datasetVersionDetailsSchema.parse(reply.body);
}

/** From a version of a challenge to the validated next one. */
export async function validateNext(
  api: TestApi,
  from: { challengeId: string; version: string },
  parts: object = {},
): Promise<DatasetVersionDetails> {
  const draft = await createDraft(api, { from });
  return validate(api, await inspect(api, await saveDraft(api, draft, parts)));
}
