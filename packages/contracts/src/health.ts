import { z } from 'zod';

/** GET /api/health: 200 when the database answers, else 503 with the same body. */
export const healthSchema = z.object({
  status: z.enum(['ok', 'degraded']),
  version: z.string(),
  database: z.enum(['up', 'down']),
  store: z.enum(['up', 'down']),
  /** Workers that asked for a job within the last minute. */
  workerCount: z.number().int().nonnegative(),
  queuedJobCount: z.number().int().nonnegative(),
});
export type Health = z.infer<typeof healthSchema>;
