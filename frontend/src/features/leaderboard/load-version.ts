import type { ChallengeView, PublicVersion } from '@sillage/contracts';
import { ApiFailure } from '@sillage/client';
import type { Gateway } from '../../lib/api/gateway';

/**
 * The challenge in the dataset version that an address asks for, with the versions that there are. One that is not there, or is the
 * current one, gives the challenge as it is.
 */
export async function loadVersion(
  gateway: Gateway,
  current: ChallengeView,
  asked: string | null,
): Promise<{ challenge: ChallengeView; olderVersion: string | null; versions: PublicVersion[] }> {
  const versions = await gateway.versions(current.id);
  if (asked === null || asked === current.datasetVersion)
    return { challenge: current, olderVersion: null, versions };
  try {
    const challenge = await gateway.challenge(current.id, asked);
    return { challenge, olderVersion: challenge.datasetVersion, versions };
  } catch (error) {
    if (error instanceof ApiFailure && error.status === 404)
      return { challenge: current, olderVersion: null, versions };
    throw error;
  }
}
