import { interval, LEVEL, tailCount, type Replicates } from './block-bootstrap.js';

/** Whether one entry is better than another, by µ over the same resampled days. */
export type PairComparison = {
  /** That the first is better; equal replicates count half. */
  readonly probability: number;
  /** µ of the first − µ of the second. */
  readonly difference: number;
  readonly interval: [number, number];
  /** The interval leaves out 0. */
  readonly isSeparable: boolean;
};

/** The paired comparison of two entries. */
export function comparePair(first: Replicates, second: Replicates): PairComparison {
  const differences = first.muReplicates.map((value, replicate) => value - second.muReplicates[replicate]!);
  let better = 0;
  for (const difference of differences) better += difference > 0 ? 1 : difference === 0 ? 0.5 : 0;
  const [low, high] = interval(differences);
  return {
    probability: better / differences.length,
    difference: first.mu - second.mu,
    interval: [low, high],
    isSeparable: low > 0 || high < 0,
  };
}

/**
 * Whether the first entry is separably better: the interval of the difference lies above 0. The same as `comparePair` says,
 * without sorting.
 */
export function isSeparablyBetter(first: Replicates, second: Replicates): boolean {
  const [a, b] = [first.muReplicates, second.muReplicates];
  // At most half a tail of the one lies below what at most half a tail of the other lies above: no need to count.
  if (first.muInner[0] > second.muInner[1]) return true;
  const allowed = tailCount(a.length, LEVEL);
  let notBetter = 0;
  for (let replicate = 0; replicate < a.length; replicate++) {
    if (a[replicate]! - b[replicate]! > 0) continue;
    notBetter++;
    if (notBetter > allowed) return false;
  }
  return true;
}

/** Place of an entry on a board. */
export type RankInterval = {
  /** Shared within a tie group; the next ranks are skipped. */
  readonly rank: number;
  /** 1, 2, 3 … */
  readonly tieGroup: number;
  /** 1 + the entries that are separably better; null without replicates. */
  readonly rankLow: number | null;
  /** n − the entries that are separably worse. */
  readonly rankHigh: number | null;
};

/** What a rank is made of. */
type Ranked = { readonly replicates: Replicates | null };

/**
 * Ranks with their doubt, of a board whose entries come and go: each pair is compared once, when the later of the two comes.
 *
 * Two entries whose µ is equal by `order` are never told apart, however alike the round-off of one is from day to day.
 *
 * Tie groups: the first entry leads the first group. Each following entry joins the group while its leader is not separably
 * better; the first that the leader beats leads the next group. Groups are therefore runs of the order, and every entry is in
 * one. Entries without replicates (older scores) join a group only where their µ equals the leader's by `order`.
 *
 * Rank interval: an entry may have any rank from 1 + the number of entries separably better to n − the number separably
 * worse, among the n entries with replicates and those without, which count by their µ.
 *
 * Source: rank intervals from pairwise comparisons, as Mogstad, Romano, Shaikh and Wilhelm 2024 (Rev. Econ. Stud. 91, 476),
 * without their correction for many comparisons: each pair is judged by itself.
 */
export class RankCounts<Entry extends Ranked> {
  readonly #counts = new Map<Entry, { better: number; worse: number }>();

  /** @param order - below 0 where the first has the higher µ, 0 where both have the same as far as the board tells. */
  constructor(private readonly order: (a: Entry, b: Entry) => number) {}

  add(entry: Entry): void {
    const own = { better: 0, worse: 0 };
    this.#count(entry, own, 1);
    this.#counts.set(entry, own);
  }

  remove(entry: Entry): void {
    if (this.#counts.delete(entry)) this.#count(entry, { better: 0, worse: 0 }, -1);
  }

  /** @param sorted - every entry, by µ, best first. */
  places(sorted: readonly Entry[]): RankInterval[] {
    let tieGroup = 0;
    let leader: Entry | null = null;
    let rank = 0;
    return sorted.map((entry, index) => {
      if (leader === null || this.#isBetter(leader, entry)) {
        leader = entry;
        tieGroup++;
        rank = index + 1;
      }
      const { better, worse } = this.#counts.get(entry)!;
      const hasInterval = entry.replicates !== null;
      return {
        rank,
        tieGroup,
        rankLow: hasInterval ? 1 + better : null,
        rankHigh: hasInterval ? sorted.length - worse : null,
      };
    });
  }

  /** Counts the pairs of one entry with every other, or takes them back. */
  #count(entry: Entry, own: { better: number; worse: number }, sign: 1 | -1): void {
    for (const [other, counts] of this.#counts) {
      if (this.#isBetter(entry, other)) {
        own.worse += sign;
        counts.better += sign;
      } else if (this.#isBetter(other, entry)) {
        own.better += sign;
        counts.worse += sign;
      }
    }
  }

  #isBetter(first: Entry, second: Entry): boolean {
    if (this.order(first, second) >= 0) return false;
    if (first.replicates === null || second.replicates === null) return true;
    return isSeparablyBetter(first.replicates, second.replicates);
  }
}

/**
 * The ranks of a whole board: see `RankCounts`.
 *
 * @param sorted - by µ, best first.
 * @param isEqual - whether two entries have the same µ as far as the board tells.
 */
export function rankIntervals<Entry extends Ranked>(
  sorted: readonly Entry[],
  isEqual: (a: Entry, b: Entry) => boolean,
): RankInterval[] {
  const indexOf = new Map(sorted.map((entry, index) => [entry, index]));
  const counts = new RankCounts<Entry>((a, b) => (isEqual(a, b) ? 0 : indexOf.get(a)! - indexOf.get(b)!));
  for (const entry of sorted) counts.add(entry);
  return counts.places(sorted);
}
