import {
  artefactNameSchema,
  boardStatisticsSchema,
  challengeDefinitionSchema,
  checkWarningSchema,
  networkRunSchema,
  networkSummarySchema,
  oiParametersSchema,
  physicsSchema,
  previewFrameSchema,
  productsPayloadSchema,
  protocolSchema,
  rejectionReasonSchema,
  scoresSchema,
  sha256Schema,
  taskExtentSchema,
  taskReferenceSchema,
} from '@sillage/contracts';
import { z } from 'zod';
import { RUNTIME_CHOICES } from '../runtime-choice.js';

/** File descriptor on which the child writes one JSON object per line; stdout and stderr stay free for stray prints. */
export const REPLY_DESCRIPTOR = 3;

/** A longer line from a child is a fault: scores and warnings are small, everything large goes through files. */
export const MAX_REPLY_LINE_BYTES = 2 ** 20;

const observationRoleSchema = z.enum(['observations', 'swath-observations', 'gridded-observations']);

const fieldInputSchema = z.object({ path: z.string(), variable: z.string().nullable() });

/** What a child is asked to do: one JSON line on its stdin. All paths lie in the child's own folder. */
export const childJobSchema = z.discriminatedUnion('step', [
  z.object({
    step: z.literal('map'),
    observations: z.array(
      z.object({ path: z.string(), role: observationRoleSchema, variable: z.string().nullable() }),
    ),
    task: taskExtentSchema,
    parameters: oiParametersSchema,
    threads: z.number().int().positive(),
    outputFolder: z.string(),
  }),
  z.object({
    step: z.literal('check'),
    inputPath: z.string(),
    fileName: z.string(),
    variable: z.string().nullable(),
    tasks: z.array(taskExtentSchema),
    onlyCovered: z.boolean(),
    outputFolder: z.string(),
  }),
  z.object({
    step: z.literal('check-network'),
    inputPath: z.string(),
    fileName: z.string(),
    manifest: z.string().nullable(),
    tasks: z.array(taskExtentSchema),
    limits: z.object({ maxMemoryBytes: z.number().positive() }),
    outputFolder: z.string(),
  }),
  z.object({
    step: z.literal('predict'),
    networkPath: z.string(),
    observations: z.array(
      z.object({ path: z.string(), role: observationRoleSchema, variable: z.string().nullable() }),
    ),
    oi: fieldInputSchema.nullable(),
    sst: fieldInputSchema.nullable(),
    without: z.string().nullable(),
    task: taskExtentSchema,
    runtime: z.enum(RUNTIME_CHOICES),
    limits: z.object({ maxWallSeconds: z.number().positive(), maxMemoryBytes: z.number().positive() }),
    outputFolder: z.string(),
  }),
  /** Opens the runtime and says what it found. */
  z.object({ step: z.literal('probe-runtime'), runtime: z.enum(RUNTIME_CHOICES) }),
  z.object({
    step: z.literal('score'),
    canonicalPath: z.string(),
    truthPath: z.string(),
    truthVariable: z.string().nullable(),
    task: taskExtentSchema,
    protocol: protocolSchema,
    oi: fieldInputSchema.nullable(),
    threads: z.number().int().positive(),
    outputFolder: z.string(),
  }),
  z.object({
    step: z.literal('products'),
    canonicalPath: z.string(),
    truthPath: z.string(),
    diagnosticsPath: z.string().nullable(),
    statisticsPath: z.string().nullable(),
    resolutionPath: z.string().nullable(),
    payload: productsPayloadSchema,
    observations: z.array(
      z.object({ path: z.string(), role: observationRoleSchema, variable: z.string().nullable() }),
    ),
    evaluatorVersion: z.string(),
    outputFolder: z.string(),
  }),
  z.object({
    step: z.literal('inspect'),
    definition: challengeDefinitionSchema,
    files: z.array(
      z.object({
        path: z.string(),
        localPath: z.string(),
        sha256: sha256Schema,
        sizeBytes: z.number().int().nonnegative(),
      }),
    ),
    /** Files that brought a child down before, and what is told of them. */
    broken: z.array(z.object({ path: z.string(), found: z.string() })),
    evaluatorVersion: z.string(),
    outputFolder: z.string(),
  }),
]);
export type ChildJob = z.infer<typeof childJobSchema>;

/** A file in the output folder: no way out of it. */
const outputFileNameSchema = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/);

const outputSchema = z.object({ name: artefactNameSchema, fileName: outputFileNameSchema });

export const childResultSchema = z.discriminatedUnion('step', [
  z.object({ step: z.literal('map'), fileName: outputFileNameSchema, variable: z.string().max(200) }),
  z.object({
    step: z.literal('check'),
    canonicalFileName: z.literal('canonical.nc'),
    warnings: z.array(checkWarningSchema).max(100),
    uncovered: z.array(taskReferenceSchema).max(100).default([]),
  }),
  z.object({
    step: z.literal('check-network'),
    networkFileName: outputFileNameSchema,
    summary: networkSummarySchema,
    warnings: z.array(checkWarningSchema).max(100),
  }),
  z.object({
    step: z.literal('predict'),
    fileName: outputFileNameSchema,
    variable: z.string().max(200),
    run: networkRunSchema,
  }),
  z.object({
    step: z.literal('probe-runtime'),
    name: z.string().min(1).max(60),
    version: z.string().max(120),
    device: z.string().max(200),
  }),
  z.object({
    step: z.literal('score'),
    scores: scoresSchema,
    physics: physicsSchema.nullable(),
    statistics: boardStatisticsSchema.nullable(),
    warnings: z.array(checkWarningSchema).max(100),
    outputs: z.array(outputSchema).max(20),
  }),
  z.object({ step: z.literal('products'), outputs: z.array(outputSchema).max(40) }),
  z.object({ step: z.literal('inspect'), reportFileName: z.literal('report.json') }),
]);
export type ChildResult = z.infer<typeof childResultSchema>;

/** What a child says. Hostile input may have taken it over, so the parent parses every line. */
export const childReplySchema = z.discriminatedUnion('type', [
  /** Modules are loaded, the job may come. */
  z.object({ type: z.literal('ready') }),
  z.object({ type: z.literal('progress'), progress: z.number().min(0).max(1), activity: z.string() }),
  /** The file that is read from now on, as its challenge names it. */
  z.object({ type: z.literal('file'), path: z.string() }),
  /** A day of a map that is being computed. */
  z.object({ type: z.literal('frame'), frame: previewFrameSchema }),
  z.object({ type: z.literal('result'), result: childResultSchema }),
  z.object({ type: z.literal('rejected'), reason: rejectionReasonSchema }),
  /** An exception that is not the participant's fault. `lacks`: an allocation was refused, or the disk is full. */
  z.object({
    type: z.literal('error'),
    message: z.string(),
    lacks: z.enum(['memory', 'disk']).nullable().default(null),
  }),
]);
export type ChildReply = z.infer<typeof childReplySchema>;
