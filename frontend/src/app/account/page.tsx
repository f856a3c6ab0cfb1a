import type { Metadata } from 'next';
import { headers } from 'next/headers';
import { redirect } from 'next/navigation';
import { Notice } from '../../components/notice';
import { Unreachable } from '../../components/unreachable';
import { IdentityPanel } from '../../features/account/identity-panel';
import { ProfilePanel } from '../../features/account/profile-panel';
import { signInProblem } from '../../features/account/sign-in-texts';
import { SignOutButton } from '../../features/account/sign-out-button';
import { TokenPanel } from '../../features/account/token-panel';
import { PreferencePanel } from '../../features/notifications/preference-panel';
import { TeamPanel } from '../../features/teams/team-panel';
import { attempt } from '../../lib/api/attempt';
import { serverGateway } from '../../lib/api/server-gateway';
import { currentVisitor } from '../../lib/api/session';
import { formatInstant } from '../../lib/format-time';
import { originOf } from '../../lib/origin';
import { paths } from '../../lib/paths';
import { singleValues, type SearchParameters } from '../../lib/search-parameters';

export const metadata: Metadata = {
  title: 'Account',
  description: 'Your profile, teams, notifications, ways to sign in, and API tokens.',
};

const SECTIONS = [
  ['profile', 'Profile'],
  ['teams', 'Teams'],
  ['notifications', 'Notifications'],
  ['sign-in', 'Ways to sign in'],
  ['tokens', 'API tokens'],
] as const;

export default async function AccountPage({ searchParams }: { searchParams: Promise<SearchParameters> }) {
  const visitor = await currentVisitor();
  if (visitor.state === 'unknown') return <Unreachable retryHref={paths.account} />;
  if (visitor.state === 'signed-out') redirect(paths.signIn(paths.account));
  const gateway = await serverGateway();
  const loaded = await attempt(
    Promise.all([
      gateway.tokens(),
      gateway.teams(),
      gateway.preferences(),
      gateway.identities(),
      gateway.providers(),
    ]),
  );
  if (!loaded.reached) return <Unreachable retryHref={paths.account} />;
  const [tokens, teams, preferences, identities, providers] = loaded.value;
  const { account } = visitor;
  const problem = signInProblem(singleValues(await searchParams)['problem']);
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
        <div style={{ minWidth: 0, overflowWrap: 'anywhere' }}>
          <h1>{account.displayName}</h1>
          <p className="muted" style={{ marginTop: '0.25rem' }}>
            {account.email === null ? '' : `${account.email}, `}
            {account.role} since <time dateTime={account.createdAt}>{formatInstant(account.createdAt)}</time>
          </p>
        </div>
        <SignOutButton />
      </div>
      {problem === null ? null : <Notice tone="danger" title={problem} />}
      <nav aria-label="On this page" className="button-row" style={{ marginTop: '1rem' }}>
        {SECTIONS.map(([id, name]) => (
          <a key={id} href={`#${id}`}>
            {name}
          </a>
        ))}
      </nav>
      <ProfilePanel initial={account} />
      <TeamPanel initial={teams} accountId={account.id} />
      <PreferencePanel initial={preferences} email={account.email} />
      <IdentityPanel initial={identities} providers={providers} />
      <TokenPanel
        initial={tokens}
        origin={originOf(await headers())}
        isOrganiser={account.role === 'organiser'}
      />
    </div>
  );
}
