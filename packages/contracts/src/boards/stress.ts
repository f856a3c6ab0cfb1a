import { z } from 'zod';
import { protocolSchema } from '../challenge/challenge.js';
import { networkRunSchema } from '../submission/network.js';
import { rejectionReasonSchema } from '../submission/rejection.js';
import { scoresSchema } from '../scores/score.js';
import { evaluationStateSchema, stepSchema, taskReferenceSchema } from '../submission/submission.js';
import { idSchema, isoInstantSchema, slugSchema } from '../challenge/units.js';

/**
 * Ways of asking how a network stands changes of its inputs. `satellites`: each satellite of its scenario left out in turn.
 * `scenarios`: the other scenarios of the area, for example more noise, with and without SWOT. `areas`: the same scenario in the
 * other areas.
 */
export const STRESS_KINDS = ['satellites', 'scenarios', 'areas'] as const;
export const stressKindSchema = z.enum(STRESS_KINDS);
export type StressKind = z.infer<typeof stressKindSchema>;

/** POST /api/submissions/:id/stress */
export const stressRequestSchema = z.strictObject({
  kinds: z
    .array(stressKindSchema)
    .min(1)
    .default([...STRESS_KINDS]),
  /** Scored tasks of the submission; default: all of them. */
  tasks: z.array(taskReferenceSchema).min(1).max(24).optional(),
});
export type StressRequest = z.infer<typeof stressRequestSchema>;

/** POST /api/submissions/:id/stress/cancel */
export const cancelStressRequestSchema = z.strictObject({
  /** Default: every run that is not final. */
  runs: z.array(idSchema).min(1).max(100).optional(),
});
export type CancelStressRequest = z.infer<typeof cancelStressRequestSchema>;

/** A network run on a task that it did not enter, or without one of the satellites. No board shows it. */
export const stressRunSchema = z.object({
  id: idSchema,
  area: slugSchema,
  scenario: slugSchema,
  /** The satellite that was left out; null: every observation of the scenario was read. */
  without: z.string().nullable(),
  state: evaluationStateSchema,
  step: stepSchema.nullable(),
  stateSince: isoInstantSchema,
  /** 0…1 within the running step. */
  progress: z.number().min(0).max(1).nullable(),
  activity: z.string(),
  scores: scoresSchema.nullable(),
  rejection: rejectionReasonSchema.nullable(),
  failureMessage: z.string().nullable(),
  run: networkRunSchema.nullable(),
  datasetVersion: z.string(),
  protocol: protocolSchema,
  evaluatorVersion: z.string().nullable(),
});
export type StressRun = z.infer<typeof stressRunSchema>;

/** GET /api/submissions/:id/stress: the runs, beside the normal scores that they are compared with. */
export const stressViewSchema = z.object({
  /** Whether this visitor may ask for runs. */
  mayAsk: z.boolean(),
  /** Whether this visitor may cancel runs, and one is not final. */
  mayCancel: z.boolean().default(false),
  /** Runs that a request for everything would add. */
  askableCount: z.number().int().nonnegative(),
  normal: z.array(
    z.object({
      evaluationId: idSchema,
      area: slugSchema,
      scenario: slugSchema,
      scores: scoresSchema,
      evaluatorVersion: z.string().nullable(),
    }),
  ),
  runs: z.array(stressRunSchema),
});
export type StressView = z.infer<typeof stressViewSchema>;
