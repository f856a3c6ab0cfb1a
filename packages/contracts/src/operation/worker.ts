import { z } from 'zod';
import { boardStatisticsSchema, physicsSchema } from '../scores/board-statistics.js';
import {
  boxSchema,
  challengeDefinitionSchema,
  datasetFileSchema,
  heightStatisticsSchema,
  oiParametersSchema,
  periodSchema,
  protocolSchema,
} from '../challenge/challenge.js';
import { datasetReportSchema } from '../curation/dataset-report.js';
import {
  manifestTextSchema,
  MAX_FRAMES_PER_HEARTBEAT,
  networkRunSchema,
  networkSummarySchema,
  previewFrameSchema,
  workerRuntimeSchema,
} from '../submission/network.js';
import { checkWarningSchema, rejectionReasonSchema } from '../submission/rejection.js';
import { MAX_REPORTED_FILES } from '../curation/report-limits.js';
import { scoresSchema } from '../scores/score.js';
import { artefactNameSchema, stepSchema, taskReferenceSchema } from '../submission/submission.js';
import { idSchema, isoInstantSchema, sha256Schema, slugSchema } from '../challenge/units.js';

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
  /** Of the training truth, where the challenge publishes them: networks may ask to be normalised with them. */
  trainTruth: heightStatisticsSchema.optional(),
});
export type TaskExtent = z.infer<typeof taskExtentSchema>;

/** An input of the dataset, under the name that messages call it by. */
export const inputFileSchema = z.object({
  object: objectReferenceSchema,
  fileName: z.string(),
  variable: z.string().nullable(),
});
export const observationFileSchema = inputFileSchema.extend({
  role: z.enum(['observations', 'swath-observations', 'gridded-observations']),
});
export type InputFile = z.infer<typeof inputFileSchema>;
export type ObservationFile = z.infer<typeof observationFileSchema>;

/** The platform maps observations itself: a reference of the board. The worker sees inputs only, never the truth. */
export const mapPayloadSchema = z.object({
  kind: z.literal('map'),
  submissionId: idSchema,
  task: taskExtentSchema,
  observations: z.array(observationFileSchema).min(1),
  method: z.literal('oi'),
  parameters: oiParametersSchema,
});
export type MapPayload = z.infer<typeof mapPayloadSchema>;

/** A map, or a network before it is run. */
export const checkPayloadSchema = z.object({
  kind: z.literal('check'),
  submissionId: idSchema,
  /** Set for the map that a network computed for one evaluation; null for what concerns the whole submission. */
  evaluationId: idSchema.nullable().default(null),
  /** Set where the upload is a checkpoint or an ONNX file. */
  network: z.object({ manifest: manifestTextSchema.nullable() }).nullable().default(null),
  upload: objectReferenceSchema,
  fileName: z.string(),
  variable: z.string().nullable(),
  tasks: z.array(taskExtentSchema).min(1),
  /** Tasks that the map does not cover are dropped instead of rejected, as long as one is left. */
  onlyCovered: z.boolean().default(false),
});

/** Runs a checked network on the inputs of one task. The worker never sees the truth. */
export const predictPayloadSchema = z.object({
  kind: z.literal('predict'),
  submissionId: idSchema,
  /** Of a stress run, its own id. */
  evaluationId: idSchema,
  network: objectReferenceSchema,
  /** What the device must have free. */
  memoryBytes: z.number().int().nonnegative(),
  task: taskExtentSchema,
  observations: z.array(observationFileSchema).min(1),
  oi: inputFileSchema.nullable(),
  sst: inputFileSchema.nullable(),
  /** A satellite whose observations the network must not read: the evaluator leaves them out. */
  without: z.string().max(60).nullable().default(null),
});
export type PredictPayload = z.infer<typeof predictPayloadSchema>;

