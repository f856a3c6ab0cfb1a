import { z } from 'zod';
import { protocolSchema } from '../challenge/challenge.js';
import { datasetVersionStateSchema } from '../curation/curation.js';
import { rejectionReasonSchema } from '../submission/rejection.js';
import { SCORE_KEYS } from '../scores/score-table.js';
import { scoresSchema } from '../scores/score.js';
import { evaluationStateSchema } from '../submission/submission.js';
import { idSchema, isoInstantSchema, slugSchema } from '../challenge/units.js';

/** `running`: something has no result yet. `ready`: everything has one, and an organiser decides. The others are the end. */
export const RESCORE_STATES = ['running', 'ready', 'promoted', 'discarded', 'cancelled'] as const;
export const rescoreStateSchema = z.enum(RESCORE_STATES);
export type RescoreState = z.infer<typeof rescoreStateSchema>;

/** POST /api/curation/rescores. Without a version, or with the current one: the same data by a newer evaluator. */
export const startRescoreRequestSchema = z.strictObject({
  challenge: slugSchema,
  version: z.string().optional(),
});
export type StartRescoreRequest = z.infer<typeof startRescoreRequestSchema>;

/** Evaluations of a re-score by state. */
export const rescoreCountsSchema = z.record(evaluationStateSchema, z.number().int().nonnegative());
export type RescoreCounts = z.infer<typeof rescoreCountsSchema>;

export const rescoreViewSchema = z.object({
  id: idSchema,
  challenge: slugSchema,
  challengeName: z.string(),
  /** What is scored on, and what it is compared with; equal where only the evaluator is newer. */
  version: z.string(),
  fromVersion: z.string(),
  versionState: datasetVersionStateSchema,
  state: rescoreStateSchema,
  /** Of the evaluations that count: of what was tried again only the last. */
  counts: rescoreCountsSchema,
  total: z.number().int().nonnegative(),
  /** Another version became current since: it can be discarded only. */
  isOutdated: z.boolean(),
  /** Which cells move and why; set when it is promoted. */
  changes: z.string().nullable(),
  createdBy: z.string(),
  createdAt: isoInstantSchema,
  endedBy: z.string().nullable(),
  endedAt: isoInstantSchema.nullable(),
});
export type RescoreView = z.infer<typeof rescoreViewSchema>;

/** GET /api/curation/rescores?challenge=…: newest first. */
export const rescoreListSchema = z.object({ rescores: z.array(rescoreViewSchema) });
export type RescoreList = z.infer<typeof rescoreListSchema>;

/** What an entry has, or would have, on a board. */
const standingSchema = z.object({
  evaluationId: idSchema,
  scores: scoresSchema,
  /** As the board shares it; null where the entry is on no board, being private. */
  rank: z.number().int().positive().nullable(),
  evaluatorVersion: z.string(),
});

/** After − before, of each score that both have. Units are those of the scores. */
const differencesSchema = z.intersection(
  z.object({ mu: z.number() }),
  z.partialRecord(z.enum(SCORE_KEYS), z.number().nullable()),
);

/**
 * What became of an entry on a task. `moves`: at least one score differs in the digits that boards show. `stays`: none does.
 * `appears`: it had no score before. `vanishes`: it had one, and its reference or its task is not in the new version. `rejected`,
 * `failed`, `cancelled`: it had one and gets none. `pending`: not known yet.
 */
export const RESCORE_OUTCOMES = [
  'moves',
  'stays',
  'appears',
  'vanishes',
  'rejected',
  'failed',
  'cancelled',
  'pending',
] as const;
export const rescoreOutcomeSchema = z.enum(RESCORE_OUTCOMES);
export type RescoreOutcome = z.infer<typeof rescoreOutcomeSchema>;

