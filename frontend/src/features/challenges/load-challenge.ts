import { cache } from 'react';
import { attempt } from '../../lib/api/attempt';
import { serverGateway } from '../../lib/api/server-gateway';

/** Asked once a request, however many parts of the page need it. */
export const loadChallenge = cache(async (challenge: string) =>
  attempt((await serverGateway()).challenge(challenge)),
);
