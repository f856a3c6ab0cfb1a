import {
  PHYSICS_COLUMNS,
  SCORE_TABLE,
  METRICS_OF_PROTOCOL,
  isAlongTrackProtocol,
  type Leaderboard,
  type LeaderboardRow,
  type Metric,
  type PhysicsColumn,
  type Protocol,
} from '@sillage/contracts';
import { physicsDistance } from './physics-view';
import { parseRange, rangeParameter, type BandRange } from './bands/bands-view';
import { facetParameters, matchesFacets, parseFacets, type Facets } from './facets';
import { rowOfHandle } from './method-identity';

/** What can be sorted by, as it stands in the address. */
export const SORT_KEYS = [
  'mu',
  'sigma',
  'lambda-x',
  'lambda-t',
  'variance',
  'gradient',
  'vorticity',
  'slope',
  'cost',
  'method',
  'scored',
] as const;
export type SortKey = (typeof SORT_KEYS)[number];

export const DIFFERENCE_MODES = ['percent', 'absolute', 'off'] as const;
export type DifferenceMode = (typeof DIFFERENCE_MODES)[number];

export const METRIC_SORT_KEYS: Record<Metric, SortKey> = {
  mu: 'mu',
  sigma: 'sigma',
  lambdaXDeg: 'lambda-x',
  lambdaXKm: 'lambda-x',
  lambdaTDays: 'lambda-t',
};

export const PHYSICS_SORT_KEYS: Record<PhysicsColumn, SortKey> = {
  varianceRatio: 'variance',
  gradientRatio: 'gradient',
  vorticityRatio: 'vorticity',
  spectralSlope: 'slope',
};

/** What is shown of the challenge: one board, all of them side by side, one by scale, or how its best came to be. */
export const VIEWS = ['board', 'matrix', 'bands', 'history'] as const;
export type View = (typeof VIEWS)[number];

/** What a cell of the matrix says: the score, or how far it is from the zero line's. */
export const CELL_MODES = ['value', 'difference'] as const;
export type CellMode = (typeof CELL_MODES)[number];

/** Ends of the colour scale of the matrix that can be asked for, per cent. */
export const COLOUR_RANGES = [1, 2, 5, 10, 20, 50, 100] as const;
export type ColourRange = (typeof COLOUR_RANGES)[number];

/** Metrics of the matrix, as they stand in the address, in the order of the columns. */
export const METRIC_KEYS = ['mu', 'sigma', 'lambda-x', 'lambda-t'] as const;
export type MetricKey = (typeof METRIC_KEYS)[number];

/** The whole state of the page, as the address holds it; area and scenario stand beside it, in `BoardChoice`. */
export type BoardQuery = {
  /** The dataset version of the boards; `null`: the current one. */
  version: string | null;
  view: View;
  sort: SortKey;
  order: 'natural' | 'reverse';
  difference: DifferenceMode;
  /** Handle of the method the others are compared with; `null`: the reference of the board. */
  zero: string | null;
  /** Long boards are cut after `FIRST_ROWS` rows unless all are asked for. */
  extent: 'first' | 'all';
  facets: Facets;
  /** The scores alone, or the physics columns and what the method cost beside them. */
  columns: 'scores' | 'all';
  /** Of the matrix: never empty, in the order of the columns. */
  metrics: readonly MetricKey[];
  cells: CellMode;
  /** End of the colour scale, per cent; `null`: from the values shown. */
  range: ColourRange | null;
  /** Whether the noise ladders have columns in the matrix. */
  ladder: 'folded' | 'open';
  /** Of the board by scale: wavelengths in the unit of its axis, periods in days. */
  band: BandRange;
  period: BandRange;
  /** Handles of the methods that are ticked for a comparison. */
  entries: readonly string[];
};

export const FIRST_ROWS = 100;

export type BoardParameters = Readonly<Record<string, string>>;

