import { z } from 'zod';
import { bandAxesSchema, physicsSchema } from '../scores/board-statistics.js';
import { inputKindSchema, protocolSchema, publishedScoreSchema } from '../challenge/challenge.js';
import { submissionFormSchema } from '../submission/network.js';
import { METRICS } from '../scores/score-texts.js';
import { scoresSchema } from '../scores/score.js';
import { methodFamilySchema } from '../submission/submission.js';
import { idSchema, isoInstantSchema, slugSchema } from '../challenge/units.js';

/** What running the method took, where the platform ran it. */
export const costSchema = z.object({
  runtime: z.string(),
  /** As its driver names it. */
  device: z.string(),
  wallSeconds: z.number().nonnegative(),
  /** Null where the driver does not tell. */
  energyJoules: z.number().nonnegative().nullable(),
});
export type Cost = z.infer<typeof costSchema>;

/** A 95 % interval, lower end first. */
const intervalSchema = z.tuple([z.number(), z.number()]);

export const leaderboardRowSchema = z.object({
  submissionId: idSchema,
  evaluationId: idSchema,
  /**
   * By µ(RMSE), best first. Rows whose µ cannot be told apart from that of the best row of their group share its rank, and
   * the next ranks are skipped (1, 1, 3). References are ranked too.
   */
  rank: z.number().int().positive(),
  /** 1, 2, 3 … from the best group; rows of a group share their rank. */
  tieGroup: z.number().int().positive(),
  /** The ranks that the row may have: 1 + the rows that are separably better, to n − the rows separably worse. Null without `intervals`. */
  rankLow: z.number().int().positive().nullable(),
  rankHigh: z.number().int().positive().nullable(),
  /** 95 % intervals over days; null where the board has none (see `uncertainty`) or this row no daily sums. */
  intervals: z.object({ mu: intervalSchema, sigma: intervalSchema }).nullable(),
  /** Place by each metric of the protocol alone, in its better direction; equal values share one, a missing value has none (null). */
  places: z.partialRecord(z.enum(METRICS), z.number().int().positive().nullable()),
  method: z.string(),
  author: z.string(),
  kind: z.enum(['participant', 'reference']),
  /** A network was run by the platform; a map was computed elsewhere. */
  form: submissionFormSchema,
  /** What the organisers, who vouch for the entry, say beside their mark; null where they do not. */
  verified: z.string().nullable().default(null),
  family: methodFamilySchema.nullable(),
  inputs: z.array(inputKindSchema),
  codeUrl: z.string().nullable(),
  paperUrl: z.string().nullable(),
  scores: scoresSchema,
  /** Null for scores of an evaluator that did not compute it yet, and along a track. */
  physics: physicsSchema.nullable(),
  /** Null for maps: they were computed elsewhere. */
  cost: costSchema.nullable(),
  /** Whether there are maps to look at: they are made after the score, and withheld at some levels. */
  hasMaps: z.boolean(),
  /** Whether they are being made now; absent from platforms that do not tell. */
  areMapsComing: z.boolean().optional(),
  submittedAt: isoInstantSchema,
  scoredAt: isoInstantSchema,
});
export type LeaderboardRow = z.infer<typeof leaderboardRowSchema>;

/** An entry that is a ranked one once more: the same file, or a map that is equal to 1e-6 m. It has no rank. */
export const identicalEntrySchema = z.object({
  submissionId: idSchema,
  evaluationId: idSchema,
  method: z.string(),
  author: z.string(),
  original: z.object({ submissionId: idSchema, method: z.string() }),
});

/** How rank intervals and tie groups of a board were made: a paired block bootstrap over days, of µ and σ. */
export const uncertaintySchema = z.object({
  dayCount: z.number().int().positive(),
  /** Days of a block; consecutive days stay together. */
  blockDays: z.number().int().positive(),
  replicateCount: z.number().int().positive(),
  /** Deviations of the replicates are multiplied by this, since few blocks tell little of their spread. */
  widening: z.number().positive(),
  /** 0.95: two rows are told apart where the interval of their difference at this level has not 0 in it. */
  level: z.number().positive().max(1),
});
export type Uncertainty = z.infer<typeof uncertaintySchema>;

/** GET /api/challenges/:challenge/leaderboard?area=…&scenario=… */
export const leaderboardSchema = z.object({
  challenge: slugSchema,
  area: slugSchema,
  scenario: slugSchema,
  protocol: protocolSchema,
  datasetVersion: z.string(),
  /** Evaluations of this board that are not final yet. */
  pendingCount: z.number().int().nonnegative(),
  /** References of the platform that should stand here and have no score, since computing or scoring them failed. */
  failedReferences: z.array(z.string()),
  /** Null: no interval is told, since there are too few days or the challenge withholds what they are made of. */
  uncertainty: uncertaintySchema.nullable(),
  /**
   * Whether intervals and ties of this stand are being computed: until then rows have those of the last known one, and new rows
   * none (`intervals` null). Absent where they are there.
   */
  areIntervalsComing: z.boolean().optional(),
  rows: z.array(leaderboardRowSchema),
  identical: z.array(identicalEntrySchema).default([]),
  /** Scores from the literature for this area and scenario; never ranked. */
  published: z.array(publishedScoreSchema),
});
export type Leaderboard = z.infer<typeof leaderboardSchema>;

