import {
  ERROR_KEYS,
  PHYSICS_COLUMNS,
  SCORE_TABLE,
  METRICS_OF_PROTOCOL,
  type BoardBands,
  type BoardHistory,
  type Leaderboard,
  type LeaderboardRow,
  type Metric,
  type ErrorKey,
  type PhysicsColumn,
  type Uncertainty,
} from '@sillage/contracts';
import { inputName } from '../../../components/input-names';
import { UNRESOLVED_MARKS } from '../../../components/scores/unresolved-marks';
import { shownDifference } from '../../../lib/format-difference';
import { formatFixed, formatMetric } from '../../../lib/format-number';
import { formatDay } from '../../../lib/format-time';
import { errorText, scoreText } from '../../../lib/format-score';
import { nameOf, taskKey, taskName } from '../../../lib/tasks';
import {
  bestRows,
  boardView,
  placeLabel,
  placeOf,
  rankedMetric,
  rankIntervalText,
  sharedPlaces,
  type BoardQuery,
} from '../board-view';
import type { BoardChallenge, BoardChoice } from '../choose-board';
import { costText } from '../cost-text';
import { bandText, rankByBand, selectBands } from '../bands/bands-view';
import { facetSummary, matchesFacets } from '../facets';
import { RECORD_METRICS } from '../history/history-view';
import { physicsText, physicsValue } from '../physics-view';
import { cellMark } from '../matrix/scorecard-marks';
import {
  colourStrength,
  metricOfKey,
  scorecard,
  type Boards,
  type Scorecard,
  type Significance,
} from '../matrix/scorecard-view';

/** A view of the boards as a table of texts: what figures and LaTeX are written from, so that they say what the page says. */
export type ViewTable = {
  title: string;
  /** Headings above the columns, each over `span` of them; empty: none. */
  groups: { label: string; span: number }[];
  /** The first column names the row. */
  columns: ViewColumn[];
  rows: { isPinned: boolean; cells: ViewCell[] }[];
  /** Whether cells are coloured, and the end of that scale, per cent. */
  rangePercent: number | null;
  zero: string | null;
  notes: string[];
};

export type ViewColumn = {
  label: string;
  metric: Metric | null;
  align: 'left' | 'right' | 'centre';
};

export type ViewCell = {
  text: string;
  /** Smaller, beside or under the text. */
  detail: string;
  mark: string;
  /** −1 … 1 on the scale of differences. */
  strength: number;
  isBest: boolean;
  /** There is no such board. */
  isImpossible: boolean;
};

/** A cell of a table; what is not said of it is not so. */
export const viewCell = (text: string, more: Partial<ViewCell> = {}): ViewCell => ({
  text,
  detail: '',
  mark: '',
  strength: 0,
  isBest: false,
  isImpossible: false,
  ...more,
});

export type ViewSource = {
  challenge: BoardChallenge;
  boards: Boards;
  choice: BoardChoice;
  query: BoardQuery;
  /** For the matrix, the board by wavelength and the history, what they have beside the rows. */
  significance?: Significance | undefined;
  bands?: BoardBands | undefined;
  history?: BoardHistory | undefined;
};

/** The tables of the view that an address shows. */
export function viewTables(source: ViewSource): ViewTable[] {
  const { challenge, boards, choice, query } = source;
  if (query.view === 'matrix') return viewCards(source).map((card) => matrixTable(source, card));
  const board = boards[taskKey(choice)];
  if (board === undefined) return [];
  if (query.view === 'bands')
    return source.bands === undefined ? [] : [bandsTable(challenge, board, { query, bands: source.bands })];
  if (query.view === 'history')
    return source.history === undefined ? [] : historyTables(challenge, board, source.history);
  return [boardTable(challenge, board, query)];
}

/** The scorecards of the matrix, one for each chosen metric that the protocol has. */
export function viewCards({ challenge, boards, choice, query, significance }: ViewSource): Scorecard[] {
  const metrics = query.metrics.flatMap((key) => metricOfKey(challenge.protocol, key) ?? []);
  const shown = metrics.length === 0 ? METRICS_OF_PROTOCOL[challenge.protocol].slice(0, 1) : metrics;
  return shown.map((metric) => scorecard({ challenge, boards, query, choice, metric, significance }));
}