const SEPARATOR = '|'; // between handles: the names in them may hold commas

export function parseBoardQuery(parameters: BoardParameters): BoardQuery {
  const asked = (name: string) => parameters[name];
  const metrics = METRIC_KEYS.filter((key) => asked('metric')?.split(',').includes(key));
  return {
    // Links from before there were boards of earlier versions said `dataset`.
    version: asked('version') ?? asked('dataset') ?? null,
    view: VIEWS.find((view) => view === asked('view')) ?? 'board',
    sort: SORT_KEYS.find((key) => key === asked('sort')) ?? 'mu',
    order: asked('order') === 'reverse' ? 'reverse' : 'natural',
    difference: DIFFERENCE_MODES.find((mode) => mode === asked('difference')) ?? 'percent',
    zero: asked('zero') ?? null,
    extent: asked('rows') === 'all' ? 'all' : 'first',
    facets: parseFacets(parameters),
    columns: asked('columns') === 'all' ? 'all' : 'scores',
    metrics: metrics.length === 0 ? ['mu'] : metrics,
    cells: asked('cells') === 'difference' ? 'difference' : 'value',
    range: COLOUR_RANGES.find((range) => String(range) === asked('range')) ?? null,
    ladder: asked('ladder') === 'open' ? 'open' : 'folded',
    band: parseRange(asked('band')),
    period: parseRange(asked('period')),
    entries: parseHandles(asked('entries')),
  };
}

export function parseHandles(text: string | undefined): string[] {
  return [...new Set((text ?? '').split(SEPARATOR).filter((handle) => handle !== ''))];
}

export function handlesParameter(handles: readonly string[]): string | null {
  return handles.length === 0 ? null : handles.join(SEPARATOR);
}

/** The query as parameters of an address; the default view has none. */
export function boardParameters(query: BoardQuery): Record<string, string | null> {
  return {
    version: query.version,
    view: query.view === 'board' ? null : query.view,
    sort: query.sort === 'mu' ? null : query.sort,
    order: query.order === 'natural' ? null : query.order,
    difference: query.difference === 'percent' ? null : query.difference,
    zero: query.zero,
    rows: query.extent === 'all' ? 'all' : null,
    ...facetParameters(query.facets),
    columns: query.columns === 'all' ? 'all' : null,
    metric: query.metrics.join(',') === 'mu' ? null : query.metrics.join(','),
    cells: query.cells === 'value' ? null : query.cells,
    range: query.range === null ? null : String(query.range),
    ladder: query.ladder === 'open' ? 'open' : null,
    band: rangeParameter(query.band),
    period: rangeParameter(query.period),
    entries: handlesParameter(query.entries),
  };
}

/** Following a column's link: its best first; once more, and it is turned round. */
export function sortedBy(query: BoardQuery, sort: SortKey): BoardQuery {
  const turns = query.sort === sort && query.order === 'natural';
  return { ...query, sort, order: turns ? 'reverse' : 'natural' };
}

function metricOf(protocol: Protocol, sort: SortKey): Metric | null {
  return METRICS_OF_PROTOCOL[protocol].find((metric) => METRIC_SORT_KEYS[metric] === sort) ?? null;
}

function physicsOf(sort: SortKey): PhysicsColumn | null {
  return PHYSICS_COLUMNS.find((column) => PHYSICS_SORT_KEYS[column] === sort) ?? null;
}

/**
 * A sorting that comes from another board and has no column on this one gives way to µ; one by a column that is folded
 * away shows it.
 */
export function queryOn(protocol: Protocol, query: BoardQuery): BoardQuery {
  const { sort } = query;
  if (sort === 'method' || sort === 'scored' || metricOf(protocol, sort) !== null) return query;
  const hasColumn = sort === 'cost' || (physicsOf(sort) !== null && !isAlongTrackProtocol(protocol));
  return hasColumn ? { ...query, columns: 'all' } : { ...query, sort: 'mu', order: 'natural' };
}

