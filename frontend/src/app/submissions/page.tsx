import type { Metadata } from 'next';
import { redirect } from 'next/navigation';
import { Unreachable } from '../../components/unreachable';
import { SubmissionTable } from '../../features/submissions/submission-table';
import { attempt } from '../../lib/api/attempt';
import { serverGateway } from '../../lib/api/server-gateway';
import { currentVisitor } from '../../lib/api/session';
import Link from 'next/link';
import { paths } from '../../lib/paths';

export const metadata: Metadata = {
  title: 'My submissions',
  description: 'Your submissions, their states and scores.',
};

export default async function SubmissionsPage() {
  const visitor = await currentVisitor();
  if (visitor.state === 'signed-out') redirect(paths.signIn(paths.submissions));
  if (visitor.state === 'unknown') return <Unreachable retryHref={paths.submissions} />;
  const submissions = await attempt((await serverGateway()).submissions({ mine: true }));
  if (!submissions.reached) return <Unreachable retryHref={paths.submissions} />;
  return (
    <div className="page">
      <div
        style={{
          display: 'flex',
          flexWrap: 'wrap',
          gap: '1rem',
          justifyContent: 'space-between',
          alignItems: 'center',
          marginBottom: '1.5rem',
        }}
      >
        <h1>My submissions</h1>
        <Link href={paths.submit()} className="button button-primary">
          Submit a reconstruction
        </Link>
      </div>
      <SubmissionTable submissions={submissions.value} />
    </div>
  );
}
