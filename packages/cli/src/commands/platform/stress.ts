import { setTimeout as sleep } from 'node:timers/promises';
import {
  METRICS,
  METRICS_OF_PROTOCOL,
  REJECTION_TITLES,
  STRESS_KINDS,
  stressKindSchema,
  type Metric,
  type Scores,
  type StressKind,
  type StressRun,
  type StressView,
} from '@sillage/contracts';
import { createApiClient } from '../../api/api-client.js';
import { submissionId } from '../../api/ids.js';
import { CommandError } from '../../command-error.js';
import { serverSettings } from '../../settings/settings.js';
import { print, printJson, say } from '../../terminal/output.js';
import { formatMetric, metricTitle } from '../../terminal/score-table.js';
import { formatTable, type Column } from '../../terminal/table.js';
import { taskName } from './follow-submission.js';

export type StressOptions = {
  url?: string;
  area?: string;
  scenario?: string;
  kinds?: string;
  show?: boolean;
  wait?: boolean;
  json?: boolean;
};

const POLL_MS = 2_000;

/** Asks for the stress runs of a network, or shows those that there are. */
export async function stress(id: string, options: StressOptions): Promise<void> {
  const client = createApiClient(serverSettings(options, process.env));
  let view =
    options.show === true
      ? await client.stress(submissionId(id))
      : await client.askStress(submissionId(id), { kinds: kindsOf(options.kinds), ...taskOf(options) });
  while (options.wait === true && view.runs.some(isOpen)) {
    say(`${view.runs.filter(isOpen).length} of ${view.runs.length} runs are not done yet`);
    await sleep(POLL_MS);
    view = await client.stress(id);
  }
  if (options.json === true) printJson(view);
  else print(stressText(view));
}

/** Ends runs that are open. */
export async function cancelStress(
  id: string,
  options: { url?: string; runs?: string; json?: boolean },
): Promise<void> {
  const client = createApiClient(serverSettings(options, process.env));
  const runs = options.runs?.split(',').map((run) => run.trim());
  const view = await client.cancelStress(submissionId(id), runs === undefined ? {} : { runs });
  if (options.json === true) printJson(view);
  else print(stressText(view));
}

const isOpen = ({ state }: StressRun): boolean => state === 'queued' || state === 'running';

function kindsOf(text: string | undefined): StressKind[] {
  if (text === undefined) return [...STRESS_KINDS];
  return text.split(',').map((name) => {
    const kind = stressKindSchema.safeParse(name.trim());
    if (!kind.success)
      throw new CommandError(
        `no kind of stress run is called '${name.trim()}'; there are ${STRESS_KINDS.join(', ')}`,
      );
    return kind.data;
  });
}

function taskOf({ area, scenario }: StressOptions) {
  if (area === undefined && scenario === undefined) return {};
  if (area === undefined || scenario === undefined)
    throw new CommandError('a task is an --area and a --scenario: give both, or neither for every task');
  return { tasks: [{ area, scenario }] };
}

type Line = { task: string; change: string; scores: Scores | null; lossMu: number | null; state: string };

/** Scores of every run beside those of the normal run on the same area. */
export function stressText({ normal, runs }: StressView): string {
  if (runs.length === 0) return 'there are no stress runs';
  const protocols = new Set(runs.map(({ protocol }) => protocol));
  const metrics = METRICS.filter((metric) =>
    [...protocols].some((protocol) => METRICS_OF_PROTOCOL[protocol].includes(metric)),
  );
  const lines: Line[] = [
    ...normal.map((entry) => ({
      task: taskName(entry),
      change: 'normal run',
      scores: entry.scores,
      lossMu: null,
      state: 'scored',
    })),
    ...runs.map((run) => {
      // Without a satellite: the same task is the normal one. A whole other task has none of its own.
      const base = normal.find(({ area, scenario }) => area === run.area && scenario === run.scenario);
      return {
        task: taskName(run),
        change: run.without === null ? 'not entered' : `without ${run.without}`,
        scores: run.scores,
        lossMu: base === undefined || run.scores === null ? null : base.scores.mu - run.scores.mu,
        state: stateText(run),
      };
    }),
  ].toSorted((left, right) => left.task.localeCompare(right.task));
  return formatTable<Line>(
    [
      { title: 'task', value: ({ task }) => task },
      { title: 'run', value: ({ change }) => change },
      ...metrics.map((metric: Metric): Column<Line> => ({
        title: metricTitle(metric),
        align: 'right',
        value: ({ scores }) => (scores === null ? '' : formatMetric(scores, metric)),
      })),
      {
        title: 'loss of µ',
        align: 'right',
        value: ({ lossMu }) => (lossMu === null ? '' : lossMu.toFixed(3)),
      },
      { title: 'state', value: ({ state }) => state },
    ],
    lines,
  );
}

function stateText({ state, rejection, failureMessage }: StressRun): string {
  if (rejection !== null) return `not possible: ${REJECTION_TITLES[rejection.code]}: ${rejection.found}`;
  return failureMessage === null ? state : `${state}: ${failureMessage}`;
}
