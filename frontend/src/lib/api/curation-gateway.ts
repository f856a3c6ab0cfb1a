import {
  curatedChallengeListSchema,
  datasetVersionDetailsSchema,
  datasetVersionListSchema,
  draftListSchema,
  draftViewSchema,
  rescoreListSchema,
  rescoreReportSchema,
  rescoreViewSchema,
  serverFileListSchema,
  type AddDraftFileRequest,
  type CreateDraftRequest,
  type CuratedChallenge,
  type DatasetVersionDetails,
  type DatasetVersionView,
  type DraftSummary,
  type DraftView,
  type PromoteRescoreRequest,
  type RescoreReport,
  type RescoreView,
  type SaveDraftRequest,
  type ServerFileList,
  type ValidateDraftRequest,
} from '@sillage/contracts';
import { createRequests, type Transport } from './requests';

/** What organisers do with datasets. Apart from the gateway of the site, so that public pages do not load its schemas. */
export type CurationGateway = {
  challenges: () => Promise<CuratedChallenge[]>;
  drafts: () => Promise<DraftSummary[]>;
  createDraft: (request: CreateDraftRequest) => Promise<DraftView>;
  draft: (draft: string, signal?: AbortSignal) => Promise<DraftView>;
  saveDraft: (draft: string, request: SaveDraftRequest) => Promise<DraftView>;
  deleteDraft: (draft: string) => Promise<void>;
  addFile: (draft: string, request: AddDraftFileRequest) => Promise<DraftView>;
  removeFile: (draft: string, path: string, revision: number) => Promise<DraftView>;
  serverFiles: () => Promise<ServerFileList>;
  inspect: (draft: string, revision: number) => Promise<DraftView>;
  validate: (draft: string, request: ValidateDraftRequest) => Promise<DatasetVersionDetails>;
  versions: (challenge: string) => Promise<DatasetVersionView[]>;
  version: (challenge: string, version: string) => Promise<DatasetVersionDetails>;
  /** `changes`: another line than the one that it was validated with. */
  publish: (
    challenge: string,
    version: string,
    changes: string | undefined,
  ) => Promise<DatasetVersionDetails>;
  retire: (challenge: string, version: string) => Promise<DatasetVersionDetails>;
  rescores: (challenge: string) => Promise<RescoreView[]>;
  /** Undefined: the current version, by a newer evaluator. */
  startRescore: (challenge: string, version: string | undefined) => Promise<RescoreView>;
  rescore: (rescore: string, signal?: AbortSignal) => Promise<RescoreView>;
  rescoreDifferences: (rescore: string, signal?: AbortSignal) => Promise<RescoreReport>;
  promoteRescore: (rescore: string, request: PromoteRescoreRequest) => Promise<RescoreView>;
  endRescore: (rescore: string, how: 'discard' | 'cancel') => Promise<RescoreView>;
  retryRescore: (rescore: string) => Promise<RescoreView>;
};

export function createCurationGateway(transport: Transport): CurationGateway {
  const { json, nothing } = createRequests(transport);
  const draftPath = (draft: string) => `/api/curation/drafts/${encodeURIComponent(draft)}`;
  const versionsPath = (challenge: string) =>
    `/api/curation/challenges/${encodeURIComponent(challenge)}/versions`;
  const rescorePath = (rescore: string) => `/api/curation/rescores/${encodeURIComponent(rescore)}`;
  const versionPath = (challenge: string, version: string) =>
    `${versionsPath(challenge)}/${encodeURIComponent(version)}`;
  return {
    challenges: async () => (await json('/api/curation/challenges', curatedChallengeListSchema)).challenges,
    drafts: async () => (await json('/api/curation/drafts', draftListSchema)).drafts,
    createDraft: (body) => json('/api/curation/drafts', draftViewSchema, { method: 'POST', body }),
    draft: (draft, signal) => json(draftPath(draft), draftViewSchema, { signal }),
    saveDraft: (draft, body) => json(draftPath(draft), draftViewSchema, { method: 'PUT', body }),
    deleteDraft: (draft) => nothing(draftPath(draft), { method: 'DELETE' }),
    addFile: (draft, body) => json(`${draftPath(draft)}/files`, draftViewSchema, { method: 'POST', body }),
    removeFile: (draft, path, revision) =>
      json(`${draftPath(draft)}/files/${encodeURIComponent(path)}?revision=${revision}`, draftViewSchema, {
        method: 'DELETE',
      }),
    serverFiles: () => json('/api/curation/server-files', serverFileListSchema),
    inspect: (draft, revision) =>
      json(`${draftPath(draft)}/inspect`, draftViewSchema, { method: 'POST', body: { revision } }),
    validate: (draft, body) =>
      json(`${draftPath(draft)}/validate`, datasetVersionDetailsSchema, { method: 'POST', body }),
    versions: async (challenge) => (await json(versionsPath(challenge), datasetVersionListSchema)).versions,
    version: (challenge, version) => json(versionPath(challenge, version), datasetVersionDetailsSchema),
    publish: (challenge, version, changes) =>
      json(`${versionPath(challenge, version)}/publish`, datasetVersionDetailsSchema, {
        method: 'POST',
        body: changes === undefined ? {} : { changes },
      }),
    retire: (challenge, version) =>
      json(`${versionPath(challenge, version)}/retire`, datasetVersionDetailsSchema, { method: 'POST' }),
    rescores: async (challenge) =>
      (await json(`/api/curation/rescores?challenge=${encodeURIComponent(challenge)}`, rescoreListSchema))
        .rescores,
    startRescore: (challenge, version) =>
      json('/api/curation/rescores', rescoreViewSchema, {
        method: 'POST',
        body: version === undefined ? { challenge } : { challenge, version },
      }),
    rescore: (rescore, signal) => json(rescorePath(rescore), rescoreViewSchema, { signal }),
    rescoreDifferences: (rescore, signal) =>
      json(`${rescorePath(rescore)}/differences`, rescoreReportSchema, { signal }),
    promoteRescore: (rescore, body) =>
      json(`${rescorePath(rescore)}/promote`, rescoreViewSchema, { method: 'POST', body }),
    endRescore: (rescore, how) =>
      json(`${rescorePath(rescore)}/${how}`, rescoreViewSchema, { method: 'POST' }),
    retryRescore: (rescore) =>
      json(`${rescorePath(rescore)}/retry-failed`, rescoreViewSchema, { method: 'POST' }),
  };
}
