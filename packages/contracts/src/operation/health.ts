import { z } from 'zod';

const partSchema = z.enum(['up', 'down']);

/** GET /api/health: 200 when the database answers, else 503 with the same body. */
export const healthSchema = z.object({
  status: z.enum(['ok', 'degraded']),
  version: z.string(),
  database: partSchema,
  store: partSchema,
  /** Workers that asked for a job within the last minute. */
  workerCount: z.number().int().nonnegative(),
  queuedJobCount: z.number().int().nonnegative(),
});
export type Health = z.infer<typeof healthSchema>;

/** GET /api/health/live: the process answers; nothing else is asked. */
export const livenessSchema = z.object({ alive: z.literal(true) });
export type Liveness = z.infer<typeof livenessSchema>;

/** GET /api/health/ready: 200 when requests can be sent here, else 503 with the same body. */
export const readinessSchema = z.object({
  ready: z.boolean(),
  database: partSchema,
  /** Whether the tables are those of this version; null while the database does not answer. */
  migrations: z.enum(['applied', 'missing']).nullable(),
  /** Whether it takes files. */
  store: partSchema,
});
export type Readiness = z.infer<typeof readinessSchema>;
