'use client';

import type { RescoreReport, RescoreView } from '@sillage/contracts';
import Link from 'next/link';
import { useEffect, useState } from 'react';
import { controlClass, Field } from '../../components/forms/form';
import { Notice } from '../../components/notice';
import { useIsInteractive } from '../../components/use-is-interactive';
import { browserCurationGateway } from '../../lib/api/browser-curation-gateway';
import { formFaultOf, type FormFault } from '../../lib/api/form-fault';
import { countOf } from '../../lib/format-number';
import { formatInstant } from '../../lib/format-time';
import { apiPaths } from '@sillage/client';
import { paths } from '../../lib/paths';
import { DifferenceTable } from './difference-table';
import styles from './rescore.module.css';
import { progressText, RESCORE_STATE_TEXTS, rescoreName, summarySentences } from './rescore-texts';

const REFRESH_MS = 3_000;

type Props = { initial: RescoreView; initialReport: RescoreReport };

/** A re-score from its start to its end: how far it is, what it changes, and what to do with it. */
export function RescoreLive({ initial, initialReport }: Props) {
  const [rescore, setRescore] = useState(initial);
  const [report, setReport] = useState(initialReport);
  const [isStale, setIsStale] = useState(false);
  const { id, state } = rescore;

  useEffect(() => {
    if (state !== 'running' && state !== 'ready') return undefined;
    const stop = new AbortController();
    const timer = setInterval(() => {
      if (document.hidden) return;
      browserCurationGateway.rescore(id, stop.signal).then(
        (next) => {
          setRescore(next);
          setIsStale(false);
        },
        () => {
          if (!stop.signal.aborted) setIsStale(true);
        },
      );
    }, REFRESH_MS);
    return () => {
      stop.abort();
      clearInterval(timer);
    };
  }, [id, state]);

  const countsKey = JSON.stringify([rescore.counts, rescore.state]);
  const initialKey = JSON.stringify([initial.counts, initial.state]);
  useEffect(() => {
    if (countsKey === initialKey) return undefined;
    const stop = new AbortController();
    browserCurationGateway.rescoreDifferences(id, stop.signal).then(setReport, () => undefined);
    return () => stop.abort();
  }, [id, countsKey, initialKey]);

  const done = rescore.total - rescore.counts.queued - rescore.counts.running;
  return (
    <div className={styles.live} data-state={state}>
      <section className={styles.section} aria-label="Progress">
        <p role="status">
          <strong className={styles.state}>{RESCORE_STATE_TEXTS[state]}</strong>. {progressText(rescore)}.
          {isStale ? ' The service does not answer; these numbers may be old.' : ''}
        </p>
        {state === 'running' ? (
          <progress
            className={styles.progress}
            value={done}
            max={rescore.total}
            aria-label="Evaluations that have their result"
          />
        ) : null}
        <p className="muted small">
          Started by {rescore.createdBy}, {formatInstant(rescore.createdAt)}
          {rescore.endedAt === null
            ? '. Nobody but organisers sees any of it.'
            : `; ${state} by ${rescore.endedBy ?? ''}, ${formatInstant(rescore.endedAt)}.`}
        </p>
        {rescore.changes === null ? null : <p>What changed, as readers see it: {rescore.changes}</p>}
        {rescore.isOutdated ? (
          <Notice tone="warning" title="Another version is current by now">
            <p>The boards are not those that this was compared with: it can be discarded only.</p>
          </Notice>
        ) : null}
      </section>
      <section className={styles.section} aria-labelledby="differences">
        <h2 id="differences">What it changes</h2>
        <ul className={styles.summary}>
          {summarySentences(report.summary, report.tasks.length).map((sentence) => (
            <li key={sentence}>{sentence}</li>
          ))}
        </ul>
        <p className="small">
          <a href={apiPaths.rescoreCsv(id)} download>
            The whole table as CSV
          </a>
          {state === 'promoted' ? (
            <>
              {' · '}
              <Link href={paths.leaderboard(rescore.challenge)}>the boards now</Link>
            </>
          ) : null}
        </p>
        {report.tasks.map((task) => (
          <DifferenceTable key={`${task.area}.${task.scenario}`} task={task} protocol={report.protocol} />
        ))}
      </section>
      {state === 'running' || state === 'ready' ? (
        <Decision rescore={rescore} report={report} onChanged={setRescore} />
      ) : null}
    </div>
  );
}

type DecisionProps = {
  rescore: RescoreView;
  report: RescoreReport;
  onChanged: (rescore: RescoreView) => void;
};

