import type { ChallengeSummary, Leaderboard } from '@sillage/contracts';
import { ApiFailure } from '@sillage/client';
import { attempt, type Attempt } from '../../lib/api/attempt';
import { boardOrNull } from '../../lib/api/board-or-null';
import { serverGateway } from '../../lib/api/server-gateway';

export type ListedChallenge = {
  challenge: ChallengeSummary;
  /** The board that stands for it; one that may not be seen is none, nor has a challenge without data one. */
  board: Leaderboard | null;
  /** Area and observations of that board, by the names that people read. */
  boardName: string;
  /** Methods whose published scores a challenge without data shows. */
  publishedMethods: string[];
};

/** The challenges that can be entered, the largest first, then those without data. */
export async function loadChallenges(): Promise<Attempt<ListedChallenge[]>> {
  const gateway = await serverGateway();

  const boardOf = async ({ id, headline, isInstalled }: ChallengeSummary): Promise<Leaderboard | null> =>
    isInstalled ? boardOrNull(gateway, id, headline) : null;
  const detailsOf = async ({ id, headline }: ChallengeSummary) => {
    try {
      const { areas, scenarios, published } = await gateway.challenge(id);
      const area = areas.find((candidate) => candidate.id === headline.area);
      const scenario = scenarios.find((candidate) => candidate.id === headline.scenario);
      return {
        boardName: [area?.name, scenario?.name].filter((name) => name !== undefined).join(', '),
        publishedMethods: [...new Set(published.map((score) => score.method))],
      };
    } catch (error) {
      if (error instanceof ApiFailure) return { boardName: '', publishedMethods: [] }; // it was removed in between
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
            ...(await detailsOf(challenge)),
          })),
      ),
    ),
  );
}
