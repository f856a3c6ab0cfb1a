import type { ChallengeView, Leaderboard } from '@sillage/contracts';
import { ladderBase } from '../../lib/scenario-groups';

export type BoardChoice = { area: string; scenario: string };

/** What the boards need to know of their challenge: not its description and files, which would travel along. */
export type BoardChallenge = Pick<
  ChallengeView,
  | 'id'
  | 'name'
  | 'protocol'
  | 'datasetVersion'
  | 'disclosure'
  | 'areas'
  | 'scenarios'
  | 'tasks'
  | 'headline'
  | 'published'
  | 'isInstalled'
> & {
  /** The dataset version of these boards, where it is not the current one. */
  olderVersion: string | null;
};

export function boardChallengeOf(
  challenge: ChallengeView,
  olderVersion: string | null = null,
): BoardChallenge {
  const { id, name, protocol, datasetVersion, disclosure } = challenge;
  const { areas, scenarios, tasks, headline, isInstalled } = challenge;
  // A board brings its own published scores; without data there is no board to ask for.
  const published = isInstalled ? [] : challenge.published;
  return {
    id,
    name,
    protocol,
    datasetVersion,
    disclosure,
    areas,
    scenarios,
    tasks,
    headline,
    isInstalled,
    published,
    olderVersion,
  };
}

/** The board an address asks for; the challenge's headline where it asks for none, the nearest where it asks for one that does not exist. */
export function chooseBoard(
  { tasks, headline }: Pick<ChallengeView, 'tasks' | 'headline'>,
  asked: { area?: string; scenario?: string },
): { board: BoardChoice; isAsked: boolean } {
  const find = (area: string | undefined, scenario: string | undefined) =>
    tasks.find((task) => task.area === area && task.scenario === scenario);
  const exact = find(asked.area, asked.scenario);
  if (exact !== undefined) return { board: exact, isAsked: true };
  const near =
    find(asked.area, ladderBase(asked.scenario ?? '') ?? undefined) ??
    find(asked.area, headline.scenario) ??
    tasks.find((task) => task.area === asked.area) ??
    find(headline.area, asked.scenario) ??
    tasks.find((task) => task.scenario === asked.scenario) ??
    headline;
  return { board: near, isAsked: asked.area === undefined && asked.scenario === undefined };
}

/** The board of a challenge without data: nobody stands on it, and the literature is shown. */
export function literatureBoard(challenge: BoardChallenge, { area, scenario }: BoardChoice): Leaderboard {
  const { id, protocol, datasetVersion, published } = challenge;
  return {
    challenge: id,
    area,
    scenario,
    protocol,
    datasetVersion,
    pendingCount: 0,
    failedReferences: [],
    uncertainty: null,
    rows: [],
    identical: [],
    published: published.filter((score) => score.area === area && score.scenario === scenario),
  };
}
