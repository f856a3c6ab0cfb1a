import {
  accountViewSchema,
  adminHealthSchema,
  adminSubmissionPageSchema,
  auditPageSchema,
  auditVerificationSchema,
  challengeSettingsSchema,
  collectionSchema,
  organiserListSchema,
  productsAgainSchema,
  quotaLedgerSchema,
  retriedSchema,
  storageReportSchema,
  submissionViewSchema,
  type ModerationAction,
  type PutChallengeSettings,
} from '@sillage/contracts';
import type { Requests } from './requests.js';
import { withQuery, type Query } from './with-query.js';

const segment = encodeURIComponent;
const adminChallengePath = (challenge: string) => `/api/admin/challenges/${segment(challenge)}`;

export type OversightCalls = ReturnType<typeof oversightCalls>;

/** How organisers look after the platform. An entry of its own, so that public pages do not load its schemas. */
export function oversightCalls({ json, nothing }: Requests) {
  return {
    health: () => json('/api/admin/health', adminHealthSchema),
    retry: (evaluation: string) =>
      json(`/api/admin/evaluations/${segment(evaluation)}/retry`, retriedSchema, { method: 'POST' }),
    storage: () => json('/api/admin/storage', storageReportSchema),
    collect: () => json('/api/admin/storage/collect', collectionSchema, { method: 'POST' }),
    audit: (query: Query) => json(withQuery('/api/admin/audit', query), auditPageSchema),
    verifyAudit: () => json('/api/admin/audit/verify', auditVerificationSchema),
    /** Of all challenges, private and hidden ones too. */
    adminSubmissions: (query: Query) =>
      json(withQuery('/api/admin/submissions', query), adminSubmissionPageSchema),
    moderate: (submission: string, action: ModerationAction, reason: string) =>
      json(`/api/admin/submissions/${segment(submission)}/${action}`, submissionViewSchema, {
        method: 'POST',
        body: { reason },
      }),
    challengeSettings: (challenge: string) =>
      json(`${adminChallengePath(challenge)}/settings`, challengeSettingsSchema),
    putChallengeSettings: (challenge: string, body: PutChallengeSettings) =>
      json(`${adminChallengePath(challenge)}/settings`, challengeSettingsSchema, { method: 'PUT', body }),
    quotaLedger: (challenge: string, owner: { account: string } | { team: string }) =>
      json(withQuery(`${adminChallengePath(challenge)}/allowance`, owner), quotaLedgerSchema),
    /** @returns of how many scores files and maps are made again. */
    makeProductsAgain: async (challenge: string) =>
      (await json(`${adminChallengePath(challenge)}/products`, productsAgainSchema, { method: 'POST' }))
        .enqueued,
    organisers: async () => (await json('/api/organisers', organiserListSchema)).organisers,
    addOrganiser: (email: string) =>
      json('/api/organisers', accountViewSchema, { method: 'POST', body: { email } }),
    removeOrganiser: (account: string) =>
      nothing(`/api/organisers/${segment(account)}`, { method: 'DELETE' }),
  };
}
