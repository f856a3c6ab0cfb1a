/// <reference lib="es2024.sharedmemory" />
import {
  createLatticeState,
  createLatticeSystem,
  LATTICE_PARTS,
  latticeMap,
  LatticeSolver,
  loadHeights,
  solveLattice,
  type CovarianceOptions,
  type LatticeProgress,
  type LatticeState,
  type LatticeSystem,
  type LatticeTask,
  type ObservationPlaces,
  type RegularGrid,
} from '@sillage/science';
import { canStartWorkers, startWorker } from '../worker-thread.js';

/** What a thread needs to take part; all arrays are shared. */
export type LatticeWork = { system: LatticeSystem; state: LatticeState; signals: Int32Array };

/** Tickets are the parts of all tasks, numbered through; those below OFFERED may be taken, one thread each. */
const NEXT = 0;
const OFFERED = 1;
const FINISHED = 2;
/** What the tickets on offer are for. It changes only when all earlier ones are finished. */
const TASK = 3;
const STOPPED = 4;
const TASKS: readonly LatticeTask[] = ['project', 'apply', 'collect', 'advance', 'turn'];
/** Fewer observations are solved before a second thread has started. */
const OBSERVATIONS_WORTH_A_THREAD = 5000;
const shared = (byteLength: number): SharedArrayBuffer => new SharedArrayBuffer(byteLength);

/** An optimal interpolation of all observations at once, ready to map heights seen at their places. */
export type LatticeMapper = {
  /**
   * Finds the values on the lattice for heights (metres, one per observation).
   *
   * @returns maps of any time and grid inside the extent, and what it took.
   */
  solve(
    heightsM: Float64Array,
    onIteration?: (progress: LatticeProgress) => void | Promise<void>,
  ): Promise<{ readMap: (timeDays: number) => Float64Array; progress: LatticeProgress }>;
  stop(): Promise<void>;
};

/** Sets up the system of linear equations, and threads that solve it together. */
export function createLatticeMapper(
  problem: { observations: ObservationPlaces; grid: RegularGrid; covariance: CovarianceOptions },
  threads: number,
): LatticeMapper {
  const { observations, grid, covariance } = problem;
  const rangeOf = (values: Float64Array, axis: Float64Array): [number, number] => {
    let [first, last] = [axis[0] ?? 0, axis.at(-1) ?? 0];
    for (const value of values) {
      first = Math.min(first, value);
      last = Math.max(last, value);
    }
    return [first, last];
  };
  const [firstTimeDays, lastTimeDays] = rangeOf(observations.timeDays, grid.timeDays);
  const [south, north] = rangeOf(observations.latDeg, grid.latDeg);
  const [west, east] = rangeOf(observations.lonDeg, grid.lonDeg);
  const system = createLatticeSystem({
    ...covariance,
    observations,
    extent: { firstTimeDays, lastTimeDays, south, north, west, east },
    allocate: shared,
  });
  const state = createLatticeState(system, shared);
  const crew = startCrew(system, state, threads);
  return {
    async solve(heightsM, onIteration) {
      loadHeights(system, state, heightsM);
      const progress = await solveLattice(
        state,
        crew.runTask,
        onIteration === undefined ? {} : { onIteration },
      );
      const values = Float64Array.from(state.values);
      return { readMap: (timeDays) => latticeMap(system, values, grid, timeDays), progress };
    },
    stop: crew.stop,
  };
}

function startCrew(
  system: LatticeSystem,
  state: LatticeState,
  threads: number,
): { runTask: (task: LatticeTask) => Promise<void>; stop: () => Promise<void> } {
  const signals = new Int32Array(shared(4 * 5));
  const work: LatticeWork = { system, state, signals };
  const solver = new LatticeSolver(system, state);
  const useful = Math.ceil(system.observationCount / OBSERVATIONS_WORTH_A_THREAD);
  const helpers = canStartWorkers ? Math.max(0, Math.min(threads, useful, LATTICE_PARTS) - 1) : 0;
  const workers = Array.from({ length: helpers }, () =>
    startWorker<LatticeWork, undefined>(new URL('./lattice-worker.js', import.meta.url), work),
  );
  const failure = Promise.all(workers.map((worker) => worker.result)).then(() => undefined);
  failure.catch(() => undefined);
  return {
    async runTask(task) {
      Atomics.store(signals, TASK, TASKS.indexOf(task));
      const offered = Atomics.add(signals, OFFERED, LATTICE_PARTS) + LATTICE_PARTS;
      Atomics.notify(signals, OFFERED);
      while (takeTicket(signals, solver));
      for (let finished = Atomics.load(signals, FINISHED); finished < offered;) {
        const wait = Atomics.waitAsync(signals, FINISHED, finished);
        // A thread that failed finishes nothing more; its error ends the wait.
        if (wait.async) await Promise.race([wait.value, failure]);
        finished = Atomics.load(signals, FINISHED);
      }
    },
    async stop() {
      Atomics.store(signals, STOPPED, 1);
      Atomics.notify(signals, OFFERED);
      await Promise.all(workers.map((worker) => worker.stop()));
    },
  };
}

/** The body of a helping thread: takes tickets until told to stop. */
export function helpSolving({ system, state, signals }: LatticeWork): void {
  const solver = new LatticeSolver(system, state);
  while (Atomics.load(signals, STOPPED) === 0) {
    const offered = Atomics.load(signals, OFFERED);
    if (!takeTicket(signals, solver)) Atomics.wait(signals, OFFERED, offered, 1000);
  }
}

/** Does one part of the task on offer; false if none is left. */
function takeTicket(signals: Int32Array, solver: LatticeSolver): boolean {
  for (;;) {
    const next = Atomics.load(signals, NEXT);
    if (next >= Atomics.load(signals, OFFERED)) return false;
    if (Atomics.compareExchange(signals, NEXT, next, next + 1) !== next) continue;
    solver.run(TASKS[Atomics.load(signals, TASK)]!, next % LATTICE_PARTS);
    Atomics.add(signals, FINISHED, 1);
    Atomics.notify(signals, FINISHED);
    return true;
  }
}
