import {
  optimalInterpolationDay,
  type AlongTrackObservations,
  type CovarianceOptions,
  type RegularGrid,
} from '@sillage/science';
import { canStartWorkers, startWorker } from '../worker-thread.js';

/** What a thread needs to map some times; plain data that can be posted. */
type DirectPlan = {
  observations: AlongTrackObservations;
  grid: RegularGrid;
  covariance: CovarianceOptions;
  /** Maps of all times, float32, C order [T, Y, X]; each thread writes those it computes. */
  maps: SharedArrayBuffer;
};

export type DirectWork = { plan: DirectPlan; counters: Int32Array };
const NEXT_TIME = 0;
const FINISHED_TIMES = 1;

/** Maps every time of a grid by itself, from the observations within two time scales, as the 2020a baseline does. */
export async function mapDirectly(
  problem: Omit<DirectPlan, 'maps'>,
  threads: number,
  onTime?: (finished: number) => void | Promise<void>,
): Promise<(timeIndex: number) => Float32Array> {
  const { grid } = problem;
  const timeCount = grid.timeDays.length;
  const mapLength = grid.latDeg.length * grid.lonDeg.length;
  const plan = { ...problem, maps: new SharedArrayBuffer(timeCount * mapLength * 4) };
  const counters = new Int32Array(new SharedArrayBuffer(8));
  const workers = Array.from({ length: canStartWorkers ? Math.min(threads, timeCount) - 1 : 0 }, () =>
    startWorker<DirectWork, undefined>(new URL('./direct-worker.js', import.meta.url), { plan, counters }),
  );
  try {
    const mine = mapTimes({ plan, counters }, () => onTime?.(Atomics.load(counters, FINISHED_TIMES)));
    await Promise.all([mine, ...workers.map((worker) => worker.result)]);
  } finally {
    await Promise.all(workers.map((worker) => worker.stop()));
  }
  const maps = new Float32Array(plan.maps);
  return (timeIndex) => maps.slice(timeIndex * mapLength, (timeIndex + 1) * mapLength);
}

/** Maps one time after the other until none is left; several threads may do so with the same counters. */
export async function mapTimes(
  { plan, counters }: DirectWork,
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
