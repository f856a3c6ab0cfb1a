import { z } from 'zod';
import { isoDaySchema, isoInstantSchema, sha256Schema, slugSchema } from './units.js';

export const PROTOCOLS = ['osse-2020a', 'osse-natl'] as const;
export const protocolSchema = z.enum(PROTOCOLS);
export type Protocol = z.infer<typeof protocolSchema>;

export const disclosureLevelSchema = z.enum(['practice', 'public-test', 'blind']);
export type DisclosureLevel = z.infer<typeof disclosureLevelSchema>;

export const inputKindSchema = z.enum(['ssh-nadir', 'ssh-swot', 'sst']);
export type InputKind = z.infer<typeof inputKindSchema>;

/** Degrees; west < east within [−180, 180), south < north. The box is closed on all sides. */
export const boxSchema = z
  .object({
    west: z.number().min(-180).max(180),
    east: z.number().min(-180).max(180),
    south: z.number().min(-90).max(90),
    north: z.number().min(-90).max(90),
  })
  .refine((box) => box.west < box.east, 'west must be less than east')
  .refine((box) => box.south < box.north, 'south must be less than north');
export type Box = z.infer<typeof boxSchema>;

/** First and last UTC day, both included. */
export const periodSchema = z
  .object({ start: isoDaySchema, end: isoDaySchema })
  .refine((period) => period.start <= period.end, 'start must not be after end');
export type Period = z.infer<typeof periodSchema>;

export const areaSchema = z.object({
  id: slugSchema,
  name: z.string().min(1),
  description: z.string().default(''),
  /** The box that is scored; the truth may be larger. */
  scoredBox: boxSchema,
});
export type Area = z.infer<typeof areaSchema>;

export const scenarioSchema = z.object({
  id: slugSchema,
  name: z.string().min(1),
  description: z.string().default(''),
  satellites: z.array(z.string()).default([]),
});
export type Scenario = z.infer<typeof scenarioSchema>;

export const fileRoleSchema = z.enum(['truth', 'observations', 'oi', 'sst', 'mask']);
export type FileRole = z.infer<typeof fileRoleSchema>;

/** One data file of the dataset. `area` is always given; `scenario` where the content depends on it (observations, OI). */
export const datasetFileSchema = z.object({
  role: fileRoleSchema,
  area: slugSchema,
  scenario: slugSchema.optional(),
  /** File name inside the challenge's folder: no folders, no `..`. */
  path: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/, 'a plain file name beside challenge.yaml'),
  variable: z.string().optional(),
  description: z.string().default(''),
  sha256: sha256Schema.optional(),
});
export type DatasetFile = z.infer<typeof datasetFileSchema>;

/** A map that the platform made itself and scores like any other: a reference row of the board. */
export const referenceSchema = z.object({
  id: slugSchema,
  name: z.string().min(1),
  description: z.string().default(''),
  inputs: z.array(inputKindSchema).min(1),
  /** Role of the dataset files that hold its maps, one for each task that has one. */
  role: fileRoleSchema,
});

/** `datasets/<id>/challenge.yaml`: everything that defines a challenge, as data. */
export const challengeDefinitionSchema = z
  .strictObject({
    id: slugSchema,
    name: z.string().min(1).max(120),
    summary: z.string().min(1).max(300),
    /** Markdown. */
    description: z.string().default(''),
    synthetic: z.boolean(),
    licence: z.string().min(1),
    citation: z.string().default(''),
    protocol: protocolSchema,
    disclosure: disclosureLevelSchema,
    datasetVersion: z.string().regex(/^\d+\.\d+\.\d+$/),
    periods: z.object({
      evaluation: periodSchema,
      spinUp: periodSchema.optional(),
      training: periodSchema.optional(),
    }),
    areas: z.array(areaSchema).min(1),
    scenarios: z.array(scenarioSchema).min(1),
    /** One board each. */
    tasks: z.array(z.object({ area: slugSchema, scenario: slugSchema })).min(1),
    files: z.array(datasetFileSchema).min(1),
    references: z.array(referenceSchema).default([]),
  })
  .superRefine((definition, context) => {
    const areas = new Set(definition.areas.map((area) => area.id));
    const scenarios = new Set(definition.scenarios.map((scenario) => scenario.id));
    definition.tasks.forEach((task, index) => {
      if (!areas.has(task.area)) {
        context.addIssue({
          code: 'custom',
          path: ['tasks', index, 'area'],
          message: `no area '${task.area}'`,
        });
      }
      if (!scenarios.has(task.scenario)) {
        context.addIssue({
          code: 'custom',
          path: ['tasks', index, 'scenario'],
          message: `no scenario '${task.scenario}'`,
        });
      }
      if (!definition.files.some((file) => file.role === 'truth' && file.area === task.area)) {
        context.addIssue({
          code: 'custom',
          path: ['files'],
          message: `area '${task.area}' has a task but no truth file`,
        });
      }
    });
  });
export type ChallengeDefinition = z.infer<typeof challengeDefinitionSchema>;

/** A dataset file as the API shows it; `url` is absent where the disclosure level withholds the file. */
export const datasetFileViewSchema = datasetFileSchema.extend({
  sha256: sha256Schema,
  sizeBytes: z.number().int().nonnegative(),
  url: z.string().optional(),
});
export type DatasetFileView = z.infer<typeof datasetFileViewSchema>;

export const challengeSummarySchema = z.object({
  id: slugSchema,
  name: z.string(),
  summary: z.string(),
  synthetic: z.boolean(),
  protocol: protocolSchema,
  disclosure: disclosureLevelSchema,
  datasetVersion: z.string(),
  tasks: z.array(z.object({ area: slugSchema, scenario: slugSchema })),
  areaNames: z.array(z.string()),
  scenarioNames: z.array(z.string()),
  entryCount: z.number().int().nonnegative(),
  createdAt: isoInstantSchema,
});
export type ChallengeSummary = z.infer<typeof challengeSummarySchema>;

export const challengeViewSchema = z.object({
  id: slugSchema,
  name: z.string(),
  summary: z.string(),
  description: z.string(),
  synthetic: z.boolean(),
  licence: z.string(),
  citation: z.string(),
  protocol: protocolSchema,
  disclosure: disclosureLevelSchema,
  datasetVersion: z.string(),
  periods: z.object({
    evaluation: periodSchema,
    spinUp: periodSchema.optional(),
    training: periodSchema.optional(),
  }),
  areas: z.array(areaSchema),
  scenarios: z.array(scenarioSchema),
  tasks: z.array(z.object({ area: slugSchema, scenario: slugSchema })),
  files: z.array(datasetFileViewSchema),
  entryCount: z.number().int().nonnegative(),
  createdAt: isoInstantSchema,
});
export type ChallengeView = z.infer<typeof challengeViewSchema>;

/** POST /api/challenges (organiser): the definition and, for each of its files, the finished upload that holds it. */
export const registerChallengeRequestSchema = z.strictObject({
  definition: challengeDefinitionSchema,
  uploads: z.array(z.strictObject({ path: z.string(), uploadId: z.string() })),
});
export type RegisterChallengeRequest = z.infer<typeof registerChallengeRequestSchema>;
