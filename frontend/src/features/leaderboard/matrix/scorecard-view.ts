import {
  SCORE_TABLE,
  METRICS_OF_PROTOCOL,
  type Leaderboard,
  type LeaderboardRow,
  type Metric,
  type UnresolvedReason,
} from '@sillage/contracts';
import { shownDifference, type ShownDifference } from '../../../lib/format-difference';
import { ladderBase, scenarioGroups } from '../../../lib/scenario-groups';
import { taskKey } from '../../../lib/tasks';
import { COLOUR_RANGES, METRIC_SORT_KEYS, zeroRow, type BoardQuery, type MetricKey } from '../board-view';
import type { BoardChallenge, BoardChoice } from '../choose-board';
import { matchesFacets } from '../facets';
import { methodKey } from '../method-identity';

/** Every board of a challenge that is at hand, by `taskKey`. */
export type Boards = Readonly<Record<string, Leaderboard>>;

/** By board and evaluation: whether its µ can be told apart from the zero line's. What is not in it was not tested. */
export type Significance = Readonly<Record<string, Readonly<Record<string, boolean>>>>;

export type ScorecardColumn = BoardChoice & {
  areaName: string;
  scenarioName: string;
  /** `impossible`: the challenge has no such board. `waiting`: it is still on its way. */
  state: 'board' | 'impossible' | 'waiting';
  /** The row that this column's differences are taken against; `null`: the zero line does not stand here. */
  zero: LeaderboardRow | null;
  rowCount: number;
  datasetVersion: string | null;
};

export type ScorecardCell =
  | {
      state: 'value';
      row: LeaderboardRow;
      /** To the zero line of the column, `null` where there is none, or for the zero line itself. */
      difference: ShownDifference | null;
      /** Signed so that more is better; `null` where nothing can be said. */
      percentBetter: number | null;
      /** Whether µ was told apart from the zero line's; `null`: not tested, as for every other metric. */
      isSeparable: boolean | null;
      isZero: boolean;
    }
  | { state: 'unresolved'; row: LeaderboardRow; reason: UnresolvedReason }
  | { state: 'missing'; why: 'not-entered' | 'impossible' | 'waiting' | 'failed' };

export type ScorecardRow = {
  /** A method's key, or a submission's id where one board has several of that method. */
  handle: string;
  method: string;
  author: string;
  kind: LeaderboardRow['kind'];
  form: LeaderboardRow['form'];
  isZero: boolean;
  cells: ScorecardCell[];
};

export type Scorecard = {
  metric: Metric;
  columns: ScorecardColumn[];
  rows: ScorecardRow[];
  zero: { handle: string; method: string } | null;
  /** End of the colour scale, per cent. */
  rangePercent: number;
};

/** The areas × scenarios of a challenge, those without a board included; the rungs of a noise ladder only when it is open. */
export function scorecardColumns(
  challenge: BoardChallenge,
  ladder: BoardQuery['ladder'],
): { area: BoardChallenge['areas'][number]; scenarios: BoardChallenge['scenarios'] }[] {
  const { plain } = scenarioGroups(challenge.scenarios);
  const shown = challenge.scenarios.filter(
    (scenario) => ladder === 'open' || plain.includes(scenario) || ladderBase(scenario.id) === null,
  );
  return challenge.areas.map((area) => ({ area, scenarios: shown }));
}

/** The metric of a protocol that a key of the address stands for; `null`: this protocol has none. */
export function metricOfKey(protocol: Leaderboard['protocol'], key: MetricKey): Metric | null {
  return METRICS_OF_PROTOCOL[protocol].find((metric) => METRIC_SORT_KEYS[metric] === key) ?? null;
}

type Options = {
  challenge: BoardChallenge;
  boards: Boards;
  query: Pick<BoardQuery, 'zero' | 'facets' | 'range' | 'ladder' | 'order'>;
  /** The column that the rows are sorted by. */
  choice: BoardChoice;
  metric: Metric;
  /** What is known of pairs; nothing while it is on its way. */
  significance?: Significance | undefined;
};

