import { z } from 'zod';
import { inputKindSchema, protocolSchema, publishedScoreSchema } from './challenge.js';
import { submissionFormSchema } from './network.js';
import { scoresSchema } from './score.js';
import { idSchema, isoInstantSchema, slugSchema } from './units.js';

export const leaderboardRowSchema = z.object({
  submissionId: idSchema,
  evaluationId: idSchema,
  /** By µ(RMSE), best first; values equal to six decimals share a rank. References are ranked too. */
  rank: z.number().int().positive(),
  method: z.string(),
  author: z.string(),
  kind: z.enum(['participant', 'reference']),
  /** A network was run by the platform; a map was computed elsewhere. */
  form: submissionFormSchema,
  inputs: z.array(inputKindSchema),
  codeUrl: z.string().nullable(),
  paperUrl: z.string().nullable(),
  scores: scoresSchema,
  scoredAt: isoInstantSchema,
});
export type LeaderboardRow = z.infer<typeof leaderboardRowSchema>;

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
  rows: z.array(leaderboardRowSchema),
  /** Scores from the literature for this area and scenario; never ranked. */
  published: z.array(publishedScoreSchema),
});
export type Leaderboard = z.infer<typeof leaderboardSchema>;
