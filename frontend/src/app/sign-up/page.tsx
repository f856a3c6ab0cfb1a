import { safeNextPath } from '@sillage/contracts';
import type { Metadata } from 'next';
import { redirect } from 'next/navigation';
import { SignInForm } from '../../features/account/sign-in-form';
import { currentVisitor } from '../../lib/api/session';
import { singleValues, type SearchParameters } from '../../lib/search-parameters';

export const metadata: Metadata = {
  title: 'Create an account',
  description:
    'An account lets you submit reconstructions. Boards, challenges and data are open without one.',
};

export default async function SignUpPage({ searchParams }: { searchParams: Promise<SearchParameters> }) {
  const next = safeNextPath(singleValues(await searchParams)['next']);
  if ((await currentVisitor()).state === 'signed-in') redirect(next);
  return (
    <div className="page-narrow" style={{ maxWidth: '30rem' }}>
      <h1 style={{ marginBottom: '0.5rem' }}>Create an account</h1>
      <p className="muted" style={{ marginBottom: '1.5rem' }}>
        Needed to submit. Boards, challenges and data are open without one.
      </p>
      <SignInForm kind="sign-up" next={next} />
    </div>
  );
}
