import type { AlongTrackProtocol, AlongTrackProtocolId } from './along-track-protocol.js';
import { OSE_2021A } from './ose-2021a.js';
import { OSE_ALONG_TRACK } from './ose-along-track.js';

/** Every along-track protocol by its name; each file of this folder has the constants and their sources. */
export const ALONG_TRACK_SCORE_PROTOCOLS: Record<AlongTrackProtocolId, AlongTrackProtocol> = {
  'ose-2021a': OSE_2021A,
  'ose-along-track': OSE_ALONG_TRACK,
};
