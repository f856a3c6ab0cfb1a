'use client';

import {
  isAlongTrackProtocol,
  SCORE_TABLE,
  METRICS_OF_PROTOCOL,
  type LeaderboardRow,
  type Protocol,
  type Scores,
  type TaskExtent,
} from '@sillage/contracts';
import { useEffect, useId, useState } from 'react';
import { balance, colourGradient } from '../../charts/maps/colour-map';
import { HeightPicture } from '../../charts/maps/height-picture';
import { scaleOfFrames } from '../../charts/maps/height-picture.config';
import { controlClass } from '../../components/forms/form';
import { MetricSymbol } from '../../components/scores/metric-heading';
import { Notice } from '../../components/notice';
import { ExpectedRejection } from '../../components/rejection-notice';
import { ScoreValue } from '../../components/scores/score-value';
import { browserGateway } from '../../lib/api/browser-gateway';
import { countOf, formatBytes, formatFixed } from '../../lib/format-number';
import { taskKey } from '../../lib/tasks';
import { gridFacts } from './grid-facts';
import type { CheckReport, PracticeReport, PracticeRequest, ReferenceFile } from './messages';
import styles from './preflight-panel.module.css';
import { useCheck, usePractice, type Run } from './use-preflight';

export type PreflightPanelProps = {
  file: File;
  challenge: string;
  protocol: Protocol;
  /** The variable that the form names; empty lets the platform choose. */
  variable: string;
  onVariable: (variable: string) => void;
  tasks: readonly TaskExtent[];
  onlyCovered: boolean;
  references: readonly ReferenceFile[];
  nameOfTask: (task: { area: string; scenario: string }) => string;
};

/** What the server would say of a file, found out in the browser before a byte of it is sent. */
export function PreflightPanel(props: PreflightPanelProps) {
  const { file, tasks, onlyCovered } = props;
  const variable = props.variable.trim() === '' ? null : props.variable.trim();
  const check = useCheck({ kind: 'check', file, variable, tasks: [...tasks], onlyCovered });
  return <CheckedFile {...props} check={check} isSent={false} />;
}

type CheckedFileProps = PreflightPanelProps & { check: Run<CheckReport>; isSent: boolean };

/** The check of one file, however far it has come. */
export function CheckedFile({ check, isSent, ...props }: CheckedFileProps) {
  const { file } = props;
  const variable = props.variable.trim() === '' ? null : props.variable.trim();
  const id = useId();
  return (
    <section className={styles.panel} aria-labelledby={id} data-testid="preflight" data-phase={check.phase}>
      <div className={styles.heading}>
        <h3 id={id}>Checked in your browser: {file.name}</h3>
        {isSent ? null : <p className={styles.unsent}>Nothing was uploaded yet.</p>}
      </div>
      <div aria-live="polite">
        {check.phase !== 'idle' ? null : (
          <p className={styles.unsent}>
            {isSent
              ? 'It was sent before its check; the server checks it.'
              : 'Its turn comes after the others.'}
          </p>
        )}
        {check.phase === 'running' ? <Progress run={check} label="Check of the file" /> : null}
        {check.phase === 'failed' ? (
          <Notice tone="warning" title="The file could not be checked here">
            <p>{check.message}</p>
          </Notice>
        ) : null}
        {check.phase === 'done' ? <Verdict {...props} report={check.report} /> : null}
      </div>
      {check.phase === 'done' ? <Practice {...props} chosen={variable} report={check.report} /> : null}
    </section>
  );
}

function Verdict(props: PreflightPanelProps & { report: CheckReport }) {
  const { report, tasks, onVariable, nameOfTask } = props;
  const { rejection, inspection, preview, covered, uncovered } = report;
  const facts = inspection === null ? [] : gridFacts(inspection);
  return (
    <div style={{ display: 'grid', gap: 'var(--space-4)' }}>
      {rejection === null ? (
        <Notice
          tone="good"
          title={tasks.length === 0 ? 'The file can be read' : 'The server will accept this file'}
        >
          <p>
            {tasks.length === 0
              ? 'Choose what it is scored on below, and its area and days are checked too.'
              : `It will be scored on ${listed(covered.map(nameOfTask))}.`}
          </p>
          {uncovered.length === 0 || !props.onlyCovered ? null : (
            <p>Not covered and left out: {listed(uncovered.map(nameOfTask))}.</p>
          )}
        </Notice>
      ) : (
        <ExpectedRejection reason={rejection}>
          {report.candidates.length === 0 ? null : (
            <div role="group" aria-label="Variable to score" className={styles.choices}>
              {report.candidates.map((name) => (
                <button
                  key={name}
                  type="button"
                  className="button button-small"
                  onClick={() => onVariable(name)}
                >
                  Use {name}
                </button>
              ))}
            </div>
          )}
          <p>You may upload it all the same; the server will say the same.</p>
        </ExpectedRejection>
      )}
      {report.warnings.length === 0 ? null : (
        <Notice tone="warning" title={countOf(report.warnings.length, 'remark', 'remarks')}>
          {report.warnings.map(({ code, message }) => (
            <p key={code + message}>{message}</p>
          ))}
        </Notice>
      )}
      {facts.length === 0 ? null : (
        <div className={styles.found}>
          <dl className={styles.facts}>
            {facts.map(({ name, value }) => (
              <div key={name} style={{ display: 'contents' }}>
                <dt>{name}</dt>
                <dd>{value}</dd>
              </div>
            ))}
          </dl>
          {preview === null ? null : <FirstMap report={report} />}
        </div>
      )}
    </div>
  );
}

