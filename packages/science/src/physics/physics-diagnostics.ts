import { axisSpacing } from '../grid.js';
import type { ScoreStatistics } from '../scores/score-statistics.js';
import { mergeDerivativeSums, type DerivativeSums } from './derivative-sums.js';
import { mergeZonalSpectrumSums, type ZonalSpectrumSums } from './zonal-spectrum.js';

/** Wavelengths between which spectral slopes are fitted, km. Source: Xu and Fu 2011, J. Phys. Oceanogr. 41, 802. */
export const SLOPE_WAVELENGTHS_KM = [70, 250] as const;
/** Fewer wavenumbers say nothing of a slope. */
const MINIMUM_SLOPE_POINTS = 4;

/** What the physics columns need besides the sums per day. Sums of disjoint rows add up. */
export type PhysicsSums = { readonly derivatives: DerivativeSums; readonly spectrum: ZonalSpectrumSums };

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

/** Sums of disjoint rows of the same grid, added from first to last. */
export function mergePhysicsSums(all: readonly PhysicsSums[]): PhysicsSums {
  return {
    derivatives: mergeDerivativeSums(all.map(({ derivatives }) => derivatives)),
    spectrum: mergeZonalSpectrumSums(all.map(({ spectrum }) => spectrum)),
  };
}

/** The physics columns of a map. */
export function physicsDiagnostics(
  statistics: Pick<ScoreStatistics, 'daily' | 'grid'>,
  { derivatives, spectrum }: PhysicsSums,
): PhysicsDiagnostics {
  const slopes = spectralSlopes(spectrum, Float64Array.from(statistics.grid.lonDeg));
  return {
    varianceRatio: varianceRatio(statistics.daily),
    gradientRatio: rootRatio(derivatives.reconstructionGradientSum, derivatives.referenceGradientSum),
    vorticityRatio: rootRatio(derivatives.reconstructionVorticitySum, derivatives.referenceVorticitySum),
    spectralSlope: slopes?.reconstruction ?? null,
    referenceSpectralSlope: slopes?.reference ?? null,
    slopeWavelengthsKm: slopes?.wavelengthsKm ?? null,
  };
}

function rootRatio(reconstructionSum: number, referenceSum: number): number | null {
  return referenceSum > 0 ? Math.sqrt(reconstructionSum / referenceSum) : null;
}

/** From the sums of the error: m = r + e, so Σm = Σr + Σe and Σm² = Σr² + 2Σer + Σe². */
function varianceRatio(daily: ScoreStatistics['daily']): number | null {
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

/** Slopes of both spectra over the same wavenumbers; null where there are too few, or one of the fields has no power. */
function spectralSlopes(
  spectrum: ZonalSpectrumSums,
  lonDeg: Float64Array,
): { reconstruction: number; reference: number; wavelengthsKm: [number, number] } | null {
  if (spectrum.pieceCount === 0 || lonDeg.length < 2) return null;
  const pieceKm =
    (spectrum.kmPerDegSum / spectrum.pieceCount) * spectrum.lonCount * axisSpacing(lonDeg, 'longitude');
  const used = spectrum.referencePsdSum
    .map((_, index) => ({ index, wavelengthKm: pieceKm / (index + 1) }))
    .filter(
      ({ wavelengthKm }) =>
        wavelengthKm >= SLOPE_WAVELENGTHS_KM[0] && wavelengthKm <= SLOPE_WAVELENGTHS_KM[1],
    );
  const [longest, shortest] = [used[0], used.at(-1)];
  if (used.length < MINIMUM_SLOPE_POINTS || !longest || !shortest) return null;
  const slopeOf = (psd: readonly number[]) =>
    leastSquaresSlope(
      used.map(({ wavelengthKm }) => -Math.log(wavelengthKm)),
      used.map(({ index }) => Math.log(psd[index]!)),
    );
  const reconstruction = slopeOf(spectrum.reconstructionPsdSum);
  const reference = slopeOf(spectrum.referencePsdSum);
  if (!Number.isFinite(reconstruction) || !Number.isFinite(reference)) return null;
  return { reconstruction, reference, wavelengthsKm: [shortest.wavelengthKm, longest.wavelengthKm] };
}

function leastSquaresSlope(x: readonly number[], y: readonly number[]): number {
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [meanX, meanY] = [mean(x), mean(y)];
  let covariance = 0;
  let variance = 0;
  x.forEach((value, index) => {
    covariance += (value - meanX) * (y[index]! - meanY);
    variance += (value - meanX) ** 2;
  });
  return covariance / variance;
}
