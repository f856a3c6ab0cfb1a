import {
  columnNames,
  columnsOf,
  ERROR_KEYS,
  METRICS,
  PHYSICS_KEYS,
  SCORE_TABLE,
  type BoardBands,
  type BoardHistory,
  type BoardPairs,
  type Leaderboard,
  type LeaderboardRow,
  type Metric,
  type PublishedScore,
} from '@sillage/contracts';
import { recordsCsv } from '../../../lib/records-csv';
import { rankByBand, selectBands } from '../bands/bands-view';
import { boardParameters, boardView, type BoardQuery } from '../board-view';
import { matchesFacets } from '../facets';
import { RECORD_METRICS } from '../history/history-view';
import { MISSING_TEXTS, type Scorecard } from '../matrix/scorecard-view';

const COLUMNS = [
  'rank',
  'rank_low',
  'rank_high',
  'tie_group',
  'method',
  'author',
  'kind',
  'form',
  'family',
  'verified',
  'verified_note',
  'inputs',
  ...METRICS.flatMap((metric) => {
    const { column } = SCORE_TABLE[metric];
    return hasInterval(metric) ? [column, `${column}_low`, `${column}_high`] : [column];
  }),
  'unresolved',
  'at_grid_limit',
  ...columnNames([...ERROR_KEYS, ...PHYSICS_KEYS]),
  'wall_seconds',
  'energy_joules',
  'device',
  'mu_minus_zero',
  'sigma_minus_zero',
  'lambda_x_minus_zero_deg',
  'lambda_x_minus_zero_km',
  'lambda_t_minus_zero_days',
  'zero_line',
  'scored_at',
  'submission_id',
  'challenge',
  'area',
  'scenario',
  'protocol',
  'dataset_version',
];

/** The scores of a row, metrics with their intervals where they have some. */
function scoreColumns({
  scores,
  intervals,
  physics,
}: LeaderboardRow): Record<string, string | number | null> {
  const ends = METRICS.filter(hasInterval).map((metric) => {
    const { column } = SCORE_TABLE[metric];
    const [low, high] = intervals?.[metric] ?? [null, null];
    return { [`${column}_low`]: low, [`${column}_high`]: high };
  });
  return {
    ...columnsOf(METRICS, scores),
    ...Object.assign({}, ...ends),
    unresolved: scores.unresolved,
    at_grid_limit: scores.atGridLimit.join(' '),
    ...columnsOf(ERROR_KEYS, scores),
    ...columnsOf(PHYSICS_KEYS, physics),
  };
}

function hasInterval(metric: Metric): metric is 'mu' | 'sigma' {
  return metric === 'mu' || metric === 'sigma';
}

/** One flat record for each row of the view, in the order of the view, numbers unrounded. */
export function boardRecords(
  board: Leaderboard,
  query: BoardQuery,
): Record<string, string | number | null>[] {
  const view = boardView(board, { ...query, extent: 'all' }); // a file is never cut
  const change = (row: LeaderboardRow, metric: Metric) => {
    const value = row.scores[metric];
    const zero = view.zero?.scores[metric] ?? null;
    return value === null || zero === null ? null : value - zero;
  };
  return [...view.pinned, ...view.ordered].map((row) => ({
    rank: row.rank,
    rank_low: row.rankLow,
    rank_high: row.rankHigh,
    tie_group: row.tieGroup,
    method: row.method,
    author: row.author,
    kind: row.kind,
    form: row.form,
    family: row.family,
    verified: row.verified === null ? 'no' : 'yes',
    verified_note: row.verified,
    inputs: row.inputs.join(' '),
    ...scoreColumns(row),
    wall_seconds: row.cost?.wallSeconds ?? null,
    energy_joules: row.cost?.energyJoules ?? null,
    device: row.cost?.device ?? null,
    mu_minus_zero: change(row, 'mu'),
    sigma_minus_zero: change(row, 'sigma'),
    lambda_x_minus_zero_deg: change(row, 'lambdaXDeg'),
    lambda_x_minus_zero_km: change(row, 'lambdaXKm'),
    lambda_t_minus_zero_days: change(row, 'lambdaTDays'),
    zero_line: view.zero?.method ?? null,
    scored_at: row.scoredAt,
    submission_id: row.submissionId,
    challenge: board.challenge,
    area: board.area,
    scenario: board.scenario,
    protocol: board.protocol,
    dataset_version: board.datasetVersion,
  }));
}

