import {
  columnNames,
  columnsOf,
  METRICS,
  METRICS_OF_PROTOCOL,
  SCORE_TABLE,
  UNRESOLVED_TEXTS,
  type Metric,
  type Protocol,
  type Transfer,
} from '@sillage/contracts';
import { shownDifference, type ShownDifference } from '../../../lib/format-difference';
import { scoreText } from '../../../lib/format-score';
import { recordsCsv } from '../../../lib/records-csv';
import { METRIC_SORT_KEYS } from '../board-view';

type Row = Transfer['rows'][number];
type Cell = Row['cells'][number];

export type TransferCell =
  | { state: 'missing'; area: string }
  | {
      state: 'value';
      area: string;
      /** Trained here. */
      isHome: boolean;
      how: Cell['how'];
      /** `null`: the metric has no value here, for the reason in `absence`. */
      text: string | null;
      absence: string;
      /** Against the best reference map of the area; `null` where there is none. */
      difference: ShownDifference | null;
    };

export type TransferGroup = { key: string; title: string; rows: { row: Row; cells: TransferCell[] }[] };

/** The metric in the address, else µ. */
export function transferMetric(protocol: Protocol, asked: string | undefined): Metric {
  return METRICS_OF_PROTOCOL[protocol].find((metric) => METRIC_SORT_KEYS[metric] === asked) ?? 'mu';
}

/** Networks under the areas that they learnt from, each with a cell for every area that has a board. */
export function transferGroups(transfer: Transfer, metric: Metric): TransferGroup[] {
  const groups = new Map<string, TransferGroup>();
  for (const row of transfer.rows) {
    const key = row.trainedOn.join(',');
    const group = groups.get(key) ?? { key, title: groupTitle(transfer, row.trainedOn), rows: [] };
    group.rows.push({ row, cells: transfer.areas.map(({ id }) => cellOf(transfer, row, id, metric)) });
    groups.set(key, group);
  }
  return [...groups.values()];
}

function groupTitle({ areas }: Transfer, trainedOn: readonly string[]): string {
  if (trainedOn.length === 0) return 'Trained on: not said';
  const names = trainedOn.map((area) => areas.find(({ id }) => id === area)?.name ?? area);
  return `Trained on: ${names.join(' and ')}`;
}

function cellOf(transfer: Transfer, row: Row, area: string, metric: Metric): TransferCell {
  const cell = row.cells.find((candidate) => candidate.area === area);
  if (cell === undefined) return { state: 'missing', area };
  const baseline = transfer.baselines.find((candidate) => candidate.area === area);
  const { unresolved } = cell.scores;
  return {
    state: 'value',
    area,
    isHome: row.trainedOn.includes(area),
    how: cell.how,
    text: scoreText(cell.scores, metric),
    absence: unresolved === null ? 'no value' : UNRESOLVED_TEXTS[unresolved],
    difference:
      baseline === undefined ? null : shownDifference(metric, cell.scores, baseline.scores, 'absolute'),
  };
}

/** What the table says, for those who do not see it: how far networks fall away from home. */
export function transferSentence(transfer: Transfer, metric: Metric): string {
  const { better, symbol } = SCORE_TABLE[metric];
  const away = transferGroups(transfer, metric).flatMap(({ rows }) =>
    rows.flatMap(({ row, cells }) => {
      const isAway = (cell: TransferCell) => cell.state === 'value' && !cell.isHome && cell.text !== null;
      return row.trainedOn.length === 0 ? [] : cells.filter(isAway);
    }),
  );
  const count = (verdict: ShownDifference['verdict']) =>
    away.filter((cell) => cell.state === 'value' && cell.difference?.verdict === verdict).length;
  if (away.length === 0) return 'No network has been scored outside of the areas that it learnt from yet.';
  return `Outside of the areas that they learnt from, networks have ${away.length} ${away.length === 1 ? 'score' : 'scores'} of ${symbol} (${better} is better): ${count('better')} better than the best reference map there, ${count('worse')} worse.`;
}

const CSV_COLUMNS = [
  'method',
  'author',
  'kind',
  'trained_on',
  'area',
  'how',
  ...columnNames(METRICS),
  'submission_id',
  'challenge',
  'scenario',
  'protocol',
  'dataset_version',
];

/** One line for each cell and each baseline, as a spreadsheet wants it. */
export function transferCsv(transfer: Transfer): string {
  const common = {
    challenge: transfer.challenge,
    scenario: transfer.scenario,
    protocol: transfer.protocol,
    dataset_version: transfer.datasetVersion,
  };
  return recordsCsv(CSV_COLUMNS, [
    ...transfer.rows.flatMap(({ method, author, kind, trainedOn, submissionId, cells }) =>
      cells.map(({ area, how, scores }) => ({
        ...common,
        method,
        author,
        kind,
        trained_on: trainedOn.join(' '),
        area,
        how,
        ...columnsOf(METRICS, scores),
        submission_id: submissionId,
      })),
    ),
    ...transfer.baselines.map(({ area, method, scores }) => ({
      ...common,
      method,
      author: null,
      kind: 'baseline',
      trained_on: null,
      area,
      how: 'entered',
      ...columnsOf(METRICS, scores),
      submission_id: null,
    })),
  ]);
}