export const rescoreEntrySchema = z.object({
  submissionId: idSchema,
  method: z.string(),
  author: z.string(),
  kind: z.enum(['participant', 'reference']),
  /** False for a private entry: it is scored again like the others and stands on no board. */
  isListed: z.boolean(),
  outcome: rescoreOutcomeSchema,
  before: standingSchema.nullable(),
  after: standingSchema.nullable(),
  differences: differencesSchema.nullable(),
  /** Whether µ changed by more than the choice of days explains, by a paired bootstrap; null where the days are not the same. */
  significance: z
    .object({ interval: z.tuple([z.number(), z.number()]), isSeparable: z.boolean() })
    .nullable(),
  rejection: rejectionReasonSchema.nullable(),
  failureMessage: z.string().nullable(),
});
export type RescoreEntry = z.infer<typeof rescoreEntrySchema>;

export const rescoreTaskSchema = z.object({
  area: slugSchema,
  scenario: slugSchema,
  /** In which of the two versions the task is. */
  presence: z.enum(['both', 'before', 'after']),
  /** In the order of the new ranks, then of the old ones. */
  entries: z.array(rescoreEntrySchema),
});
export type RescoreTask = z.infer<typeof rescoreTaskSchema>;

export const rescoreSummarySchema = z.object({
  /** Entries by what became of them; an entry counts once for each of its tasks. */
  outcomes: z.record(rescoreOutcomeSchema, z.number().int().nonnegative()),
  /** Had a score and get none: to be acknowledged, as this number, when the re-score is promoted. */
  unscored: z.number().int().nonnegative(),
  /** Entries on both boards of their task whose rank differs. */
  rankChanges: z.number().int().nonnegative(),
  /** The µ that changes most; null while none is known. */
  largestMuChange: z
    .object({
      submissionId: idSchema,
      method: z.string(),
      area: slugSchema,
      scenario: slugSchema,
      before: z.number(),
      after: z.number(),
    })
    .nullable(),
  /** Whether the first three entries of each board, with their ranks, are the same; tasks where they are not. */
  topThreeChanged: z.array(z.object({ area: slugSchema, scenario: slugSchema })),
  evaluatorsBefore: z.array(z.string()),
  evaluatorsAfter: z.array(z.string()),
});
export type RescoreSummary = z.infer<typeof rescoreSummarySchema>;

/** GET /api/curation/rescores/:id/differences. Of a re-score that has ended: as it was then. */
export const rescoreReportSchema = z.object({
  rescore: idSchema,
  challenge: slugSchema,
  version: z.string(),
  fromVersion: z.string(),
  protocol: protocolSchema,
  fromProtocol: protocolSchema,
  state: rescoreStateSchema,
  summary: rescoreSummarySchema,
  tasks: z.array(rescoreTaskSchema),
});
export type RescoreReport = z.infer<typeof rescoreReportSchema>;

/** POST /api/curation/rescores/:id/promote */
export const promoteRescoreRequestSchema = z.strictObject({
  /** Which cells move and why, one line: readers of the boards see it. */
  changes: z.string().trim().min(1, 'say which cells move and why').max(300),
  /** `summary.unscored` of the report that was read. */
  unscored: z.number().int().nonnegative().default(0),
});
export type PromoteRescoreRequest = z.infer<typeof promoteRescoreRequestSchema>;

/** A dataset version as everybody sees it. */
export const publicVersionSchema = z.object({
  version: z.string(),
  state: z.enum(['published', 'retired']),
  isCurrent: z.boolean(),
  publishedAt: isoInstantSchema,
  /** What is new in it; empty where nothing was told. */
  changes: z.string(),
  /** When its scores were done again by a newer evaluator, and why; oldest first. */
  rescores: z.array(z.object({ at: isoInstantSchema, changes: z.string() })),
});
export type PublicVersion = z.infer<typeof publicVersionSchema>;

/** GET /api/challenges/:id/versions: newest first; versions that were never published are not in it. */
export const publicVersionListSchema = z.object({ versions: z.array(publicVersionSchema) });
export type PublicVersionList = z.infer<typeof publicVersionListSchema>;
