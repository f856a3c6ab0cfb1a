import { z } from 'zod';
import { protocolSchema } from '../challenge/challenge.js';
import { SCORE_KEYS, UNRESOLVED_REASONS } from './score-texts.js';
import { scoreShape } from './score-values.js';

export const unresolvedReasonSchema = z.enum(UNRESOLVED_REASONS);

/** The numbers of one evaluation (`SCORE_TABLE`). Unrounded; the board rounds. */
export const scoresSchema = z.object({
  ...scoreShape(SCORE_KEYS),
  /** Added later than the others: an older evaluator leaves it out. */
  lambdaXKm: z.number().positive().nullable().default(null),
  /** Set when every λ of the protocol is null. */
  unresolved: unresolvedReasonSchema.nullable(),
  /** The λ whose contour reaches the shortest wavelength or period of the grid: an upper bound, "at least this good". */
  atGridLimit: z.array(z.enum(['lambdaXDeg', 'lambdaTDays'])).default([]),
});
export type Scores = z.infer<typeof scoresSchema>;

/** What only an along-track protocol has. */
export const alongTrackDiagnosticsSchema = z.object({
  /** Points of the withheld track that were compared, and the days with enough of them. */
  pointCount: z.number().int().nonnegative(),
  dayCount: z.number().int().nonnegative(),
  /** Pieces of the track that went into the spectra, and their length. */
  segmentCount: z.number().int().nonnegative(),
  segmentLengthKm: z.number(),
  /** Power spectral densities, m² per cycle/km, and 1 − error ÷ track, by wavelength (decreasing). */
  spectrum: z
    .object({
      wavelengthKm: z.array(z.number()),
      track: z.array(z.number()),
      error: z.array(z.number()),
      score: z.array(z.number().nullable()),
    })
    .nullable(),
  /** The same maps by each of the along-track protocols. */
  variants: z.array(
    z.object({
      protocol: protocolSchema,
      mu: z.number(),
      sigma: z.number(),
      lambdaXKm: z.number().nullable(),
    }),
  ),
});
export type AlongTrackDiagnostics = z.infer<typeof alongTrackDiagnosticsSchema>;

/** Curves of one evaluation, stored as JSON beside the scores. */
export const diagnosticsSchema = z.object({
  /** Null where the reference is no grid. */
  grid: z
    .object({
      latCount: z.number(),
      lonCount: z.number(),
      dayCount: z.number(),
      spacingDeg: z.number(),
    })
    .nullable(),
  /** One value per day; `timeDays` since 1950-01-01 UTC, RMSE in metres, score dimensionless. */
  daily: z.object({
    timeDays: z.array(z.number()),
    rmseScore: z.array(z.number()),
    rmseM: z.array(z.number()),
  }),
  /** `score[period][wavelength]`, both axes decreasing (index = frequency ascending). `null` where undefined. */
  psdScore: z
    .object({
      wavelengthDeg: z.array(z.number()),
      periodDays: z.array(z.number()),
      score: z.array(z.array(z.number().nullable())),
      /** First 0.5 contour as [wavelength °, period days] points, in drawing order. */
      contour: z.array(z.tuple([z.number(), z.number()])),
    })
    .nullable(),
  alongTrack: alongTrackDiagnosticsSchema.nullable().default(null),
  /**
   * Of `osse-natl`: λx and λt over the pieces of latitude rows that have no land. The steps at a coast lift the PSD score at
   * short wavelengths, so that the board's λx may say nothing; this one is beside the board, not on it.
   */
  openOcean: z
    .object({
      /** Length of a piece, degrees of longitude, and how many there were. */
      segmentDeg: z.number().positive(),
      segmentCount: z.number().int().positive(),
      lambdaXDeg: z.number().positive().nullable(),
      lambdaTDays: z.number().positive().nullable(),
      unresolved: unresolvedReasonSchema.nullable(),
      atGridLimit: z.array(z.enum(['lambdaXDeg', 'lambdaTDays'])),
    })
    .nullable()
    .default(null),
});
export type Diagnostics = z.infer<typeof diagnosticsSchema>;

export const MAP_LAYER_NAMES = [
  'reconstruction',
  'reference',
  'error',
  'rmse',
  'reconstruction-gradient',
  'reference-gradient',
  'reconstruction-vorticity',
  'reference-vorticity',
  'observations',
] as const;

/** A stack of map frames stored as little-endian int16: value = raw · scale + offset, raw −32768 = missing. */
export const mapLayerSchema = z.object({
  name: z.enum(MAP_LAYER_NAMES),
  /** Heights in metres; gradients (metres per metre) and vorticity (over the Coriolis parameter) have none. */
  unit: z.enum(['m', '1']),
  frameCount: z.number().int().positive(),
  scale: z.number(),
  offset: z.number(),
  /** Smallest and largest value over all frames, in the unit. */
  min: z.number(),
  max: z.number(),
  /** Root mean square over all frames, in the unit; colour scales begin with it. Null in frames of earlier versions. */
  rms: z.number().nonnegative().nullable().default(null),
});
export type MapLayer = z.infer<typeof mapLayerSchema>;

/** Frames are [lat, lon], both ascending. Layer `rmse` has one frame, the others one per day. */
export const mapManifestSchema = z.object({
  lonDeg: z.array(z.number()),
  latDeg: z.array(z.number()),
  timeDays: z.array(z.number()),
  layers: z.array(mapLayerSchema),
  /** Nodes of the scored grid along each axis that were averaged into one point of a frame. */
  blockSize: z.number().int().positive().default(1),
  /** The map was on another grid and interpolated linearly to the scored one: second derivatives show its nodes. */
  isInterpolated: z.boolean().default(false),
  /** Share of the scored nodes that the public observations of the task reach, by day; null where that is not known. */
  observedShare: z.array(z.number().min(0).max(1)).nullable().default(null),
});
export type MapManifest = z.infer<typeof mapManifestSchema>;
