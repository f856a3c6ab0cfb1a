import type { ChallengeSummary, Leaderboard } from '@sillage/contracts';
import { attempt, type Attempt } from '../../lib/api/attempt';
import { boardOrNull } from '../../lib/api/board-or-null';
import { serverGateway } from '../../lib/api/server-gateway';

export type ChallengeWithBoard = { challenge: ChallengeSummary; board: Leaderboard | null };

/**
 * The challenges that can be entered, newest first, then those without data, each with the board of its first task; a
 * board that may not be seen is no board.
 */
export async function loadChallenges(): Promise<Attempt<ChallengeWithBoard[]>> {
  const gateway = await serverGateway();
  const boardOf = async (challenge: ChallengeSummary): Promise<Leaderboard | null> => {
    const task = challenge.tasks[0];
    if (task === undefined) return null;
    return boardOrNull(gateway, challenge.id, task);
  };
  return attempt(
    gateway
      .challenges()
      .then((challenges) =>
        Promise.all(
          [...challenges]
            .sort(
              (left, right) =>
                Number(right.isInstalled) - Number(left.isInstalled) ||
                right.createdAt.localeCompare(left.createdAt),
            )
            .map(async (challenge) => ({ challenge, board: await boardOf(challenge) })),
        ),
      ),
  );
}
