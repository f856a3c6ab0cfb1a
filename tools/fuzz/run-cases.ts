import { RestartError, type FuzzTarget, type Outcome } from './fuzz-target.ts';
import { seededRandom } from './mutations.ts';

/** ms of the processor that one case may take. */
const SLOW_MS = 2000;
/** That the process may grow by, above what it has after its first case. */
const MAX_GROWTH_BYTES = 512 * 2 ** 20;
const CASES_BETWEEN_LOOKS = 16;

export type Tally = {
  outcomes: Record<Outcome, number>;
  /** By kind of change, e.g. `splice`. */
  kinds: Record<string, number>;
  slowestMs: number;
  slowestCase: number;
  /** The first case that was not tried: the end, or where another process has to go on. */
  next: number;
};

/** A case by its number: the same with the same seed, on every machine. */
export function caseOf(target: FuzzTarget, seed: number, number: number) {
  return target.mutate(seededRandom(Math.imul(seed, 0x9e3779b1) ^ number));
}

/**
 * Tries cases from `first` up to `end`.
 *
 * @param onCase - told before each case is tried.
 * @throws Error for the first that is neither read nor refused, takes too long or too much memory.
 */
export async function runCases(
  target: FuzzTarget,
  {
    seed,
    first,
    end,
    onCase,
  }: { seed: number; first: number; end: number; onCase: (number: number) => void },
): Promise<Tally> {
  const tally: Tally = {
    outcomes: { read: 0, refused: 0 },
    kinds: {},
    slowestMs: 0,
    slowestCase: first,
    next: end,
  };
  let residentAtStart: number | null = null;
  for (let number = first; number < end; number++) {
    onCase(number);
    const fuzzCase = caseOf(target, seed, number);
    tally.kinds[fuzzCase.kind] = (tally.kinds[fuzzCase.kind] ?? 0) + 1;
    const before = threadMs();
    const outcome = await outcomeOf(target, fuzzCase);
    const tookMs = threadMs() - before;
    if (tookMs > SLOW_MS)
      throw new Error(`${fuzzCase.kind} of ${fuzzCase.seed.name}: it took ${Math.round(tookMs)} ms`);
    // The first case of a process loads and compiles what all of them need.
    if (number > first && tookMs > tally.slowestMs) [tally.slowestMs, tally.slowestCase] = [tookMs, number];
    tally.outcomes[outcome === 'restart' ? 'refused' : outcome] += 1;
    if (outcome === 'restart') return { ...tally, next: number + 1 };
    residentAtStart ??= process.memoryUsage.rss();
    if (number % CASES_BETWEEN_LOOKS === 0) requireFlatMemory(residentAtStart);
  }
  return tally;
}

async function outcomeOf(
  target: FuzzTarget,
  fuzzCase: ReturnType<typeof caseOf>,
): Promise<Outcome | 'restart'> {
  try {
    return await target.run(fuzzCase);
  } catch (error) {
    if (error instanceof RestartError) return 'restart';
    throw new Error(`${fuzzCase.kind} of ${fuzzCase.seed.name}: ${String(error)}`, { cause: error });
  }
}

function requireFlatMemory(residentAtStart: number): void {
  const grownBytes = process.memoryUsage.rss() - residentAtStart;
  if (grownBytes > MAX_GROWTH_BYTES)
    throw new Error(`the process has grown by ${Math.round(grownBytes / 2 ** 20)} MiB`);
}

/** Time that the processor spent on this thread; on all threads where Node cannot tell them apart. */
function threadMs(): number {
  const { user, system } = process.threadCpuUsage?.() ?? process.cpuUsage();
  return (user + system) / 1000;
}