export const scorePayloadSchema = z.object({
  kind: z.literal('score'),
  evaluationId: idSchema,
  canonical: objectReferenceSchema,
  /** The gridded truth, or the withheld track under an along-track protocol. */
  truth: objectReferenceSchema,
  truthVariable: z.string().nullable(),
  task: taskExtentSchema,
  protocol: protocolSchema,
  /** The public OI of the task: what the map is compared with for the usual mistakes, so that no doubt tells the truth. */
  oi: inputFileSchema.nullable().default(null),
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
  physics: physicsSchema.nullish(),
  /** What the score step wrote: the curves and sums that figures are drawn from. */
  diagnostics: objectReferenceSchema.nullable().default(null),
  statistics: objectReferenceSchema.nullable().default(null),
  /** Effective resolution by box; null where the score step wrote none. */
  resolution: objectReferenceSchema.nullable().default(null),
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
    /** Its page, and the platform. */
    submissionUrl: z.string().default(''),
    platformUrl: z.string().default(''),
    /** When it was submitted. */
    submittedAt: isoInstantSchema.nullable().default(null),
    /** How the data of the challenge are cited. */
    datasetCitation: z.string().default(''),
    datasetLicence: z.string().default(''),
    /** Whether the names of the submitted file and its variable may be told: they may hold that of the author. */
    namesFile: z.boolean().default(false),
  }),
  /** Error and truth go into the scored NetCDF only where the truth is public. */
  includeTruth: z.boolean(),
  /** The public observations of the task, to be drawn beside the maps. */
  observations: z.array(observationFileSchema).default([]),
});
/**
 * Reads every file of a draft and says what is off. The worker sees the truth and every other file of that draft. A file that the
 * definition names and the list lacks is a finding.
 */
export const inspectPayloadSchema = z.object({
  kind: z.literal('inspect'),
  draftId: idSchema,
  /** Of the draft, which may have changed by the time the report is there. */
  revision: z.number().int().positive(),
  definition: challengeDefinitionSchema,
  files: z
    .array(z.object({ path: datasetFileSchema.shape.path, object: objectReferenceSchema }))
    .max(MAX_REPORTED_FILES),
});
export type InspectPayload = z.infer<typeof inspectPayloadSchema>;

export const jobPayloadSchema = z.discriminatedUnion('kind', [
  mapPayloadSchema,
  checkPayloadSchema,
  predictPayloadSchema,
  scorePayloadSchema,
  productsPayloadSchema,
  inspectPayloadSchema,
]);
export type ProductsPayload = z.infer<typeof productsPayloadSchema>;
export type JobPayload = z.infer<typeof jobPayloadSchema>;

/** POST /api/worker/claim. The reply is 204 when nothing came within `waitMs`. */
export const claimRequestSchema = z.strictObject({
  worker: z.string().min(1).max(120),
  evaluatorVersion: z.string().min(1).max(60),
  capabilities: z.array(stepSchema).min(1),
  /** With `predict` among the capabilities. */
  runtime: workerRuntimeSchema.optional(),
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
  /** Of a predict step: days that are finished; one that was told before is replaced. */
  frames: z.array(previewFrameSchema).max(MAX_FRAMES_PER_HEARTBEAT).optional(),
});
export type HeartbeatRequest = z.infer<typeof heartbeatRequestSchema>;
export const heartbeatReplySchema = z.object({ cancelled: z.boolean() });
export type HeartbeatReply = z.infer<typeof heartbeatReplySchema>;

export const artefactSchema = z.object({ name: artefactNameSchema, object: objectReferenceSchema });

/**
 * What a step found: done (with its results), rejected (the participant's to fix) or failed (ours; retried). Handed back: the
 * evaluator was told to stop, and the attempt does not count.
 */
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
      /** Of a check step whose upload is a network. */
      z.object({
        kind: z.literal('check-network'),
        /** The weights and how to run them, in the one form that is executed. */
        network: objectReferenceSchema,
        summary: networkSummarySchema,
        warnings: z.array(checkWarningSchema),
      }),
      z.object({
        kind: z.literal('predict'),
        map: objectReferenceSchema,
        variable: z.string(),
        fileName: z.string(),
        run: networkRunSchema,
      }),
      z.object({
        kind: z.literal('score'),
        scores: scoresSchema,
        /** None along a track. */
        physics: physicsSchema.nullish(),
        statistics: boardStatisticsSchema.nullish(),
        warnings: z.array(checkWarningSchema),
        artefacts: z.array(artefactSchema),
      }),
      z.object({ kind: z.literal('products'), artefacts: z.array(artefactSchema) }),
      z.object({ kind: z.literal('inspect'), report: datasetReportSchema }),
    ]),
  }),
  z.object({
    status: z.literal('rejected'),
    reason: rejectionReasonSchema,
  }),
  z.object({ status: z.literal('failed'), message: z.string().max(2000), retryable: z.boolean() }),
  z.object({ status: z.literal('handed-back') }),
]);
export type JobOutcome = z.infer<typeof jobOutcomeSchema>;

/** POST /api/worker/jobs/:jobId/finish */
export const finishRequestSchema = z.strictObject({ ...leaseSchema, outcome: jobOutcomeSchema });
export type FinishRequest = z.infer<typeof finishRequestSchema>;
