import type { DailySums } from '../statistics/daily-sums.js';
import { finishStatistic, type MapStatistics } from '../statistics/map-statistics.js';

/** What the physics columns are computed from. */
export type PhysicsStatistics = MapStatistics<'daily' | 'derivatives' | 'zonalSpectrum'>;

/** The over-smoothing meter: 1 (ratios) or the slope of the reference is perfect. Dimensionless; null where undefined. */
export type PhysicsDiagnostics = {
  /** Variance of the reconstruction ÷ that of the reference, each about its own mean over all days and points. */
  readonly varianceRatio: number | null;
  /** RMS of |∇η| of the reconstruction ÷ that of the reference. */
  readonly gradientRatio: number | null;
  /** The same of the geostrophic relative vorticity. */
  readonly vorticityRatio: number | null;
  /** Slope of log PSD over log wavenumber of the reconstruction, and of the reference. */
  readonly spectralSlope: number | null;
  readonly referenceSpectralSlope: number | null;
  /** Shortest and longest wavelength that the fit used, km; null without slopes. */
  readonly slopeWavelengthsKm: readonly [number, number] | null;
};

/** The physics columns of a map. */
export function physicsDiagnostics(statistics: PhysicsStatistics): PhysicsDiagnostics {
  const slopes = finishStatistic('zonalSpectrum', statistics);
  return {
    varianceRatio: varianceRatio(statistics.daily),
    ...finishStatistic('derivatives', statistics),
    spectralSlope: slopes?.reconstruction ?? null,
    referenceSpectralSlope: slopes?.reference ?? null,
    slopeWavelengthsKm: slopes?.wavelengthsKm ?? null,
  };
}

/** From the sums of the error: m = r + e, so Σm = Σr + Σe and Σm² = Σr² + 2Σer + Σe². */
function varianceRatio(daily: readonly DailySums[]): number | null {
  const total = { count: 0, e: 0, ee: 0, r: 0, rr: 0, er: 0 };
  for (const day of daily) {
    total.count += day.pairedCount;
    total.e += day.errorSum;
    total.ee += day.squaredErrorSum;
    total.r += day.pairedReferenceSum;
    total.rr += day.pairedSquaredReferenceSum;
    total.er += day.errorReferenceSum;
  }
  const { count, e, ee, r, rr, er } = total;
  if (count === 0) return null;
  const referenceVariance = rr / count - (r / count) ** 2;
  const reconstructionVariance = (rr + 2 * er + ee) / count - ((r + e) / count) ** 2;
  return referenceVariance > 0 ? Math.max(0, reconstructionVariance) / referenceVariance : null;
}