const PUBLISHED_COLUMNS = [
  'method',
  ...columnNames(METRICS),
  'inputs',
  'published_period',
  'published_protocol',
  'source',
  'source_url',
  'note',
  'challenge',
  'area',
  'scenario',
];

/** One record for each score from the literature. They never share a list with ours: grid, period or code differ. */
export function publishedRecords(board: Leaderboard): Record<string, string | number | null>[] {
  return board.published.map((score: PublishedScore) => ({
    method: score.method,
    ...columnsOf(METRICS, score),
    inputs: score.inputs.join(' '),
    published_period: score.period,
    published_protocol: score.protocol,
    source: score.source,
    source_url: score.sourceUrl,
    note: score.note,
    challenge: board.challenge,
    area: board.area,
    scenario: board.scenario,
  }));
}

export function boardCsv(board: Leaderboard, query: BoardQuery): string {
  return recordsCsv(COLUMNS, boardRecords(board, query));
}

const PAIR_COLUMNS = [
  'method',
  'against',
  'probability_better',
  'mu_difference',
  'mu_difference_low',
  'mu_difference_high',
  'separable',
  'submission_id',
  'against_submission_id',
  'challenge',
  'area',
  'scenario',
  'protocol',
  'dataset_version',
] as const;

/** How probably each of the rows beats each other one, by µ; pairs without daily sums are left out. */
export function pairsCsv(
  board: Leaderboard,
  rows: readonly LeaderboardRow[],
  { entries, pairs }: BoardPairs,
): string {
  const rowOf = (index: number) => rows.find((row) => row.evaluationId === entries[index]);
  const records = pairs.flatMap((line, first) =>
    line.flatMap((pair, second) => {
      const [method, against] = [rowOf(first), rowOf(second)];
      if (pair === null || method === undefined || against === undefined) return [];
      return [
        {
          method: method.method,
          against: against.method,
          probability_better: pair.probability,
          mu_difference: pair.difference,
          mu_difference_low: pair.interval[0],
          mu_difference_high: pair.interval[1],
          separable: pair.isSeparable ? 'yes' : 'no',
          submission_id: method.submissionId,
          against_submission_id: against.submissionId,
          challenge: board.challenge,
          area: board.area,
          scenario: board.scenario,
          protocol: board.protocol,
          dataset_version: board.datasetVersion,
        },
      ];
    }),
  );
  return recordsCsv(PAIR_COLUMNS, records);
}

export function publishedCsv(board: Leaderboard): string {
  return recordsCsv(PUBLISHED_COLUMNS, publishedRecords(board));
}

/** The view as JSON: what is ranked here and what is published elsewhere stand in lists of their own. */
export function boardJson(board: Leaderboard, query: BoardQuery, permalink: string): string {
  const content = {
    view: { permalink, ...statedParameters(query) },
    rows: boardRecords(board, query),
    published: publishedRecords(board),
  };
  return JSON.stringify(content, null, 2);
}

const SCORECARD_COLUMNS = [
  'metric',
  'area',
  'scenario',
  'method',
  'author',
  'kind',
  'form',
  'verified',
  'inputs',
  'value',
  'at_grid_limit',
  'unresolved',
  'missing',
  'zero_line',
  'zero_value',
  'percent_better',
  'scored_at',
  'submission_id',
  'challenge',
  'protocol',
  'dataset_version',
] as const;
type ScorecardField = (typeof SCORECARD_COLUMNS)[number];

type Challenge = Pick<Leaderboard, 'protocol'> & { id: string };

/** One record for each cell of the matrix, row by row; a cell without a value says why. Boards that do not exist are left out. */
export function scorecardRecords(
  challenge: Challenge,
  cards: readonly Scorecard[],
): Record<ScorecardField, string | number | null>[] {
  return cards.flatMap(({ metric, columns, rows, zero }) =>
    rows.flatMap((row) =>
      row.cells.flatMap((cell, index) => {
        const column = columns[index]!;
        if (column.state === 'impossible') return [];
        const own = cell.state === 'missing' ? null : cell.row;
        return [
          {
            metric,
            area: column.area,
            scenario: column.scenario,
            method: row.method,
            author: row.author,
            kind: row.kind,
            form: own?.form ?? row.form,
            verified: own === null ? null : own.verified === null ? 'no' : 'yes',
            inputs: own?.inputs.join(' ') ?? null,
            value: own?.scores[metric] ?? null,
            at_grid_limit:
              own === null ? null : own.scores.atGridLimit.some((item) => item === metric) ? 'yes' : 'no',
            unresolved: cell.state === 'unresolved' ? cell.reason : null,
            missing: cell.state === 'missing' ? MISSING_TEXTS[cell.why] : null,
            zero_line: zero?.method ?? null,
            zero_value: column.zero?.scores[metric] ?? null,
            percent_better: cell.state === 'value' ? cell.percentBetter : null,
            scored_at: own?.scoredAt ?? null,
            submission_id: own?.submissionId ?? null,
            challenge: challenge.id,
            protocol: challenge.protocol,
            dataset_version: column.datasetVersion,
          },
        ];
      }),
    ),
  );
}

