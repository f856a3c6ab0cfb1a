import type { Metadata } from 'next';
import Link from 'next/link';
import { Unreachable } from '../../../../../components/unreachable';
import { SettingsForm } from '../../../../../features/oversight/settings-form';
import { attempt } from '../../../../../lib/api/attempt';
import { serverGateway, serverOversightGateway } from '../../../../../lib/api/server-gateway';
import { currentOrganiser } from '../../../../../lib/api/session';
import { paths } from '../../../../../lib/paths';

type Props = { params: Promise<{ id: string }> };

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return { title: `Phases and limits of ${(await params).id}` };
}

export default async function SettingsPage({ params }: Props) {
  const { id } = await params;
  if ((await currentOrganiser()) === null) return null;
  const [oversight, site] = [await serverOversightGateway(), await serverGateway()];
  const loaded = await attempt(Promise.all([oversight.challengeSettings(id), site.challenge(id)]));
  if (!loaded.reached) return <Unreachable retryHref={paths.adminSettings(id)} />;
  const [settings, challenge] = loaded.value;
  return (
    <>
      <header style={{ display: 'grid', gap: '0.25rem', marginBottom: '1.5rem' }}>
        <p className="eyebrow">
          <Link href={paths.adminChallenges}>Challenges</Link>,{' '}
          <Link href={paths.adminChallenge(id)}>{challenge.name}</Link>
        </p>
        <h1 style={{ fontSize: 'var(--text-2xl)' }}>Phases and limits</h1>
      </header>
      <SettingsForm initial={settings} />
    </>
  );
}
