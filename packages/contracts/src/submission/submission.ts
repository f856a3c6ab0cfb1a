import { z } from 'zod';
import { physicsSchema } from '../scores/board-statistics.js';
import { personSchema } from '../account/account.js';
import { inputKindSchema, protocolSchema } from '../challenge/challenge.js';
import {
  manifestTextSchema,
  networkRunSchema,
  networkSummarySchema,
  submissionFormSchema,
} from './network.js';
import { checkWarningSchema, rejectionReasonSchema } from './rejection.js';
import { scoresSchema } from '../scores/score.js';
import {
  idSchema,
  isoDaySchema,
  isoInstantSchema,
  lineSchema,
  paragraphSchema,
  sha256Schema,
  slugSchema,
} from '../challenge/units.js';

const linkSchema = z.url({ protocol: /^https?$/ }).max(500);

/** How a method works, for readers who compare like with like. */
export const METHOD_FAMILIES = ['interpolation', 'dynamical', 'neural-network', 'other'] as const;
export const methodFamilySchema = z.enum(METHOD_FAMILIES);
export type MethodFamily = z.infer<typeof methodFamilySchema>;

/** What a participant says about the method; shown beside the scores. */
export const methodCardSchema = z.strictObject({
  name: lineSchema.min(1, 'give the method a name').max(80),
  description: paragraphSchema.max(4000).default(''),
  inputs: z.array(inputKindSchema).min(1, 'say which inputs the method used'),
  /** Interpolation (OI, splines), dynamical (a model of the flow is fitted), a neural network; left out by older entries. */
  family: methodFamilySchema.optional(),
  /** Areas of the challenge whose data the method learnt from; left out where it learnt from none, or does not say. */
  trainedOn: z.array(slugSchema).max(24).optional(),
  codeUrl: linkSchema.nullable().default(null),
  paperUrl: linkSchema.nullable().default(null),
  licence: lineSchema.max(80).default('CC-BY-4.0'),
});
export type MethodCard = z.infer<typeof methodCardSchema>;

export const taskReferenceSchema = z.strictObject({ area: slugSchema, scenario: slugSchema });
export type TaskReference = z.infer<typeof taskReferenceSchema>;

/** Who sees an entry, once it is scored. `anonymous`: on the boards without a name, until 00:00 UTC of the day `until`. */
export const visibilitySchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('public') }),
  z.strictObject({ kind: z.literal('private') }),
  z.strictObject({ kind: z.literal('anonymous'), until: isoDaySchema }),
]);
export type Visibility = z.infer<typeof visibilitySchema>;

/** PUT /api/submissions/:id/visibility */
export const changeVisibilityRequestSchema = z.strictObject({ visibility: visibilitySchema });
export type ChangeVisibilityRequest = z.infer<typeof changeVisibilityRequestSchema>;

/** POST /api/submissions/:id/withdraw. The reason is shown in the place of the entry. */
export const withdrawRequestSchema = z.strictObject({ reason: paragraphSchema.max(500).default('') });
export type WithdrawRequest = z.infer<typeof withdrawRequestSchema>;

/** What is left of an entry that was withdrawn. */
export const withdrawalSchema = z.object({
  at: isoInstantSchema,
  by: z.enum(['author', 'organiser']),
  /** Empty where none was told. */
  reason: z.string(),
});
export type Withdrawal = z.infer<typeof withdrawalSchema>;

const moderationMarkSchema = z.object({
  at: isoInstantSchema,
  /** The organiser, told to organisers only. */
  by: z.string().nullable(),
  reason: z.string(),
});

/**
 * What the organisers said of an entry. Hidden: on no board, and nobody but its author and organisers finds it. Disqualified: on no
 * board, and its page says why. Verified: the organisers vouch for it; `reason` is the note beside the mark.
 */
export const moderationSchema = z.object({
  hidden: moderationMarkSchema.nullable(),
  verified: moderationMarkSchema.nullable(),
  disqualified: moderationMarkSchema.nullable(),
});
export type Moderation = z.infer<typeof moderationSchema>;

/** What makes an upload a network: how it is to be run. */
export const networkEntrySchema = z.strictObject({
  /**
   * The text of `manifest.yaml`, or of the `.hydra/config.yaml` that the checkpoint was trained with; null where the file
   * carries its manifest itself.
   */
  manifest: manifestTextSchema.nullable(),
});