export function scorecardCsv(challenge: Challenge, cards: readonly Scorecard[]): string {
  return recordsCsv(SCORECARD_COLUMNS, scorecardRecords(challenge, cards));
}

export function scorecardJson(
  challenge: Challenge,
  cards: readonly Scorecard[],
  { query, permalink }: { query: BoardQuery; permalink: string },
): string {
  const content = {
    view: { permalink, ...statedParameters(query) },
    cells: scorecardRecords(challenge, cards),
  };
  return JSON.stringify(content, null, 2);
}

const BANDS_COLUMNS = [
  'place',
  'method',
  'author',
  'kind',
  'psd_score',
  'wavelength_long',
  'wavelength_short',
  'wavelength_unit',
  'period_long_days',
  'period_short_days',
  'submission_id',
  'challenge',
  'area',
  'scenario',
  'protocol',
  'dataset_version',
] as const;

/** One record for each method of the board by wavelength, in the order shown. */
export function bandsRecords(
  board: Leaderboard,
  bands: BoardBands,
  query: BoardQuery,
): Record<(typeof BANDS_COLUMNS)[number], string | number | null>[] {
  const { axes } = bands;
  if (axes === null) return [];
  const selection = selectBands(axes, query.band, query.period);
  const rows = board.rows.filter((row) => matchesFacets(row, query.facets));
  return rankByBand(rows, bands, selection).map(({ row, score, place }) => ({
    place,
    method: row.method,
    author: row.author,
    kind: row.kind,
    psd_score: score,
    wavelength_long: axes.wavelengthEdges[selection.wavelength[0]] ?? null,
    wavelength_short: axes.wavelengthEdges[selection.wavelength[1]] ?? null,
    wavelength_unit: axes.wavelengthUnit,
    period_long_days: axes.periodEdgesDays?.[selection.period[0]] ?? null,
    period_short_days: axes.periodEdgesDays?.[selection.period[1]] ?? null,
    submission_id: row.submissionId,
    challenge: board.challenge,
    area: board.area,
    scenario: board.scenario,
    protocol: board.protocol,
    dataset_version: bands.datasetVersion,
  }));
}

const HISTORY_COLUMNS = [
  'metric',
  'at',
  'value',
  'method',
  'author',
  'inputs',
  'submission_id',
  'challenge',
  'area',
  'scenario',
  'dataset_version',
] as const;

/** One record for each step of the history, newest first as shown. */
export function historyRecords(
  history: BoardHistory,
): Record<(typeof HISTORY_COLUMNS)[number], string | number | null>[] {
  return RECORD_METRICS.flatMap((metric) =>
    [...(history.records[metric] ?? [])].reverse().map((record) => ({
      metric,
      at: record.at,
      value: record.value,
      method: record.method,
      author: record.author,
      inputs: record.inputs.join(' '),
      submission_id: record.submissionId,
      challenge: history.challenge,
      area: history.area,
      scenario: history.scenario,
      dataset_version: history.datasetVersion,
    })),
  );
}

export const bandsCsv = (board: Leaderboard, bands: BoardBands, query: BoardQuery): string =>
  recordsCsv(BANDS_COLUMNS, bandsRecords(board, bands, query));

export const historyCsv = (history: BoardHistory): string =>
  recordsCsv(HISTORY_COLUMNS, historyRecords(history));

/** Records of a view as JSON, with the parameters that they were made by. */
export function recordsJson(records: readonly unknown[], query: BoardQuery, permalink: string): string {
  return JSON.stringify({ view: { permalink, ...statedParameters(query) }, rows: records }, null, 2);
}

/** The parameters of the address that differ from the default view. */
function statedParameters(query: BoardQuery): Record<string, string> {
  return Object.fromEntries(
    Object.entries(boardParameters(query)).flatMap(([name, value]) =>
      value === null ? [] : [[name, value]],
    ),
  );
}
