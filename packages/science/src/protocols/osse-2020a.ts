import type { ScoreProtocol } from './score-protocol.js';

/**
 * The scores of the 2020a SSH mapping challenge (BOOST-SWOT OSSE), as its code at commit 743d16e computes them.
 *
 * - µ(RMSE) = 1 − sqrt(mean (m − r)²)/sqrt(mean r²) over all days and points: a global ratio, not the mean of days.
 *   r is not centred. The numerator skips points missing in either field, the denominator those missing in r.
 * - σ(RMSE) = population standard deviation of the daily scores.
 * - PSD score = 1 − Σ_rows PSD(m − r)/rows ÷ Σ_rows PSD(r)/rows: per latitude row the mean over time and longitude is
 *   removed, a periodic Hann window is applied in both dimensions, and only the quadrant f > 0, k > 0 of numpy's
 *   forward transform is used, without Nyquist. A row with a missing value drops out, separately for m − r and for r.
 * - λx, λt = minima over the first 0.5 contour in the order of matplotlib ≤ 3.7 (contourpy's mpl2014).
 *
 * Source: ocean-data-challenges/2020a_SSH_mapping_NATL60, src/mod_eval.py.
 * Differs: a hole in the reconstruction where the reference is valid is an error unless `holes: 'as-2020a'` is asked for.
 */
export const OSSE_2020A: ScoreProtocol = {
  id: 'osse-2020a',
  contourLevel: 0.5, // of the challenge's definition of effective resolution: error power is half the signal power
  missingInSpectrum: 'drop-row', // numpy's FFT of a row with one NaN is NaN, and the mean over rows skips it
};