export const createSubmissionRequestSchema = z
  .strictObject({
    challenge: slugSchema,
    tasks: z.array(taskReferenceSchema).min(1).max(24),
    uploadId: z.string().min(1),
    /** Name of the variable to score, where the file holds several candidates. */
    variable: z.string().max(200).optional(),
    /**
     * The map is cut to those of the tasks that it covers, and the others are dropped: for one basin map on several areas.
     * Without it, a task that the map does not cover ends in a rejection.
     */
    onlyCovered: z.boolean().default(false),
    /** The upload is a checkpoint or an ONNX file: the platform runs it on the observations of each task. */
    network: networkEntrySchema.optional(),
    visibility: visibilitySchema.default({ kind: 'public' }),
    /** In the name of one of your teams. */
    team: idSchema.nullable().default(null),
    card: methodCardSchema,
  })
  .superRefine((request, context) => {
    if (request.network === undefined) return;
    const isOfMaps = { variable: request.variable !== undefined, onlyCovered: request.onlyCovered };
    for (const key of ['variable', 'onlyCovered'] as const) {
      if (isOfMaps[key])
        context.addIssue({
          code: 'custom',
          path: [key],
          message: 'is for maps: a network maps every task itself',
        });
    }
  });
export type CreateSubmissionRequest = z.infer<typeof createSubmissionRequestSchema>;

/** POST /api/submissions/sets: one method, several files, all of them taken or none. */
export const createSubmissionSetRequestSchema = z.strictObject({
  challenge: slugSchema,
  card: methodCardSchema,
  visibility: visibilitySchema.default({ kind: 'public' }),
  team: idSchema.nullable().default(null),
  files: z
    .array(
      z.strictObject({
        uploadId: z.string().min(1),
        tasks: z.array(taskReferenceSchema).min(1).max(24),
        variable: z.string().max(200).optional(),
        onlyCovered: z.boolean().default(false),
      }),
    )
    .min(1)
    .max(24),
});
export type CreateSubmissionSetRequest = z.infer<typeof createSubmissionSetRequestSchema>;

export const EVALUATION_STATES = ['queued', 'running', 'scored', 'rejected', 'failed', 'cancelled'] as const;
export const evaluationStateSchema = z.enum(EVALUATION_STATES);
export type EvaluationState = z.infer<typeof evaluationStateSchema>;

/** `inspect` belongs to a draft of a dataset; the others to a submission. */
export const stepSchema = z.enum(['map', 'check', 'predict', 'score', 'products', 'inspect']);
export type Step = z.infer<typeof stepSchema>;

export const artefactNameSchema = z.enum([
  'scored.nc',
  'figures.zip',
  'diagnostics.json',
  'statistics.json',
  'boxes.json',
  'spectra.json',
  'resolution.json',
  'maps.json',
  'reconstruction.i16',
  'reference.i16',
  'error.i16',
  'rmse.i16',
  'reconstruction-gradient.i16',
  'reference-gradient.i16',
  'reconstruction-vorticity.i16',
  'reference-vorticity.i16',
  'observations.i16',
]);
export type ArtefactName = z.infer<typeof artefactNameSchema>;

/** Why a job waits although it is its turn: what would have to connect before it can run. */
export const obstacleSchema = z.object({
  code: z.enum(['no-worker-predicts', 'network-too-large']),
  message: z.string(),
});
export type Obstacle = z.infer<typeof obstacleSchema>;

/** The error of a map over a few days, in ten steps a decade. */
export const coarseErrorSchema = z.object({
  /** `YYYY-MM-DD`, the first of these days. */
  firstDay: z.string(),
  lastDay: z.string(),
  /** Root mean square over all scored points of these days, m. */
  rmseM: z.number().nonnegative(),
});
export type CoarseError = z.infer<typeof coarseErrorSchema>;

