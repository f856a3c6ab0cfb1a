import { z } from 'zod';
import { stepSchema } from '../submission/submission.js';
import { isoInstantSchema } from '../challenge/units.js';

/** GET /api/status: what everybody may know of how the service is. No host, no account, nothing that organisers prepare. */
export const statusSchema = z.object({
  at: isoInstantSchema,
  status: z.enum(['ok', 'degraded']),
  version: z.string(),
  database: z.enum(['up', 'down']),
  store: z.enum(['up', 'down']),
  /** Null while the database is down: nobody knows. */
  work: z
    .object({
      /** That asked for work within the last minute, or are at work. */
      evaluators: z.object({
        count: z.number().int().nonnegative(),
        versions: z.array(z.string()),
        /** Of those that run networks. */
        runtimes: z.array(z.object({ name: z.string(), count: z.number().int().positive() })),
      }),
      /** Every step of a submission, in order. */
      steps: z.array(
        z.object({
          step: stepSchema,
          queued: z.number().int().nonnegative(),
          running: z.number().int().nonnegative(),
          /** Whether a connected evaluator does it. */
          isWorked: z.boolean(),
          /** Jobs that ended in the last 24 h, of which the times below are. */
          finished: z.number().int().nonnegative(),
          /** s, from asking for the work to the first worker that took it. */
          waitMedianS: z.number().nonnegative().nullable(),
          waitP95S: z.number().nonnegative().nullable(),
          /** s, of the attempt that finished. */
          runMedianS: z.number().nonnegative().nullable(),
        }),
      ),
    })
    .nullable(),
});
export type Status = z.infer<typeof statusSchema>;
