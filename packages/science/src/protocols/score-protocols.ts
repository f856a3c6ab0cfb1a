import { OSSE_2020A } from './osse-2020a.js';
import { OSSE_NATL } from './osse-natl.js';
import type { ProtocolId, ScoreProtocol } from './score-protocol.js';

export const SCORE_PROTOCOLS: Record<ProtocolId, ScoreProtocol> = {
  'osse-2020a': OSSE_2020A,
  'osse-natl': OSSE_NATL,
};
