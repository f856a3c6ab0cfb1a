import { safeNextPath } from '@sillage/contracts';
import type { Metadata } from 'next';
import Link from 'next/link';
import { redirect } from 'next/navigation';
import { Notice } from '../../components/notice';
import { ProviderButtons } from '../../features/account/provider-buttons';
import { SignInForm } from '../../features/account/sign-in-form';
import { signInProblem } from '../../features/account/sign-in-texts';
import { attempt } from '../../lib/api/attempt';
import { serverGateway } from '../../lib/api/server-gateway';
import { currentVisitor } from '../../lib/api/session';
import { paths } from '../../lib/paths';
import { singleValues, type SearchParameters } from '../../lib/search-parameters';

export const metadata: Metadata = {
  title: 'Sign in',
  description: 'Sign in to submit a reconstruction of sea surface height.',
};

export default async function SignInPage({ searchParams }: { searchParams: Promise<SearchParameters> }) {
  const asked = singleValues(await searchParams);
  const next = safeNextPath(asked['next']);
  const problem = signInProblem(asked['problem']);
  if ((await currentVisitor()).state === 'signed-in') redirect(next);
  const providers = await attempt((await serverGateway()).providers());
  return (
    <div className="page-narrow" style={{ maxWidth: '30rem' }}>
      <h1 style={{ marginBottom: '1.5rem' }}>Sign in</h1>
      {problem === null ? null : <Notice tone="danger" title={problem} />}
      <SignInForm kind="sign-in" next={next} />
      <p className="small" style={{ marginTop: '1rem' }}>
        <Link href={paths.forgotPassword}>Forgotten your password?</Link>
      </p>
      {providers.reached ? <ProviderButtons providers={providers.value} next={next} /> : null}
    </div>
  );
}
