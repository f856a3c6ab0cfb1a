import { z } from 'zod';
import { PHYSICS_KEYS } from './score-table.js';
import { scoreShape } from './score-values.js';

/**
 * Whether a reconstruction is smoother than the truth: ratios of 1 and equal slopes are perfect, whatever the RMSE says.
 * Both fields over the same days and points; nothing here ranks.
 */
export const physicsSchema = z.strictObject({
  ...scoreShape(PHYSICS_KEYS),
  /** Wavelengths between which the slopes were fitted, km, shortest first; null without slopes. */
  slopeWavelengthsKm: z.tuple([z.number().positive(), z.number().positive()]).nullable(),
});
export type Physics = z.infer<typeof physicsSchema>;

const seriesSchema = z.array(z.number().nonnegative()).max(4_000);

/** Sums of one day over all scored points; one entry per day that has a score. */
export const dailySeriesSchema = z
  .strictObject({
    /** Days since 1950-01-01 UTC, ascending; of some century near ours, or they are no dates. */
    timeDays: z.array(z.number().min(-100_000).max(200_000)).max(4_000),
    /** Σ (reconstruction − truth)², m². */
    squaredErrorM2: seriesSchema,
    /** Σ truth², m². */
    squaredReferenceM2: seriesSchema,
    pointCount: z.array(z.number().int().positive()).max(4_000),
  })
  .refine(
    (series) =>
      new Set([
        series.timeDays.length,
        series.squaredErrorM2.length,
        series.squaredReferenceM2.length,
        series.pointCount.length,
      ]).size === 1,
    'the lists differ in length',
  );
export type DailySeries = z.infer<typeof dailySeriesSchema>;

/** Edges of the bands of a PSD score, long to short: band i lies between edges i and i + 1. */
export const bandAxesSchema = z.strictObject({
  wavelengthUnit: z.enum(['degrees', 'km']),
  /** Degrees of longitude, or km along the track; strictly decreasing. */
  wavelengthEdges: z.array(z.number().positive()).min(2).max(100),
  /** Days, strictly decreasing; null where the spectrum has no periods (along a track). */
  periodEdgesDays: z.array(z.number().positive()).min(2).max(100).nullable(),
});
export type BandAxes = z.infer<typeof bandAxesSchema>;

const powersSchema = z.array(z.array(z.number().nonnegative()).max(100)).max(100);

/**
 * Power of error and truth in bands, `[period][wavelength]` (one row without periods). The PSD score of any set of bands is
 * 1 − Σ error ÷ Σ truth.
 */
export const bandPowersSchema = z.strictObject({
  axes: bandAxesSchema,
  /** m² per latitude row or segment, in the units of the spectrum. */
  error: powersSchema,
  truth: powersSchema,
});
export type BandPowers = z.infer<typeof bandPowersSchema>;

/** What rank intervals, pairs and per-wavelength ranks are made of: small, and stored with the evaluation. */
export const boardStatisticsSchema = z.strictObject({
  daily: dailySeriesSchema,
  /** Null where the protocol has no spectrum. */
  bands: bandPowersSchema.nullable(),
});
export type BoardStatistics = z.infer<typeof boardStatisticsSchema>;
