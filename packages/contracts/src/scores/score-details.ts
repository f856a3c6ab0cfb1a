import { z } from 'zod';

const perDayAndBox = z.array(z.array(z.number().nonnegative()));

/**
 * boxes.json: sums over the nodes of a box on each day, `[day][box]`, box = row · columnCount + column, rows from the south.
 * The RMSE of any set of days and boxes is √(Σ squaredErrorM2 / Σ count).
 */
export const boxStatisticsSchema = z.object({
  version: z.literal(1),
  sizeDeg: z.number().positive(),
  /** South-western corner of the first box. */
  southDeg: z.number(),
  westDeg: z.number(),
  rowCount: z.number().int().positive(),
  columnCount: z.number().int().positive(),
  timeDays: z.array(z.number()),
  count: perDayAndBox,
  squaredErrorM2: perDayAndBox,
  squaredReferenceM2: perDayAndBox,
});
export type BoxStatistics = z.infer<typeof boxStatisticsSchema>;

const densities = z.array(z.number().nonnegative());

/** spectra.json: one-sided zonal power spectral densities, m²/(cycles/degree), averaged over rows and days. */
export const zonalSpectraSchema = z.object({
  version: z.literal(1),
  /** Length of the pieces of latitude rows, degrees, and how many there were over all days. */
  segmentDeg: z.number().positive(),
  segmentCount: z.number().int().positive(),
  /** Degrees of longitude, decreasing. */
  wavelengthDeg: z.array(z.number().positive()),
  reconstruction: densities,
  reference: densities,
  error: densities,
});
export type ZonalSpectraView = z.infer<typeof zonalSpectraSchema>;

/** Why a box has no effective resolution; never that it is bad. */
export const unresolvedBoxReasonSchema = z.enum([
  'longer-than-box',
  'everything-resolved',
  'too-few-pieces',
  'undefined-spectrum',
]);
export type UnresolvedBoxReason = z.infer<typeof unresolvedBoxReasonSchema>;

/** Effective resolution of one box: a wavelength, or why there is none. */
export const boxResolutionSchema = z.object({
  /** In the unit of the boxes. */
  wavelength: z.number().positive().nullable(),
  unresolved: unresolvedBoxReasonSchema.nullable(),
  /** Rows (zonal) or passes of the satellite (along-track) that it was computed from. */
  pieceCount: z.number().int().nonnegative(),
  /** Zonal: length of a degree of longitude, mean over the rows; null without a row. Along a track: null. */
  kmPerDeg: z.number().positive().nullable(),
  /** One-sided densities, m²/(cycles/unit); empty where pieces are too few. */
  reference: densities,
  error: densities,
});
export type BoxResolutionView = z.infer<typeof boxResolutionSchema>;

/**
 * resolution.json: effective resolution by box, box = row · columns + column, rows from the south. λ is the wavelength where
 * 1 − PSD(error)/PSD(reference) first falls below 0.5, from `longestWavelength` on to shorter ones. Boxes overlap.
 */
export const resolutionByBoxSchema = z.object({
  version: z.literal(1),
  /** Zonal: along latitude rows of a gridded reference. Along-track: along the withheld track. */
  direction: z.enum(['zonal', 'along-track']),
  /** Of every wavelength here: degrees of longitude (zonal) or km (along-track). */
  unit: z.enum(['deg', 'km']),
  sizeDeg: z.number().positive(),
  /** Middles of the boxes, ascending. */
  latDeg: z.array(z.number()).min(1),
  lonDeg: z.array(z.number()).min(1),
  /** Descending: those of the densities. */
  wavelength: z.array(z.number().positive()),
  /** The longest wavelength that a box tells: half the length of its pieces. */
  longestWavelength: z.number().positive(),
  /** A box with fewer pieces has no λ. */
  leastPieceCount: z.number().int().positive(),
  boxes: z.array(boxResolutionSchema),
  /** Over all pieces of the area by the same definition: not the λx of the board. */
  whole: boxResolutionSchema,
});
export type ResolutionByBox = z.infer<typeof resolutionByBoxSchema>;
