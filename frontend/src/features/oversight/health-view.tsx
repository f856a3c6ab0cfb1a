import type { AdminHealth } from '@sillage/contracts';
import Link from 'next/link';
import { Chip } from '../../components/chip';
import { Notice } from '../../components/notice';
import { countOf } from '../../lib/format-number';
import { formatDuration, formatInstant } from '../../lib/format-time';
import { paths } from '../../lib/paths';
import styles from './oversight.module.css';
import { StorageSection } from './storage-section';
import { RetryButton } from './retry-button';

type Props = { health: AdminHealth; challenges: readonly { id: string; name: string }[]; draftCount: number };

const GIB = 2 ** 30;

/** What somebody who runs a challenge wants to know first: is anything wrong, and what waits. */
export function HealthView({ health, challenges, draftCount }: Props) {
  return (
    <div className={styles.page}>
      <header className={styles.section}>
        <h1>Overview</h1>
        <p className="muted">
          As of <time dateTime={health.at}>{formatInstant(health.at)}</time>
        </p>
      </header>
      <Attention attention={health.attention} draftCount={draftCount} />
      <Workers workers={health.workers} at={health.at} />
      <Steps steps={health.steps} />
      <Failures failures={health.failures} />
      <section className={styles.section} aria-labelledby="challenges">
        <h2 id="challenges">Challenges</h2>
        <ul className={styles.attention}>
          {challenges.map(({ id, name }) => (
            <li key={id}>
              <Link href={paths.adminChallenge(id)}>{name}</Link>
              {': '}
              <Link href={paths.adminSettings(id)}>
                phases and limits<span className="visually-hidden"> of {name}</span>
              </Link>
              {', '}
              <Link href={paths.adminSubmissionList({ challenge: id })}>
                submissions<span className="visually-hidden"> to {name}</span>
              </Link>
            </li>
          ))}
        </ul>
      </section>
      <StorageSection report={health.store} />
    </div>
  );
}

function Attention({ attention, draftCount }: { attention: AdminHealth['attention']; draftCount: number }) {
  return (
    <section className={styles.section} aria-labelledby="attention">
      <h2 id="attention">What needs attention</h2>
      {attention.length === 0 ? (
        <Notice tone="good">Nothing. Everything that was asked for is done, or waits its turn.</Notice>
      ) : null}
      <ul className={styles.attention}>
        {attention.map(({ code, message, path }) => (
          <li key={code + message}>
            <Notice tone="warning">
              <p>
                {message} {path === null ? null : <Link href={path}>Look</Link>}
              </p>
            </Notice>
          </li>
        ))}
      </ul>
      {draftCount === 0 ? null : (
        <p>
          <Link href={paths.adminChallenges}>
            {countOf(draftCount, 'draft of a dataset version', 'drafts of dataset versions')}
          </Link>{' '}
          {draftCount === 1 ? 'is' : 'are'} open.
        </p>
      )}
    </section>
  );
}

