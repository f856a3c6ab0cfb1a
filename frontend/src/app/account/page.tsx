import type { Metadata } from 'next';
import { headers } from 'next/headers';
import { redirect } from 'next/navigation';
import { Unreachable } from '../../components/unreachable';
import { SignOutButton } from '../../features/account/sign-out-button';
import { TokenPanel } from '../../features/account/token-panel';
import { attempt } from '../../lib/api/attempt';
import { serverGateway } from '../../lib/api/server-gateway';
import { currentVisitor } from '../../lib/api/session';
import { formatInstant } from '../../lib/format-time';
import { originOf } from '../../lib/origin';
import { paths } from '../../lib/paths';

export const metadata: Metadata = {
  title: 'Account',
  description: 'Your account and the tokens with which the command line submits in your name.',
};

export default async function AccountPage() {
  const visitor = await currentVisitor();
  if (visitor.state === 'unknown') return <Unreachable retryHref={paths.account} />;
  if (visitor.state === 'signed-out') redirect(paths.signIn(paths.account));
  const tokens = await attempt((await serverGateway()).tokens());
  if (!tokens.reached) return <Unreachable retryHref={paths.account} />;
  const { account } = visitor;
  return (
    <div className="page-narrow">
      <div
        style={{
          display: 'flex',
          flexWrap: 'wrap',
          gap: '1rem',
          justifyContent: 'space-between',
          alignItems: 'flex-start',
        }}
      >
        <div>
          <h1>{account.displayName}</h1>
          <p className="muted" style={{ marginTop: '0.25rem' }}>
            {account.email}, {account.role} since{' '}
            <time dateTime={account.createdAt}>{formatInstant(account.createdAt)}</time>
          </p>
        </div>
        <SignOutButton />
      </div>
      <TokenPanel
        initial={tokens.value}
        origin={originOf(await headers())}
        isOrganiser={account.role === 'organiser'}
      />
    </div>
  );
}
