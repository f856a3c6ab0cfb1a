import { availableParallelism, hostname, totalmem } from 'node:os';
import { resolve } from 'node:path';
import { z } from 'zod';
import { RUNTIME_CHOICES, type RuntimeChoice } from './runtime-choice.js';

const MEBIBYTE = 2 ** 20;

const count = (fallback: number, least = 1) => z.coerce.number().int().min(least).default(fallback);

const environmentSchema = z.object({
  SILLAGE_API_URL: z.url({ protocol: /^https?$/ }),
  SILLAGE_WORKER_TOKEN: z.string().min(1),
  SILLAGE_CACHE_DIR: z.string().min(1),
  SILLAGE_WORKER_NAME: z.string().min(1).max(100).default(hostname()),
  SILLAGE_WORKER_SLOTS: count(2),
  /** Files that may be downloaded again; the least recently used go first. */
  SILLAGE_CACHE_MIB: count(20_480),
  /** With less than this left on the disk, no job is taken. */
  SILLAGE_MIN_FREE_MIB: count(256, 0),
  SILLAGE_SCORE_THREADS: count(Math.max(1, Math.min(4, availableParallelism()))),
  SILLAGE_CHECK_TIMEOUT_S: count(300),
  SILLAGE_SCORE_TIMEOUT_S: count(900),
  SILLAGE_MAP_TIMEOUT_S: count(1800),
  SILLAGE_PREDICT_TIMEOUT_S: count(3600),
  SILLAGE_INSPECT_TIMEOUT_S: count(3600),
  SILLAGE_CHECK_MEMORY_MIB: count(1024, 64),
  SILLAGE_SCORE_MEMORY_MIB: count(2048, 64),
  SILLAGE_MAP_MEMORY_MIB: count(1024, 64),
  SILLAGE_INSPECT_MEMORY_MIB: count(1024, 64),
  SILLAGE_PREDICT_MEMORY_MIB: count(Math.min(8192, Math.floor((0.75 * totalmem()) / MEBIBYTE)), 64),
  /** What executes networks; `none`: this evaluator runs none. */
  SILLAGE_RUNTIME: z.enum([...RUNTIME_CHOICES, 'none']).default('auto'),
  /** Of the GPU, where its driver does not tell. */
  SILLAGE_DEVICE_MEMORY_MIB: z.coerce.number().int().min(64).optional(),
  /** No step may leave more than this in its output folder. */
  SILLAGE_OUTPUT_MIB: count(8192),
});

/** What one child may use before it is stopped. */
export type ChildLimits = { memoryBytes: number; outputBytes: number; wallClockMs: number };

export type EvaluatorConfig = {
  apiUrl: string;
  workerToken: string;
  cacheFolder: string;
  cacheBytes: number;
  minFreeBytes: number;
  workerName: string;
  slotCount: number;
  scoreThreads: number;
  checkLimits: ChildLimits;
  scoreLimits: ChildLimits;
  mapLimits: ChildLimits;
  predictLimits: ChildLimits;
  inspectLimits: ChildLimits;
  /** Null: this evaluator runs no networks. */
  runtime: RuntimeChoice | null;
  deviceMemoryBytes: number | null;
};

/** @throws Error that names every variable that is missing or off, one per line. */
export function readConfig(environment: Record<string, string | undefined>): EvaluatorConfig {
  // Empty variables count as absent: compose files pass them that way.
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));
  const parsed = environmentSchema.safeParse(given);
  if (!parsed.success) {
    const lines = parsed.error.issues.map((issue) => `  ${issue.path.join('.')}: ${issue.message}`);
    throw new Error(`the evaluator cannot start, its environment is incomplete:\n${lines.join('\n')}`);
  }
  const values = parsed.data;
  const outputBytes = values.SILLAGE_OUTPUT_MIB * MEBIBYTE;
  return {
    apiUrl: values.SILLAGE_API_URL.replace(/\/+$/, ''),
    workerToken: values.SILLAGE_WORKER_TOKEN,
    cacheFolder: resolve(values.SILLAGE_CACHE_DIR),
    cacheBytes: values.SILLAGE_CACHE_MIB * MEBIBYTE,
    minFreeBytes: values.SILLAGE_MIN_FREE_MIB * MEBIBYTE,
    workerName: values.SILLAGE_WORKER_NAME,
    slotCount: values.SILLAGE_WORKER_SLOTS,
    scoreThreads: values.SILLAGE_SCORE_THREADS,
    checkLimits: {
      memoryBytes: values.SILLAGE_CHECK_MEMORY_MIB * MEBIBYTE,
      outputBytes,
      wallClockMs: values.SILLAGE_CHECK_TIMEOUT_S * 1000,
    },
    scoreLimits: {
      memoryBytes: values.SILLAGE_SCORE_MEMORY_MIB * MEBIBYTE,
      outputBytes,
      wallClockMs: values.SILLAGE_SCORE_TIMEOUT_S * 1000,
    },
    mapLimits: {
      memoryBytes: values.SILLAGE_MAP_MEMORY_MIB * MEBIBYTE,
      outputBytes,
      wallClockMs: values.SILLAGE_MAP_TIMEOUT_S * 1000,
    },
    predictLimits: {
      memoryBytes: values.SILLAGE_PREDICT_MEMORY_MIB * MEBIBYTE,
      outputBytes,
      wallClockMs: values.SILLAGE_PREDICT_TIMEOUT_S * 1000,
    },
    inspectLimits: {
      memoryBytes: values.SILLAGE_INSPECT_MEMORY_MIB * MEBIBYTE,
      outputBytes,
      wallClockMs: values.SILLAGE_INSPECT_TIMEOUT_S * 1000,
    },
    runtime: values.SILLAGE_RUNTIME === 'none' ? null : values.SILLAGE_RUNTIME,
    deviceMemoryBytes:
      values.SILLAGE_DEVICE_MEMORY_MIB === undefined ? null : values.SILLAGE_DEVICE_MEMORY_MIB * MEBIBYTE,
  };
}
