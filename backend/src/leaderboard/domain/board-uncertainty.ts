import { isAlongTrackProtocol, type DailySeries, type Protocol, type Uncertainty } from '@sillage/contracts';
import { LEVEL, resamplingPlan, type Replicates } from '@sillage/science/uncertainty';
import { ReplicateCache } from './replicate-cache.js';

/** How a board resampled its days, and what came out for each entry; null for entries without sums of the same days. */
export type BoardUncertainty = { uncertainty: Uncertainty | null; replicates: (Replicates | null)[] };

/**
 * Resamples the days that most entries share. An entry of other days (an older scorer might have left one out) has no interval:
 * it could not be compared day by day.
 *
 * @param cache - remembers evaluations that were resampled before.
 */
export function boardUncertainty(
  entries: readonly { evaluationId: string; daily: DailySeries | null }[],
  protocol: Protocol,
  cache: ReplicateCache = new ReplicateCache(),
): BoardUncertainty {
  const days = commonDays(entries.map(({ daily }) => daily));
  const plan = days === null ? null : resamplingPlan(days.timeDays.length);
  if (days === null || plan === null) return { uncertainty: null, replicates: entries.map(() => null) };
  const definition = isAlongTrackProtocol(protocol) ? 'mean-of-days' : 'pooled';
  const { dayCount, blockDays, replicateCount, widening } = plan;
  return {
    uncertainty: { dayCount, blockDays, replicateCount, widening, level: LEVEL },
    replicates: entries.map(({ evaluationId, daily }) =>
      daily !== null && areSameDays(daily, days) ? cache.get(evaluationId, daily, plan, definition) : null,
    ),
  };
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
