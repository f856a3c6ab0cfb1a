import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { Unreachable } from '../../../../components/unreachable';
import { loadChallenge } from '../../../../features/challenges/load-challenge';
import { boardChallengeOf, chooseBoard } from '../../../../features/leaderboard/choose-board';
import { ComparisonLive } from '../../../../features/leaderboard/comparison-live';
import { attempt } from '../../../../lib/api/attempt';
import { serverGateway } from '../../../../lib/api/server-gateway';
import { paths } from '../../../../lib/paths';
import { singleValues, type SearchParameters } from '../../../../lib/search-parameters';

type Props = { params: Promise<{ id: string }>; searchParams: Promise<SearchParameters> };

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const challenge = await loadChallenge((await params).id);
  if (!challenge.reached) return { title: 'Service unreachable' };
  return {
    title: `Compare methods on ${challenge.value.name}`,
    description: `Scores, curves and maps of chosen methods of the challenge ${challenge.value.name}, side by side.`,
  };
}

export default async function ComparePage({ params, searchParams }: Props) {
  const { id } = await params;
  const challenge = await loadChallenge(id);
  if (!challenge.reached) return <Unreachable retryHref={paths.compare(id)} />;
  if (!challenge.value.isInstalled) notFound(); // nobody stands on its boards
  const { board: choice } = chooseBoard(challenge.value, singleValues(await searchParams));
  const board = await attempt((await serverGateway()).leaderboard(id, choice.area, choice.scenario));
  if (!board.reached) return <Unreachable retryHref={paths.compare(id, choice)} />;
  return <ComparisonLive challenge={boardChallengeOf(challenge.value)} initial={[board.value]} />;
}
