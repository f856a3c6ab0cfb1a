import {
  createStitcher,
  fromNetworkUnits,
  patchBatches,
  patchPlace,
  type BatchSpan,
  type FinishedDay,
  type PatchPlan,
  type ReconstructionWeights,
  type Scaling,
} from '@sillage/fourdvarnet';
import type { BatchSolver, FieldKind, NetworkSolver, PatchFields } from './network-solver.js';

/** One day of every field that a network reads, in its units, shape [Y, X] of the plan's grid; NaN where missing. */
export type NetworkDay = Readonly<Partial<Record<FieldKind, Float32Array>>>;

export type SolvePatchesOptions = {
  plan: PatchPlan;
  weights: ReconstructionWeights;
  batchSize: number;
  solver: NetworkSolver;
  /** Back from network units. */
  scaling: Scaling;
  /** Asked for every day once, in order. */
  readDay(dayIndex: number): Promise<NetworkDay>;
  /** Called when a batch has come back, in order, before it is stitched. */
  onBatch?: (batch: SolvedBatch) => void | Promise<void>;
  /** Called when a network was made ready for batches of a size. */
  onCompiled?: (solver: BatchSolver, batch: number) => void;
  signal?: AbortSignal;
};

export type SolvedBatch = {
  span: BatchSpan;
  /** Normalised, shape [batch, time, lat, lon]. */
  values: Float32Array;
  /** s from the call to the result. */
  seconds: number;
};

/** The network computed something else than heights. */
export class NetworkOutputError extends Error {
  readonly tag = 'network-output';
  /** Position of the patch in the plan. */
  readonly patch: number;
  readonly found: string;

  constructor(patch: number, found: string) {
    super(`patch ${patch} of the network: ${found}`);
    this.patch = patch;
    this.found = found;
  }
}

/**
 * Solves all patches of a plan in its order and averages them into maps, m, day by day. No more days are held than a patch
 * has, in and out; as many batches are under way as the runtime wants, but the first one runs alone.
 *
 * @throws NetworkOutputError if a patch comes back with another size or with values that are not numbers; the reason of
 *   `signal` when it is aborted; whatever the runtime throws.
 */
export async function* solvePatches(options: SolvePatchesOptions): AsyncGenerator<FinishedDay> {
  const { plan, batchSize, solver, signal } = options;
  const stitcher = createStitcher(plan, options.weights);
  const days = dayWindow(plan, options.readDay);
  const patchLength = plan.time.patch * plan.lat.patch * plan.lon.patch;
  const underWay: Promise<SolvedBatch>[] = [];
  let ready: { solver: BatchSolver; batch: number } | null = null;

  const solverFor = async (batch: number): Promise<BatchSolver> => {
    if (ready?.batch === batch) return ready.solver;
    // the last, shorter batch: those before it need the network that is let go here
    await Promise.allSettled(underWay);
    await ready?.solver.release();
    ready = null;
    ready = { solver: await solver.compile(batch), batch };
    options.onCompiled?.(ready.solver, batch);
    return ready.solver;
  };
  const take = async (): Promise<FinishedDay[]> => {
    const solved = await underWay.shift()!;
    signal?.throwIfAborted();
    refuseOddities(solved, patchLength);
    await options.onBatch?.(solved);
    const finished: FinishedDay[] = [];
    for (let index = 0; index < solved.span.count; index++) {
      const patch = solved.values.subarray(index * patchLength, (index + 1) * patchLength);
      fromNetworkUnits(patch, options.scaling);
      finished.push(...stitcher.add(patch));
    }
    return finished;
  };

  try {
    for (const [index, span] of patchBatches(plan, batchSize).entries()) {
      signal?.throwIfAborted();
      const fields = await cutBatch(plan, span, solver.kinds, days);
      const batchSolver = await solverFor(span.count);
      const run = timed(span, () => batchSolver.solve(fields));
      run.catch(() => undefined); // it is awaited in its turn; until then nobody else may call it unhandled
      underWay.push(run);
      const wanted = index === 0 ? 0 : batchSolver.usefulRunsInFlight - 1;
      while (underWay.length > wanted) yield* await take();
    }
    while (underWay.length > 0) yield* await take();
  } finally {
    await Promise.allSettled(underWay);
    await (ready as { solver: BatchSolver } | null)?.solver.release();
  }
}

async function timed(span: BatchSpan, solve: () => Promise<Float32Array>): Promise<SolvedBatch> {
  const start = performance.now();
  const values = await solve();
  return { span, values, seconds: (performance.now() - start) / 1000 };
}

function refuseOddities({ span, values }: SolvedBatch, patchLength: number): void {
  const needed = span.count * patchLength;
  if (values.length !== needed)
    throw new NetworkOutputError(span.first, `${values.length} values come back, ${needed} are needed`);
  for (let index = 0; index < span.count; index++) {
    const patch = values.subarray(index * patchLength, (index + 1) * patchLength);
    let odd = 0;
    for (let i = 0; i < patch.length; i++) if (!Number.isFinite(patch[i])) odd++;
    if (odd > 0)
      throw new NetworkOutputError(span.first + index, `${odd} of ${patchLength} values are no numbers`);
  }
}

export type DayWindow = {
  /** Days from `first` on, as many as a patch has; those before are let go. */
  from(first: number): Promise<readonly NetworkDay[]>;
};

/** Reads days ahead of the patches, and lets them go behind. */
export function dayWindow(plan: PatchPlan, readDay: (dayIndex: number) => Promise<NetworkDay>): DayWindow {
  const held = new Map<number, NetworkDay>();
  return {
    from: async (first) => {
      for (const day of held.keys()) if (day < first) held.delete(day);
      const days: NetworkDay[] = [];
      for (let day = first; day < first + plan.time.patch; day++) {
        const known = held.get(day) ?? (await readDay(day));
        held.set(day, known);
        days.push(known);
      }
      return days;
    },
  };
}

/** The fields of the patches of a batch. */
export async function cutBatch(
  plan: PatchPlan,
  span: BatchSpan,
  kinds: readonly FieldKind[],
  days: DayWindow,
): Promise<PatchFields> {
  const { time, lat, lon } = plan;
  const patchLength = time.patch * lat.patch * lon.patch;
  const fields = Object.fromEntries(kinds.map((kind) => [kind, new Float32Array(span.count * patchLength)]));
  for (let index = 0; index < span.count; index++) {
    const place = patchPlace(plan, span.first + index);
    const window = await days.from(place.time);
    for (const kind of kinds) {
      const target = fields[kind]!;
      for (const [day, maps] of window.entries()) {
        const map = maps[kind]!;
        for (let row = 0; row < lat.patch; row++) {
          const from = (place.lat + row) * lon.length + place.lon;
          const to = index * patchLength + (day * lat.patch + row) * lon.patch;
          target.set(map.subarray(from, from + lon.patch), to);
        }
      }
    }
  }
  return fields;
}
