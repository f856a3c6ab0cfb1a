import { z } from 'zod';
import { boxSchema, periodSchema } from '../challenge/challenge.js';
import { fileRoleSchema } from '../challenge/file-role.js';
import {
  holdsAllHeights,
  NOT_ALL_HEIGHTS,
  packedHeightsShape,
  packedPointsSchema,
} from './packed-schemas.js';
import { MAX_PREVIEW_POINTS, MAX_PREVIEW_SIDE, MAX_REPORTED_FILES } from './report-limits.js';
import { isoInstantSchema, sha256Schema, slugSchema } from '../challenge/units.js';

/** An error keeps a draft from being validated; a warning must be accepted by name; a note only informs. */
export const findingSeveritySchema = z.enum(['error', 'warning', 'note']);
export type FindingSeverity = z.infer<typeof findingSeveritySchema>;

/** Everything that the inspection of a dataset can find. */
export const FINDING_CODES = [
  /** Cannot be read at all: the reason is that of the structure gate or of the decoder. */
  'unreadable',
  'variable-unclear',
  'units-missing',
  'convention',
  'not-finite',
  'constant',
  /** Days or parts of a scored box that a file of this role must have. */
  'period-not-covered',
  'area-not-covered',
  'no-observations',
  /** A scenario names satellites that its observation files do not hold, or the other way round. */
  'satellites-differ',
  /** Observations lie elsewhere than the truth at the same place and time. */
  'observations-disagree',
  'observations-shifted',
  'oi-disagrees',
  /** A public file gives away what is sealed. */
  'sealed-content',
  'sealed-period',
  'training-overlaps-evaluation',
  'duplicate-file',
  'sha256-differs',
  'task-without-observations',
  'land-in-along-track',
] as const;
export const findingCodeSchema = z.enum(FINDING_CODES);
export type FindingCode = z.infer<typeof findingCodeSchema>;

/** What was found, what is needed, and how to fix it. */
export const datasetFindingSchema = z.object({
  severity: findingSeveritySchema,
  code: findingCodeSchema,
  /** The file that it is about; null where it is about the definition. */
  path: z.string().nullable(),
  area: slugSchema.nullable(),
  scenario: slugSchema.nullable(),
  found: z.string(),
  needed: z.string(),
  fix: z.string(),
});
export type DatasetFinding = z.infer<typeof datasetFindingSchema>;

/** A small picture of heights; of a temperature, degrees Celsius instead of metres. */
export const previewMapSchema = z
  .object({
    box: boxSchema,
    /** `YYYY-MM-DD`, the day that is shown. */
    day: z.string(),
    ...packedHeightsShape(MAX_PREVIEW_SIDE),
  })
  .refine(holdsAllHeights, NOT_ALL_HEIGHTS);
export type PreviewMap = z.infer<typeof previewMapSchema>;

/** Where a file observes, thinned. */
export const previewTrackSchema = z.object({
  box: boxSchema,
  period: periodSchema,
  /** Little-endian float32 in base64: longitude, latitude, height in metres of each point. */
  points: packedPointsSchema(MAX_PREVIEW_POINTS),
});
export type PreviewTrack = z.infer<typeof previewTrackSchema>;

/** What one file holds, as it was read. */
export const datasetFileReportSchema = z.object({
  path: z.string(),
  sha256: sha256Schema,
  sizeBytes: z.number().int().nonnegative(),
  /** Each use that the definition makes of the file. */
  uses: z.array(z.object({ role: fileRoleSchema, area: slugSchema, scenario: slugSchema.nullable() })),
  /** `NetCDF-4`, `NetCDF classic`, `checkpoint`, `text`… */
  format: z.string(),
  conventions: z.string().nullable(),
  /** The variable that is used; null for files without one. */
  variable: z.string().nullable(),
  units: z.string().nullable(),
  /** `along-track`, `swath`, `grid`, `none` */
  kind: z.enum(['along-track', 'swath', 'grid', 'none']),
  /** Node spacing of a grid, degrees. */
  spacingDeg: z.number().positive().nullable(),
  dimensions: z.array(z.object({ name: z.string(), size: z.number().int().nonnegative() })),
  variables: z.array(
    z.object({ name: z.string(), units: z.string().nullable(), dimensions: z.array(z.string()) }),
  ),
  satellites: z.array(z.string()),
  extent: z.object({ box: boxSchema, period: periodSchema }).nullable(),
  /** Values of the variable that is used; heights in metres, temperatures in degrees Celsius. */
  statistics: z
    .object({
      count: z.number().int().nonnegative(),
      missingCount: z.number().int().nonnegative(),
      min: z.number(),
      max: z.number(),
      mean: z.number(),
      std: z.number().nonnegative(),
    })
    .nullable(),
  previewMap: previewMapSchema.nullable(),
  previewTrack: previewTrackSchema.nullable(),
});
export type DatasetFileReport = z.infer<typeof datasetFileReportSchema>;

/** Observations, or a map, against the truth where both are. */
export const agreementSchema = z.object({
  path: z.string(),
  role: fileRoleSchema,
  area: slugSchema,
  scenario: slugSchema.nullable(),
  variable: z.string(),
  pointCount: z.number().int().nonnegative(),
  /** Metres: mean and root mean square of observation − truth; null without points. */
  biasM: z.number().nullable(),
  rmseM: z.number().nullable(),
  correlation: z.number().min(-1).max(1).nullable(),
  /** The shift of the times that agrees best, days; 0 where none is better; null where none was tried. */
  bestShiftDays: z.number().nullable(),
});
export type Agreement = z.infer<typeof agreementSchema>;

/** What share of the sealed days and box a public file could give away. */
export const leakRowSchema = z.object({
  path: z.string(),
  role: fileRoleSchema,
  variable: z.string(),
  area: slugSchema,
  /** Days of the evaluation period that the file has. */
  sealedDayCount: z.number().int().nonnegative(),
  /** Of its values there, how far they are from the truth: metres; null where nothing could be compared. */
  rmseM: z.number().nullable(),
  verdict: z.enum(['outside', 'input', 'map', 'leak']),
});
export type LeakRow = z.infer<typeof leakRowSchema>;

/** The whole report of one inspection of one revision of a draft. */
export const datasetReportSchema = z.object({
  inspectedAt: isoInstantSchema,
  evaluatorVersion: z.string(),
  files: z.array(datasetFileReportSchema).max(MAX_REPORTED_FILES),
  // Longer than an inspection makes them: there are older reports.
  agreements: z.array(agreementSchema).max(2000),
  leaks: z.array(leakRowSchema).max(5000),
  findings: z.array(datasetFindingSchema).max(2000),
});
export type DatasetReport = z.infer<typeof datasetReportSchema>;
