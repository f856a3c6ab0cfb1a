import type { ChallengeView, FileRole } from '@sillage/contracts';
import type { Metadata } from 'next';
import Link from 'next/link';
import { redirect } from 'next/navigation';
import { Unreachable } from '../../components/unreachable';
import { AllowanceNotice } from '../../components/allowance-notice';
import { Notice } from '../../components/notice';
import { PhaseList } from '../../components/phase-list';
import { DataNotInstalled } from '../../components/data-not-installed';
import type { ReferenceFile } from '../../features/preflight/messages';
import type { SubmitChallenge } from '../../features/submit/task-chooser';
import { attempt } from '../../lib/api/attempt';
import { serverGateway } from '../../lib/api/server-gateway';
import { currentVisitor } from '../../lib/api/session';
import { paths } from '../../lib/paths';
import { singleValues, type SearchParameters } from '../../lib/search-parameters';
import { CheckedSubmitForm } from './checked-submit-form';

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
  const teams = await attempt(gateway.teams());
  if (!teams.reached) return <Unreachable retryHref={paths.submit(asked)} />;
  const open = challenges.value.filter((item) => item.isInstalled);
  const closed = challenges.value.filter((item) => !item.isInstalled);
  const only = open.length === 1 && closed.length === 0 ? open[0]?.id : undefined;
  const chosen = asked ?? only;
  const challenge = chosen === undefined ? null : await attempt(gateway.challenge(chosen));
  if (challenge !== null && !challenge.reached) return <Unreachable retryHref={paths.submit(asked)} />;

  const allowance = challenge === null ? null : await attempt(gateway.allowance(challenge.value.id));

  return (
    <div className="page-narrow">
      <h1>Submit a reconstruction</h1>
      {challenge === null ? (
        <>
          <p className="lede" style={{ margin: '0.5rem 0 1.5rem' }}>
            To which challenge?
          </p>
          <ul style={{ display: 'grid', gap: '0.75rem' }}>
            {open.map((item) => (
              <li key={item.id} className="panel">
                <h2>
                  <Link href={paths.submit(item.id)}>{item.name}</Link>
                </h2>
                <p className="muted">{item.summary}</p>
              </li>
            ))}
          </ul>
          {closed.length === 0 ? null : (
            <p className="muted" style={{ marginTop: '1.5rem' }}>
              Nothing can be submitted to{' '}
              {closed.map((item, index) => (
                <span key={item.id}>
                  {index === 0 ? '' : index === closed.length - 1 ? ' and ' : ', '}
                  <Link href={paths.challenge(item.id)}>{item.name}</Link>
                </span>
              ))}
              : their data are not installed here.
            </p>
          )}
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
          {allowance === null || !allowance.reached ? null : <AllowanceNotice allowance={allowance.value} />}
          {!challenge.value.isInstalled || challenge.value.rules.acceptsSubmissions ? null : (
            <Notice tone="warning" title="Nothing can be submitted now">
              <PhaseList rules={challenge.value.rules} />
            </Notice>
          )}
          {challenge.value.isInstalled && !challenge.value.rules.acceptsSubmissions ? null : challenge.value
              .isInstalled ? (
            <CheckedSubmitForm
              challenge={submitChallengeOf(challenge.value)}
              period={challenge.value.periods.evaluation}
              references={referencesOf(challenge.value)}
              teams={teams.value}
            />
          ) : (
            <DataNotInstalled challenge={challenge.value.id}>
              <p>There is nothing here that a reconstruction could be compared with, so none can be taken.</p>
            </DataNotInstalled>
          )}
        </>
      )}
    </div>
  );
}

/** The form needs no description and no list of files. */
function submitChallengeOf(challenge: ChallengeView): SubmitChallenge {
  const { id, name, areas, scenarios, tasks, periods, protocol } = challenge;
  return { id, name, areas, scenarios, tasks, periods, protocol };
}

const KIND_OF_ROLE: Partial<Record<FileRole, ReferenceFile['kind']>> = {
  truth: 'truth',
  'evaluation-track': 'track',
  oi: 'oi',
};

/** What a map can be compared with in the browser: only files that everybody may download. */
function referencesOf({ files }: ChallengeView): ReferenceFile[] {
  return files.flatMap(({ role, area, scenario, path, url, sizeBytes, sha256, variable }) => {
    const kind = KIND_OF_ROLE[role];
    if (url === undefined || sizeBytes === undefined || sha256 === undefined || kind === undefined) return [];
    const where = { area, scenario: scenario ?? null, variable: variable ?? null };
    return [{ kind, ...where, name: path, url, sizeBytes, sha256 }];
  });
}