function FirstMap({ report: { preview, aspect } }: { report: CheckReport }) {
  if (preview === null) return null;
  const scale = scaleOfFrames([preview]);
  const text = `Sea surface height on ${preview.day}, from ${formatFixed(scale.min, 2)} to ${formatFixed(scale.max, 2)} m`;
  return (
    <figure className={styles.map}>
      <HeightPicture frame={preview} scale={scale} aspect={aspect} description={text} />
      <div className={styles.scale} aria-hidden="true">
        <span>{formatFixed(scale.min, 2)}</span>
        <i style={{ background: colourGradient(balance) }} />
        <span>{formatFixed(scale.max, 2)} m</span>
      </div>
      <figcaption>The map of {preview.day}</figcaption>
    </figure>
  );
}

/** Rejections of coverage and of the structure leave nothing to compare; those of values do. */
const COMPARABLE = new Set(['values-out-of-range', 'sla-instead-of-ssh']);

function Practice(props: PreflightPanelProps & { chosen: string | null; report: CheckReport }) {
  const { file, challenge, protocol, tasks, references, chosen, report, nameOfTask } = props;
  const { rejection, covered } = report;
  const scorable = tasks.filter((task) =>
    rejection === null
      ? covered.some((item) => taskKey(item) === taskKey(task))
      : COMPARABLE.has(rejection.code),
  );
  const [wanted, setWanted] = useState('');
  const task = scorable.find((item) => taskKey(item) === wanted) ?? scorable[0];
  const practice = usePractice(
    `${file.name} ${file.lastModified} ${chosen ?? ''} ${task ? taskKey(task) : ''}`,
  );
  const selectId = useId();
  if (task === undefined) return null;
  const { judge, likeness } = comparedWith(references, task, protocol);
  if (judge === null && likeness === null) return null;
  const { run, start, cancel } = practice;
  const fetched = [...new Set([judge, likeness].filter((reference) => reference !== null))];
  return (
    <div className={styles.practice} data-testid="practice" data-phase={run.phase}>
      <h4>{judge === null ? 'Usual mistakes' : 'Practice score and usual mistakes'}</h4>
      <p className={styles.unsent}>
        {judge === null
          ? `${isAlongTrackProtocol(protocol) ? 'The withheld track' : 'The truth'} of this task is not public: the map is compared with the public map by OI.`
          : `${JUDGES[judge.kind]} of this task is public: the score is computed here, by the code that the server runs.`}{' '}
        {judge !== null && likeness?.kind === 'oi'
          ? 'Mistakes are looked for in the difference from the public map by OI.'
          : ''}{' '}
        {fetched.length === 1 ? 'One file is' : 'Two files are'} fetched once,{' '}
        {formatBytes(fetched.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0))}. Yours stays here.
      </p>
      {scorable.length < 2 ? null : (
        <div className={styles.row}>
          <label htmlFor={selectId}>For the task</label>
          <select
            id={selectId}
            className={controlClass}
            value={taskKey(task)}
            onChange={(event) => setWanted(event.currentTarget.value)}
          >
            {scorable.map((item) => (
              <option key={taskKey(item)} value={taskKey(item)}>
                {nameOfTask(item)}
              </option>
            ))}
          </select>
        </div>
      )}
      <div className={styles.row}>
        {run.phase === 'running' ? (
          <button type="button" className="button button-small" onClick={cancel}>
            Cancel
          </button>
        ) : (
          <button
            type="button"
            className="button button-small"
            onClick={() =>
              start({ kind: 'practice', file, variable: chosen, task, protocol, judge, likeness })
            }
          >
            {judge === null ? 'Look for mistakes' : 'Compute the practice score'}
          </button>
        )}
      </div>
      <div aria-live="polite">
        {run.phase === 'running' ? <Progress run={run} label="Practice score" /> : null}
        {run.phase === 'failed' ? (
          <Notice tone="warning" title="It could not be computed here">
            <p>{run.message}</p>
          </Notice>
        ) : null}
        {run.phase === 'done' ? (
          <PracticeResult challenge={challenge} protocol={protocol} task={task} report={run.report} />
        ) : null}
      </div>
    </div>
  );
}

