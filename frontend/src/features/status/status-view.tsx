import type { Status, Step } from '@sillage/contracts';
import { Notice } from '../../components/notice';
import { countOf } from '../../lib/format-number';
import { formatDuration, formatInstant } from '../../lib/format-time';
import styles from './status-view.module.css';

type Work = NonNullable<Status['work']>;

const STEP_NAMES: Record<Step, string> = {
  map: 'Reference maps that the platform computes',
  check: 'Check of a file or a network',
  predict: 'Run of a network on a task',
  score: 'Score',
  products: 'Files, figures and maps of a score',
  inspect: 'Inspection of a dataset',
};

/** How the service is, for everybody. */
export function StatusView({ status }: { status: Status }) {
  const { work } = status;
  return (
    <div className={`page-narrow ${styles.page}`}>
      <h1>Status</h1>
      <p className="muted">
        As of <time dateTime={status.at}>{formatInstant(status.at)}</time>. Reload the page for newer numbers.
      </p>
      <Summary status={status} />
      {work === null ? null : (
        <>
          <Evaluators evaluators={work.evaluators} />
          <Queue steps={work.steps} />
        </>
      )}
      <section aria-labelledby="versions">
        <h2 id="versions">Versions</h2>
        <p>
          Platform {status.version}
          {work === null || work.evaluators.versions.length === 0
            ? '; no evaluator is online.'
            : `; ${work.evaluators.versions.length === 1 ? 'evaluator' : 'evaluators'} ${work.evaluators.versions.join(', ')}.`}
        </p>
      </section>
    </div>
  );
}

function Summary({ status: { database, store, work } }: { status: Status }) {
  if (database === 'down' || work === null) {
    return (
      <Notice tone="warning" title="The database does not answer">
        <p>Boards and submissions cannot be read until it does. Nothing that was accepted is lost.</p>
      </Notice>
    );
  }
  if (store === 'down') {
    return (
      <Notice tone="warning" title="The file store does not answer">
        <p>Boards can be read; uploads, downloads and scores wait until it does.</p>
      </Notice>
    );
  }
  const waiting = work.steps.filter(({ queued, isWorked }) => queued > 0 && !isWorked);
  if (waiting.length > 0) {
    return (
      <Notice tone="warning" title="Up, but some work waits for an evaluator">
        <ul>
          {waiting.map(({ step, queued }) => (
            <li key={step}>
              {STEP_NAMES[step]}: {countOf(queued, 'job waits', 'jobs wait')}, and no evaluator that does it
              is online.
            </li>
          ))}
        </ul>
      </Notice>
    );
  }
  return <Notice tone="good">The service is up.</Notice>;
}

function Evaluators({ evaluators: { count, runtimes } }: { evaluators: Work['evaluators'] }) {
  const running = runtimes.reduce((sum, runtime) => sum + runtime.count, 0);
  return (
    <section aria-labelledby="evaluators">
      <h2 id="evaluators">Evaluators online</h2>
      <p>
        {count === 0
          ? 'None: what is submitted waits until one comes.'
          : running === 0
            ? `${count}; none of them runs networks now.`
            : `${count}, of which ${running === 1 ? '1 runs' : `${running} run`} networks: ${runtimes
                .map((runtime) => `${runtime.count} on ${runtime.name}`)
                .join(', ')}.`}
      </p>
    </section>
  );
}

const span = (seconds: number | null): string =>
  seconds === null ? '–' : seconds < 10 ? `${seconds.toFixed(1)} s` : formatDuration(seconds * 1000);

function Queue({ steps }: { steps: Work['steps'] }) {
  const queued = steps.reduce((sum, step) => sum + step.queued, 0);
  const running = steps.reduce((sum, step) => sum + step.running, 0);
  return (
    <section aria-labelledby="queue">
      <h2 id="queue">Queue</h2>
      <p>
        {countOf(queued, 'job waits', 'jobs wait')}, {countOf(running, 'job runs', 'jobs run')}. Waits and run
        times are of the jobs that ended in the last 24 hours; – means that there were none.
      </p>
      <div className={styles.scroller} role="region" aria-label="Table of the queue" tabIndex={0}>
        <table className={styles.table}>
          <caption className="visually-hidden">The queue by step, in the order of the steps</caption>
          <thead>
            <tr>
              <th scope="col">Step</th>
              <th scope="col" className={styles.number}>
                Waiting
              </th>
              <th scope="col" className={styles.number}>
                Running
              </th>
              <th scope="col" className={styles.number}>
                Ended, 24 h
              </th>
              <th scope="col" className={styles.number}>
                Wait, median
              </th>
              <th scope="col" className={styles.number}>
                Wait, 95 % within
              </th>
              <th scope="col" className={styles.number}>
                Run, median
              </th>
            </tr>
          </thead>
          <tbody>
            {steps.map((step) => (
              <tr key={step.step}>
                <th scope="row">{STEP_NAMES[step.step]}</th>
                <td className={styles.number}>{step.queued}</td>
                <td className={styles.number}>{step.running}</td>
                <td className={styles.number}>{step.finished}</td>
                <td className={styles.number}>{span(step.waitMedianS)}</td>
                <td className={styles.number}>{span(step.waitP95S)}</td>
                <td className={styles.number}>{span(step.runMedianS)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}
