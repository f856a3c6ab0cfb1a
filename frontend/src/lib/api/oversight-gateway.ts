import {
  adminHealthSchema,
  adminSubmissionPageSchema,
  auditPageSchema,
  auditVerificationSchema,
  challengeSettingsSchema,
  collectionSchema,
  productsAgainSchema,
  retriedSchema,
  storageReportSchema,
  submissionViewSchema,
  type AdminHealth,
  type AdminSubmissionPage,
  type AuditPage,
  type AuditVerification,
  type ChallengeSettings,
  type Collection,
  type ModerationAction,
  type ProductsAgain,
  type PutChallengeSettings,
  type Retried,
  type StorageReport,
  type SubmissionView,
} from '@sillage/contracts';
import { withQuery } from '../paths';
import { createRequests, type Transport } from './requests';

type Query = Record<string, string | undefined>;

/** How organisers look after the platform. Apart from the gateway of the site, so that public pages do not load its schemas. */
export type OversightGateway = {
  health: () => Promise<AdminHealth>;
  retry: (evaluation: string) => Promise<Retried>;
  storage: () => Promise<StorageReport>;
  collect: () => Promise<Collection>;
  audit: (query: Query) => Promise<AuditPage>;
  verifyAudit: () => Promise<AuditVerification>;
  submissions: (query: Query) => Promise<AdminSubmissionPage>;
  moderate: (submission: string, action: ModerationAction, reason: string) => Promise<SubmissionView>;
  settings: (challenge: string) => Promise<ChallengeSettings>;
  putSettings: (challenge: string, settings: PutChallengeSettings) => Promise<ChallengeSettings>;
  makeProductsAgain: (challenge: string) => Promise<ProductsAgain>;
};

export function createOversightGateway(transport: Transport): OversightGateway {
  const { json } = createRequests(transport);
  const settingsPath = (challenge: string) =>
    `/api/admin/challenges/${encodeURIComponent(challenge)}/settings`;
  return {
    health: () => json('/api/admin/health', adminHealthSchema),
    retry: (evaluation) =>
      json(`/api/admin/evaluations/${encodeURIComponent(evaluation)}/retry`, retriedSchema, {
        method: 'POST',
        body: {},
      }),
    storage: () => json('/api/admin/storage', storageReportSchema),
    collect: () => json('/api/admin/storage/collect', collectionSchema, { method: 'POST', body: {} }),
    audit: (query) => json(withQuery('/api/admin/audit', query), auditPageSchema),
    verifyAudit: () => json('/api/admin/audit/verify', auditVerificationSchema),
    submissions: (query) => json(withQuery('/api/admin/submissions', query), adminSubmissionPageSchema),
    moderate: (submission, action, reason) =>
      json(`/api/admin/submissions/${encodeURIComponent(submission)}/${action}`, submissionViewSchema, {
        method: 'POST',
        body: { reason },
      }),
    settings: (challenge) => json(settingsPath(challenge), challengeSettingsSchema),
    putSettings: (challenge, body) =>
      json(settingsPath(challenge), challengeSettingsSchema, { method: 'PUT', body }),
    makeProductsAgain: (challenge) =>
      json(`/api/admin/challenges/${encodeURIComponent(challenge)}/products`, productsAgainSchema, {
        method: 'POST',
        body: {},
      }),
  };
}
