import type { Metadata } from 'next';
import { Unreachable } from '../../components/unreachable';
import { StatusView } from '../../features/status/status-view';
import { attempt } from '../../lib/api/attempt';
import { serverGateway } from '../../lib/api/server-gateway';
import { paths } from '../../lib/paths';

export const metadata: Metadata = {
  title: 'Status',
  description: 'Whether the service is up, how many evaluators there are, and how long one waits.',
};

export default async function StatusPage() {
  const gateway = await serverGateway();
  const loaded = await attempt(gateway.status());
  return loaded.reached ? <StatusView status={loaded.value} /> : <Unreachable retryHref={paths.status} />;
}
