import type { LeaderboardRow } from '@sillage/contracts';
import { ApiClient } from '../api/api-client.js';
import { serverSettings } from '../settings/settings.js';
import { print, printJson, say } from '../terminal/output.js';
import { formatMetric } from '../terminal/score-table.js';
import { formatCsv, formatTable } from '../terminal/table.js';
import type { Column } from '../terminal/table.js';
import { chooseTasks } from './submit.js';

export type BoardOptions = {
  url?: string;
  challenge: string;
  area?: string;
  scenario?: string;
  csv?: boolean;
  json?: boolean;
};

const TABLE: Column<LeaderboardRow>[] = [
  { title: '#', align: 'right', value: (row) => String(row.rank) },
  { title: 'method', value: (row) => (row.kind === 'reference' ? `${row.method} (reference)` : row.method) },
  { title: 'author', value: (row) => row.author },
  { title: 'inputs', value: (row) => row.inputs.join(', ') },
  { title: 'µ(RMSE) ↑', align: 'right', value: (row) => formatMetric(row.scores, 'mu') },
  { title: 'σ(RMSE) ↓', align: 'right', value: (row) => formatMetric(row.scores, 'sigma') },
  { title: 'λx [°] ↓', align: 'right', value: (row) => formatMetric(row.scores, 'lambdaXDeg') },
  { title: 'λt [days] ↓', align: 'right', value: (row) => formatMetric(row.scores, 'lambdaTDays') },
];

/** Unrounded, for programs. */
const CSV: Column<LeaderboardRow>[] = [
  { title: 'rank', value: (row) => String(row.rank) },
  { title: 'method', value: (row) => row.method },
  { title: 'author', value: (row) => row.author },
  { title: 'kind', value: (row) => row.kind },
  { title: 'inputs', value: (row) => row.inputs.join(' ') },
  { title: 'mu', value: (row) => String(row.scores.mu) },
  { title: 'sigma', value: (row) => String(row.scores.sigma) },
  { title: 'lambda_x_deg', value: (row) => String(row.scores.lambdaXDeg ?? '') },
  { title: 'lambda_t_days', value: (row) => String(row.scores.lambdaTDays ?? '') },
  { title: 'unresolved', value: (row) => row.scores.unresolved ?? '' },
  { title: 'at_grid_limit', value: (row) => row.scores.atGridLimit.join(' ') },
  { title: 'rmse_m', value: (row) => String(row.scores.rmseM) },
  { title: 'scored_at', value: (row) => row.scoredAt },
  { title: 'submission_id', value: (row) => row.submissionId },
];

export async function board(options: BoardOptions): Promise<void> {
  const client = new ApiClient(serverSettings(options, process.env));
  const challenge = await client.challenge(options.challenge);
  const [task] = chooseTasks(challenge, options);
  if (task === undefined) return;
  const leaderboard = await client.leaderboard(challenge.id, task.area, task.scenario);
  if (options.json === true) return printJson(leaderboard);
  if (options.csv === true) return print(formatCsv(CSV, leaderboard.rows));
  say(
    `${challenge.name}, ${task.area} × ${task.scenario}, protocol ${leaderboard.protocol}, dataset ${leaderboard.datasetVersion}`,
  );
  print(formatTable(TABLE, leaderboard.rows));
  if (leaderboard.pendingCount > 0) say(`${leaderboard.pendingCount} more being evaluated`);
}
