import type { Metadata } from 'next';
import { headers } from 'next/headers';
import { Unreachable } from '../../../components/unreachable';
import { ChallengeOverview } from '../../../features/challenges/challenge-overview';
import { loadChallenge } from '../../../features/challenges/load-challenge';
import { attempt } from '../../../lib/api/attempt';
import { serverGateway } from '../../../lib/api/server-gateway';
import { originOf } from '../../../lib/origin';
import { paths } from '../../../lib/paths';

type Props = { params: Promise<{ id: string }> };

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const challenge = await loadChallenge((await params).id);
  return challenge.reached
    ? { title: challenge.value.name, description: challenge.value.summary }
    : { title: 'Service unreachable' };
}

export default async function ChallengePage({ params }: Props) {
  const { id } = await params;
  const challenge = await loadChallenge(id);
  if (!challenge.reached) return <Unreachable retryHref={paths.challenge(id)} />;
  const versions = await attempt((await serverGateway()).versions(id));
  if (!versions.reached) return <Unreachable retryHref={paths.challenge(id)} />;
  return (
    <ChallengeOverview
      challenge={challenge.value}
      origin={originOf(await headers())}
      versions={versions.value}
    />
  );
}
