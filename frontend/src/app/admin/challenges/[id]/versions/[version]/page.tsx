import type { Metadata } from 'next';
import Link from 'next/link';
import { stringify } from 'yaml';
import { CodeBlock } from '../../../../../../components/code-block';
import { Unreachable } from '../../../../../../components/unreachable';
import { ReportView } from '../../../../../../features/curation/report/report-view';
import { VersionCard } from '../../../../../../features/curation/version-card';
import { attempt } from '../../../../../../lib/api/attempt';
import { serverCurationGateway } from '../../../../../../lib/api/server-gateway';
import { currentOrganiser } from '../../../../../../lib/api/session';
import { paths } from '../../../../../../lib/paths';
import styles from '../../../../admin.module.css';

type Props = { params: Promise<{ id: string; version: string }> };

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { id, version } = await params;
  return { title: `${id} ${version}` };
}

/** One version, read-only: what it is, its report and its definition. */
export default async function AdminVersionPage({ params }: Props) {
  const { id, version } = await params;
  if ((await currentOrganiser()) === null) return null;
  const gateway = await serverCurationGateway();
  const loaded = await attempt(
    Promise.all([gateway.datasetVersion(id, version), gateway.datasetVersions(id)]),
  );
  if (!loaded.reached) return <Unreachable retryHref={paths.adminVersion(id, version)} />;
  const [details, versions] = loaded.value;
  const { definition, report } = details;
  return (
    <div className={styles.sections}>
      <header>
        <p className="eyebrow">
          <Link href={paths.adminChallenges}>Challenges</Link> ›{' '}
          <Link href={paths.adminChallenge(id)}>{definition.name}</Link>
        </p>
        <h1>
          {definition.name} {version}
        </h1>
      </header>
      <VersionCard
        version={details}
        currentVersion={versions.find(({ isCurrent }) => isCurrent)?.version ?? null}
        isOpen
      />
      <section className={styles.section} aria-labelledby="report">
        <h2 id="report">Report</h2>
        {report === null ? (
          <p className="muted">
            There is none: this version was registered as a folder, not validated from a draft.
          </p>
        ) : (
          <ReportView report={report} boxes={definition.areas.map(({ scoredBox }) => scoredBox)} />
        )}
      </section>
      <section className={`${styles.section} ${styles.yaml}`} aria-labelledby="definition">
        <h2 id="definition">Definition</h2>
        <CodeBlock
          code={stringify(definition, { lineWidth: 0, blockQuote: 'literal' })}
          label="challenge.yaml"
        />
      </section>
    </div>
  );
}
