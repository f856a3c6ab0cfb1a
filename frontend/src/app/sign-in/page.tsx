import type { Metadata } from 'next';
import { redirect } from 'next/navigation';
import { SignInForm } from '../../features/account/sign-in-form';
import { currentVisitor } from '../../lib/api/session';
import { safeNextPath } from '../../lib/paths';
import { singleValues, type SearchParameters } from '../../lib/search-parameters';

export const metadata: Metadata = {
  title: 'Sign in',
  description: 'Sign in to submit a reconstruction of sea surface height.',
};

export default async function SignInPage({ searchParams }: { searchParams: Promise<SearchParameters> }) {
  const next = safeNextPath(singleValues(await searchParams)['next']);
  if ((await currentVisitor()).state === 'signed-in') redirect(next);
  return (
    <div className="page-narrow" style={{ maxWidth: '30rem' }}>
      <h1 style={{ marginBottom: '1.5rem' }}>Sign in</h1>
      <SignInForm kind="sign-in" next={next} />
    </div>
  );
}
