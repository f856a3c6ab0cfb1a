import type { AlongTrackProtocol } from './along-track-protocol.js';
import { OSE_2021A } from './ose-2021a.js';

/**
 * `ose-2021a` without the quirks of its code. µ and σ are the same; λx differs in these points:
 *
 * - Pieces of track are whole: they start after a gap, not with the sample before it (that sample lies on another pass, and the
 *   jump to it spreads over all wavenumbers), they end with their last sample, and the piece after the last gap counts too.
 *   A piece of exactly one segment's length gives a segment.
 * - λx is where the score first falls through 0.5 going from long to short wavelengths. Sorting all scores instead can join two
 *   wavenumbers that are no neighbours. The mean is left out: its wavelength is infinite.
 * - λx is not cut to a whole km: two methods 0.9 km apart need not share a rank.
 *
 * Kept, so that λx can be compared: sampling, speed, segment length and step, the 4 s rule (up to three missing samples
 * pass as none), window and detrending.
 */
export const OSE_ALONG_TRACK: AlongTrackProtocol = {
  ...OSE_2021A,
  id: 'ose-along-track',
  pieces: 'whole',
  crossing: 'first-fall',
  lambdaRounding: 'none',
};
