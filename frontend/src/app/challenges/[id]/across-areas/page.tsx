import type { ChallengeView, Transfer } from '@sillage/contracts';
import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { Unreachable } from '../../../../components/unreachable';
import { loadChallenge } from '../../../../features/challenges/load-challenge';
import { boardChallengeOf } from '../../../../features/leaderboard/choose-board';
import { TransferTable } from '../../../../features/leaderboard/transfer/transfer-table';
import { transferMetric } from '../../../../features/leaderboard/transfer/transfer-view';
import { attempt } from '../../../../lib/api/attempt';
import { serverGateway } from '../../../../lib/api/server-gateway';
import { paths } from '../../../../lib/paths';
import { singleValues, type SearchParameters } from '../../../../lib/search-parameters';

type Props = { params: Promise<{ id: string }>; searchParams: Promise<SearchParameters> };

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const challenge = await loadChallenge((await params).id);
  if (!challenge.reached) return { title: 'Service unreachable' };
  return {
    title: `Networks across areas on ${challenge.value.name}`,
    description: `How networks that learnt from one area of ${challenge.value.name} do in the others.`,
  };
}

export default async function AcrossAreasPage({ params, searchParams }: Props) {
  const { id } = await params;
  const challenge = await loadChallenge(id);
  if (!challenge.reached) return <Unreachable retryHref={paths.acrossAreas(id)} />;
  if (!challenge.value.isInstalled) notFound(); // nobody stands on its boards
  const asked = singleValues(await searchParams);
  const transfer = await attempt(chosenTransfer(challenge.value, asked['scenario']));
  if (!transfer.reached) return <Unreachable retryHref={paths.acrossAreas(id, asked)} />;
  return (
    <TransferTable
      challenge={boardChallengeOf(challenge.value)}
      transfer={transfer.value}
      metric={transferMetric(transfer.value.protocol, asked['metric'])}
    />
  );
}

/** What the address asks for, else the first observations with which a network has a score. */
async function chosenTransfer({ id, tasks }: ChallengeView, asked: string | undefined): Promise<Transfer> {
  const gateway = await serverGateway();
  const scenarios = [...new Set(tasks.map(({ scenario }) => scenario))];
  const [first] = scenarios;
  if (asked !== undefined && scenarios.includes(asked)) return gateway.transfer(id, asked);
  for (const scenario of scenarios) {
    const transfer = await gateway.transfer(id, scenario);
    if (transfer.rows.length > 0) return transfer;
  }
  return gateway.transfer(id, first ?? '');
}
