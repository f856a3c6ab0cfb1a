import { SCORE_PROTOCOLS } from '../protocols/score-protocols.js';
import type { ProtocolId } from '../protocols/score-protocol.js';
import { firstContour, type ContourLine } from './first-contour.js';

/** Power spectral densities summed over complete latitude rows, m²/(cycles/day · cycles/degree). */
export type SpectrumSums = {
  readonly errorRowCount: number;
  readonly referenceRowCount: number;
  /** Shape `[frequencyCount × wavenumberCount]`, both ascending from the first positive one. */
  readonly frequencyCount: number;
  readonly wavenumberCount: number;
  readonly errorPsdSum: Float64Array;
  readonly referencePsdSum: Float64Array;
};

/** 1 − PSD(error)/PSD(reference) over period and zonal wavelength. */
export type PsdScore = {
  /** Cycles/day, ascending, shape `[F]`. */
  readonly frequencyPerDay: Float64Array;
  /** Cycles/degree of longitude, ascending, shape `[K]`. */
  readonly wavenumberPerDeg: Float64Array;
  /** Days, descending, shape `[F]`. */
  readonly periodDays: Float64Array;
  /** Degrees of longitude, descending, shape `[K]`. */
  readonly wavelengthDeg: Float64Array;
  /** Dimensionless, shape `[F, K]`; NaN or −Infinity where the reference has no power. */
  readonly score: Float64Array;
  /** First contour at the protocol's level as [wavelength °, period days]; `null` if there is none. */
  readonly contour: ContourLine | null;
};

/**
 * The PSD score and its first contour; `null` where the protocol has no spectrum: no complete latitude row, or fewer
 * than two positive frequencies below Nyquist in a dimension.
 *
 * @param axes - of the rows that were summed.
 * Differs: the grid step is the mean step, where xrft takes the first one; they differ by round-off only.
 */
export function psdScore(
  spectrum: SpectrumSums,
  axes: { readonly timeDays: ArrayLike<number>; readonly lonDeg: ArrayLike<number> },
  protocol: ProtocolId,
): PsdScore | null {
  const { frequencyCount, wavenumberCount, errorRowCount, referenceRowCount } = spectrum;
  if (errorRowCount === 0 || referenceRowCount === 0 || frequencyCount < 2 || wavenumberCount < 2)
    return null;
  const score = Float64Array.from(spectrum.errorPsdSum);
  for (let index = 0; index < score.length; index++) {
    const referencePsd = spectrum.referencePsdSum[index]! / referenceRowCount;
    score[index] = 1 - score[index]! / errorRowCount / referencePsd;
  }
  const frequencyPerDay = positiveFrequencies(frequencyCount, axes.timeDays);
  const wavenumberPerDeg = positiveFrequencies(wavenumberCount, axes.lonDeg);
  const periodDays = frequencyPerDay.map((frequency) => 1 / frequency);
  const wavelengthDeg = wavenumberPerDeg.map((wavenumber) => 1 / wavenumber);
  const level = SCORE_PROTOCOLS[protocol].contourLevel;
  const contour = score.every(Number.isFinite)
    ? firstContour({ x: wavelengthDeg, y: periodDays, z: score }, level)
    : null;
  return { frequencyPerDay, wavenumberPerDeg, periodDays, wavelengthDeg, score, contour };
}

/** k/(N·Δ) for k = 1 … count. */
function positiveFrequencies(count: number, axis: ArrayLike<number>): Float64Array {
  const spacing = (axis[axis.length - 1]! - axis[0]!) / (axis.length - 1);
  return Float64Array.from({ length: count }, (_, index) => (index + 1) / (axis.length * spacing));
}
