import { METRICS_OF_PROTOCOL, SCORE_TABLE } from '@sillage/contracts';
import type { Metadata } from 'next';
import { Unreachable } from '../../../../components/unreachable';
import { loadChallenge } from '../../../../features/challenges/load-challenge';
import { BoardLive } from '../../../../features/leaderboard/board/board-live';
import { parseBoardQuery } from '../../../../features/leaderboard/board-view';
import {
  boardChallengeOf,
  chooseBoard,
  literatureBoard,
} from '../../../../features/leaderboard/choose-board';
import { loadVersion } from '../../../../features/leaderboard/load-version';
import { attempt } from '../../../../lib/api/attempt';
import { serverGateway } from '../../../../lib/api/server-gateway';
import { paths } from '../../../../lib/paths';
import { singleValues, type SearchParameters } from '../../../../lib/search-parameters';
import { taskKey } from '../../../../lib/tasks';

type Props = { params: Promise<{ id: string }>; searchParams: Promise<SearchParameters> };

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const challenge = await loadChallenge((await params).id);
  if (!challenge.reached) return { title: 'Service unreachable' };
  const { name, protocol } = challenge.value;
  const symbols = METRICS_OF_PROTOCOL[protocol].map((metric) => SCORE_TABLE[metric].symbol);
  return {
    title: `Leaderboard of ${name}`,
    description: `Methods ranked by µ(RMSE) on the challenge ${name}, with ${symbols.slice(1).join(', ')}.`,
  };
}

export default async function LeaderboardPage({ params, searchParams }: Props) {
  const { id } = await params;
  const current = await loadChallenge(id);
  if (!current.reached) return <Unreachable retryHref={paths.leaderboard(id)} />;

  const asked = singleValues(await searchParams);
  const gateway = await serverGateway();
  const loaded = await attempt(loadVersion(gateway, current.value, parseBoardQuery(asked).version));
  if (!loaded.reached) return <Unreachable retryHref={paths.leaderboard(id)} />;
  const { challenge, olderVersion, versions } = loaded.value;
  const { board: choice } = chooseBoard(challenge, asked);
  const forBoards = boardChallengeOf(challenge, olderVersion);
  if (!forBoards.isInstalled)
    return (
      <BoardLive challenge={forBoards} initial={[literatureBoard(forBoards, choice)]} versions={versions} />
    );
  const load = (task: { area: string; scenario: string }) =>
    gateway.leaderboard(id, { area: task.area, scenario: task.scenario, version: olderVersion });
  // The other boards are for the matrix, and each is shown when it comes: one that is late must not hold up the page.
  const others =
    parseBoardQuery(asked).view === 'board'
      ? []
      : challenge.tasks.filter((task) => taskKey(task) !== taskKey(choice));
  const loadingOthers = Promise.allSettled(others.map(load));
  const chosen = await attempt(load(choice));
  if (!chosen.reached) return <Unreachable retryHref={paths.leaderboard(id, choice)} />;
  const reached = (await loadingOthers).flatMap((board) =>
    board.status === 'fulfilled' ? [board.value] : [],
  );
  return (
    <BoardLive
      key={challenge.datasetVersion}
      challenge={forBoards}
      initial={[chosen.value, ...reached]}
      versions={versions}
    />
  );
}
