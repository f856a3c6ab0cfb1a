import { z } from 'zod';
import { challengeDefinitionSchema } from '../challenge/challenge.js';
import { datasetReportSchema, findingCodeSchema } from './dataset-report.js';
import { idSchema, isoInstantSchema, sha256Schema, slugSchema } from '../challenge/units.js';

/**
 * A dataset version is written as a draft, which may be changed and inspected any number of times. Validating freezes it: from
 * then on it is a version, which never changes. Publishing makes it the one that is scored on; retiring takes it out of the choice
 * of versions to come back to, and leaves its boards readable.
 */
export const DATASET_VERSION_STATES = ['validated', 'published', 'retired'] as const;
export const datasetVersionStateSchema = z.enum(DATASET_VERSION_STATES);
export type DatasetVersionState = z.infer<typeof datasetVersionStateSchema>;

/** A definition that is being written: any part may be missing or wrong still; `problems` says what. */
export const draftDefinitionSchema = z.record(z.string(), z.unknown());
export type DraftDefinition = z.infer<typeof draftDefinitionSchema>;

export const definitionProblemSchema = z.object({
  /** `areas.0.scoredBox.west` */
  path: z.string(),
  /** In a few words, as beside a field. */
  message: z.string(),
  found: z.string(),
  needed: z.string(),
  fix: z.string(),
});
export type DefinitionProblem = z.infer<typeof definitionProblemSchema>;

/** A file that a draft has, whether or not its definition uses it yet. */
export const draftFileSchema = z.object({
  path: z.string(),
  sha256: sha256Schema,
  sizeBytes: z.number().int().nonnegative(),
  /** Where it came from. */
  source: z.enum(['upload', 'version', 'server']),
  addedAt: isoInstantSchema,
});
export type DraftFile = z.infer<typeof draftFileSchema>;

export const inspectionStateSchema = z.enum(['none', 'queued', 'running', 'done', 'failed', 'outdated']);
export type InspectionState = z.infer<typeof inspectionStateSchema>;

export const draftViewSchema = z.object({
  id: idSchema,
  /** Raised by every change: a write must say the revision that it has read. */
  revision: z.number().int().positive(),
  definition: draftDefinitionSchema,
  /** Empty: the definition is complete and consistent. */
  problems: z.array(definitionProblemSchema),
  files: z.array(draftFileSchema),
  /** The version that it was started from; null for a new challenge. */
  basedOn: z.object({ challengeId: slugSchema, version: z.string() }).nullable(),
  createdBy: z.string(),
  createdAt: isoInstantSchema,
  /** Who changed it last, and when. */
  changedBy: z.string(),
  changedAt: isoInstantSchema,
  inspection: z.object({
    /** `outdated`: the draft was changed since. */
    state: inspectionStateSchema,
    progress: z.number().min(0).max(1).nullable(),
    activity: z.string(),
    failureMessage: z.string().nullable(),
    /** Of which revision the report is; null without one. An older one stays until the next is there. */
    reportRevision: z.number().int().positive().nullable(),
    report: datasetReportSchema.nullable(),
  }),
});
export type DraftView = z.infer<typeof draftViewSchema>;

export const draftSummarySchema = draftViewSchema
  .pick({
    id: true,
    revision: true,
    basedOn: true,
    createdBy: true,
    createdAt: true,
    changedBy: true,
    changedAt: true,
  })
  .extend({
    challengeId: z.string(),
    name: z.string(),
    version: z.string(),
    problemCount: z.number().int().nonnegative(),
    fileCount: z.number().int().nonnegative(),
    inspectionState: inspectionStateSchema,
  });
export type DraftSummary = z.infer<typeof draftSummarySchema>;

export const draftListSchema = z.object({ drafts: z.array(draftSummarySchema) });
export type DraftList = z.infer<typeof draftListSchema>;

/** POST /api/curation/drafts: of an existing version (with its files), or of a definition, or blank. */
export const createDraftRequestSchema = z.strictObject({
  from: z.strictObject({ challengeId: slugSchema, version: z.string() }).optional(),
  definition: draftDefinitionSchema.optional(),
  /** Another draft, of which it is a copy: its files, and its definition where none is given. */
  copyOf: idSchema.optional(),
});
export type CreateDraftRequest = z.infer<typeof createDraftRequestSchema>;

/** GET /api/curation/drafts/:id: a report may have megabytes; whoever only watches the state leaves it out. */
export const readDraftQuerySchema = z.strictObject({ report: z.enum(['whole', 'none']).default('whole') });

