import {
  optimalInterpolationDay,
  type AlongTrackObservations,
  type CovarianceOptions,
  type RegularGrid,
} from '@sillage/science';

/** What a thread needs to map some times; plain data that can be posted. */
export type OiPlan = {
  observations: AlongTrackObservations;
  grid: RegularGrid;
  covariance: CovarianceOptions;
  /** Maps of all times, float32, C order [T, Y, X]; each thread writes those it computes. */
  maps: SharedArrayBuffer;
};

export type OiWork = { plan: OiPlan; counters: Int32Array };
export const NEXT_TIME = 0;
export const FINISHED_TIMES = 1;

/** Maps one time after the other until none is left; several threads may do so with the same counters. */
export async function mapTimes(
  { plan, counters }: OiWork,
  onTime?: () => void | Promise<void>,
): Promise<void> {
  const { grid, observations, covariance } = plan;
  const maps = new Float32Array(plan.maps);
  const mapLength = grid.latDeg.length * grid.lonDeg.length;
  for (;;) {
    const timeIndex = Atomics.add(counters, NEXT_TIME, 1);
    if (timeIndex >= grid.timeDays.length) return;
    const map = optimalInterpolationDay({
      observations,
      grid,
      timeDays: grid.timeDays[timeIndex]!,
      ...covariance,
    });
    maps.set(map, timeIndex * mapLength);
    Atomics.add(counters, FINISHED_TIMES, 1);
    await onTime?.();
  }
}
