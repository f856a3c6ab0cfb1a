'use client';

import {
  METRICS_OF_PROTOCOL,
  REJECTION_TITLES,
  type EvaluationView,
  type Metric,
  type Scores,
  type StressView,
} from '@sillage/contracts';
import { useMemo, useState } from 'react';
import { StressChart } from '../../../charts/lines/stress-chart';
import { stressSentence } from '../../../charts/lines/stress-chart.config';
import { MetricSymbol } from '../../../components/scores/metric-heading';
import { browserGateway } from '../../../lib/api/browser-gateway';
import { formFaultOf } from '../../../lib/api/form-fault';
import { shownDifference } from '../../../lib/format-difference';
import { countOf, formatPercent } from '../../../lib/format-number';
import { scoreTextWithUnit } from '../../../lib/format-score';
import styles from './stress-section.module.css';
import { isOpen, stressBars, stressRows, type StressRow } from './stress-rows';
import type { TaskWords } from '../task-tabs';
import { useStress } from './use-stress';

type Props = { submissionId: string; evaluation: EvaluationView; words: TaskWords };

/** How the scores of a network depend on what it is given: fewer satellites, other observations, another sea. */
export function StressSection({ submissionId, evaluation, words }: Props) {
  const { view, replace } = useStress(submissionId, evaluation.state === 'scored');
  const rows = useMemo(
    () => (view === null ? null : stressRows(view, evaluation, words)),
    [view, evaluation.area, evaluation.scenario, words],
  );
  const bars = useMemo(() => (rows === null ? [] : stressBars(rows)), [rows]);
  if (view === null || rows === null || evaluation.state !== 'scored') return null;
  const hasRuns = view.runs.length > 0;
  if (!hasRuns && !view.mayAsk) return null;
  const metrics = METRICS_OF_PROTOCOL[evaluation.protocol].filter((metric) => metric !== 'sigma');
  const table = { metrics, normal: rows.normal };
  return (
    <section aria-labelledby="stress" className={styles.section}>
      <h2 id="stress">With other observations</h2>
      <p className="muted">
        The same network on the same days, scored by the same protocol, with one satellite left out or with
        the observations of another scenario. No board shows these runs.
      </p>
      {view.mayAsk && view.askableCount > 0 ? (
        <AskForRuns submissionId={submissionId} count={view.askableCount} onAsked={replace} />
      ) : null}
      {view.mayCancel ? (
        <CancelRuns
          submissionId={submissionId}
          openCount={view.runs.filter(isOpen).length}
          onCancelled={replace}
        />
      ) : null}
      {bars.length === 0 ? null : (
        <figure className={styles.figure}>
          <StressChart bars={bars} />
          <figcaption className="muted small">{stressSentence(bars)}</figcaption>
        </figure>
      )}
      {hasRuns && rows.satellites.length > 0 ? (
        <StressTable title="One satellite left out" rows={rows.satellites} {...table} />
      ) : null}
      {hasRuns && rows.scenarios.length > 0 ? (
        <StressTable title="Observations of another scenario" rows={rows.scenarios} {...table} />
      ) : null}
      {hasRuns && rows.areas.length > 0 ? (
        <StressTable
          title="Another area, the same scenario"
          rows={rows.areas}
          metrics={metrics}
          normal={null}
          note="Another sea has other scores: compare with the other methods on its board, not with this area."
        />
      ) : null}
    </section>
  );
}

type TableProps = {
  title: string;
  rows: readonly StressRow[];
  metrics: readonly Metric[];
  /** What the scores are compared with; null where they cannot be. */
  normal: Scores | null;
  note?: string;
};

