import type { Metadata } from 'next';
import Link from 'next/link';
import { Unreachable } from '../../../../components/unreachable';
import { DraftTable } from '../../../../features/curation/draft-table';
import { VersionList } from '../../../../features/curation/version-list';
import { RescoreSection } from '../../../../features/rescore/rescore-section';
import { attempt } from '../../../../lib/api/attempt';
import { serverCurationGateway } from '../../../../lib/api/server-gateway';
import { currentOrganiser } from '../../../../lib/api/session';
import { paths } from '../../../../lib/paths';
import styles from '../../admin.module.css';

type Props = { params: Promise<{ id: string }> };

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return { title: `Versions of ${(await params).id}` };
}

/** Everything that organisers do with one challenge, one section each. */
export default async function AdminChallengePage({ params }: Props) {
  const { id } = await params;
  if ((await currentOrganiser()) === null) return null;
  const gateway = await serverCurationGateway();
  const loaded = await attempt(
    Promise.all([
      gateway.datasetVersions(id),
      gateway.curatedChallenges(),
      gateway.drafts(),
      gateway.rescores(id),
    ]),
  );
  if (!loaded.reached) return <Unreachable retryHref={paths.adminChallenge(id)} />;
  const [versions, challenges, allDrafts, rescores] = loaded.value;
  const challenge = challenges.find((candidate) => candidate.id === id);
  const drafts = allDrafts.filter(({ basedOn }) => basedOn?.challengeId === id);
  return (
    <div className={styles.sections}>
      <header>
        <p className="eyebrow">
          <Link href={paths.adminChallenges}>Challenges</Link>
        </p>
        <h1>{challenge?.name ?? id}</h1>
        <p className="small">
          <Link href={paths.adminSettings(id)}>Phases and limits</Link>
          {challenge === undefined || challenge.currentVersion === null ? null : (
            <>
              {' '}
              · <Link href={paths.challenge(id)}>its public page</Link> ·{' '}
              <Link href={paths.leaderboard(id)}>its board</Link>
            </>
          )}
        </p>
      </header>
      {drafts.length === 0 ? null : (
        <section className={styles.section} aria-labelledby="drafts">
          <h2 id="drafts">Drafts</h2>
          <DraftTable drafts={drafts} />
        </section>
      )}
      <VersionList versions={versions} />
      <RescoreSection challenge={id} versions={versions} rescores={rescores} />
    </div>
  );
}