/** What `aria-sort` says about a column. */
export function sortDirection(
  protocol: Protocol,
  query: BoardQuery,
  sort: SortKey,
): 'ascending' | 'descending' | 'other' | null {
  if (query.sort !== sort) return null;
  if (physicsOf(sort) !== null) return 'other'; // by the distance from the truth
  const metric = metricOf(protocol, sort);
  const naturallyDescending = metric === null ? sort === 'scored' : SCORE_TABLE[metric].better === 'higher';
  return naturallyDescending === (query.order === 'natural') ? 'descending' : 'ascending';
}

/**
 * Rows in the order of the query: best first for a metric, A to Z for methods, newest first for dates.
 * A metric without a value is neither best nor worst: such rows stand last in both directions.
 * Equal values stand by rank, then by the time they were scored, then by id, so that the order is total.
 */
export function sortRows(
  protocol: Protocol,
  rows: readonly LeaderboardRow[],
  query: Pick<BoardQuery, 'sort' | 'order'>,
): LeaderboardRow[] {
  const turn = query.order === 'reverse' ? -1 : 1;
  const distance = distanceFromBest(protocol, query.sort);
  return [...rows].sort((left, right) => {
    if (distance !== null) {
      const [leftValue, rightValue] = [distance(left), distance(right)];
      if (leftValue === null || rightValue === null) {
        if (leftValue !== rightValue) return leftValue === null ? 1 : -1;
      } else if (leftValue !== rightValue) return leftValue < rightValue ? -turn : turn;
    } else {
      const order =
        query.sort === 'method'
          ? compareText(left.method.toLowerCase(), right.method.toLowerCase())
          : compareText(right.scoredAt, left.scoredAt);
      if (order !== 0) return turn * order;
    }
    return (
      left.rank - right.rank ||
      compareText(left.scoredAt, right.scoredAt) ||
      compareText(left.submissionId, right.submissionId)
    );
  });
}

/** What a sorting by values goes by, the smallest first; `null` for a sorting by names or dates. */
function distanceFromBest(
  protocol: Protocol,
  sort: SortKey,
): ((row: LeaderboardRow) => number | null) | null {
  const metric = metricOf(protocol, sort);
  if (metric !== null) {
    const sign = SCORE_TABLE[metric].better === 'higher' ? -1 : 1;
    return ({ scores }) => (scores[metric] === null ? null : sign * scores[metric]);
  }
  const column = physicsOf(sort);
  if (column !== null) return (row) => physicsDistance(row, column);
  return sort === 'cost' ? ({ cost }) => cost?.wallSeconds ?? null : null;
}

function compareText(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}

/** The row that differences are taken against: the one asked for, else optimal interpolation, else any reference. */
export function zeroRow(rows: readonly LeaderboardRow[], zero: string | null): LeaderboardRow | null {
  const asked = zero === null ? null : rowOfHandle(rows, zero);
  if (asked !== null) return asked;
  const references = rows.filter((row) => row.kind === 'reference');
  return (
    references.find((row) => /\boi\b|optimal interpolation/i.test(row.method)) ??
    references[references.length - 1] ??
    null
  );
}

/** Place of a row by the metric that the board is sorted by, shared places counted; by µ, its rank. */
export function placeOf(
  protocol: Protocol,
  query: Pick<BoardQuery, 'sort'>,
  row: LeaderboardRow,
): number | null {
  const metric = metricOf(protocol, query.sort);
  return metric === null || metric === 'mu' ? row.rank : (row.places[metric] ?? null);
}

/** The metric whose places the first column shows. */
export function rankedMetric(protocol: Protocol, query: Pick<BoardQuery, 'sort'>): Metric {
  return metricOf(protocol, query.sort) ?? 'mu';
}

