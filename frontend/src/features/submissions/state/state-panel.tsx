'use client';

import type { EvaluationView, SubmissionForm } from '@sillage/contracts';
import { formatClock, formatDay, formatDuration } from '../../../lib/format-time';
import { formatPercent } from '../../../lib/format-number';
import { isFinal, stagesOf, startText, stateText, type Origin, type StageStatus } from '../evaluation-texts';
import styles from './state-panel.module.css';
import { useNow } from './use-now';

const STATUS_WORDS: Record<StageStatus, string> = {
  done: 'done',
  current: 'now',
  ahead: 'still to come',
  stopped: 'stopped here',
};

/** Which state, since when, what comes next, and by when: the question every other platform leaves open. */
export function StatePanel({
  evaluation,
  origin,
  form,
  isNetworkKnown,
  isStale,
}: {
  evaluation: EvaluationView;
  origin: Origin;
  form: SubmissionForm;
  isNetworkKnown: boolean;
  isStale: boolean;
}) {
  const stages = stagesOf(evaluation, origin, form, isNetworkKnown);
  const isRunning = stages.some((stage) => stage.status === 'current');
  const nowMs = useNow(isRunning);
  const next = stages.find((stage) => stage.status === 'ahead')?.name;
  const percent = evaluation.progress;
  const hasResult = isFinal(evaluation);

  return (
    <section className={`panel ${styles.panel}`} aria-label="State">
      <ol className={styles.stages} data-count={stages.length}>
        {stages.map((stage) => (
          <li
            key={stage.name}
            className={styles[stage.status]}
            aria-current={stage.status === 'current' ? 'step' : undefined}
          >
            <span className={styles.dot} aria-hidden="true" />
            <span>{stage.name}</span>
            <span className="visually-hidden">, {STATUS_WORDS[stage.status]}</span>
          </li>
        ))}
      </ol>
      <p role="status" className={styles.state} data-testid="evaluation-state" data-state={evaluation.state}>
        {capitalised(stateText(evaluation))}
        {hasResult ? (
          <span className={styles.detail}>
            {' '}
            on <time dateTime={evaluation.stateSince}>
              {formatDay(new Date(evaluation.stateSince))}
            </time> at{' '}
            {formatClock(evaluation.stateSince)}
            {evaluation.evaluatorVersion === null ? null : `, by evaluator ${evaluation.evaluatorVersion}`}
          </span>
        ) : null}
        {isStale ? <span className={styles.stale}> · no answer at the moment, asking again</span> : null}
      </p>
      {hasResult && isRunning ? (
        <p className={styles.pending}>Curves and maps are being made; the score stands.</p>
      ) : null}
      {hasResult ? null : (
        <>
          <div
            className={styles.bar}
            role="progressbar"
            aria-label="Progress of this step"
            aria-valuemin={0}
            aria-valuemax={100}
            aria-valuenow={percent === null ? undefined : Math.floor(percent * 100)}
          >
            <i
              className={percent === null ? styles.unknown : undefined}
              style={percent === null ? undefined : { width: `${percent * 100}%` }}
            />
          </div>
          <dl className={styles.facts}>
            <div>
              <dt>Doing</dt>
              <dd>
                {evaluation.activity === ''
                  ? capitalised(stateText(evaluation))
                  : capitalised(evaluation.activity)}
                {percent === null ? '' : `, ${formatPercent(percent)}`}
              </dd>
            </div>
            <div>
              <dt>Since</dt>
              <dd>
                <time dateTime={evaluation.stateSince}>{formatClock(evaluation.stateSince)}</time>
                {nowMs === null ? '' : ` (${formatDuration(nowMs - Date.parse(evaluation.stateSince))})`}
              </dd>
            </div>
            <div>
              <dt>Next</dt>
              <dd>{next ?? 'nothing more'}</dd>
            </div>
            {evaluation.deadline === null ? (
              <div>
                <dt>Starts</dt>
                <dd>{startText(evaluation)}</dd>
              </div>
            ) : (
              <div>
                <dt>Next report</dt>
                <dd>
                  by <time dateTime={evaluation.deadline}>{formatClock(evaluation.deadline)}</time>, or it is
                  started again
                </dd>
              </div>
            )}
          </dl>
        </>
      )}
    </section>
  );
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
