import { OSSE_2020A } from './osse-2020a.js';
import { OSSE_NATL } from './osse-natl.js';
import type { ProtocolId, ScoreProtocol } from './score-protocol.js';

/** Every protocol by its name; each file of this folder has the constants and their sources. */
export const SCORE_PROTOCOLS: Record<ProtocolId, ScoreProtocol> = {
  'osse-2020a': OSSE_2020A,
  'osse-natl': OSSE_NATL,
};