function Workers({ workers, at }: { workers: AdminHealth['workers']; at: string }) {
  return (
    <section className={styles.section} aria-labelledby="workers">
      <h2 id="workers">Evaluators</h2>
      {workers.length === 0 ? (
        <p>None has ever asked for work, or not in the last 7 days.</p>
      ) : (
        <div className={styles.scroller} role="region" aria-label="Table of evaluators" tabIndex={0}>
          <table className={styles.table}>
            <caption className="visually-hidden">Evaluators of the last 7 days</caption>
            <thead>
              <tr>
                <th scope="col">Name</th>
                <th scope="col">Version</th>
                <th scope="col">Last asked</th>
                <th scope="col">Does</th>
                <th scope="col">Networks on</th>
                <th scope="col">Now</th>
              </tr>
            </thead>
            <tbody>
              {workers.map((worker) => (
                <tr key={worker.name}>
                  <th scope="row" className={styles.name}>
                    {worker.name}{' '}
                    <Chip tone={worker.isConnected ? 'accent' : 'plain'}>
                      {worker.isConnected ? 'connected' : 'away'}
                    </Chip>
                  </th>
                  <td>{worker.evaluatorVersion}</td>
                  <td className={styles.nowrap}>{formatInstant(worker.lastSeenAt)}</td>
                  <td>{worker.steps.join(', ')}</td>
                  <td>
                    {worker.runtime === null
                      ? 'none'
                      : `${worker.runtime.name}, ${worker.runtime.device}, ${(worker.runtime.memoryBytes / GIB).toFixed(1)} GiB`}
                  </td>
                  <td>
                    {worker.jobs.length === 0
                      ? 'waits'
                      : worker.jobs.map((job) => (
                          <span key={`${job.step}${job.since}`} className={styles.below}>
                            {job.step}
                            {job.since === null
                              ? ''
                              : ` for ${formatDuration(Date.parse(at) - Date.parse(job.since))}`}
                            {job.attempt > 1 ? `, attempt ${job.attempt}` : ''}
                          </span>
                        ))}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}

const span = (seconds: number | null): string =>
  seconds === null ? '–' : seconds < 10 ? `${seconds.toFixed(1)} s` : formatDuration(seconds * 1000);

const spans = (median: number | null, p95: number | null): string =>
  median === null ? '–' : `${span(median)}, ${span(p95)}`;

function Steps({ steps }: { steps: AdminHealth['steps'] }) {
  return (
    <section className={styles.section} aria-labelledby="queue">
      <h2 id="queue">Queue</h2>
      <div className={styles.scroller} role="region" aria-label="Table of the queue" tabIndex={0}>
        <table className={styles.table}>
          <caption className="visually-hidden">The queue by step; times are of the last 24 hours</caption>
          <thead>
            <tr>
              <th scope="col">Step</th>
              <th scope="col" className={styles.number}>
                Queued
              </th>
              <th scope="col" className={styles.number}>
                Running
              </th>
              <th scope="col" className={styles.number}>
                Oldest waits
              </th>
              <th scope="col" className={styles.number}>
                Done, 24 h
              </th>
              <th scope="col" className={styles.number}>
                Failed, 24 h
              </th>
              <th scope="col" className={styles.number}>
                Wait: median, 95 %
              </th>
              <th scope="col" className={styles.number}>
                Run: median, 95 %
              </th>
            </tr>
          </thead>
          <tbody>
            {steps.map((step) => (
              <tr key={step.step}>
                <th scope="row">{step.step}</th>
                <td className={styles.number}>{step.queued}</td>
                <td className={styles.number}>{step.running}</td>
                <td className={styles.number}>{span(step.oldestWaitS)}</td>
                <td className={styles.number}>{step.finished}</td>
                <td className={styles.number}>{step.failed}</td>
                <td className={styles.number}>{spans(step.waitMedianS, step.waitP95S)}</td>
                <td className={styles.number}>{spans(step.runMedianS, step.runP95S)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

function Failures({ failures }: { failures: AdminHealth['failures'] }) {
  return (
    <section className={styles.section} aria-labelledby="failures">
      <h2 id="failures">Failures of 30 days</h2>
      {failures.length === 0 ? (
        <p>None.</p>
      ) : (
        <div className={styles.scroller} role="region" aria-label="Table of failures" tabIndex={0}>
          <table className={styles.table}>
            <caption className="visually-hidden">Jobs that failed for good, newest first</caption>
            <thead>
              <tr>
                <th scope="col">When</th>
                <th scope="col">Step</th>
                <th scope="col">Of</th>
                <th scope="col">Why</th>
                <th scope="col">Again</th>
              </tr>
            </thead>
            <tbody>
              {failures.map((failure) => (
                <tr key={failure.jobId}>
                  <td className={styles.nowrap}>{formatInstant(failure.at)}</td>
                  <td>
                    {failure.step}
                    <span className={styles.below}>
                      {countOf(failure.attempts, 'attempt', 'attempts')}
                      {failure.worker === null ? '' : `, last ${failure.worker}`}
                    </span>
                  </td>
                  <td>
                    {failure.submissionId === null ? (
                      'a dataset'
                    ) : (
                      <Link href={paths.submission(failure.submissionId)}>{failure.method}</Link>
                    )}
                    <span className={styles.below}>{failure.challenge}</span>
                  </td>
                  <td style={{ overflowWrap: 'anywhere' }}>{failure.message}</td>
                  <td>
                    {failure.mayRetry && failure.evaluationId !== null ? (
                      <RetryButton
                        evaluation={failure.evaluationId}
                        what={`${failure.step} of ${failure.method ?? 'an entry'}`}
                      />
                    ) : (
                      <span className="muted">–</span>
                    )}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}
