import {
  isAlongTrackProtocol,
  type BoardPairs,
  type DailySeries,
  type Protocol,
  type Uncertainty,
} from '@sillage/contracts';
import {
  comparePair,
  LEVEL,
  replicatesOf,
  resamplingPlan,
  type MuDefinition,
  type Replicates,
  type ResamplingPlan,
} from '@sillage/science/uncertainty';

/** How a board resamples the days that most of its entries share. */
export type BoardResampling = {
  days: DailySeries;
  plan: ResamplingPlan;
  definition: MuDefinition;
  uncertainty: Uncertainty;
};

/** Null where there are too few days, or no sums. */
export function boardResampling(
  series: readonly (DailySeries | null)[],
  protocol: Protocol,
): BoardResampling | null {
  const days = commonDays(series);
  const plan = days === null ? null : resamplingPlan(days.timeDays.length);
  if (days === null || plan === null) return null;
  const { dayCount, blockDays, replicateCount, widening } = plan;
  return {
    days,
    plan,
    definition: isAlongTrackProtocol(protocol) ? 'mean-of-days' : 'pooled',
    uncertainty: { dayCount, blockDays, replicateCount, widening, level: LEVEL },
  };
}

/** Whether both give an entry the same replicates. */
export function isSameResampling(a: BoardResampling, b: BoardResampling): boolean {
  return a.definition === b.definition && areSameDays(a.days, b.days);
}

/**
 * Replicates of one entry. An entry of other days (an older scorer might have left one out) has none: it could not be compared
 * day by day.
 */
export function resampled(
  daily: DailySeries | null,
  { days, plan, definition }: BoardResampling,
): Replicates | null {
  return daily !== null && areSameDays(daily, days) ? replicatesOf(daily, plan, definition) : null;
}

/** How the days of a few entries are resampled, and what comes out for each. */
export function boardUncertainty(
  entries: readonly { daily: DailySeries | null }[],
  protocol: Protocol,
): { uncertainty: Uncertainty | null; replicates: (Replicates | null)[] } {
  const resampling = boardResampling(
    entries.map(({ daily }) => daily),
    protocol,
  );
  return {
    uncertainty: resampling?.uncertainty ?? null,
    replicates: entries.map(({ daily }) => (resampling === null ? null : resampled(daily, resampling))),
  };
}

/** Every two of a few entries, in small pieces; null on the diagonal and where an entry has no replicates. */
export function* comparedPairs(
  series: readonly (DailySeries | null)[],
  protocol: Protocol,
): Generator<void, Pick<BoardPairs, 'uncertainty' | 'pairs'>> {
  const { uncertainty, replicates } = boardUncertainty(
    series.map((daily) => ({ daily })),
    protocol,
  );
  const pairs: BoardPairs['pairs'] = [];
  for (const [row, first] of replicates.entries()) {
    yield;
    pairs.push(
      replicates.map((second, column) =>
        first === null || second === null || row === column ? null : comparePair(first, second),
      ),
    );
  }
  return { uncertainty, pairs };
}

function commonDays(series: readonly (DailySeries | null)[]): DailySeries | null {
  const groups: { days: DailySeries; count: number }[] = [];
  for (const entry of series) {
    if (entry === null) continue;
    const group = groups.find(({ days }) => areSameDays(days, entry));
    if (group === undefined) groups.push({ days: entry, count: 1 });
    else group.count++;
  }
  return groups.reduce<{ days: DailySeries | null; count: number }>(
    (most, group) => (group.count > most.count ? group : most),
    { days: null, count: 0 },
  ).days;
}

/** The same days with the same points: what a paired comparison needs. */
function areSameDays(a: DailySeries, b: DailySeries): boolean {
  return (
    a.timeDays.length === b.timeDays.length &&
    a.timeDays.every((time, day) => time === b.timeDays[day] && a.pointCount[day] === b.pointCount[day])
  );
}
