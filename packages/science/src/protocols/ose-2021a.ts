import type { AlongTrackProtocol } from './along-track-protocol.js';

/**
 * The scores of the 2021a SSH mapping challenge (OSE): maps against a withheld altimeter, CryoSat-2, as its code at commit
 * e3a22aa computes them, quirks included.
 *
 * - µ(RMSE) = mean over UTC days of 1 − rms(map − track)/rms(track), days with fewer than 10 points left out.
 *   (In 2020a µ is a global ratio.) σ(RMSE) = population standard deviation of the same days.
 * - PSD score = 1 − PSD(map − track)/PSD(track): Welch's mean over segments of 156 samples (about 1000 km), mean removed,
 *   periodic Hann, that start every 39 samples along each piece of track between gaps of more than 4 s.
 * - λx = wavelength at score 0.5, linear in the score, cut to a whole km.
 *
 * Source: ocean-data-challenges/2021a_SSH_mapping_OSE, src/mod_interp.py, mod_stats.py, mod_spectral.py, mod_plot.py and
 * the evaluation notebooks.
 * Differs: where the original stops with an exception (no gap, no segment, no score on one side of 0.5) or prints an infinite
 * wavelength, λx is `null` with a reason.
 */
export const OSE_2021A: AlongTrackProtocol = {
  id: 'ose-2021a',
  insetDeg: 0.25,
  minimumPointsPerDay: 10,
  samplingSeconds: 0.9434, // CryoSat-2, as the notebooks give it
  groundSpeedKmPerS: 6.77, // the same
  longestGapSeconds: 4,
  segmentLengthKm: 1000,
  segmentStepFraction: 0.25,
  scoreLevel: 0.5,
  pieces: 'gap-indices',
  crossing: 'sorted-scores',
  lambdaRounding: 'whole-km',
};
