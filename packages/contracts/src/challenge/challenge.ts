import { z } from 'zod';
import { disclosureLevelSchema } from './disclosure-level.js';
import { fileRoleSchema, type FileRole } from './file-role.js';
import { challengeRulesSchema } from './phases.js';
import { listedNames, type ProblemParams } from '../submission/problem-words.js';
import { filesOfTask, type TaskFile } from './task-files.js';
import { isoDaySchema, isoInstantSchema, sha256Schema, slugSchema } from './units.js';

/** How maps become scores: compared with a gridded truth. */
export const GRIDDED_PROTOCOLS = ['osse-2020a', 'osse-natl'] as const;
export type GriddedProtocol = (typeof GRIDDED_PROTOCOLS)[number];

/**
 * Compared with the track of a withheld altimeter: `ose-2021a` with every quirk of that challenge's code,
 * `ose-along-track` without them.
 */
export const ALONG_TRACK_PROTOCOLS = ['ose-2021a', 'ose-along-track'] as const;
export type AlongTrackProtocol = (typeof ALONG_TRACK_PROTOCOLS)[number];

export const PROTOCOLS = [...GRIDDED_PROTOCOLS, ...ALONG_TRACK_PROTOCOLS] as const;
export const protocolSchema = z.enum(PROTOCOLS);
export type Protocol = z.infer<typeof protocolSchema>;

export function isAlongTrackProtocol(protocol: Protocol): protocol is AlongTrackProtocol {
  return ALONG_TRACK_PROTOCOLS.some((alongTrack) => alongTrack === protocol);
}

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
  .superRefine(({ west, east, south, north }, context) => {
    const refuse = (message: string, params: ProblemParams) =>
      context.addIssue({ code: 'custom', message, params });
    if (west >= east) {
      refuse('west must be less than east', {
        found: `west ${west}, east ${east}`,
        fix: 'Exchange the two, or correct one; a box across the date line is not supported.',
      });
    }
    if (south >= north) {
      refuse('south must be less than north', {
        found: `south ${south}, north ${north}`,
        fix: 'Exchange the two, or correct one.',
      });
    }
  });
export type Box = z.infer<typeof boxSchema>;

/** First and last UTC day, both included. */
export const periodSchema = z
  .object({ start: isoDaySchema, end: isoDaySchema })
  .superRefine(({ start, end }, context) => {
    if (start <= end) return;
    const params: ProblemParams = { found: `${start} to ${end}`, fix: 'Exchange the two, or correct one.' };
    context.addIssue({ code: 'custom', message: 'start must not be after end', params });
  });
export type Period = z.infer<typeof periodSchema>;

/** Mean and standard deviation of heights, metres. */
export const heightStatisticsSchema = z.object({ mean: z.number(), std: z.number().positive() });

export const areaSchema = z.object({
  id: slugSchema,
  name: z.string().min(1),
  description: z.string().default(''),
  /** The box that is scored; the truth may be larger. */
  scoredBox: boxSchema,
  /** Of the truth in the training period: for networks whose manifest says `normalisation: {from: train-truth}`. */
  trainTruth: heightStatisticsSchema.optional(),
});
export type Area = z.infer<typeof areaSchema>;

export const scenarioSchema = z.object({
  id: slugSchema,
  name: z.string().min(1),
  description: z.string().default(''),
  satellites: z.array(z.string()).default([]),
});
export type Scenario = z.infer<typeof scenarioSchema>;

/** One data file of the dataset. `area` is always given; `scenario` where the content depends on it (observations, OI). */
export const datasetFileSchema = z.object({
  role: fileRoleSchema,
  area: slugSchema,
  scenario: slugSchema.optional(),
  /** File name inside the challenge's folder: no folders, no `..`. */
  path: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/, 'a plain file name beside challenge.yaml'),
  variable: z.string().optional(),
  /** The reference whose map this is, where the maps of several references share a role; see `mapsOfReference`. */
  reference: slugSchema.optional(),
  description: z.string().default(''),
  sha256: sha256Schema.optional(),
});
export type DatasetFile = z.infer<typeof datasetFileSchema>;

/** How the platform maps observations itself, for the tasks of a reference that have no file of its role. */
export const oiParametersSchema = z.strictObject({
  /** Decorrelation scales, degrees and days, and the standard deviation of the noise against that of the signal. */
  lengthLonDeg: z.number().min(0.1).max(10).default(1),
  lengthLatDeg: z.number().min(0.1).max(10).default(1),
  lengthTimeDays: z.number().min(0.5).max(30).default(7),
  /** Below a tenth of the default the equations are too stiff to be solved on a basin. */
  noise: z.number().min(0.005).max(10).default(0.05),
  /** Distance of the nodes of the map. */
  spacingDeg: z.number().min(0.02).max(5).default(0.2),
});
export type OiParameters = z.infer<typeof oiParametersSchema>;