/** One submission on one task: state, and when final, scores or the reason. */
export const evaluationViewSchema = z.object({
  id: idSchema,
  area: slugSchema,
  scenario: slugSchema,
  state: evaluationStateSchema,
  /** The step that is running or that is next; null once final. */
  step: stepSchema.nullable(),
  /** 0…1 within the running step. */
  progress: z.number().min(0).max(1).nullable(),
  /** One sentence on what is happening, e.g. "scoring latitude rows 40 to 80 of 200". */
  activity: z.string(),
  stateSince: isoInstantSchema,
  /** The state will have changed by then, or the platform gives the job to another worker; null once final. */
  deadline: isoInstantSchema.nullable(),
  attempt: z.number().int().nonnegative(),
  queuePosition: z.number().int().nonnegative().nullable(),
  /** Set while no connected evaluator can run the next step. */
  obstacle: obstacleSchema.nullable(),
  /** Finished days of a map that a network is computing, or has computed; see `preview`. */
  previewDays: z.number().int().nonnegative(),
  /** What ran the network, and what that took; null for maps, and until it has run. */
  run: networkRunSchema.nullable(),
  datasetVersion: z.string(),
  protocol: protocolSchema,
  evaluatorVersion: z.string().nullable(),
  scores: scoresSchema.nullable(),
  physics: physicsSchema.nullable().default(null),
  rank: z.number().int().positive().nullable(),
  /** The entry of the board that this is once more, by file or map: the reason for having no rank. */
  identicalTo: z.object({ submissionId: idSchema, method: z.string() }).nullable().default(null),
  /** Scored, and not told in this public test: it is not clearly better than what its author was told before. */
  isHeldBack: z.boolean().default(false),
  rejection: rejectionReasonSchema.nullable(),
  failureMessage: z.string().nullable(),
  warnings: z.array(checkWarningSchema),
  /** The files and maps were made while the truth was withheld: truth, error and curves come when they are made again. */
  lacksTruth: z.boolean().default(false),
  /** In a public test instead of the error of every day: of five days each, where the score is told. */
  coarseErrors: z.array(coarseErrorSchema).nullable().default(null),
  /** Artefacts that may be downloaded at this disclosure level, with their URL. */
  artefacts: z.array(
    z.object({ name: artefactNameSchema, sizeBytes: z.number(), sha256: sha256Schema, url: z.string() }),
  ),
});
export type EvaluationView = z.infer<typeof evaluationViewSchema>;

export const submissionViewSchema = z.object({
  id: idSchema,
  challenge: slugSchema,
  challengeName: z.string(),
  kind: z.enum(['participant', 'reference']),
  form: submissionFormSchema,
  /** The team or the person; `anonymous` as long as the name is hidden from the reader. */
  author: z.string(),
  /** In whose name it was submitted; null for a person's own, and while the name is hidden. */
  team: z.object({ id: idSchema, name: z.string() }).nullable(),
  /** The person who submitted it, or the members of the team; empty while the name is hidden. */
  people: z.array(personSchema),
  isMine: z.boolean(),
  /** Whether the reader may cancel, show and withdraw it. */
  mayManage: z.boolean(),
  /** As it is now: an anonymous entry whose day has come is public. */
  visibility: visibilitySchema,
  /** Set once it was withdrawn: it is on no board, and others see neither scores nor files any more. */
  withdrawal: withdrawalSchema.nullable(),
  moderation: moderationSchema.default({ hidden: null, verified: null, disqualified: null }),
  card: methodCardSchema,
  /** Null while the platform still computes the map. */
  file: z.object({ name: z.string(), sizeBytes: z.number(), sha256: sha256Schema }).nullable(),
  /** Of a network: how it is run, and once it is checked, what it is. The manifest is shown to those who may read the file. */
  network: z.object({ manifest: z.string().nullable(), summary: networkSummarySchema.nullable() }).nullable(),
  /** The other submissions that came in the same set. */
  siblings: z.array(
    z.object({ submissionId: idSchema, fileName: z.string(), tasks: z.array(taskReferenceSchema) }),
  ),
  createdAt: isoInstantSchema,
  evaluations: z.array(evaluationViewSchema),
  /** Evaluations of a re-score that is not promoted: for organisers only, empty for everybody else. */
  shadows: z.array(evaluationViewSchema).default([]),
});
export type SubmissionView = z.infer<typeof submissionViewSchema>;

export const submissionListSchema = z.object({ submissions: z.array(submissionViewSchema) });
export type SubmissionList = z.infer<typeof submissionListSchema>;
