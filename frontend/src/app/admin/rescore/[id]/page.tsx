import type { Metadata } from 'next';
import Link from 'next/link';
import { Unreachable } from '../../../../components/unreachable';
import { RescoreLive } from '../../../../features/rescore/rescore-live';
import { rescoreName } from '../../../../features/rescore/rescore-texts';
import { attempt } from '../../../../lib/api/attempt';
import { serverCurationGateway } from '../../../../lib/api/server-gateway';
import { currentOrganiser } from '../../../../lib/api/session';
import { paths } from '../../../../lib/paths';
import styles from '../../admin.module.css';

type Props = { params: Promise<{ id: string }> };

export const metadata: Metadata = { title: 'Re-score' };

/** One re-score: progress, what it changes, and the decision. */
export default async function AdminRescorePage({ params }: Props) {
  const { id } = await params;
  if ((await currentOrganiser()) === null) return null;
  const gateway = await serverCurationGateway();
  const loaded = await attempt(Promise.all([gateway.rescore(id), gateway.rescoreDifferences(id)]));
  if (!loaded.reached) return <Unreachable retryHref={paths.adminRescore(id)} />;
  const [rescore, report] = loaded.value;
  return (
    <div className={styles.sections}>
      <header>
        <p className="eyebrow">
          <Link href={paths.adminChallenges}>Challenges</Link> ›{' '}
          <Link href={paths.adminChallenge(rescore.challenge)}>{rescore.challengeName}</Link>
        </p>
        <h1>Re-score {rescoreName(rescore)}</h1>
      </header>
      <RescoreLive initial={rescore} initialReport={report} />
    </div>
  );
}
