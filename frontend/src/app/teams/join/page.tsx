import type { Metadata } from 'next';
import { JoinPanel } from '../../../features/teams/join-panel';
import { currentVisitor } from '../../../lib/api/session';

export const metadata: Metadata = {
  title: 'Join a team',
  description: 'An invitation to a team.',
  referrer: 'no-referrer',
};

export default async function JoinPage() {
  const visitor = await currentVisitor();
  return (
    <div className="page-narrow">
      <h1 style={{ marginBottom: '1.5rem' }}>Join a team</h1>
      <JoinPanel isSignedIn={visitor.state === 'signed-in'} />
    </div>
  );
}
