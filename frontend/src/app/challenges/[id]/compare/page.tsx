import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { Unreachable } from '../../../../components/unreachable';
import { loadChallenge } from '../../../../features/challenges/load-challenge';
import { boardChallengeOf, chooseBoard } from '../../../../features/leaderboard/choose-board';
import { ComparisonLive } from '../../../../features/leaderboard/comparison/comparison-live';
import { loadVersion } from '../../../../features/leaderboard/load-version';
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
  const current = await loadChallenge(id);
  if (!current.reached) return <Unreachable retryHref={paths.compare(id)} />;
  if (!current.value.isInstalled) notFound(); // nobody stands on its boards
  const asked = singleValues(await searchParams);
  const gateway = await serverGateway();
  const loaded = await attempt(loadVersion(gateway, current.value, asked['version'] ?? null));
  if (!loaded.reached) return <Unreachable retryHref={paths.compare(id)} />;
  const { challenge, olderVersion } = loaded.value;
  const { board: choice } = chooseBoard(challenge, asked);
  const board = await attempt(
    gateway.leaderboard(id, { area: choice.area, scenario: choice.scenario, version: olderVersion }),
  );
  if (!board.reached) return <Unreachable retryHref={paths.compare(id, choice)} />;
  return (
    <ComparisonLive
      key={challenge.datasetVersion}
      challenge={boardChallengeOf(challenge, olderVersion)}
      initial={[board.value]}
    />
  );
}
