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
  | 'areas'
  | 'scenarios'
  | 'tasks'
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
  const { id, name, protocol, datasetVersion, areas, scenarios, tasks, isInstalled } = challenge;
  // A board brings its own published scores; without data there is no board to ask for.
  const published = isInstalled ? [] : challenge.published;
  return {
    id,
    name,
    protocol,
    datasetVersion,
    areas,
    scenarios,
    tasks,
    isInstalled,
    published,
    olderVersion,
  };
}

/** The board an address asks for; where it asks for none or for one that does not exist, the nearest of the challenge. */
export function chooseBoard(
  challenge: Pick<ChallengeView, 'tasks'>,
  asked: { area?: string; scenario?: string },
): { board: BoardChoice; isAsked: boolean } {
  const exact = challenge.tasks.find((task) => task.area === asked.area && task.scenario === asked.scenario);
  if (exact !== undefined) return { board: exact, isAsked: true };
  const base = ladderBase(asked.scenario ?? '');
  const near =
    challenge.tasks.find((task) => task.area === asked.area && task.scenario === base) ??
    challenge.tasks.find((task) => task.area === asked.area) ??
    challenge.tasks.find((task) => task.scenario === asked.scenario) ??
    challenge.tasks[0];
  if (near === undefined) throw new Error('a challenge has at least one task');
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
    published: published.filter((score) => score.area === area && score.scenario === scenario),
  };
}