/** A map that the platform made itself and scores like any other: a reference row of the board. */
export const referenceSchema = z.object({
  id: slugSchema,
  name: z.string().min(1),
  description: z.string().default(''),
  inputs: z.array(inputKindSchema).min(1),
  /** Role of the dataset files that hold its maps, one for each task that has one. */
  role: fileRoleSchema,
  /** The scenarios that it enters; default: all. Two of them tell their inputs apart. */
  scenarios: z.array(slugSchema).min(1).optional(),
  /** Areas whose data it learnt from. */
  trainedOn: z.array(slugSchema).min(1).optional(),
  /** With it, a worker of the platform maps the observations of every task that has no such file. */
  compute: z
    .discriminatedUnion('method', [
      z.strictObject({ method: z.literal('oi'), parameters: oiParametersSchema }),
      /** Names of dataset files with the roles `network` and `network-manifest`; run in the areas that list the checkpoint. */
      z.strictObject({
        method: z.literal('network'),
        checkpoint: z.string().min(1),
        manifest: z.string().min(1),
      }),
    ])
    .optional(),
});

const decimalsSchema = z.number().int().nonnegative().optional();

/**
 * A score from the literature, shown beside ours and never ranked with them: grid, period and code version differ.
 * Values as printed, null where the source has none.
 */
export const publishedScoreSchema = z.strictObject({
  area: slugSchema,
  scenario: slugSchema,
  method: z.string().min(1).max(120),
  mu: z.number().max(1).nullable(),
  sigma: z.number().nonnegative().nullable(),
  lambdaXDeg: z.number().positive().nullable().default(null),
  lambdaXKm: z.number().positive().nullable().default(null),
  lambdaTDays: z.number().positive().nullable().default(null),
  /** Printed decimals of a value that has fewer of them than its column in the source. */
  decimals: z
    .strictObject({
      mu: decimalsSchema,
      sigma: decimalsSchema,
      lambdaXDeg: decimalsSchema,
      lambdaXKm: decimalsSchema,
      lambdaTDays: decimalsSchema,
    })
    .optional(),
  /** Days that were scored, as the source says. */
  period: z.string().min(1),
  /** The code and conventions behind the number, in a few words. */
  protocol: z.string().min(1),
  inputs: z.array(inputKindSchema).default([]),
  /** Where the number stands: repository and commit, or paper. */
  source: z.string().min(1),
  sourceUrl: z
    .url({ protocol: /^https$/ })
    .nullable()
    .default(null),
  note: z.string().default(''),
});
export type PublishedScore = z.infer<typeof publishedScoreSchema>;

/** A file that an organiser must obtain before a challenge without data can run. */
export const expectedFileSchema = z.strictObject({
  name: z.string().min(1),
  description: z.string().min(1),
  sizeBytes: z.number().int().positive().nullable().default(null),
  /** Who gives it, and under which conditions. */
  obtain: z.string().default(''),
});
export type ExpectedFile = z.infer<typeof expectedFileSchema>;

/** What is too long is not compared part by part with the rest of the definition. */
const WHOLE = { abort: true };
const taskSchema = z.object({ area: slugSchema, scenario: slugSchema });

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
    datasetVersion: z.string().regex(/^\d+\.\d+\.\d+$/, 'three numbers, like 1.0.2'),
    periods: z.object({
      evaluation: periodSchema,
      spinUp: periodSchema.optional(),
      training: periodSchema.optional(),
    }),
    areas: z.array(areaSchema).min(1).max(100, WHOLE),
    scenarios: z.array(scenarioSchema).min(1).max(100, WHOLE),
    /** One board each. */
    tasks: z.array(taskSchema).min(1).max(500, WHOLE),
    /** Empty: the challenge is described, and its data are not installed. */
    files: z.array(datasetFileSchema).max(1_000, WHOLE).default([]),
    references: z.array(referenceSchema).max(100, WHOLE).default([]),
    published: z.array(publishedScoreSchema).max(1_000, WHOLE).default([]),
    expectedFiles: z.array(expectedFileSchema).max(1_000, WHOLE).default([]),
  })
  .superRefine((definition, context) => {
    const areas = new Set(definition.areas.map((area) => area.id));
    const scenarios = new Set(definition.scenarios.map((scenario) => scenario.id));
    const [areaNames, scenarioNames] = [listedNames(areas), listedNames(scenarios)];
    const tasks = new Set(definition.tasks.map((task) => `${task.area} × ${task.scenario}`));
    const taskNames = listedNames(tasks);
    definition.tasks.forEach((task, index) => {
      if (!areas.has(task.area)) {
        context.addIssue({
          code: 'custom',
          path: ['tasks', index, 'area'],
          message: `no area '${task.area}'`,
          params: {
            needed: `an area of this definition: ${areaNames}`,
            fix: 'Correct the name, or add the area.',
          } satisfies ProblemParams,
        });
      }
      if (!scenarios.has(task.scenario)) {
        context.addIssue({
          code: 'custom',
          path: ['tasks', index, 'scenario'],
          message: `no scenario '${task.scenario}'`,
          params: {
            needed: `a scenario of this definition: ${scenarioNames}`,
            fix: 'Correct the name, or add the scenario.',
          } satisfies ProblemParams,
        });
      }
      if (definition.files.length > 0 && referenceFile(definition, task) === undefined) {
        context.addIssue({
          code: 'custom',
          path: ['files'],
          message: isAlongTrackProtocol(definition.protocol)
            ? `area '${task.area}' has a task but no file with the role 'evaluation-track'`
            : `area '${task.area}' has a task but no truth file`,
          params: {
            found: `no such file of the area '${task.area}'`,
            needed: `a file with the role '${isAlongTrackProtocol(definition.protocol) ? 'evaluation-track' : 'truth'}' for each area with a task`,
            fix: 'Add it to the files, or take the task out.',
          } satisfies ProblemParams,
        });
      }
    });
    definition.references.forEach(({ compute }, index) => {
      if (compute?.method !== 'network' || definition.files.length === 0) return;
      const wanted = [
        { key: 'checkpoint', role: 'network' },
        { key: 'manifest', role: 'network-manifest' },
      ] as const;
      for (const { key, role } of wanted) {
        if (definition.files.some((file) => file.path === compute[key] && file.role === role)) continue;
        context.addIssue({
          code: 'custom',
          path: ['references', index, 'compute', key],
          message: `no file '${compute[key]}' with the role '${role}'`,
          params: {
            needed: `a file of this definition with the role '${role}'`,
            fix: 'Correct the name, or add the file with that role.',
          } satisfies ProblemParams,
        });
      }
    });
    definition.published.forEach(({ area, scenario }, index) => {
      if (tasks.has(`${area} × ${scenario}`)) return;
      context.addIssue({
        code: 'custom',
        path: ['published', index],
        message: `no task ${area} × ${scenario}`,
        params: {
          found: `${area} × ${scenario}`,
          needed: `a task of this definition: ${taskNames}`,
          fix: 'Choose one of them, or add the task.',
        } satisfies ProblemParams,
      });
    });
    if (definition.files.length === 0 && definition.expectedFiles.length === 0) {
      context.addIssue({
        code: 'custom',
        path: ['files'],
        message: 'name at least one file, or the expectedFiles that an organiser must obtain',
        params: {
          found: 'neither files nor expected files',
          needed: 'files of the dataset, or the expected files that an organiser must obtain',
          fix: 'Add the files, or list what must be obtained.',
        } satisfies ProblemParams,
      });
    }
  });
