import type { Metadata } from 'next';
import { Unreachable } from '../../../components/unreachable';
import { AuditLog } from '../../../features/oversight/audit-log';
import { attempt } from '../../../lib/api/attempt';
import { serverOversightGateway } from '../../../lib/api/server-gateway';
import { currentOrganiser } from '../../../lib/api/session';
import { paths } from '../../../lib/paths';
import { singleValues, type SearchParameters } from '../../../lib/search-parameters';

export const metadata: Metadata = { title: 'Audit log' };

export default async function AuditPage({ searchParams }: { searchParams: Promise<SearchParameters> }) {
  if ((await currentOrganiser()) === null) return null;
  const { action, actor, subject, before } = singleValues(await searchParams);
  const log = await attempt((await serverOversightGateway()).audit({ action, actor, subject, before }));
  if (!log.reached) return <Unreachable retryHref={paths.adminAudit} />;
  return <AuditLog log={log.value} query={{ action, actor, subject }} />;
}
