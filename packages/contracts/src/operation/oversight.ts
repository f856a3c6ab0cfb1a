import { z } from 'zod';
import { auditEntrySchema, auditActionSchema, auditSubjectKindSchema } from './audit.js';
import { storageReportSchema } from './storage.js';
import { submissionViewSchema, evaluationStateSchema } from '../submission/submission.js';
import { idSchema, isoInstantSchema, slugSchema } from '../challenge/units.js';

/** GET /api/admin/audit: newest first. */
export const auditQuerySchema = z.object({
  action: auditActionSchema.optional(),
  /** Part of a name. */
  actor: z.string().max(200).optional(),
  subjectKind: auditSubjectKindSchema.optional(),
  subject: z.string().max(200).optional(),
  /** Lines before this number. */
  before: z.coerce.number().int().positive().optional(),
  /** Lines after this number. */
  after: z.coerce.number().int().nonnegative().optional(),
  limit: z.coerce.number().int().min(1).max(500).default(50),
});
export type AuditQuery = z.infer<typeof auditQuerySchema>;

export const auditPageSchema = z.object({
  entries: z.array(auditEntrySchema),
  /** `before` of the page with older lines; null where there are none. */
  older: z.number().int().positive().nullable(),
  /** Of the whole log, whatever the filters are. */
  lineCount: z.number().int().nonnegative(),
});
export type AuditPage = z.infer<typeof auditPageSchema>;

export const auditVerificationSchema = z.object({
  lineCount: z.number().int().nonnegative(),
  /** The first line that does not fit to the one before it; null: the log is as it was written. */
  firstBroken: z.number().int().positive().nullable(),
  /** The hash of the last line: whoever noted it earlier sees a log that was cut off. */
  lastHash: z.string().nullable(),
  verifiedAt: isoInstantSchema,
});
export type AuditVerification = z.infer<typeof auditVerificationSchema>;

export const MODERATION_ACTIONS = ['hide', 'show', 'verify', 'unverify', 'disqualify', 'reinstate'] as const;
export const moderationActionSchema = z.enum(MODERATION_ACTIONS);
export type ModerationAction = z.infer<typeof moderationActionSchema>;

/** POST /api/admin/submissions/:id/:action. The author reads the reason; of `verify` it is the note beside the mark. */
export const moderateRequestSchema = z.strictObject({
  reason: z.string().trim().min(1, 'say why: the author reads it').max(500),
});
export type ModerateRequest = z.infer<typeof moderateRequestSchema>;

export const moderatedStateSchema = z.enum(['hidden', 'verified', 'disqualified', 'withdrawn', 'none']);

/** GET /api/admin/submissions: of all challenges, newest first. */
export const adminSubmissionQuerySchema = z.object({
  challenge: slugSchema.optional(),
  state: evaluationStateSchema.optional(),
  /** Part of a name or an address. */
  author: z.string().max(200).optional(),
  moderated: moderatedStateSchema.optional(),
  page: z.coerce.number().int().positive().max(100_000).default(1),
});
export type AdminSubmissionQuery = z.infer<typeof adminSubmissionQuerySchema>;

export const adminSubmissionPageSchema = z.object({
  submissions: z.array(submissionViewSchema),
  page: z.number().int().positive(),
  pageCount: z.number().int().nonnegative(),
  total: z.number().int().nonnegative(),
});
export type AdminSubmissionPage = z.infer<typeof adminSubmissionPageSchema>;

const secondsSchema = z.number().nonnegative().nullable();

/** GET /api/admin/health */
export const adminHealthSchema = z.object({
  at: isoInstantSchema,
  workers: z.array(
    z.object({
      name: z.string(),
      evaluatorVersion: z.string(),
      lastSeenAt: isoInstantSchema,
      /** Asked for work within the last minute, or works now. */
      isConnected: z.boolean(),
      steps: z.array(z.string()),
      runtime: z
        .object({ name: z.string(), device: z.string(), memoryBytes: z.number().nonnegative() })
        .nullable(),
      jobs: z.array(
        z.object({
          step: z.string(),
          submissionId: idSchema.nullable(),
          since: isoInstantSchema.nullable(),
          progress: z.number().nullable(),
          attempt: z.number().int(),
        }),
      ),
    }),
  ),
  steps: z.array(
    z.object({
      step: z.string(),
      queued: z.number().int().nonnegative(),
      running: z.number().int().nonnegative(),
      /** How long the oldest queued job waits. */
      oldestWaitS: secondsSchema,
      /** Of the last 24 h, as the other numbers below. */
      finished: z.number().int().nonnegative(),
      failed: z.number().int().nonnegative(),
      /** From asking for the work to the first worker that took it. */
      waitMedianS: secondsSchema,
      waitP95S: secondsSchema,
      /** Of the attempt that finished. */
      runMedianS: secondsSchema,
      runP95S: secondsSchema,
    }),
  ),
  /** Newest first, of the last 30 days. */
  failures: z.array(
    z.object({
      jobId: idSchema,
      step: z.string(),
      at: isoInstantSchema,
      attempts: z.number().int().nonnegative(),
      message: z.string(),
      worker: z.string().nullable(),
      submissionId: idSchema.nullable(),
      evaluationId: idSchema.nullable(),
      method: z.string().nullable(),
      challenge: z.string().nullable(),
      /** Whether the evaluation can be tried again. */
      mayRetry: z.boolean(),
    }),
  ),
  /** As it was counted in the store last, at most some minutes ago. */
  store: storageReportSchema,
  attention: z.array(
    z.object({
      code: z.enum([
        'failed-references',
        'failed-jobs',
        'no-worker',
        'stuck-jobs',
        'mails-failed',
        'notifications-waiting',
        'products-outdated',
        'objects-missing',
      ]),
      message: z.string(),
      /** Where on this site to look; null: nowhere in particular. */
      path: z.string().nullable(),
    }),
  ),
});
export type AdminHealth = z.infer<typeof adminHealthSchema>;

/** POST /api/admin/evaluations/:id/retry: what waits in the place of what failed. */
export const retriedSchema = z.object({
  submissionId: idSchema,
  evaluationIds: z.array(idSchema),
  step: z.string(),
});
export type Retried = z.infer<typeof retriedSchema>;
