import { csvCells } from '@sillage/contracts/csv-line';
import type { Leaderboard, LeaderboardRow, Metric, PublishedScore } from '@sillage/contracts';
import {
  ERROR_KEYS,
  METRICS_OF_PROTOCOL,
  PHYSICS_KEYS,
  SCORE_TABLE,
  type ScoreKey,
} from '@sillage/contracts/score-texts';
import { createApiClient } from '../../api/api-client.js';
import { serverSettings } from '../../settings/settings.js';
import { print, printJson, say } from '../../terminal/output.js';
import { formatMetric, metricTitle } from '../../terminal/score-table.js';
import { formatTable } from '../../terminal/table.js';
import type { Column } from '../../terminal/table.js';
import { chooseTasks } from './submit.js';

export type BoardOptions = {
  url?: string;
  challenge: string;
  area?: string;
  scenario?: string;
  csv?: boolean;
  json?: boolean;
};

/** What the platform scored, or what the literature has: the two are never ranked together. */
type Line =
  | { kind: 'scored'; row: LeaderboardRow }
  | { kind: 'published'; row: PublishedScore; note: number };

function tableColumns(metrics: readonly Metric[]): Column<Line>[] {
  return [
    { title: '#', align: 'right', value: (line) => (line.kind === 'scored' ? String(line.row.rank) : '') },
    {
      title: 'method',
      value: (line) => (line.kind === 'scored' ? `${line.row.method}${marksOf(line.row)}` : line.row.method),
    },
    {
      title: 'author',
      value: (line) => (line.kind === 'scored' ? line.row.author : `published [${line.note}]`),
    },
    { title: 'inputs', value: ({ row }) => row.inputs.join(', ') },
    ...metrics.map((metric): Column<Line> => ({
      title: `${metricTitle(metric)} ${SCORE_TABLE[metric].better === 'higher' ? '↑' : '↓'}`,
      align: 'right',
      value: (line) =>
        line.kind === 'scored' ? formatMetric(line.row.scores, metric) : asPrinted(line.row[metric]),
    })),
  ];
}

/** What the board shows beside a name. */
function marksOf({ kind, verified }: LeaderboardRow): string {
  if (kind === 'reference') return ' (reference)';
  return verified === null ? '' : ' (verified)';
}

/** No digit that the source does not have. */
function asPrinted(value: number | null): string {
  return value === null ? '–' : String(value);
}

/** With the line ends of a shell; the last one is printed. */
function boardCsv(columns: readonly Column<LeaderboardRow>[], rows: readonly LeaderboardRow[]): string {
  const header = columns.map(({ title }) => title);
  return [header, ...rows.map((row) => columns.map(({ value }) => value(row)))].map(csvCells).join('\n');
}

/** Unrounded, for programs. */
function csvColumns(metrics: readonly Metric[]): Column<LeaderboardRow>[] {
  const column = (
    key: ScoreKey,
    value: (row: LeaderboardRow) => number | null | undefined,
  ): Column<LeaderboardRow> => ({
    title: SCORE_TABLE[key].column,
    value: (row) => String(value(row) ?? ''),
  });
  return [
    { title: 'rank', value: (row) => String(row.rank) },
    { title: 'method', value: (row) => row.method },
    { title: 'author', value: (row) => row.author },
    { title: 'kind', value: (row) => row.kind },
    { title: 'inputs', value: (row) => row.inputs.join(' ') },
    ...metrics.map((metric) => column(metric, ({ scores }) => scores[metric])),
    { title: 'unresolved', value: (row) => row.scores.unresolved ?? '' },
    { title: 'at_grid_limit', value: (row) => row.scores.atGridLimit.join(' ') },
    ...ERROR_KEYS.map((key) => column(key, ({ scores }) => scores[key])),
    ...PHYSICS_KEYS.map((key) => column(key, ({ physics }) => physics?.[key])),
    { title: 'scored_at', value: (row) => row.scoredAt },
    { title: 'submission_id', value: (row) => row.submissionId },
    { title: 'verified', value: (row) => (row.verified === null ? 'no' : 'yes') },
    { title: 'verified_note', value: (row) => row.verified ?? '' },
  ];
}

export async function board(options: BoardOptions): Promise<void> {
  const client = createApiClient(serverSettings(options, process.env));
  const challenge = await client.challenge(options.challenge);
  const [task] = chooseTasks(challenge, options, '');
  if (task === undefined) return;
  const leaderboard = await client.leaderboard(challenge.id, task);
  const metrics = METRICS_OF_PROTOCOL[leaderboard.protocol];
  if (options.json === true) return printJson(leaderboard);
  if (options.csv === true) {
    if (leaderboard.published.length > 0)
      say('published scores are not in the CSV, they are never ranked with these; --json has them');
    return print(boardCsv(csvColumns(metrics), leaderboard.rows));
  }
  say(
    `${challenge.name}, ${task.area} × ${task.scenario}, protocol ${leaderboard.protocol}, dataset ${leaderboard.datasetVersion}`,
  );
  print(boardText(leaderboard));
  if (!challenge.isInstalled)
    say(`the data of ${challenge.id} are not installed on this platform: nothing can be submitted yet`);
  for (const { method, author, original } of leaderboard.identical)
    say(`${method} by ${author} is identical to ${original.method}: it has no rank`);
  if (leaderboard.pendingCount > 0) say(`${leaderboard.pendingCount} more being evaluated`);
  for (const method of leaderboard.failedReferences)
    say(`the reference ${method} is missing here: computing or scoring it failed`);
}

/** The board, and under a line what the literature says, with its sources. */
export function boardText({ protocol, rows, published }: Leaderboard): string {
  const notes = [...new Set(published.map(noteOf))];
  const table = formatTable<Line>(
    tableColumns(METRICS_OF_PROTOCOL[protocol]),
    rows.map((row) => ({ kind: 'scored', row })),
    published.map((row) => ({ kind: 'published', row, note: notes.indexOf(noteOf(row)) + 1 })),
  );
  if (published.length === 0) return table;
  return [
    table,
    '',
    'Published scores are not ranked: grid, period or code differ.',
    ...notes.map((note, index) => `[${index + 1}] ${note}`),
  ].join('\n');
}

function noteOf({ protocol, period, source, sourceUrl, note }: PublishedScore): string {
  return [`${protocol}; ${period}; ${source}`, sourceUrl, note]
    .filter((part) => part !== null && part !== '')
    .join('. ');
}
