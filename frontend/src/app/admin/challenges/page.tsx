import type { Metadata } from 'next';
import { Unreachable } from '../../../components/unreachable';
import { ChallengeList } from '../../../features/curation/challenge-list';
import { attempt } from '../../../lib/api/attempt';
import { serverCurationGateway } from '../../../lib/api/server-gateway';
import { currentOrganiser } from '../../../lib/api/session';
import { paths } from '../../../lib/paths';

export const metadata: Metadata = { title: 'Challenges' };

export default async function AdminChallengesPage() {
  if ((await currentOrganiser()) === null) return null;
  const gateway = await serverCurationGateway();
  const loaded = await attempt(Promise.all([gateway.curatedChallenges(), gateway.drafts()]));
  if (!loaded.reached) return <Unreachable retryHref={paths.adminChallenges} />;
  const [challenges, drafts] = loaded.value;
  return <ChallengeList challenges={challenges} drafts={drafts} />;
}
