import type { ScoreProtocol } from './score-protocol.js';

/**
 * `osse-2020a` with a land rule, for areas where every latitude row meets a coast: on NATL no row is all ocean, so
 * the 2020a spectrum does not exist there.
 *
 * Land rule: where the reference has no value, both fields are 0 m before the row mean is removed. What a
 * reconstruction says on land therefore never counts. µ(RMSE) and σ(RMSE) are those of `osse-2020a` (land is skipped).
 *
 * Source: CIA-Oceanix/4dvarnet-starter, which fills land with 0 in both fields before its spectra.
 */
export const OSSE_NATL: ScoreProtocol = {
  id: 'osse-natl',
  contourLevel: 0.5, // as in osse-2020a, so that λ on an area without land is the same under both
  missingInSpectrum: 'zero-in-both',
};

/**
 * Degrees of longitude of the pieces of open ocean whose resolution is told beside that of `osse-natl`: the width of GF, so
 * that it means the same there, and wavelengths of up to 10° are in it.
 */
export const OPEN_OCEAN_SEGMENT_DEG = 10;
