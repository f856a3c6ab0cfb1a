import type { Metadata } from 'next';
import { redirect } from 'next/navigation';
import { Unreachable } from '../../components/unreachable';
import { NextSlots } from '../../features/submissions/state/next-slots';
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

/** Each is a request. */
const MOST_CHALLENGES = 5;

export default async function SubmissionsPage() {
  const visitor = await currentVisitor();
  if (visitor.state === 'signed-out') redirect(paths.signIn(paths.submissions));
  if (visitor.state === 'unknown') return <Unreachable retryHref={paths.submissions} />;
  const gateway = await serverGateway();
  const submissions = await attempt(gateway.submissions({ mine: true }));
  if (!submissions.reached) return <Unreachable retryHref={paths.submissions} />;
  const challenges = await attempt(gateway.challenges());
  const entered = new Set(submissions.value.map(({ challenge }) => challenge));
  // One that is not there any more has no limits.
  const open = challenges.reached ? challenges.value.filter(({ id }) => entered.has(id)) : [];
  const allowances = await Promise.all(
    open.slice(0, MOST_CHALLENGES).map(async ({ id, name }) => {
      const allowance = await attempt(gateway.allowance(id));
      return allowance.reached ? [{ name, allowance: allowance.value }] : [];
    }),
  );
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
      <NextSlots challenges={allowances.flat()} />
      <SubmissionTable submissions={submissions.value} />
    </div>
  );
}