function boardTable(challenge: BoardChallenge, board: Leaderboard, query: BoardQuery): ViewTable {
  const view = boardView(board, query);
  const metrics = METRICS_OF_PROTOCOL[board.protocol];
  const shared = sharedPlaces(board.protocol, query, board.rows);
  const isByMu = rankedMetric(board.protocol, query) === 'mu';
  const errors = shownErrors(board, query);
  const physics = shownPhysics(board, query);
  const hasCosts = query.columns === 'all' && board.rows.some((row) => row.cost !== null);
  const best = new Map(metrics.map((metric) => [metric, bestRows(board.rows, metric)]));
  const pinned = new Set(view.pinned);
  return {
    title: `${challenge.name}: ${taskName(challenge, board)}`,
    groups: [],
    columns: [
      { label: 'Method', metric: null, align: 'left' },
      { label: '#', metric: null, align: 'right' },
      ...metrics.map((metric): ViewColumn => ({ label: metricLabel(metric), metric, align: 'right' })),
      ...[...errors, ...physics].map((column): ViewColumn => ({
        label: SCORE_TABLE[column].label,
        metric: null,
        align: 'right',
      })),
      ...(hasCosts ? [{ label: 'Time to map', metric: null, align: 'right' } as const] : []),
      { label: 'Inputs', metric: null, align: 'left' },
    ],
    rows: [...view.pinned, ...view.ordered].map((row) => ({
      isPinned: pinned.has(row),
      cells: [
        viewCell(row.method, {
          detail:
            row.kind === 'reference'
              ? 'reference'
              : `${row.author}${row.verified === null ? '' : ', verified'}`,
        }),
        viewCell(placeLabel(shared, placeOf(board.protocol, query, row)), {
          detail: isByMu ? (rankIntervalText(row) ?? '') : '',
        }),
        ...metrics.map((metric) => {
          const difference =
            query.difference === 'off' || view.zero === null || view.zero === row
              ? null
              : shownDifference(metric, row.scores, view.zero.scores, query.difference);
          const isBest = best.get(metric)?.has(row.submissionId) === true && board.rows.length > 1;
          return viewCell(
            scoreText(row.scores, metric) ?? UNRESOLVED_MARKS[row.scores.unresolved ?? 'undefined-spectrum'],
            { detail: difference?.text ?? '', mark: difference?.glyph ?? '', isBest },
          );
        }),
        ...errors.map((key) => viewCell(errorText(row.scores, key) ?? '–')),
        ...physics.map((column) => {
          const truth = column === 'spectralSlope' ? (row.physics?.truthSpectralSlope ?? null) : null;
          return viewCell(physicsText(row, column) ?? '–', {
            detail: truth === null ? '' : `truth ${formatFixed(truth, SCORE_TABLE[column].decimals)}`,
          });
        }),
        ...(hasCosts ? [viewCell(row.cost === null ? '–' : costText(row.cost))] : []),
        viewCell(row.inputs.map(inputName).join(', ')),
      ],
    })),
    rangePercent: null,
    zero: view.zero?.method ?? null,
    notes: [
      ...(view.zero === null || query.difference === 'off'
        ? []
        : [`Differences are to ${view.zero.method}; ▲ better, ▼ worse.`]),
      ...(board.uncertainty === null || !isByMu ? [] : [uncertaintySentence(board.uncertainty)]),
      ...verifiedNote([...view.pinned, ...view.ordered]),
      ...filterNotes(query, view.filteredCount),
      ...(view.hiddenCount > 0 ? [`${view.hiddenCount} more methods are on the board.`] : []),
      versionNote(board),
    ],
  };
}

/** The physics columns of a board that shows them: those that any of its rows has a value in. */
export function shownPhysics(board: Leaderboard, query: Pick<BoardQuery, 'columns'>): PhysicsColumn[] {
  if (query.columns !== 'all') return [];
  return PHYSICS_COLUMNS.filter((column) => board.rows.some((row) => physicsValue(row, column) !== null));
}

/** The same of what stands beside the metrics. */
export function shownErrors(board: Leaderboard, query: Pick<BoardQuery, 'columns'>): ErrorKey[] {
  if (query.columns !== 'all') return [];
  return ERROR_KEYS.filter((key) => board.rows.some(({ scores }) => errorText(scores, key) !== null));
}

/** How the ranks of a board were made, for those who cite it. */
export function uncertaintySentence({ dayCount, blockDays, replicateCount, level }: Uncertainty): string {
  return `Rows that µ(RMSE) cannot tell apart share a rank; beside it, the ranks that a row may have (${formatFixed(level * 100, 0)} % intervals, paired bootstrap of ${replicateCount} draws of ${blockDays}-day blocks over ${dayCount} days).`;
}

