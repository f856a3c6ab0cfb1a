import {
  METRICS,
  PHYSICS_KEYS,
  SCORE_KEYS,
  SCORE_TABLE,
  csvText,
  type Leaderboard,
  type LeaderboardRow,
  type PublishedScore,
  type ScoreKey,
} from '@sillage/contracts';

type Cell = string | number | null;

/** A column of a snapshot: its type in Parquet, and what it means. */
export type Column<Row> = {
  name: string;
  type: 'STRING' | 'DOUBLE' | 'INT32';
  meaning: string;
  value: (row: Row) => Cell;
};

/** One row of a board, with the board that it is on. */
export type ScoredRow = LeaderboardRow & { board: Leaderboard };

/** Unrounded beyond what the disclosure level rounds; empty where there is no value. */
export const SCORE_COLUMNS: readonly Column<ScoredRow>[] = [
  text('area', 'area of the task', ({ board }) => board.area),
  text('scenario', 'which satellites observed', ({ board }) => board.scenario),
  text('protocol', 'exact definition of the scores', ({ board }) => board.protocol),
  text(
    'dataset_version',
    'version of the data that were scored against',
    ({ board }) => board.datasetVersion,
  ),
  {
    name: 'rank',
    type: 'INT32',
    meaning: 'by mu on this board, best first; rows that cannot be told apart share it',
    value: ({ rank }) => rank,
  },
  text('method', 'name of the method', ({ method }) => method),
  text('author', 'who submitted it', ({ author }) => author),
  text('kind', 'participant, or reference of the platform', ({ kind }) => kind),
  text('form', 'map: computed elsewhere; network: run by the platform', ({ form }) => form),
  text('inputs', 'what the method read, separated by spaces', ({ inputs }) => inputs.join(' ')),
  ...SCORE_KEYS.map((key) => ofTable<ScoredRow>(key, ({ scores }) => scores[key])),
  text('unresolved', 'why a resolution has no value', ({ scores }) => scores.unresolved),
  text(
    'at_grid_limit',
    'the resolutions that are upper bounds, separated by spaces',
    ({ scores }) => scores.atGridLimit.join(' ') || null,
  ),
  ...(['low', 'high'] as const).map((end): Column<ScoredRow> => ({
    name: `rank_${end}`,
    type: 'INT32',
    meaning: `${end === 'low' ? 'best' : 'worst'} rank that the days leave open; see the uncertainty in boards.json`,
    value: (row) => (end === 'low' ? row.rankLow : row.rankHigh),
  })),
  text('family', 'kind of method, as its author says', ({ family }) => family),
  text('verified', 'whether the organisers vouch for the entry: yes or no', ({ verified }) =>
    verified === null ? 'no' : 'yes',
  ),
  text('verified_note', 'what they say beside that mark', ({ verified }) => verified),
  ...PHYSICS_KEYS.map((key) => ofTable<ScoredRow>(key, ({ physics }) => physics?.[key])),
  text('code_url', 'code of the method', ({ codeUrl }) => codeUrl),
  text('paper_url', 'paper of the method', ({ paperUrl }) => paperUrl),
  text('scored_at', 'when it was scored, UTC', ({ scoredAt }) => scoredAt),
  text('submission_id', 'submission on the platform', ({ submissionId }) => submissionId),
  text('evaluation_id', 'evaluation on the platform', ({ evaluationId }) => evaluationId),
];

/** Scores of the literature, as printed: never ranked with the others. */
export const PUBLISHED_COLUMNS: readonly Column<PublishedScore>[] = [
  text('area', 'area of the task', ({ area }) => area),
  text('scenario', 'which satellites observed', ({ scenario }) => scenario),
  text('method', 'name of the method', ({ method }) => method),
  text('inputs', 'what the method read, separated by spaces', ({ inputs }) => inputs.join(' ')),
  ...METRICS.map((metric) => ofTable<PublishedScore>(metric, (score) => score[metric], 'as printed: ')),
  text('period', 'days that were scored, as the source says', ({ period }) => period),
  text('protocol', 'code and conventions behind the number', ({ protocol }) => protocol),
  text('source', 'where the number stands', ({ source }) => source),
  text('source_url', 'its address', ({ sourceUrl }) => sourceUrl),
  text('note', 'remark', ({ note }) => note || null),
];

/** A header with the names of the columns, then a line for each row. */
export function columnsCsv<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): string {
  return csvText([
    columns.map(({ name }) => name),
    ...rows.map((row) => columns.map(({ value }) => value(row))),
  ]);
}

function text<Row>(name: string, meaning: string, value: (row: Row) => string | null): Column<Row> {
  return { name, type: 'STRING', meaning, value };
}

function ofTable<Row>(
  key: ScoreKey,
  value: (row: Row) => number | null | undefined,
  before = '',
): Column<Row> {
  const { column, label, unit } = SCORE_TABLE[key];
  const meaning = `${before}${label}${unit === '' ? ', dimensionless' : `, ${unit}`}`;
  return { name: column, type: 'DOUBLE', meaning, value: (row) => value(row) ?? null };
}
