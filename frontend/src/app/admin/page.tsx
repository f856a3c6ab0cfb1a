import type { Metadata } from 'next';
import { Unreachable } from '../../components/unreachable';
import { HealthView } from '../../features/oversight/health-view';
import { attempt } from '../../lib/api/attempt';
import { serverCurationGateway, serverGateway, serverOversightGateway } from '../../lib/api/server-gateway';
import { currentOrganiser } from '../../lib/api/session';
import { paths } from '../../lib/paths';

export const metadata: Metadata = { title: 'Overview' };

export default async function AdminPage() {
  if ((await currentOrganiser()) === null) return null;
  const [oversight, site, curation] = [
    await serverOversightGateway(),
    await serverGateway(),
    await serverCurationGateway(),
  ];
  const loaded = await attempt(Promise.all([oversight.health(), site.challenges(), curation.drafts()]));
  if (!loaded.reached) return <Unreachable retryHref={paths.admin} />;
  const [health, challenges, drafts] = loaded.value;
  return (
    <HealthView
      health={health}
      challenges={challenges.map(({ id, name }) => ({ id, name }))}
      draftCount={drafts.length}
    />
  );
}
