import { z } from 'zod';
import { boxSchema, oiParametersSchema, periodSchema, protocolSchema } from './challenge.js';
import { checkWarningSchema, rejectionReasonSchema } from './rejection.js';
import { scoresSchema } from './score.js';
import { artefactNameSchema, stepSchema, taskReferenceSchema } from './submission.js';
import { idSchema, sha256Schema, slugSchema } from './units.js';

/** A file in the object store, by content. */
export const objectReferenceSchema = z.object({
  sha256: sha256Schema,
  sizeBytes: z.number().int().nonnegative(),
});
export type ObjectReference = z.infer<typeof objectReferenceSchema>;

/** Where and when a map is scored. */
export const taskExtentSchema = z.object({
  area: slugSchema,
  scenario: slugSchema,
  scoredBox: boxSchema,
  period: periodSchema,
});
export type TaskExtent = z.infer<typeof taskExtentSchema>;

/** The platform maps observations itself: a reference of the board. The worker sees inputs only, never the truth. */
export const mapPayloadSchema = z.object({
  kind: z.literal('map'),
  submissionId: idSchema,
  task: taskExtentSchema,
  observations: z
    .array(
      z.object({
        role: z.enum(['observations', 'swath-observations', 'gridded-observations']),
        object: objectReferenceSchema,
        fileName: z.string(),
        variable: z.string().nullable(),
      }),
    )
    .min(1),
  method: z.literal('oi'),
  parameters: oiParametersSchema,
});
export type MapPayload = z.infer<typeof mapPayloadSchema>;
export const checkPayloadSchema = z.object({
  kind: z.literal('check'),
  submissionId: idSchema,
  upload: objectReferenceSchema,
  fileName: z.string(),
  variable: z.string().nullable(),
  tasks: z.array(taskExtentSchema).min(1),
  /** Tasks that the map does not cover are dropped instead of rejected, as long as one is left. */
  onlyCovered: z.boolean().default(false),
});
export const scorePayloadSchema = z.object({
  kind: z.literal('score'),
  evaluationId: idSchema,
  canonical: objectReferenceSchema,
  /** The gridded truth, or the withheld track under an along-track protocol. */
  truth: objectReferenceSchema,
  truthVariable: z.string().nullable(),
  task: taskExtentSchema,
  protocol: protocolSchema,
});
export const productsPayloadSchema = z.object({
  kind: z.literal('products'),
  evaluationId: idSchema,
  canonical: objectReferenceSchema,
  truth: objectReferenceSchema,
  truthVariable: z.string().nullable(),
  task: taskExtentSchema,
  protocol: protocolSchema,
  scores: scoresSchema,
  /** Goes into the attributes of the scored NetCDF. */
  provenance: z.object({
    challenge: slugSchema,
    challengeName: z.string(),
    datasetVersion: z.string(),
    method: z.string(),
    author: z.string(),
    licence: z.string(),
    synthetic: z.boolean(),
    submissionId: idSchema,
  }),
  /** Error and truth go into the scored NetCDF only where the truth is public. */
  includeTruth: z.boolean(),
});
export const jobPayloadSchema = z.discriminatedUnion('kind', [
  mapPayloadSchema,
  checkPayloadSchema,
  scorePayloadSchema,
  productsPayloadSchema,
]);
export type ProductsPayload = z.infer<typeof productsPayloadSchema>;
export type JobPayload = z.infer<typeof jobPayloadSchema>;

/** POST /api/worker/claim. The reply is 204 when nothing came within `waitMs`. */
export const claimRequestSchema = z.strictObject({
  worker: z.string().min(1).max(120),
  evaluatorVersion: z.string().min(1).max(60),
  capabilities: z.array(stepSchema).min(1),
  waitMs: z.number().int().min(0).max(25_000).default(0),
});
export type ClaimRequest = z.infer<typeof claimRequestSchema>;

/** A lease on a job. Every later write carries `leaseToken` and `attempt`; a stale one gets `stale-lease`. */
export const claimedJobSchema = z.object({
  jobId: idSchema,
  attempt: z.number().int().positive(),
  leaseToken: z.string(),
  /** The lease ends that long after the last heartbeat. */
  leaseMs: z.number().int().positive(),
  payload: jobPayloadSchema,
});
export type ClaimedJob = z.infer<typeof claimedJobSchema>;

const leaseSchema = { attempt: z.number().int().positive(), leaseToken: z.string() };

/** POST /api/worker/jobs/:jobId/heartbeat, also used to report progress. */
export const heartbeatRequestSchema = z.strictObject({
  ...leaseSchema,
  progress: z.number().min(0).max(1).optional(),
  activity: z.string().max(200).optional(),
});
export type HeartbeatRequest = z.infer<typeof heartbeatRequestSchema>;
export const heartbeatReplySchema = z.object({ cancelled: z.boolean() });
export type HeartbeatReply = z.infer<typeof heartbeatReplySchema>;

export const artefactSchema = z.object({ name: artefactNameSchema, object: objectReferenceSchema });

/** What a step found: done (with its results), rejected (the participant's to fix) or failed (ours; retried). */
export const jobOutcomeSchema = z.discriminatedUnion('status', [
  z.object({
    status: z.literal('done'),
    result: z.discriminatedUnion('kind', [
      z.object({
        kind: z.literal('map'),
        map: objectReferenceSchema,
        /** Name of the variable that holds the heights. */
        variable: z.string(),
        fileName: z.string(),
      }),
      z.object({
        kind: z.literal('check'),
        canonical: objectReferenceSchema,
        warnings: z.array(checkWarningSchema),
        /** With `onlyCovered`: the tasks that the map does not cover. */
        uncovered: z.array(taskReferenceSchema).default([]),
      }),
      z.object({
        kind: z.literal('score'),
        scores: scoresSchema,
        warnings: z.array(checkWarningSchema),
        artefacts: z.array(artefactSchema),
      }),
      z.object({ kind: z.literal('products'), artefacts: z.array(artefactSchema) }),
    ]),
  }),
  z.object({
    status: z.literal('rejected'),
    reason: rejectionReasonSchema,
  }),
  z.object({ status: z.literal('failed'), message: z.string().max(2000), retryable: z.boolean() }),
]);
export type JobOutcome = z.infer<typeof jobOutcomeSchema>;

/** POST /api/worker/jobs/:jobId/finish */
export const finishRequestSchema = z.strictObject({ ...leaseSchema, outcome: jobOutcomeSchema });
export type FinishRequest = z.infer<typeof finishRequestSchema>;