/**
 * Rows are methods, columns areas × scenarios. Rows stand by the chosen column, best first; a method without a value there
 * is neither best nor worst and stands after, by name. References stand at the top.
 */
export function scorecard({ challenge, boards, query, choice, metric, significance }: Options): Scorecard {
  const columns = scorecardColumns(challenge, query.ladder).flatMap(({ area, scenarios }) =>
    scenarios.map((scenario): ScorecardColumn => {
      const task = { area: area.id, scenario: scenario.id };
      const exists = challenge.tasks.some((item) => taskKey(item) === taskKey(task));
      const board = boards[taskKey(task)];
      return {
        ...task,
        areaName: area.name,
        scenarioName: scenario.name,
        state: !exists ? 'impossible' : board === undefined ? 'waiting' : 'board',
        zero: null,
        rowCount: board?.rows.length ?? 0,
        datasetVersion: board?.datasetVersion ?? null,
      };
    }),
  );
  const boardOf = (column: BoardChoice) => boards[taskKey(column)];
  const shownBoards = columns.flatMap((column) => boardOf(column) ?? []);
  const handles = handlesOver(shownBoards);
  const zeroHandle = zeroHandleOver(shownBoards, handles, query.zero);
  for (const column of columns)
    column.zero =
      boardOf(column)?.rows.find((row) => zeroHandle !== null && handles.of(row) === zeroHandle) ?? null;

  const rows = handles.all
    .filter(({ handle, rows: own }) => {
      return handle === zeroHandle || own.some((row) => matchesFacets(row, query.facets));
    })
    .map(({ handle, rows: own }): ScorecardRow => {
      const first = own[0]!;
      return {
        handle,
        method: first.method,
        author: first.author,
        kind: first.kind,
        form: first.form,
        isZero: handle === zeroHandle,
        cells: columns.map((column) => {
          const board = boardOf(column);
          if (column.state !== 'board' || board === undefined)
            return { state: 'missing', why: column.state === 'impossible' ? 'impossible' : 'waiting' };
          const row = board.rows.find((item) => handles.of(item) === handle);
          const isShown = handle === zeroHandle || (row !== undefined && matchesFacets(row, query.facets));
          if (row === undefined || !isShown) {
            const hasFailed = first.kind === 'reference' && board.failedReferences.includes(first.method);
            return { state: 'missing', why: hasFailed ? 'failed' : 'not-entered' };
          }
          const isSeparable =
            metric === 'mu' ? (significance?.[taskKey(column)]?.[row.evaluationId] ?? null) : null;
          return cellOf(row, column.zero, { metric, isSeparable });
        }),
      };
    });

  const at = columns.findIndex((column) => taskKey(column) === taskKey(choice));
  rows.sort((left, right) => {
    const pinned = pinnedOrder(left) - pinnedOrder(right);
    return pinned !== 0 ? pinned : compareCells(left, right, { at, metric, order: query.order });
  });
  return {
    metric,
    columns,
    rows,
    zero: zeroHandle === null ? null : { handle: zeroHandle, method: handles.nameOf(zeroHandle) },
    rangePercent: query.range ?? fittingRange(rows.flatMap(({ cells }) => cells)),
  };
}

/**
 * Rows of several boards are one method if they have its key, unless any board has two of it: then nobody can say which of
 * them goes with which of another board, and each submission stands for itself.
 */
function handlesOver(boards: readonly Leaderboard[]) {
  const ambiguous = new Set<string>();
  for (const { rows } of boards) {
    const seen = new Set<string>();
    for (const row of rows) {
      const key = methodKey(row);
      if (seen.has(key)) ambiguous.add(key);
      seen.add(key);
    }
  }
  const of = (row: LeaderboardRow) => {
    const key = methodKey(row);
    return ambiguous.has(key) ? row.submissionId : key;
  };
  const byHandle = new Map<string, LeaderboardRow[]>();
  for (const { rows } of boards)
    for (const row of rows) byHandle.set(of(row), [...(byHandle.get(of(row)) ?? []), row]);
  return {
    of,
    all: [...byHandle].map(([handle, rows]) => ({ handle, rows })),
    nameOf: (handle: string) => byHandle.get(handle)?.[0]?.method ?? handle,
  };
}

