import type { LeaderboardRow, NetworkRun } from '@sillage/contracts';

/** What a map by a network took, all of it: OI of the observations, where it stands on one, and its patches. */
export function runCost(run: NetworkRun): NonNullable<LeaderboardRow['cost']> {
  return {
    runtime: run.runtime.name,
    device: run.runtime.device,
    wallSeconds: run.wallSeconds + (run.oiSeconds ?? 0),
    energyJoules: run.energyJoules,
  };
}
