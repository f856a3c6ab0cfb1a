import { z } from 'zod';
import { idSchema, isoInstantSchema, sha256Schema } from '../challenge/units.js';

/** What organisers, and the platform on its own, may do that somebody should be able to look up later. */
export const AUDIT_ACTIONS = [
  'draft.create',
  'draft.edit',
  'draft.delete',
  'draft.inspect',
  'version.validate',
  'version.publish',
  'version.retire',
  'challenge.register',
  'challenge.settings',
  'references.enter',
  'rescore.start',
  'rescore.cancel',
  'rescore.retry',
  'rescore.promote',
  'rescore.discard',
  'submission.hide',
  'submission.show',
  'submission.verify',
  'submission.unverify',
  'submission.disqualify',
  'submission.reinstate',
  'submission.withdraw',
  'submission.cancel',
  'stress.cancel',
  'evaluation.retry',
  'account.role',
  'store.collect',
] as const;
export const auditActionSchema = z.enum(AUDIT_ACTIONS);
export type AuditAction = z.infer<typeof auditActionSchema>;

export const auditSubjectKindSchema = z.enum([
  'challenge',
  'draft',
  'dataset-version',
  'rescore',
  'submission',
  'evaluation',
  'account',
  'store',
]);
export type AuditSubjectKind = z.infer<typeof auditSubjectKindSchema>;

/** One line of the log. `hash` is SHA-256 over the line and the hash before it: a line that is changed or taken out shows. */
export const auditEntrySchema = z.object({
  id: idSchema,
  sequence: z.number().int().positive(),
  at: isoInstantSchema,
  /** The display name of who did it, as it was then; `Sillage` for the platform itself. */
  actor: z.string(),
  actorId: idSchema.nullable(),
  action: auditActionSchema,
  subjectKind: auditSubjectKindSchema,
  subjectId: z.string(),
  /** One sentence. */
  summary: z.string(),
  details: z.record(z.string(), z.unknown()),
  hash: sha256Schema,
});
export type AuditEntry = z.infer<typeof auditEntrySchema>;
