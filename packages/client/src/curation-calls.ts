import {
  challengeViewSchema,
  curatedChallengeListSchema,
  datasetVersionDetailsSchema,
  datasetVersionListSchema,
  draftListSchema,
  draftViewSchema,
  rescoreListSchema,
  rescoreReportSchema,
  rescoreViewSchema,
  serverFileListSchema,
  submissionListSchema,
  type AddDraftFileRequest,
  type CreateDraftRequest,
  type PromoteRescoreRequest,
  type PublishVersionRequest,
  type RegisterChallengeRequest,
  type SaveDraftRequest,
  type StartRescoreRequest,
  type ValidateDraftRequest,
} from '@sillage/contracts';
import { apiPaths } from './api-paths.js';
import type { Requests } from './requests.js';
import { withQuery } from './with-query.js';

const segment = encodeURIComponent;
const draftPath = (draft: string) => `/api/curation/drafts/${segment(draft)}`;
const versionsPath = (challenge: string) => `/api/curation/challenges/${segment(challenge)}/versions`;
const versionPath = (challenge: string, version: string) => `${versionsPath(challenge)}/${segment(version)}`;
const rescorePath = (rescore: string) => `/api/curation/rescores/${segment(rescore)}`;

export type CurationCalls = ReturnType<typeof curationCalls>;

/** What organisers do with datasets. An entry of its own, so that public pages do not load its schemas. */
export function curationCalls(requests: Requests) {
  const { json } = requests;
  return {
    ...draftCalls(requests),
    ...rescoreCalls(requests),
    curatedChallenges: async () =>
      (await json('/api/curation/challenges', curatedChallengeListSchema)).challenges,
    registerChallenge: (body: RegisterChallengeRequest) =>
      json('/api/challenges', challengeViewSchema, { method: 'POST', body }),
    /** Sends in again what the references of a challenge lack on the boards. @returns the new submissions. */
    enterReferences: async (challenge: string) =>
      (
        await json(`/api/challenges/${segment(challenge)}/references`, submissionListSchema, {
          method: 'POST',
        })
      ).submissions,
    datasetVersions: async (challenge: string) =>
      (await json(versionsPath(challenge), datasetVersionListSchema)).versions,
    datasetVersion: (challenge: string, version: string) =>
      json(versionPath(challenge, version), datasetVersionDetailsSchema),
    /** With `changes`: another line than the one that it was validated with. */
    publishVersion: (challenge: string, version: string, body: PublishVersionRequest) =>
      json(`${versionPath(challenge, version)}/publish`, datasetVersionDetailsSchema, {
        method: 'POST',
        body,
      }),
    retireVersion: (challenge: string, version: string) =>
      json(`${versionPath(challenge, version)}/retire`, datasetVersionDetailsSchema, { method: 'POST' }),
  };
}

function draftCalls({ json, nothing }: Requests) {
  return {
    drafts: async () => (await json('/api/curation/drafts', draftListSchema)).drafts,
    createDraft: (body: CreateDraftRequest) =>
      json('/api/curation/drafts', draftViewSchema, { method: 'POST', body }),
    draft: (draft: string, signal?: AbortSignal) => json(draftPath(draft), draftViewSchema, { signal }),
    /** Without its report. */
    watchDraft: (draft: string) => json(`${draftPath(draft)}?report=none`, draftViewSchema),
    saveDraft: (draft: string, body: SaveDraftRequest) =>
      json(draftPath(draft), draftViewSchema, { method: 'PUT', body }),
    /** With a revision: only if nobody has changed it since. */
    deleteDraft: (draft: string, revision?: number) =>
      nothing(withQuery(draftPath(draft), { revision: revision?.toString() }), { method: 'DELETE' }),
    addDraftFile: (draft: string, body: AddDraftFileRequest) =>
      json(`${draftPath(draft)}/files`, draftViewSchema, { method: 'POST', body }),
    removeDraftFile: (draft: string, path: string, revision: number) =>
      json(`${draftPath(draft)}/files/${segment(path)}?revision=${revision}`, draftViewSchema, {
        method: 'DELETE',
      }),
    serverFiles: () => json('/api/curation/server-files', serverFileListSchema),
    inspectDraft: (draft: string, revision: number) =>
      json(`${draftPath(draft)}/inspect`, draftViewSchema, { method: 'POST', body: { revision } }),
    validateDraft: (draft: string, body: ValidateDraftRequest) =>
      json(`${draftPath(draft)}/validate`, datasetVersionDetailsSchema, { method: 'POST', body }),
  };
}

function rescoreCalls({ json, send }: Requests) {
  return {
    rescores: async (challenge?: string) =>
      (await json(withQuery('/api/curation/rescores', { challenge }), rescoreListSchema)).rescores,
    /** Without a version: the current one, by a newer evaluator. */
    startRescore: (body: StartRescoreRequest) =>
      json('/api/curation/rescores', rescoreViewSchema, { method: 'POST', body }),
    rescore: (rescore: string, signal?: AbortSignal) =>
      json(rescorePath(rescore), rescoreViewSchema, { signal }),
    rescoreDifferences: (rescore: string, signal?: AbortSignal) =>
      json(`${rescorePath(rescore)}/differences`, rescoreReportSchema, { signal }),
    rescoreCsv: async (rescore: string) => (await send(apiPaths.rescoreCsv(rescore))).text(),
    promoteRescore: (rescore: string, body: PromoteRescoreRequest) =>
      json(`${rescorePath(rescore)}/promote`, rescoreViewSchema, { method: 'POST', body }),
    endRescore: (rescore: string, how: 'discard' | 'cancel') =>
      json(`${rescorePath(rescore)}/${how}`, rescoreViewSchema, { method: 'POST' }),
    retryRescore: (rescore: string) =>
      json(`${rescorePath(rescore)}/retry-failed`, rescoreViewSchema, { method: 'POST' }),
  };
}