const JUDGES: Record<ReferenceFile['kind'], string> = {
  truth: 'The truth',
  track: 'The withheld track',
  oi: 'The map by OI',
};

function comparedWith(
  references: readonly ReferenceFile[],
  task: { area: string; scenario: string },
  protocol: Protocol,
): Pick<PracticeRequest, 'judge' | 'likeness'> {
  const ofTask = (kind: ReferenceFile['kind']) =>
    references.find(
      (reference) =>
        reference.kind === kind &&
        reference.area === task.area &&
        (reference.scenario ?? task.scenario) === task.scenario,
    ) ?? null;
  const truth = ofTask('truth');
  if (isAlongTrackProtocol(protocol)) return { judge: ofTask('track'), likeness: ofTask('oi') };
  return { judge: truth, likeness: truth ?? ofTask('oi') };
}

type ResultProps = {
  challenge: string;
  protocol: Protocol;
  task: { area: string; scenario: string };
  report: PracticeReport;
};

function PracticeResult({ challenge, protocol, task, report }: ResultProps) {
  const { area, scenario } = task;
  const [baseline, setBaseline] = useState<LeaderboardRow | null>(null);
  useEffect(() => {
    const stop = new AbortController();
    browserGateway
      .leaderboard(challenge, { area, scenario }, stop.signal)
      .then((board) => setBaseline(baselineOf(board.rows)))
      .catch(() => undefined); // without the board the score still stands
    return () => stop.abort();
  }, [challenge, area, scenario]);
  const { scores, mistakes, rejection, warnings } = report;
  return (
    <div style={{ display: 'grid', gap: 'var(--space-3)' }}>
      {rejection === null ? null : <ExpectedRejection reason={rejection} />}
      {scores === null ? null : <ScoreTable protocol={protocol} scores={scores} baseline={baseline} />}
      {warnings.length === 0 ? null : (
        <Notice tone="warning" title="The server will remark">
          {warnings.map(({ code, message }) => (
            <p key={code + message}>{message}</p>
          ))}
        </Notice>
      )}
      {mistakes === null ? null : mistakes.length === 0 ? (
        <p data-testid="no-mistakes">
          None of the usual mistakes: dates, position, axes, sign, unit and mean fit.
        </p>
      ) : (
        <ul className={styles.mistakes} aria-label="Likely mistakes">
          {mistakes.map(({ title, evidence, fix }) => (
            <li key={title}>
              <Notice tone="warning" title={title}>
                <p>{evidence}</p>
                <p>{fix}</p>
              </Notice>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

function baselineOf(rows: readonly LeaderboardRow[]): LeaderboardRow | null {
  const references = rows.filter((row) => row.kind === 'reference');
  return references.find((row) => /\boi\b|optimal interpolation/i.test(row.method)) ?? references[0] ?? null;
}

type ScoreTableProps = { protocol: Protocol; scores: Scores; baseline: LeaderboardRow | null };

function ScoreTable({ protocol, scores, baseline }: ScoreTableProps) {
  const metrics = METRICS_OF_PROTOCOL[protocol];
  const unitOf = (unit: string) => (unit === '' ? '' : ` (${unit})`);
  return (
    <table className={styles.scores}>
      <caption className="visually-hidden">Practice score beside the baseline of the board</caption>
      <thead>
        <tr>
          <th scope="col">Score</th>
          <th scope="col">This file</th>
          {baseline === null ? null : <th scope="col">{baseline.method} on the board</th>}
        </tr>
      </thead>
      <tbody>
        {metrics.map((metric) => (
          <tr key={metric} data-testid={`practice-${metric}`} data-value={scores[metric] ?? ''}>
            <th scope="row">
              <MetricSymbol metric={metric} />
              {unitOf(SCORE_TABLE[metric].unit)}
            </th>
            <td>
              <ScoreValue metric={metric} scores={scores} id="practice" />
            </td>
            {baseline === null ? null : (
              <td>
                <ScoreValue metric={metric} scores={baseline.scores} id="practice-baseline" />
              </td>
            )}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Progress({ run, label }: { run: Extract<Run<unknown>, { phase: 'running' }>; label: string }) {
  const percent = Math.floor(Math.min(1, run.fraction) * 100);
  return (
    <div className={styles.progress}>
      <div
        className={styles.bar}
        role="progressbar"
        aria-label={label}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={percent}
      >
        <i style={{ width: `${percent}%` }} />
      </div>
      <span>{run.activity.charAt(0).toUpperCase() + run.activity.slice(1)}…</span>
    </div>
  );
}

function listed(names: readonly string[]): string {
  if (names.length < 2) return names.join('');
  return `${names.slice(0, -1).join('; ')} and ${names.at(-1) ?? ''}`;
}
