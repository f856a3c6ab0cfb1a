import type { Metadata } from 'next';
import Link from 'next/link';
import { redirect } from 'next/navigation';
import { Unreachable } from '../../components/unreachable';
import { NotificationPanel } from '../../features/notifications/notification-panel';
import { attempt } from '../../lib/api/attempt';
import { serverGateway } from '../../lib/api/server-gateway';
import { currentVisitor } from '../../lib/api/session';
import { paths } from '../../lib/paths';

export const metadata: Metadata = {
  title: 'Notifications',
  description: 'What became of your entries.',
};

export default async function NotificationsPage() {
  const visitor = await currentVisitor();
  if (visitor.state === 'unknown') return <Unreachable retryHref={paths.notifications} />;
  if (visitor.state === 'signed-out') redirect(paths.signIn(paths.notifications));
  const list = await attempt((await serverGateway()).notifications());
  if (!list.reached) return <Unreachable retryHref={paths.notifications} />;
  return (
    <div className="page-narrow">
      <h1>Notifications</h1>
      <p className="muted" style={{ margin: '0.25rem 0 1.5rem' }}>
        What you are told, here and by mail, is chosen on your{' '}
        <Link href={`${paths.account}#notifications`}>account page</Link>.
      </p>
      <NotificationPanel initial={list.value} />
    </div>
  );
}