/** Promote, discard, try again: each says first what will happen. */
function Decision({ rescore, report, onChanged }: DecisionProps) {
  const isInteractive = useIsInteractive();
  const [asking, setAsking] = useState<'promote' | 'end' | null>(null);
  const [changes, setChanges] = useState('');
  const [isAcknowledged, setIsAcknowledged] = useState(false);
  const [fault, setFault] = useState<FormFault | null>(null);
  const [isSending, setIsSending] = useState(false);
  const { id, state, counts } = rescore;
  const { unscored } = report.summary;
  const isSameVersion = rescore.version === rescore.fromVersion;
  const isMixed = report.summary.evaluatorsAfter.length > 1;

  async function send(request: () => Promise<RescoreView>) {
    setIsSending(true);
    setFault(null);
    try {
      onChanged(await request());
      setAsking(null);
    } catch (error) {
      setFault(formFaultOf(error));
    } finally {
      setIsSending(false);
    }
  }

  return (
    <section className={styles.section} aria-labelledby="decision">
      <h2 id="decision">Your decision</h2>
      {fault === null ? null : (
        <Notice tone="danger" title={fault.title} announce>
          {fault.text === '' ? null : <p>{fault.text}</p>}
        </Notice>
      )}
      {asking === 'promote' ? (
        <div role="group" aria-label="Promote" className={styles.section}>
          <Notice title="Promote: what happens">
            <ul className={styles.summary}>
              <li>
                {isSameVersion
                  ? `The new scores take the place of those on ${rescore.version}, on every board at once.`
                  : `Dataset ${rescore.version} becomes the current version with its boards full, on every board at once; those of ${rescore.fromVersion} stay readable.`}
              </li>
              <li>Authors are told what became of their entries, with the line that you write here.</li>
              <li>It cannot be undone.</li>
            </ul>
          </Notice>
          <Field
            id="rescore-changes"
            label="Which cells move, and why"
            hint="One line; readers of the boards see it."
          >
            {(described) => (
              <input
                {...described}
                value={changes}
                maxLength={300}
                onChange={(event) => setChanges(event.target.value)}
                className={controlClass}
              />
            )}
          </Field>
          {unscored === 0 ? null : (
            <label>
              <input
                type="checkbox"
                checked={isAcknowledged}
                onChange={(event) => setIsAcknowledged(event.target.checked)}
              />{' '}
              {countOf(unscored, 'entry', 'entries')} without a new score may leave the boards.
            </label>
          )}
          <p className="button-row">
            <button
              type="button"
              className="button button-primary"
              disabled={isSending || changes.trim() === '' || (unscored > 0 && !isAcknowledged)}
              onClick={() =>
                void send(() => browserCurationGateway.promoteRescore(id, { changes, unscored }))
              }
            >
              Promote {rescoreName(rescore)}
            </button>
            <button type="button" className="button" disabled={isSending} onClick={() => setAsking(null)}>
              Not now
            </button>
          </p>
        </div>
      ) : asking === 'end' ? (
        <div role="group" aria-label={state === 'running' ? 'Cancel' : 'Discard'} className={styles.section}>
          <Notice tone="warning" title={state === 'running' ? 'Cancel it?' : 'Discard it?'}>
            <p>
              The boards stay as they are. What was scored is kept for the record, where only organisers find
              it; another re-score begins anew.
            </p>
          </Notice>
          <p className="button-row">
            <button
              type="button"
              className="button button-danger"
              disabled={isSending}
              onClick={() =>
                void send(() =>
                  browserCurationGateway.endRescore(id, state === 'running' ? 'cancel' : 'discard'),
                )
              }
            >
              {state === 'running' ? 'Cancel this re-score' : 'Discard this re-score'}
            </button>
            <button type="button" className="button" disabled={isSending} onClick={() => setAsking(null)}>
              Keep it
            </button>
          </p>
        </div>
      ) : (
        <p className="button-row">
          {state === 'ready' && !rescore.isOutdated ? (
            <button
              type="button"
              className="button button-primary"
              disabled={!isInteractive || isMixed || counts.scored === 0}
              onClick={() => setAsking('promote')}
            >
              Promote…
            </button>
          ) : null}
          {counts.failed > 0 || isMixed ? (
            <button
              type="button"
              className="button"
              disabled={!isInteractive || isSending}
              onClick={() => void send(() => browserCurationGateway.retryRescore(id))}
            >
              {isMixed ? 'Score the older evaluator’s again' : 'Try again what failed'}
            </button>
          ) : null}
          <button type="button" className="button" disabled={!isInteractive} onClick={() => setAsking('end')}>
            {state === 'running' ? 'Cancel…' : 'Discard…'}
          </button>
        </p>
      )}
      {isMixed ? (
        <p className="muted small">
          Two evaluators made these scores; a board needs one. Stop the older one, then score its part again.
        </p>
      ) : null}
    </section>
  );
}
