import { z } from 'zod';
import { protocolSchema } from '../challenge/challenge.js';
import { scoresSchema } from '../scores/score.js';
import { idSchema, slugSchema } from '../challenge/units.js';

/** A network of the scenario, with its scores in the areas where it was scored. */
export const transferRowSchema = z.object({
  submissionId: idSchema,
  method: z.string(),
  author: z.string(),
  kind: z.enum(['participant', 'reference']),
  /** Areas whose data it learnt from, as its author says; empty: not said. */
  trainedOn: z.array(slugSchema),
  cells: z.array(
    z.object({
      area: slugSchema,
      /** `entered`: it stands on that board. `stress`: it was run there to see what it does in a sea that it did not enter. */
      how: z.enum(['entered', 'stress']),
      scores: scoresSchema,
    }),
  ),
});

/** GET /api/challenges/:id/transfer?scenario=…: networks trained in one area and scored in others. */
export const transferSchema = z.object({
  challenge: slugSchema,
  scenario: slugSchema,
  protocol: protocolSchema,
  datasetVersion: z.string(),
  /** Areas that have a board of the scenario. */
  areas: z.array(z.object({ id: slugSchema, name: z.string() })),
  rows: z.array(transferRowSchema),
  /** What the references that are maps reach in each area: what a network must beat to be worth running there. */
  baselines: z.array(z.object({ area: slugSchema, method: z.string(), scores: scoresSchema })),
});
export type Transfer = z.infer<typeof transferSchema>;
