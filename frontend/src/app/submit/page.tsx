import type { Metadata } from 'next';
import Link from 'next/link';
import { redirect } from 'next/navigation';
import { Unreachable } from '../../components/unreachable';
import { SubmitForm } from '../../features/submit/submit-form';
import { attempt } from '../../lib/api/attempt';
import { serverGateway } from '../../lib/api/server-gateway';
import { currentVisitor } from '../../lib/api/session';
import { paths } from '../../lib/paths';
import { singleValues, type SearchParameters } from '../../lib/search-parameters';

export const metadata: Metadata = {
  title: 'Submit a reconstruction',
  description:
    'Upload a NetCDF file of sea surface height, to be checked, scored and set on the leaderboard.',
};

export default async function SubmitPage({ searchParams }: { searchParams: Promise<SearchParameters> }) {
  const asked = singleValues(await searchParams)['challenge'];
  const visitor = await currentVisitor();
  if (visitor.state === 'unknown') return <Unreachable retryHref={paths.submit(asked)} />;
  if (visitor.state === 'signed-out') redirect(paths.signIn(paths.submit(asked)));

  const gateway = await serverGateway();
  const challenges = await attempt(gateway.challenges());
  if (!challenges.reached) return <Unreachable retryHref={paths.submit(asked)} />;
  const only = challenges.value.length === 1 ? challenges.value[0]?.id : undefined;
  const chosen = asked ?? only;
  const challenge = chosen === undefined ? null : await attempt(gateway.challenge(chosen));
  if (challenge !== null && !challenge.reached) return <Unreachable retryHref={paths.submit(asked)} />;

  return (
    <div className="page-narrow">
      <h1>Submit a reconstruction</h1>
      {challenge === null ? (
        <>
          <p className="lede" style={{ margin: '0.5rem 0 1.5rem' }}>
            To which challenge?
          </p>
          <ul style={{ display: 'grid', gap: '0.75rem' }}>
            {challenges.value.map((item) => (
              <li key={item.id} className="panel">
                <h2>
                  <Link href={paths.submit(item.id)}>{item.name}</Link>
                </h2>
                <p className="muted">{item.summary}</p>
              </li>
            ))}
          </ul>
        </>
      ) : (
        <>
          <p className="lede" style={{ margin: '0.5rem 0 2rem' }}>
            To <Link href={paths.challenge(challenge.value.id)}>{challenge.value.name}</Link>
            {challenges.value.length > 1 ? (
              <>
                {' '}
                (<Link href={paths.submit()}>another challenge</Link>)
              </>
            ) : null}
            . Rather from a shell? <Link href={paths.aboutSubmit}>Here is how</Link>.
          </p>
          <SubmitForm challenge={challenge.value} />
        </>
      )}
    </div>
  );
}