/** One method over the boards of a challenge: a submission, or the submissions of one set. */
export const scorecardEntrySchema = z.object({
  /** Of the set, or of the only submission. */
  id: idSchema,
  method: z.string(),
  author: z.string(),
  kind: z.enum(['participant', 'reference']),
  form: submissionFormSchema,
  family: methodFamilySchema.nullable(),
  inputs: z.array(inputKindSchema),
});
export type ScorecardEntry = z.infer<typeof scorecardEntrySchema>;

export const scorecardCellSchema = z.object({
  /** Index into `entries`. */
  entry: z.number().int().nonnegative(),
  submissionId: idSchema,
  evaluationId: idSchema,
  rank: z.number().int().positive(),
  rankLow: z.number().int().positive().nullable(),
  rankHigh: z.number().int().positive().nullable(),
  scores: scoresSchema,
  physics: physicsSchema.nullable(),
});
export type ScorecardCell = z.infer<typeof scorecardCellSchema>;

/** GET /api/challenges/:challenge/scorecard: every board of a challenge, without what a matrix does not show. */
export const scorecardSchema = z.object({
  challenge: slugSchema,
  protocol: protocolSchema,
  datasetVersion: z.string(),
  entries: z.array(scorecardEntrySchema),
  boards: z.array(z.object({ area: slugSchema, scenario: slugSchema, cells: z.array(scorecardCellSchema) })),
});
export type Scorecard = z.infer<typeof scorecardSchema>;

/**
 * GET /api/challenges/:challenge/leaderboard/bands?area=…&scenario=…: PSD scores by band, for a board by wavelength and the
 * map of who is best at which wavelength and period. 403 where the disclosure level withholds curves.
 *
 * The PSD score of an entry over any set of bands is 1 − Σ truthPower·errorRatio ÷ Σ truthPower.
 */
export const boardBandsSchema = z.object({
  challenge: slugSchema,
  area: slugSchema,
  scenario: slugSchema,
  datasetVersion: z.string(),
  /** Null while no entry has a spectrum. */
  axes: bandAxesSchema.nullable(),
  /** Of the truth, `[period][wavelength]`, relative to its sum over all bands. */
  truthPower: z.array(z.array(z.number())),
  entries: z.array(
    z.object({
      evaluationId: idSchema,
      /** PSD(error) ÷ PSD(truth), `[period][wavelength]`, four digits; null where the truth has no power. */
      errorRatio: z.array(z.array(z.number().nullable())),
    }),
  ),
  /** Index into `entries` of the best in each band, `[period][wavelength]`; null where nobody resolves it (score below 0). */
  winners: z.array(z.array(z.number().int().nonnegative().nullable())),
});
export type BoardBands = z.infer<typeof boardBandsSchema>;

/** Entries that one question about pairs may name. */
export const MAX_PAIR_ENTRIES = 24;

/** Which dataset version's boards; null: those of the current one. */
const versionSchema = z.string().max(40).nullable().default(null);
export const versionQuerySchema = z.object({ version: versionSchema });
export type VersionQuery = z.infer<typeof versionQuerySchema>;

/** One board, of the current or of an earlier dataset version. */
export const boardTaskQuerySchema = z.object({
  area: slugSchema,
  scenario: slugSchema,
  version: versionSchema,
});
export type BoardTaskQuery = z.infer<typeof boardTaskQuerySchema>;

/** GET /api/challenges/:challenge/leaderboard/pairs?area=…&scenario=…&entries=…: evaluation ids, separated by commas. */
export const boardPairsQuerySchema = z.object({
  area: slugSchema,
  scenario: slugSchema,
  version: versionSchema,
  entries: z
    .string()
    .transform((text) => text.split(','))
    .pipe(
      z
        .array(idSchema)
        .min(2, 'name at least two evaluations')
        .max(MAX_PAIR_ENTRIES)
        .refine((ids) => new Set(ids).size === ids.length, 'an evaluation is named twice'),
    ),
});

export type BoardPairsQuery = z.infer<typeof boardPairsQuerySchema>;

/** "A beats B with probability p", by µ over resampled blocks of days. */
export const boardPairsSchema = z.object({
  uncertainty: uncertaintySchema.nullable(),
  /** As asked, without those that are not on the board. */
  entries: z.array(idSchema),
  /** `pairs[a][b]`; null on the diagonal and where an entry has no daily sums. */
  pairs: z.array(
    z.array(
      z
        .object({
          /** That a is better than b; equal replicates count half. */
          probability: z.number().min(0).max(1),
          /** µ of a − µ of b, and its 95 % interval. */
          difference: z.number(),
          interval: intervalSchema,
          /** Whether 0 lies outside of the interval. */
          isSeparable: z.boolean(),
        })
        .nullable(),
    ),
  ),
});
export type BoardPairs = z.infer<typeof boardPairsSchema>;

const recordSchema = z.object({
  at: isoInstantSchema,
  value: z.number(),
  submissionId: idSchema,
  evaluationId: idSchema,
  method: z.string(),
  author: z.string(),
  inputs: z.array(inputKindSchema),
});

/** GET /api/challenges/:challenge/leaderboard/history?area=…&scenario=…: the best so far, by date of submission, oldest first. */
export const boardHistorySchema = z.object({
  challenge: slugSchema,
  area: slugSchema,
  scenario: slugSchema,
  datasetVersion: z.string(),
  /** Each entry is better than the one before it. A metric that the protocol does not have is absent. */
  records: z.partialRecord(z.enum(['mu', 'lambdaXDeg', 'lambdaXKm']), z.array(recordSchema)),
});
export type BoardHistory = z.infer<typeof boardHistorySchema>;
