import { z } from 'zod';
import { holdsAllHeights, NOT_ALL_HEIGHTS, packedHeightsShape } from '../curation/packed-schemas.js';
import { isoDaySchema } from '../challenge/units.js';
import { MAX_MANIFEST_CHARACTERS } from './network-limits.js';

/** What a submission is: a finished map, or a network that the platform runs on the observations of every task. */
export const submissionFormSchema = z.enum(['map', 'network']);
export type SubmissionForm = z.infer<typeof submissionFormSchema>;

export const manifestTextSchema = z
  .string()
  .refine((text) => text.trim() !== '', 'the manifest is empty')
  .max(MAX_MANIFEST_CHARACTERS, `a manifest has at most ${MAX_MANIFEST_CHARACTERS} characters`);

/** No network is taken that would need more memory than any device that is likely to connect; bytes. */
export const MAX_NETWORK_MEMORY_BYTES = 192 * 2 ** 30;

/** What a network may read, as a part of a sentence. */
export const NETWORK_INPUT_NAMES = {
  observations: 'observations of the task',
  oi: "the dataset's maps by OI",
  sst: "the dataset's sea surface temperature",
} as const;

/** What the check of a checkpoint found: what it is, and what running it costs. */
export const networkSummarySchema = z.object({
  /** In the words of the manifest, e.g. `starter`. */
  architecture: z.string().min(1).max(60),
  /** How the upload was stored, e.g. `pytorch-zip`, `safetensors`, `onnx`. */
  format: z.string().min(1).max(60),
  parameterCount: z.number().int().nonnegative(),
  /** Days that the network sees at once. */
  days: z.number().int().positive(),
  /** Distance of the nodes of the grid that it works on, degrees. */
  spacingDeg: z.number().positive(),
  /** 10⁹ floating-point operations; null where the network does not tell (ONNX). */
  gflopPerPatch: z.number().nonnegative().nullable(),
  /** What a device must have free to run it, estimated; null where the network does not tell. */
  peakMemoryBytes: z.number().nonnegative().nullable(),
  /** Files of the dataset that it reads besides the observations. */
  extraInputs: z.array(z.enum(['oi', 'sst'])),
  /** Whether OI is computed from the observations before the network runs; absent where the check was made before it could be told. */
  computesOi: z.boolean().optional(),
});
export type NetworkSummary = z.infer<typeof networkSummarySchema>;

/** What computed a map, and what that took: stored with every score that a network got. */
export const networkRunSchema = z.object({
  runtime: z.object({
    name: z.string().min(1).max(60),
    version: z.string().max(120),
    /** As its driver names it. */
    device: z.string().max(200),
    precision: z.string().max(60),
  }),
  patchCount: z.number().int().nonnegative(),
  batchCount: z.number().int().nonnegative(),
  /** Of the patches, s. */
  wallSeconds: z.number().nonnegative(),
  /** That OI of the observations took before, s; null where none was computed, absent where nobody measured it. */
  oiSeconds: z.number().nonnegative().nullable().optional(),
  /** How long the device worked; null where the runtime does not tell. */
  deviceSeconds: z.number().nonnegative().nullable(),
  /** Null where the driver does not tell. */
  energyJoules: z.number().nonnegative().nullable(),
  /** Of all patches; null where the network does not tell. */
  gflop: z.number().nonnegative().nullable(),
});
export type NetworkRun = z.infer<typeof networkRunSchema>;

/** Where an evaluator runs networks, told with every claim: jobs that need more memory go to others. */
export const workerRuntimeSchema = z.strictObject({
  name: z.string().min(1).max(60),
  device: z.string().max(200),
  memoryBytes: z.number().int().positive(),
});
export type WorkerRuntime = z.infer<typeof workerRuntimeSchema>;

/** Nodes along each side of the small picture of a day. */
export const PREVIEW_NODES = 64;

/** A finished day of a map that is still being computed, small enough to travel with a heartbeat. */
export const previewFrameSchema = z
  .strictObject({
    day: isoDaySchema,
    ...packedHeightsShape(PREVIEW_NODES),
  })
  .refine(holdsAllHeights, NOT_ALL_HEIGHTS);
export type PreviewFrame = z.infer<typeof previewFrameSchema>;

/** Frames that one heartbeat may carry. */
export const MAX_FRAMES_PER_HEARTBEAT = 16;

/** GET /api/evaluations/:id/preview?after=…: the finished days after one, oldest first. */
export const previewSchema = z.object({ frames: z.array(previewFrameSchema) });
export type Preview = z.infer<typeof previewSchema>;
