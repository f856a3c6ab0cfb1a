import type { ChallengeSummary, Leaderboard } from '@sillage/contracts';
import { ApiFailure } from '../../lib/api/api-failure';
import { attempt, type Attempt } from '../../lib/api/attempt';
import { boardOrNull } from '../../lib/api/board-or-null';
import { serverGateway } from '../../lib/api/server-gateway';

export type ListedChallenge = {
  challenge: ChallengeSummary;
  /** The board of its first task; one that may not be seen is none, nor has a challenge without data one. */
  board: Leaderboard | null;
  /** Methods whose published scores a challenge without data shows. */
  publishedMethods: string[];
};

/** The challenges that can be entered, the largest first, then those without data. */
export async function loadChallenges(): Promise<Attempt<ListedChallenge[]>> {
  const gateway = await serverGateway();

  const boardOf = async ({ id, tasks, isInstalled }: ChallengeSummary): Promise<Leaderboard | null> => {
    const task = tasks[0];
    return task === undefined || !isInstalled ? null : boardOrNull(gateway, id, task);
  };
  const publishedMethodsOf = async ({ id, isInstalled }: ChallengeSummary): Promise<string[]> => {
    if (isInstalled) return [];
    try {
      return [...new Set((await gateway.challenge(id)).published.map((score) => score.method))];
    } catch (error) {
      if (error instanceof ApiFailure) return []; // it was removed in between
      throw error;
    }
  };

  return attempt(
    gateway.challenges().then((challenges) =>
      Promise.all(
        [...challenges]
          .sort(
            (left, right) =>
              Number(right.isInstalled) - Number(left.isInstalled) ||
              right.tasks.length - left.tasks.length ||
              right.createdAt.localeCompare(left.createdAt) ||
              left.id.localeCompare(right.id),
          )
          .map(async (challenge) => ({
            challenge,
            board: await boardOf(challenge),
            publishedMethods: await publishedMethodsOf(challenge),
          })),
      ),
    ),
  );
}
