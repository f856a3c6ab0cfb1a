import type { DailySeries, LeaderboardRow } from '@sillage/contracts';
import { RankCounts, type RankInterval, type Replicates } from '@sillage/science/uncertainty';
import { isSameResampling, resampled, type BoardResampling } from './board-uncertainty.js';
import { stepOf } from './ranking.js';

/** A row of a board as its doubts depend on it; rows come in the order of the board. */
export type StandRow = { evaluationId: string; mu: number; daily: DailySeries | null };

/** Where a row stands, with its doubts. */
export type Place = RankInterval & Pick<LeaderboardRow, 'intervals'>;

/** The places of a board's rows at one time. */
export type Stand = { resampling: BoardResampling | null; places: ReadonlyMap<string, Place> };

/** Nothing is known of any row. */
export const NO_STAND: Stand = { resampling: null, places: new Map() };

type Member = { step: number; replicates: Replicates | null };

/** What a stand is computed from, kept from one to the next, so that only pairs with a row that changed are compared. */
export class StandCounts {
  #resampling: BoardResampling | null = null;
  readonly #members = new Map<string, Member>();
  #counts = emptyCounts();

  /** Rows that are kept. */
  get size(): number {
    return this.#members.size;
  }

  /** In small pieces: each step compares one row that came or went with all others. */
  *update(rows: readonly StandRow[], resampling: BoardResampling): Generator<void, Stand> {
    if (this.#resampling === null || !isSameResampling(this.#resampling, resampling)) this.#clear();
    this.#resampling = resampling;
    yield* this.#removeAllBut(new Map(rows.map((row) => [row.evaluationId, stepOf(row.mu)])));
    const members: Member[] = [];
    for (const row of rows) {
      let member = this.#members.get(row.evaluationId);
      if (member === undefined) {
        member = { step: stepOf(row.mu), replicates: resampled(row.daily, resampling) };
        this.#counts.add(member);
        this.#members.set(row.evaluationId, member);
        yield;
      }
      members.push(member);
    }
    const ranks = this.#counts.places(members);
    const places = rows.map((row, index): [string, Place] => [
      row.evaluationId,
      { ...ranks[index]!, intervals: intervalsOf(members[index]!) },
    ]);
    return { resampling, places: new Map(places) };
  }

  *#removeAllBut(steps: ReadonlyMap<string, number>): Generator<void> {
    for (const [evaluationId, member] of this.#members) {
      if (steps.get(evaluationId) === member.step) continue;
      this.#members.delete(evaluationId);
      this.#counts.remove(member);
      yield;
    }
  }

  #clear(): void {
    this.#members.clear();
    this.#counts = emptyCounts();
  }
}

function emptyCounts(): RankCounts<Member> {
  return new RankCounts<Member>((a, b) => b.step - a.step);
}

function intervalsOf({ replicates }: Member): Place['intervals'] {
  return replicates === null ? null : { mu: replicates.muInterval, sigma: replicates.sigmaInterval };
}

/** Whether a stand is that of just these rows. */
export function isStandOf(
  stand: Stand,
  rows: readonly StandRow[],
  resampling: BoardResampling | null,
): boolean {
  // Without sums nobody has an interval, and µ says it all.
  if (resampling === null) return true;
  return (
    stand.resampling !== null &&
    isSameResampling(stand.resampling, resampling) &&
    stand.places.size === rows.length &&
    rows.every(({ evaluationId }) => stand.places.has(evaluationId))
  );
}

/**
 * The places of rows as far as a stand tells, which may be of other rows.
 *
 * Rows that the stand knows keep their intervals and tie groups. A new row has no interval; it joins a group where it stands
 * between two of its rows, or where its µ is that of the group's leader. Rank intervals are as wide as the rows leave them that
 * came and went, so that the next stand can only narrow them.
 */
export function placesAt(stand: Stand, rows: readonly StandRow[]): Place[] {
  const known = rows.map(({ evaluationId }) => stand.places.get(evaluationId) ?? null);
  const nextGroups = nextKnownGroups(known);
  const added = known.filter((place) => place === null).length;
  const removed = stand.places.size - (rows.length - added);
  let leader = { step: Number.NaN, group: null as number | null, rank: 0, tieGroup: 0 };
  return rows.map(({ mu }, index) => {
    const place = known[index] ?? null;
    const step = stepOf(mu);
    const isInGroup = leader.group !== null && nextGroups[index] === leader.group;
    if (!isInGroup && step !== leader.step)
      leader = { step, group: null, rank: index + 1, tieGroup: leader.tieGroup + 1 };
    leader.group = place?.tieGroup ?? leader.group;
    return {
      rank: leader.rank,
      tieGroup: leader.tieGroup,
      ...widened(place, { added, removed, rowCount: rows.length }),
      intervals: place?.intervals ?? null,
    };
  });
}

/** The rank interval of a known row, whatever the rows do to it that came and went. */
function widened(
  place: Place | null,
  { added, removed, rowCount }: { added: number; removed: number; rowCount: number },
): Pick<Place, 'rankLow' | 'rankHigh'> {
  const { rankLow, rankHigh } = place ?? { rankLow: null, rankHigh: null };
  return {
    rankLow: rankLow === null ? null : Math.max(1, rankLow - removed),
    rankHigh: rankHigh === null ? null : Math.min(rowCount, rankHigh + added),
  };
}

/** Of each row the group of the first known one from there on. */
function nextKnownGroups(known: readonly (Place | null)[]): (number | null)[] {
  let next: number | null = null;
  return known
    .map((_, index) => known[known.length - 1 - index]!)
    .map((place) => (next = place?.tieGroup ?? next))
    .reverse();
}
