import type { Leaderboard } from '@sillage/contracts';
import { ApiFailure } from '@sillage/client';
import type { Gateway } from './gateway';

/** A board for pages that are about something else: one that may not be seen at this disclosure level is none. */
export async function boardOrNull(
  gateway: Gateway,
  challenge: string,
  task: { area: string; scenario: string },
): Promise<Leaderboard | null> {
  try {
    return await gateway.leaderboard(challenge, task);
  } catch (error) {
    if (error instanceof ApiFailure) return null;
    throw error;
  }
}