function StressTable({ title, rows, metrics, normal, note }: TableProps) {
  return (
    <div>
      <h3 className={styles.title}>{title}</h3>
      {note === undefined ? null : <p className="muted small">{note}</p>}
      <div className={styles.scroller} role="region" aria-label={title} tabIndex={0}>
        <table className={styles.table}>
          <caption className="visually-hidden">
            {title}: scores, and their change against the normal run
          </caption>
          <thead>
            <tr>
              <th scope="col">Run</th>
              {metrics.map((metric) => (
                <th key={metric} scope="col" className={styles.number}>
                  <MetricSymbol metric={metric} />
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {normal === null ? null : (
              <tr className={styles.normal}>
                <th scope="row">normal run</th>
                {metrics.map((metric) => (
                  <td key={metric} className={styles.number}>
                    {scoreTextWithUnit(normal, metric) ?? '–'}
                  </td>
                ))}
              </tr>
            )}
            {rows.map((row) => (
              <tr key={row.key}>
                <th scope="row">
                  {row.label}
                  {row.run === null ? <span className={styles.entered}>entered itself</span> : null}
                </th>
                <Outcome row={row} metrics={metrics} normal={normal} />
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </div>
  );
}

function Outcome({ row, metrics, normal }: Pick<TableProps, 'metrics' | 'normal'> & { row: StressRow }) {
  const { scores, run } = row;
  if (scores === null) {
    return (
      <td colSpan={metrics.length} className={styles.state}>
        {run === null ? '' : stateText(run)}
      </td>
    );
  }
  return metrics.map((metric) => {
    const difference = normal === null ? null : shownDifference(metric, scores, normal, 'absolute');
    return (
      <td key={metric} className={styles.number}>
        {scoreTextWithUnit(scores, metric) ?? '–'}
        {difference === null ? null : (
          <span className={styles.difference} data-verdict={difference.verdict}>
            {difference.glyph} {difference.text}
          </span>
        )}
      </td>
    );
  });
}

function stateText(run: StressView['runs'][number]): string {
  switch (run.state) {
    case 'rejected': {
      if (run.rejection === null) return 'not possible';
      const { code, where, found, expected } = run.rejection;
      return `Not possible: ${REJECTION_TITLES[code].toLowerCase()}. ${where}: ${found}; needed: ${expected}.`;
    }
    case 'failed':
      return `Failed on our side${run.failureMessage === null ? '' : `: ${run.failureMessage}`}. It can be asked for again.`;
    case 'cancelled':
      return 'Cancelled. It can be asked for again.';
    case 'running':
      return `${run.progress === null ? '' : `${formatPercent(run.progress)}, `}${run.activity}`;
    case 'queued':
      return `Waiting: ${run.activity}`;
    case 'scored':
      return 'Scored; the number is withheld at this disclosure level.';
  }
}

type CancelProps = { submissionId: string; openCount: number; onCancelled: (view: StressView) => void };

function CancelRuns({ submissionId, openCount, onCancelled }: CancelProps) {
  const [isSending, setIsSending] = useState(false);
  const [message, setMessage] = useState('');

  async function cancel() {
    setIsSending(true);
    setMessage('');
    try {
      onCancelled(await browserGateway.cancelStress(submissionId));
    } catch (error) {
      const fault = formFaultOf(error);
      setMessage(`${fault.title}. ${fault.text}`);
    } finally {
      setIsSending(false);
    }
  }

  return (
    <div className={styles.ask}>
      <button type="button" className="button" onClick={cancel} disabled={isSending}>
        {isSending ? 'Cancelling…' : `Cancel ${countOf(openCount, 'open run', 'open runs')}`}
      </button>
      <p className="muted small">
        Of this entry, in all its areas and scenarios. What is scored stays; they can be asked for again.
      </p>
      <p role="status" className={message === '' ? 'visually-hidden' : styles.fault}>
        {message}
      </p>
    </div>
  );
}

type AskProps = { submissionId: string; count: number; onAsked: (view: StressView) => void };

function AskForRuns({ submissionId, count, onAsked }: AskProps) {
  const [isSending, setIsSending] = useState(false);
  const [message, setMessage] = useState('');

  async function ask() {
    setIsSending(true);
    setMessage('');
    try {
      onAsked(await browserGateway.askStress(submissionId));
    } catch (error) {
      const fault = formFaultOf(error);
      setMessage(`${fault.title}. ${fault.text}`);
    } finally {
      setIsSending(false);
    }
  }

  return (
    <div className={styles.ask}>
      <button type="button" className="button" onClick={ask} disabled={isSending}>
        {isSending ? 'Asking…' : `Ask for ${countOf(count, 'run', 'runs')}`}
      </button>
      <p className="muted small">
        For you and the organisers. They wait until no participant does, and each takes about as long as the
        network took.
      </p>
      <p role="status" className={message === '' ? 'visually-hidden' : styles.fault}>
        {message}
      </p>
    </div>
  );
}