/** The places that more than one row has. */
export function sharedPlaces(
  protocol: Protocol,
  query: Pick<BoardQuery, 'sort'>,
  rows: readonly LeaderboardRow[],
): Set<number> {
  const seen = new Set<number>();
  const shared = new Set<number>();
  for (const row of rows) {
    const place = placeOf(protocol, query, row);
    if (place === null) continue;
    if (seen.has(place)) shared.add(place);
    seen.add(place);
  }
  return shared;
}

/** `2=` where several rows share second place; `–` for a row without a value, which is neither best nor worst. */
export function placeLabel(shared: ReadonlySet<number>, place: number | null): string {
  if (place === null) return '–';
  return shared.has(place) ? `${place}=` : `${place}`;
}

/** `1–3`: the ranks that the row may have; `null` where nothing is known of it, or where it is told already. */
export function rankIntervalText({ rankLow, rankHigh }: LeaderboardRow): string | null {
  if (rankLow === null || rankHigh === null || rankLow === rankHigh) return null;
  return `${rankLow}–${rankHigh}`;
}

/** Ids of the rows that are best in a metric: computed, never marked by hand, and all of them where they tie. */
export function bestRows(rows: readonly LeaderboardRow[], metric: Metric): Set<string> {
  const values = rows.flatMap((row) => (row.scores[metric] === null ? [] : [row.scores[metric]]));
  if (values.length === 0) return new Set();
  const best = SCORE_TABLE[metric].better === 'higher' ? Math.max(...values) : Math.min(...values);
  return new Set(rows.filter((row) => row.scores[metric] === best).map((row) => row.submissionId));
}

/** Where each value lies between the worst (0) and the best (1) of its column; `null` without a value or a spread. */
export function positionInColumn(
  rows: readonly LeaderboardRow[],
  metric: Metric,
): Map<string, number | null> {
  const values = rows.flatMap((row) => (row.scores[metric] === null ? [] : [row.scores[metric]]));
  const smallest = Math.min(...values);
  const spread = Math.max(...values) - smallest;
  return new Map(
    rows.map((row) => {
      const value = row.scores[metric];
      if (value === null || spread === 0) return [row.submissionId, null];
      const fromSmallest = (value - smallest) / spread;
      return [row.submissionId, SCORE_TABLE[metric].better === 'higher' ? fromSmallest : 1 - fromSmallest];
    }),
  );
}

export type BoardView = {
  zero: LeaderboardRow | null;
  /** The zero line and the references, which stay at the top whatever the order. */
  pinned: LeaderboardRow[];
  ordered: LeaderboardRow[];
  /** How many rows of the order are cut off. */
  hiddenCount: number;
  /** How many methods of the board the facets leave out. */
  filteredCount: number;
};

export function boardView(board: Leaderboard, query: BoardQuery): BoardView {
  const zero = zeroRow(board.rows, query.zero);
  // The zero line stays whatever the facets say: without it the differences have nothing to stand on.
  const kept = board.rows.filter((row) => row === zero || matchesFacets(row, query.facets));
  const sorted = sortRows(board.protocol, kept, query);
  const isPinned = (row: LeaderboardRow) => row === zero || row.kind === 'reference';
  const references = sorted.filter((row) => row !== zero && row.kind === 'reference');
  const ordered = sorted.filter((row) => !isPinned(row));
  const shown = query.extent === 'all' ? ordered : ordered.slice(0, FIRST_ROWS);
  return {
    zero,
    pinned: zero === null ? references : [zero, ...references],
    ordered: shown,
    hiddenCount: ordered.length - shown.length,
    filteredCount: board.rows.length - kept.length,
  };
}

/** Whether λx of this board is the limit of the grid because of its land, not because of the methods. */
export function hidesBehindCoast(board: Leaderboard): boolean {
  return (
    board.protocol === 'osse-natl' &&
    board.rows.some(({ scores }) => scores.atGridLimit.includes('lambdaXDeg'))
  );
}