export type ChallengeDefinition = z.infer<typeof challengeDefinitionSchema>;

/** The file that maps of a task are compared with: the area's truth, or the withheld track. */
export function referenceFile<File extends TaskFile>(
  challenge: { protocol: Protocol; files: readonly File[] },
  task: { area: string; scenario: string },
): File | undefined {
  const role: FileRole = isAlongTrackProtocol(challenge.protocol) ? 'evaluation-track' : 'truth';
  return filesOfTask(challenge.files, [role], task)[0];
}

/**
 * The maps that a reference enters: the files of its role, but not those of scenarios that it does not enter, nor those
 * that belong to another reference by name.
 */
export function mapsOfReference<File extends { role: FileRole; scenario?: string; reference?: string }>(
  files: readonly File[],
  reference: { id: string; role: FileRole; scenarios?: readonly string[] },
): File[] {
  return files.filter(
    (file) =>
      file.role === reference.role &&
      (file.reference ?? reference.id) === reference.id &&
      (file.scenario === undefined || entersScenario(reference, file.scenario)),
  );
}

export function entersScenario(reference: { scenarios?: readonly string[] }, scenario: string): boolean {
  return reference.scenarios?.includes(scenario) ?? true;
}

/**
 * A dataset file as the API shows it. Of a file that the disclosure level withholds neither address nor hash nor size is told:
 * by its hash a truth that lies elsewhere could be recognised.
 */
export const datasetFileViewSchema = datasetFileSchema.extend({
  sizeBytes: z.number().int().nonnegative().optional(),
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
  tasks: z.array(taskSchema),
  /** The board that stands for the challenge where one is shown: the first of those that its dataset brings most methods to. */
  headline: z.object({ area: slugSchema, scenario: slugSchema }),
  areaNames: z.array(z.string()),
  scenarioNames: z.array(z.string()),
  /** False: described, with published scores perhaps, but nothing can be submitted until an organiser imports the data. */
  isInstalled: z.boolean(),
  entryCount: z.number().int().nonnegative(),
  createdAt: isoInstantSchema,
});
export type ChallengeSummary = z.infer<typeof challengeSummarySchema>;

export const challengeListSchema = z.object({ challenges: z.array(challengeSummarySchema) });
export type ChallengeList = z.infer<typeof challengeListSchema>;

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
  tasks: z.array(taskSchema),
  /** See `ChallengeSummary`. */
  headline: z.object({ area: slugSchema, scenario: slugSchema }),
  files: z.array(datasetFileViewSchema),
  published: z.array(publishedScoreSchema),
  expectedFiles: z.array(expectedFileSchema),
  isInstalled: z.boolean(),
  /** Phases, limits, and what holds now. `disclosure` is the level of the running phase, if one runs. */
  rules: challengeRulesSchema,
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