/** PUT /api/curation/drafts/:id: the whole definition. Refused with `draft-changed` where the revision is not the newest. */
export const saveDraftRequestSchema = z.strictObject({
  revision: z.number().int().positive(),
  definition: draftDefinitionSchema,
});
export type SaveDraftRequest = z.infer<typeof saveDraftRequestSchema>;

/**
 * DELETE /api/curation/drafts/:id and /api/curation/drafts/:id/files/:path say the revision in the query. Without one the
 * draft is deleted as it is.
 */
export const draftRevisionQuerySchema = z.strictObject({ revision: z.coerce.number().int().positive() });
export const deleteDraftQuerySchema = draftRevisionQuerySchema.partial();

/**
 * POST /api/curation/drafts/:id/files: a finished upload, or a file that lies in the server's own folder of incoming dataset
 * files, for those beyond the limit of an upload.
 */
export const addDraftFileRequestSchema = z
  .strictObject({
    revision: z.number().int().positive(),
    path: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/, 'a plain file name'),
    uploadId: z.string().optional(),
    serverFile: z.string().optional(),
  })
  .refine(
    ({ uploadId, serverFile }) => (uploadId === undefined) !== (serverFile === undefined),
    'name either an uploadId or a serverFile',
  );
export type AddDraftFileRequest = z.infer<typeof addDraftFileRequestSchema>;

/** GET /api/curation/server-files */
export const serverFileListSchema = z.object({
  files: z.array(z.object({ name: z.string(), sizeBytes: z.number().int().nonnegative() })),
  /** Why there are none to choose from; null where there are. */
  reason: z.string().nullable(),
});
export type ServerFileList = z.infer<typeof serverFileListSchema>;

/** POST /api/curation/drafts/:id/inspect */
export const inspectDraftRequestSchema = z.strictObject({ revision: z.number().int().positive() });
export type InspectDraftRequest = z.infer<typeof inspectDraftRequestSchema>;

/** POST /api/curation/drafts/:id/validate: needs a report of this revision without errors. */
export const validateDraftRequestSchema = z.strictObject({
  revision: z.number().int().positive(),
  /** Codes of warnings that the organiser has read and accepts. */
  acceptedWarnings: z.array(findingCodeSchema).default([]),
  /** What is new, one line: shown with the version. */
  changes: z.string().trim().min(1).max(300),
});
export type ValidateDraftRequest = z.infer<typeof validateDraftRequestSchema>;

/** POST /api/curation/challenges/:id/versions/:version/publish: `changes` replaces the line that it was validated with. */
export const publishVersionRequestSchema = z.strictObject({
  changes: z.string().trim().min(1).max(300).optional(),
});
export type PublishVersionRequest = z.infer<typeof publishVersionRequestSchema>;

export const datasetVersionViewSchema = z.object({
  id: idSchema,
  challengeId: slugSchema,
  version: z.string(),
  state: datasetVersionStateSchema,
  isCurrent: z.boolean(),
  changes: z.string(),
  fingerprint: z.string(),
  createdBy: z.string().nullable(),
  createdAt: isoInstantSchema,
  publishedAt: isoInstantSchema.nullable(),
  retiredAt: isoInstantSchema.nullable(),
  fileCount: z.number().int().nonnegative(),
  sizeBytes: z.number().int().nonnegative(),
  scoreCount: z.number().int().nonnegative(),
  /** Warnings that were accepted when it was validated. */
  acceptedWarnings: z.array(findingCodeSchema),
  hasReport: z.boolean(),
});
export type DatasetVersionView = z.infer<typeof datasetVersionViewSchema>;

/** GET /api/curation/challenges/:id/versions, newest first. */
export const datasetVersionListSchema = z.object({ versions: z.array(datasetVersionViewSchema) });
export type DatasetVersionList = z.infer<typeof datasetVersionListSchema>;

/** GET /api/curation/challenges/:id/versions/:version */
export const datasetVersionDetailsSchema = datasetVersionViewSchema.extend({
  definition: challengeDefinitionSchema,
  report: datasetReportSchema.nullable(),
});
export type DatasetVersionDetails = z.infer<typeof datasetVersionDetailsSchema>;

/** GET /api/curation/challenges: also those of which nothing is public yet. */
export const curatedChallengeListSchema = z.object({
  challenges: z.array(
    z.object({
      id: slugSchema,
      /** As its newest version says. */
      name: z.string(),
      currentVersion: z.string().nullable(),
      /** Validated and never published, newest first. */
      waitingVersions: z.array(z.string()),
      versionCount: z.number().int().positive(),
    }),
  ),
});
export type CuratedChallengeList = z.infer<typeof curatedChallengeListSchema>;
export type CuratedChallenge = CuratedChallengeList['challenges'][number];