/** The zero line asked for, as a method or as any of its submissions; else the reference that a single board would take. */
function zeroHandleOver(
  boards: readonly Leaderboard[],
  handles: ReturnType<typeof handlesOver>,
  zero: string | null,
): string | null {
  const rows = boards.flatMap((board) => board.rows);
  const asked = rows.find((row) => handles.of(row) === zero || row.submissionId === zero);
  if (asked !== undefined) return handles.of(asked);
  const fallback = zeroRow(rows, null);
  return fallback === null ? null : handles.of(fallback);
}

function cellOf(
  row: LeaderboardRow,
  zero: LeaderboardRow | null,
  { metric, isSeparable }: { metric: Metric; isSeparable: boolean | null },
): ScorecardCell {
  const value = row.scores[metric];
  if (value === null)
    return { state: 'unresolved', row, reason: row.scores.unresolved ?? 'undefined-spectrum' };
  const isZero = zero === row;
  const difference =
    zero === null || isZero ? null : shownDifference(metric, row.scores, zero.scores, 'percent');
  const zeroValue = zero?.scores[metric] ?? null;
  const isKnown = difference !== null && difference.verdict !== 'unknown';
  const percentBetter =
    !isKnown || zeroValue === null || zeroValue === 0
      ? null
      : ((SCORE_TABLE[metric].better === 'higher' ? 1 : -1) * 100 * (value - zeroValue)) /
        Math.abs(zeroValue);
  return { state: 'value', row, difference, percentBetter, isSeparable, isZero };
}

function pinnedOrder(row: ScorecardRow): number {
  return row.isZero ? 0 : row.kind === 'reference' ? 1 : 2;
}

function compareCells(
  left: ScorecardRow,
  right: ScorecardRow,
  { at, metric, order }: { at: number; metric: Metric; order: BoardQuery['order'] },
): number {
  const valueOf = (row: ScorecardRow) => {
    const cell = row.cells[at];
    return cell?.state === 'value' ? cell.row.scores[metric] : null;
  };
  const leftValue = valueOf(left);
  const rightValue = valueOf(right);
  if (leftValue !== null && rightValue !== null && leftValue !== rightValue) {
    const bestFirst =
      SCORE_TABLE[metric].better === 'higher' ? rightValue - leftValue : leftValue - rightValue;
    return order === 'reverse' ? -bestFirst : bestFirst;
  }
  if ((leftValue === null) !== (rightValue === null)) return leftValue === null ? 1 : -1;
  return (
    compareText(left.method.toLowerCase(), right.method.toLowerCase()) ||
    compareText(left.handle, right.handle)
  );
}

function compareText(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}

const COVERED_SHARE = 0.8; // of the cells lie inside the scale: one wild value must not pale the rest

/** The smallest range of the list that holds most of the differences. */
export function fittingRange(cells: readonly ScorecardCell[]): number {
  const sizes = cells
    .flatMap((cell) =>
      cell.state === 'value' && cell.percentBetter !== null ? [Math.abs(cell.percentBetter)] : [],
    )
    .filter((size) => size > 0)
    .sort((left, right) => left - right);
  const wanted = sizes[Math.ceil(COVERED_SHARE * sizes.length) - 1] ?? 0;
  return COLOUR_RANGES.find((range) => range >= wanted) ?? COLOUR_RANGES[COLOUR_RANGES.length - 1]!;
}

/** Strength of a cell's colour, −1 (worst) … 1 (best); 0 is no colour. */
export function colourStrength(cell: ScorecardCell, rangePercent: number): number {
  if (cell.state !== 'value' || cell.percentBetter === null) return 0;
  return Math.max(-1, Math.min(1, cell.percentBetter / rangePercent));
}

export const MISSING_TEXTS: Record<Extract<ScorecardCell, { state: 'missing' }>['why'], string> = {
  'not-entered': 'not entered',
  failed: 'computing or scoring this reference failed',
  impossible: 'the challenge has no such board',
  waiting: 'still loading',
};