function matrixTable({ challenge, boards, query, choice }: ViewSource, card: Scorecard): ViewTable {
  const { metric, columns } = card;
  const areas = challenge.areas.map((area) => ({
    label: area.name,
    span: columns.filter((column) => column.area === area.id).length,
  }));
  const versions = [...new Set(Object.values(boards).map(versionNote))];
  return {
    title: `${challenge.name}: ${metricLabel(metric)} on all boards`,
    groups: [{ label: '', span: 1 }, ...areas],
    columns: [
      { label: 'Method', metric: null, align: 'left' },
      ...columns.map((column): ViewColumn => ({ label: column.scenarioName, metric: null, align: 'centre' })),
    ],
    rows: card.rows.map((row) => ({
      isPinned: row.isZero || row.kind === 'reference',
      cells: [
        viewCell(row.method, {
          detail: row.isZero ? 'zero line' : row.kind === 'reference' ? 'reference' : row.author,
        }),
        ...row.cells.map((item) => {
          if (item.state === 'missing')
            return viewCell(item.why === 'impossible' ? '' : '·', {
              isImpossible: item.why === 'impossible',
            });
          if (item.state === 'unresolved') return viewCell(UNRESOLVED_MARKS[item.reason]);
          const isInPercent = query.cells === 'difference' && !item.isZero;
          const value = scoreText(item.row.scores, metric) ?? '';
          return viewCell(
            query.cells === 'difference' && item.isZero
              ? '0'
              : isInPercent
                ? (item.difference?.text ?? value)
                : value,
            { mark: cellMark(item).glyph, strength: colourStrength(item, card.rangePercent) },
          );
        }),
      ],
    })),
    rangePercent: card.zero === null ? null : card.rangePercent,
    zero: card.zero?.method ?? null,
    notes: [
      `${SCORE_TABLE[metric].better === 'higher' ? 'Higher' : 'Lower'} is better. Sorted by ${nameOf(challenge.areas, choice.area)}, ${nameOf(challenge.scenarios, choice.scenario)}.`,
      ...(card.zero === null
        ? []
        : [
            `Colours and marks compare with ${card.zero.method} on the same board: ▲ ▼ significant at 95 %, △ ▽ not significant or not tested, ○ no difference in the decimals shown.`,
          ]),
      '· is a board that the method did not enter; hatching, an area without such a board.',
      ...filterNotes(query, 0),
      ...versions,
    ],
  };
}

function bandsTable(
  challenge: BoardChallenge,
  board: Leaderboard,
  { query, bands }: { query: BoardQuery; bands: BoardBands },
): ViewTable {
  const { axes } = bands;
  const rows = board.rows.filter((row) => matchesFacets(row, query.facets));
  const ranked = axes === null ? [] : rankByBand(rows, bands, selectBands(axes, query.band, query.period));
  return {
    title: `${challenge.name}: ${taskName(challenge, board)}, by PSD score`,
    groups: [],
    columns: [
      { label: 'Method', metric: null, align: 'left' },
      { label: '#', metric: null, align: 'right' },
      { label: 'PSD score', metric: null, align: 'right' },
    ],
    rows: ranked.map(({ row, score, place }) => ({
      isPinned: false,
      cells: [
        viewCell(row.method, { detail: row.kind === 'reference' ? 'reference' : row.author }),
        viewCell(place === null ? '–' : String(place)),
        viewCell(score === null ? 'no spectrum' : formatFixed(score, 3)),
      ],
    })),
    rangePercent: null,
    zero: null,
    notes: [
      ...(axes === null
        ? []
        : [`PSD score over ${bandText(axes, selectBands(axes, query.band, query.period))}; 1 is perfect.`]),
      ...filterNotes(query, 0),
      versionNote(board),
    ],
  };
}

function historyTables(challenge: BoardChallenge, board: Leaderboard, history: BoardHistory): ViewTable[] {
  return RECORD_METRICS.flatMap((metric) => {
    const records = history.records[metric] ?? [];
    if (records.length === 0) return [];
    return [
      {
        title: `${challenge.name}: ${taskName(challenge, board)}, best ${metricLabel(metric)} so far`,
        groups: [],
        columns: [
          { label: 'Method', metric: null, align: 'left' as const },
          { label: 'Submitted', metric: null, align: 'left' as const },
          { label: metricLabel(metric), metric, align: 'right' as const },
        ],
        rows: [...records].reverse().map((record) => ({
          isPinned: false,
          cells: [
            viewCell(record.method, { detail: record.author }),
            viewCell(formatDay(new Date(record.at))),
            viewCell(formatMetric(metric, record.value)),
          ],
        })),
        rangePercent: null,
        zero: null,
        notes: [versionNote(board)],
      },
    ];
  });
}

function filterNotes({ facets }: BoardQuery, filteredCount: number): string[] {
  const summary = facetSummary(facets);
  if (summary === 'all methods') return [];
  return [`Only methods with: ${summary}.${filteredCount > 0 ? ' Ranks are those of the whole board.' : ''}`];
}

/** A paper that copies a table says which entries the organisers vouch for, as the board does. */
function verifiedNote(rows: readonly LeaderboardRow[]): string[] {
  const names = rows.filter(({ verified }) => verified !== null).map(({ method }) => method);
  return names.length === 0 ? [] : [`Verified by the organisers: ${names.join(', ')}.`];
}

/** What a figure is tied to. */
export function versionNote({ protocol, datasetVersion }: Leaderboard): string {
  return `Protocol ${protocol}, dataset ${datasetVersion}.`;
}

/** `λx (°)`: symbol and unit. */
export function metricLabel(metric: Metric): string {
  const { symbol, unit } = SCORE_TABLE[metric];
  return unit === '' ? symbol : `${symbol} (${unit})`;
}
