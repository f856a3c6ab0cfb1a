import type { Obstacle } from '@sillage/contracts';

/** Where one connected evaluator runs networks. */
export type PredictCapacity = { runtime: string; device: string; memoryBytes: number };

type Waiting = { state: string; step: string | null; job: { memoryBytes: number | null } | null };

const GIBIBYTE = 2 ** 30;

/**
 * What would have to connect before the next step can run at all; null where it is only a matter of time.
 *
 * @param capacities - of the evaluators that are connected now.
 */
export function obstacleOf(waiting: Waiting, capacities: readonly PredictCapacity[]): Obstacle | null {
  if (waiting.state !== 'queued' || waiting.step !== 'predict') return null;
  const [first, ...others] = capacities;
  if (first === undefined) {
    return {
      code: 'no-worker-predicts',
      message: 'no connected evaluator runs networks; the job stays in the queue until one does',
    };
  }
  const largest = others.reduce(
    (best, capacity) => (capacity.memoryBytes > best.memoryBytes ? capacity : best),
    first,
  );
  const needed = waiting.job?.memoryBytes ?? 0;
  if (needed <= largest.memoryBytes) return null;
  return {
    code: 'network-too-large',
    message: `the network needs about ${gibibytes(needed)} of memory, and the largest connected evaluator has ${gibibytes(largest.memoryBytes)} (${largest.device}); the job stays in the queue until a larger one connects, or until it is cancelled`,
  };
}

function gibibytes(bytes: number): string {
  return `${(bytes / GIBIBYTE).toFixed(1)} GiB`;
}
