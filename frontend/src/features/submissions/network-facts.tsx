import type { NetworkRun, SubmissionView } from '@sillage/contracts';
import { CodeBlock } from '../../components/code-block';
import styles from './method-card.module.css';
import { runFacts, summaryFacts } from './network-texts';

/** What the network is, how it was run, and what that took. */
export function NetworkFacts({
  network,
  run,
}: {
  network: NonNullable<SubmissionView['network']>;
  run: NetworkRun | null;
}) {
  const { summary, manifest } = network;
  if (summary === null && run === null && manifest === null) return null;
  return (
    <section aria-labelledby="network" className={styles.card}>
      <h2 id="network">Network</h2>
      <dl className={styles.facts}>
        {[...(summary === null ? [] : summaryFacts(summary)), ...(run === null ? [] : runFacts(run))].map(
          ({ term, text }) => (
            <div key={term}>
              <dt>{term}</dt>
              <dd>{text}</dd>
            </div>
          ),
        )}
      </dl>
      {manifest === null ? null : (
        <details>
          <summary>The manifest</summary>
          <CodeBlock code={manifest} label="Manifest" caption="manifest.yaml" />
        </details>
      )}
    </section>
  );
}
