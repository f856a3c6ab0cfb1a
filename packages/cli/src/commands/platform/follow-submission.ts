import { setTimeout as sleep } from 'node:timers/promises';
import { HELD_BACK_TEXT, METRICS, METRICS_OF_PROTOCOL, UNRESOLVED_TEXTS } from '@sillage/contracts';
import type { EvaluationView, Metric, SubmissionView, TaskReference } from '@sillage/contracts';
import type { ApiClient } from '../../api/api-client.js';
import { Patience } from '../../api/patience.js';
import { CommandError } from '../../command-error.js';
import { say } from '../../terminal/output.js';
import { createProgressLine } from '../../terminal/progress-line.js';
import { rejectionText } from '../../terminal/rejection-text.js';
import { formatMetric, metricTitle } from '../../terminal/score-table.js';
import { formatTable } from '../../terminal/table.js';
import type { Column } from '../../terminal/table.js';

const FASTEST_POLL_MS = 300;
const SLOWEST_POLL_MS = 1500;

const FINAL_STATES = new Set<EvaluationView['state']>(['scored', 'rejected', 'failed', 'cancelled']);

export const isFinal = (evaluation: EvaluationView): boolean => FINAL_STATES.has(evaluation.state);

/** Asks until every evaluation is final; goes on through restarts of the platform. */
export async function waitForSubmission(client: ApiClient, id: string): Promise<SubmissionView> {
  const progress = createProgressLine();
  const lastLine = new Map<string, string>();
  let pollMs = FASTEST_POLL_MS;
  const patience = new Patience();
  for (;;) {
    const submission = await patience.ask(() => client.submission(id)).finally(progress.clear);
    if (submission !== null) {
      const open = submission.evaluations.filter((evaluation) => !isFinal(evaluation));
      for (const evaluation of submission.evaluations) {
        const line = `${taskName(evaluation)}: ${stateText(evaluation)}`;
        if (lastLine.get(evaluation.id) === line) continue;
        lastLine.set(evaluation.id, line);
        progress.clear();
        say(line);
      }
      const [first] = open;
      if (first === undefined) return submission;
      progress.update(first.progress ?? 0, `${taskName(first)}: ${first.activity || stateText(first)}`);
    }
    await sleep(pollMs);
    pollMs = Math.min(SLOWEST_POLL_MS, pollMs * 1.2);
  }
}

/** Scores, or what became of each task, as a table. */
export function submissionText(submission: SubmissionView, serverUrl: string): string {
  const head = [
    `${submission.card.name} by ${submission.author}, challenge ${submission.challengeName}`,
    `${serverUrl}/submissions/${submission.id}`,
    ...withdrawalLines(submission),
  ];
  const table = formatTable(
    [
      { title: 'area', value: (evaluation: EvaluationView) => evaluation.area },
      { title: 'scenario', value: (evaluation) => evaluation.scenario },
      { title: 'state', value: (evaluation) => stateText(evaluation) },
      {
        title: 'rank',
        align: 'right',
        value: (evaluation) => (evaluation.rank === null ? '' : String(evaluation.rank)),
      },
      ...metricsOf(submission).map((metric): Column<EvaluationView> => ({
        title: metricTitle(metric),
        align: 'right',
        value: (evaluation) => (evaluation.scores === null ? '' : formatMetric(evaluation.scores, metric)),
      })),
    ],
    submission.evaluations,
  );
  const notes = submission.evaluations.flatMap((evaluation) => [
    ...(evaluation.rejection === null
      ? []
      : [`${taskName(evaluation)}: ${rejectionText(evaluation.rejection)}`]),
    ...(evaluation.failureMessage === null ? [] : [`${taskName(evaluation)}: ${evaluation.failureMessage}`]),
    ...(evaluation.scores?.unresolved
      ? [
          `${taskName(evaluation)}: no effective resolution: ${UNRESOLVED_TEXTS[evaluation.scores.unresolved]}`,
        ]
      : []),
    ...(evaluation.isHeldBack ? [`${taskName(evaluation)}: scored, and not told: ${HELD_BACK_TEXT}`] : []),
    ...(evaluation.identicalTo === null
      ? []
      : [`${taskName(evaluation)}: identical to ${evaluation.identicalTo.method}, so it has no rank`]),
    ...openWorkLines(evaluation),
    ...evaluation.warnings.map((warning) => `${taskName(evaluation)}: note: ${warning.message}`),
  ]);
  const siblings = submission.siblings.map(
    ({ fileName, tasks, submissionId }) =>
      `same set: ${fileName}, ${tasks.map(taskName).join(', ')}: ${serverUrl}/submissions/${submissionId}`,
  );
  return [
    head.join('\n'),
    table,
    ...[notes, siblings].filter((lines) => lines.length > 0).map((lines) => lines.join('\n')),
  ].join('\n\n');
}

function withdrawalLines({ withdrawal }: SubmissionView): string[] {
  if (withdrawal === null) return [];
  const by = withdrawal.by === 'author' ? 'its author' : 'an organiser';
  const reason = withdrawal.reason === '' ? '' : `: ${withdrawal.reason}`;
  return [`withdrawn by ${by} on ${withdrawal.at.slice(0, 10)}${reason}`];
}

/** What happens to a task that has no result yet, or what it waits for. */
function openWorkLines(evaluation: EvaluationView): string[] {
  if (evaluation.obstacle !== null)
    return [`${taskName(evaluation)}: waiting: ${evaluation.obstacle.message}`];
  if (isFinal(evaluation) || evaluation.activity === '') return [];
  return [`${taskName(evaluation)}: ${evaluation.activity}`];
}

/** @throws CommandError that names what went wrong, unless every task has a score. */
export function requireScores(submissions: readonly SubmissionView[]): void {
  const unscored = submissions
    .flatMap(({ evaluations }) => evaluations)
    .filter((evaluation) => evaluation.state !== 'scored');
  if (unscored.length === 0) return;
  const reasons = unscored.map((evaluation) => {
    if (evaluation.rejection !== null)
      return `${taskName(evaluation)} was rejected: ${rejectionText(evaluation.rejection)}`;
    return `${taskName(evaluation)} ${evaluation.state}${evaluation.failureMessage === null ? '' : `: ${evaluation.failureMessage}`}`;
  });
  throw new CommandError(reasons.join(' · '));
}

export function taskName({ area, scenario }: TaskReference): string {
  return `${area} × ${scenario}`;
}

function stateText(evaluation: EvaluationView): string {
  if (evaluation.state === 'queued' && evaluation.queuePosition !== null && evaluation.queuePosition > 0) {
    return `queued, ${evaluation.queuePosition} ahead`;
  }
  if (evaluation.state === 'running' && evaluation.step !== null) return `running (${evaluation.step})`;
  return evaluation.state;
}

/** Those of its protocols, in the order of columns. */
function metricsOf({ evaluations }: SubmissionView): Metric[] {
  return METRICS.filter((metric) =>
    evaluations.some(({ protocol }) => METRICS_OF_PROTOCOL[protocol].includes(metric)),
  );
}
