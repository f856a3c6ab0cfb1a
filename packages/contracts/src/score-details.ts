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
