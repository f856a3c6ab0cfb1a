import { createFftPlan } from '../fft/fft-plan.js';
import { hannWindow } from '../spectra/row-spectrum.js';

/** One-sided power spectral densities summed over segments, m²/(cycles/km), wavenumbers 0 … floor(S/2) of S samples. */
export type WelchSums = {
  readonly segmentCount: number;
  readonly trackPsdSum: readonly number[];
  readonly errorPsdSum: readonly number[];
};

/**
 * Welch's sums of two signals over the same segments: mean of the segment removed, periodic Hann window, density.
 * Divided by `segmentCount` they are what `scipy.signal.welch` gives for the segments put end to end with `noverlap=0`.
 *
 * @param signals.track - m, shape `[N]`.
 * @param signals.error - m, shape `[N]`.
 * @param starts - first sample of each segment.
 * @param segment.sampleCount - S, at least 2.
 * @param segment.spacingKm - km between samples.
 * Source: scipy.signal.welch (scaling 'density', detrend 'constant', window 'hann', one-sided).
 */
export function welchSums(
  signals: { track: Float64Array; error: Float64Array },
  starts: readonly number[],
  segment: { sampleCount: number; spacingKm: number },
): WelchSums {
  const { sampleCount, spacingKm } = segment;
  const window = hannWindow(sampleCount);
  const plan = createFftPlan(sampleCount);
  const data = new Float64Array(2 * sampleCount);
  const wavenumberCount = Math.floor(sampleCount / 2) + 1;
  const track = new Float64Array(wavenumberCount);
  const error = new Float64Array(wavenumberCount);
  for (const start of starts) {
    loadWindowed(signals.track, start, window, data, 0);
    loadWindowed(signals.error, start, window, data, 1);
    plan.forward(data);
    // Two real signals in one complex transform C: 2T(k) = C(k) + conj C(−k), 2iE(k) = C(k) − conj C(−k).
    for (let k = 0; k < wavenumberCount; k++) {
      const plus = 2 * k;
      const minus = 2 * ((sampleCount - k) % sampleCount);
      const [re, im, mirroredRe, mirroredIm] = [data[plus]!, data[plus + 1]!, data[minus]!, data[minus + 1]!];
      track[k]! += 0.25 * ((re + mirroredRe) ** 2 + (im - mirroredIm) ** 2);
      error[k]! += 0.25 * ((re - mirroredRe) ** 2 + (im + mirroredIm) ** 2);
    }
  }
  const windowPower = window.reduce((sum, weight) => sum + weight * weight, 0);
  const density = (power: number, k: number): number => {
    const isTwoSided = k > 0 && 2 * k !== sampleCount; // −k folds onto it
    return (power * spacingKm * (isTwoSided ? 2 : 1)) / windowPower;
  };
  return {
    segmentCount: starts.length,
    trackPsdSum: Array.from(track, density),
    errorPsdSum: Array.from(error, density),
  };
}

/** A segment without its mean, windowed, into the real (0) or imaginary (1) part. */
function loadWindowed(
  values: Float64Array,
  start: number,
  window: Float64Array,
  data: Float64Array,
  part: 0 | 1,
): void {
  let sum = 0;
  for (let index = 0; index < window.length; index++) sum += values[start + index]!;
  const mean = sum / window.length;
  for (let index = 0; index < window.length; index++) {
    data[2 * index + part] = window[index]! * (values[start + index]! - mean);
  }
}
