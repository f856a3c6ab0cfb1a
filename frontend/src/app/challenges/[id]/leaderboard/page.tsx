import { METRICS_OF_PROTOCOL, METRIC_DEFINITIONS } from '@sillage/contracts';
import type { Metadata } from 'next';
import { Unreachable } from '../../../../components/unreachable';
import { loadChallenge } from '../../../../features/challenges/load-challenge';
import { BoardLive } from '../../../../features/leaderboard/board-live';
import {
  boardChallengeOf,
  chooseBoard,
  literatureBoard,
} from '../../../../features/leaderboard/choose-board';
import { attempt } from '../../../../lib/api/attempt';
import { serverGateway } from '../../../../lib/api/server-gateway';
import { paths } from '../../../../lib/paths';
import { singleValues, type SearchParameters } from '../../../../lib/search-parameters';

type Props = { params: Promise<{ id: string }>; searchParams: Promise<SearchParameters> };

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const challenge = await loadChallenge((await params).id);
  if (!challenge.reached) return { title: 'Service unreachable' };
  const { name, protocol } = challenge.value;
  const symbols = METRICS_OF_PROTOCOL[protocol].map((metric) => METRIC_DEFINITIONS[metric].symbol);
  return {
    title: `Leaderboard of ${name}`,
    description: `Methods ranked by µ(RMSE) on the challenge ${name}, with ${symbols.slice(1).join(', ')}.`,
  };
}

export default async function LeaderboardPage({ params, searchParams }: Props) {
  const { id } = await params;
  const challenge = await loadChallenge(id);
  if (!challenge.reached) return <Unreachable retryHref={paths.leaderboard(id)} />;

  const { board: choice } = chooseBoard(challenge.value, singleValues(await searchParams));
  const forBoards = boardChallengeOf(challenge.value);
  const board = forBoards.isInstalled
    ? await attempt((await serverGateway()).leaderboard(id, choice.area, choice.scenario))
    : { reached: true as const, value: literatureBoard(forBoards, choice) };
  if (!board.reached) return <Unreachable retryHref={paths.leaderboard(id, choice)} />;
  return <BoardLive challenge={forBoards} initial={board.value} />;
}
