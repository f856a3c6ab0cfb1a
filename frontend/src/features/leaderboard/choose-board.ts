import type { ChallengeView } from '@sillage/contracts';

export type BoardChoice = { area: string; scenario: string };

/** The board an address asks for; where it asks for none or for one that does not exist, the first of the challenge. */
export function chooseBoard(
  challenge: Pick<ChallengeView, 'tasks'>,
  asked: { area?: string; scenario?: string },
): { board: BoardChoice; isAsked: boolean } {
  const exact = challenge.tasks.find((task) => task.area === asked.area && task.scenario === asked.scenario);
  if (exact !== undefined) return { board: exact, isAsked: true };
  const near =
    challenge.tasks.find((task) => task.area === asked.area) ??
    challenge.tasks.find((task) => task.scenario === asked.scenario) ??
    challenge.tasks[0];
  if (near === undefined) throw new Error('a challenge has at least one task');
  return { board: near, isAsked: asked.area === undefined && asked.scenario === undefined };
}
