import type { BoardPairs, Leaderboard, LeaderboardRow, ResolutionByBox } from '@sillage/contracts';
import { hasSameBoxes } from '../../../charts/boxes/box-resolutions';
import { methodSlots, type MethodSlot } from '../../../charts/method-colours';
import { zeroRow } from '../board-view';
import { methodKey, rowOfHandle } from '../method-identity';

/** Curves of more methods than this cover each other, and each brings its own files. */
export const MAX_COMPARED = 8;

export type Chosen = {
  rows: LeaderboardRow[];
  /** Handles that name nobody on this board. */
  absent: string[];
  /** How many more were asked for than are shown. */
  droppedCount: number;
};

/** The rows that an address names, in its order; without any, the reference and the two best beside it. */
export function chosenRows(board: Leaderboard, handles: readonly string[]): Chosen {
  if (handles.length === 0) {
    const zero = zeroRow(board.rows, null);
    const others = board.rows.filter((row) => row !== zero).slice(0, zero === null ? 3 : 2);
    return { rows: zero === null ? others : [zero, ...others], absent: [], droppedCount: 0 };
  }
  const found = handles.map((handle) => ({ handle, row: rowOfHandle(board.rows, handle) }));
  const rows = [...new Set(found.flatMap(({ row }) => row ?? []))];
  return {
    rows: rows.slice(0, MAX_COMPARED),
    absent: found.filter(({ row }) => row === null).map(({ handle }) => handle),
    droppedCount: Math.max(0, rows.length - MAX_COMPARED),
  };
}

/** `reference:OI` and `by:Ada:My method` without what only tells them apart. */
export function handleName(handle: string): string {
  return handle.startsWith('reference:')
    ? handle.slice('reference:'.length)
    : /^by:[^:]*:/.test(handle)
      ? handle.replace(/^by:[^:]*:/, '')
      : 'a submission';
}

const MOST_LOOKS = 24; // colours and dashes that can be told apart

/** Colours of the rows of a board: those of the whole board where it is small enough, so that other views show the same. */
export function slotsOfRows(
  board: readonly LeaderboardRow[],
  shown: readonly LeaderboardRow[],
): (row: LeaderboardRow) => MethodSlot {
  const keyOf = (row: LeaderboardRow) => lookKey(board, row);
  const from = board.length <= MOST_LOOKS ? board : shown;
  const slots = methodSlots(from.map((row) => ({ key: keyOf(row), name: row.method })));
  return (row) => slots.get(keyOf(row)) ?? 0;
}

/** A method's key, and its submission where the board has several of it. */
function lookKey(board: readonly LeaderboardRow[], row: LeaderboardRow): string {
  const key = methodKey(row);
  return board.filter((other) => methodKey(other) === key).length > 1 ? `${key} ${row.submissionId}` : key;
}

export type PairCell = NonNullable<BoardPairs['pairs'][number][number]>;

/** The pair of two evaluations; `null` on the diagonal, and where one of them has no daily sums. */
export function pairOf(pairs: BoardPairs, first: string, second: string): PairCell | null {
  return pairs.pairs[pairs.entries.indexOf(first)]?.[pairs.entries.indexOf(second)] ?? null;
}

/** `0.97`; never `1.00` or `0.00`, which no resampling can show. */
export function probabilityText(probability: number): string {
  if (probability > 0.995) return '> 0.99';
  if (probability < 0.005) return '< 0.01';
  return probability.toFixed(2);
}

/** Which way a pair goes, and whether it can be told: full where it can. */
export function pairGlyph({ difference, isSeparable }: PairCell): string {
  if (isSeparable) return difference > 0 ? '▲' : '▼';
  return difference > 0 ? '△' : difference < 0 ? '▽' : '○';
}

/** A compared row whose evaluation has an effective resolution by box. */
export type ResolvedRow = { row: LeaderboardRow; resolution: ResolutionByBox };

/**
 * Whose boxes are shown, and whose are taken from them. Without a wish: those of the second method, against the first, as all
 * differences of a comparison are to the first. Only entries over the same boxes have a difference.
 */
export function resolutionPair(
  resolved: readonly ResolvedRow[],
  wanted: { own: string; other: string },
): { own: ResolvedRow; other: ResolvedRow | null } | null {
  const own = resolved.find(({ row }) => row.evaluationId === wanted.own) ?? resolved[1] ?? resolved[0];
  if (own === undefined) return null;
  const fitting = resolved.filter((item) => item !== own && hasSameBoxes(item.resolution, own.resolution));
  const other = fitting.find(({ row }) => row.evaluationId === wanted.other) ?? fitting[0] ?? null;
  return { own, other };
}
