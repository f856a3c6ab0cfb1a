import { setImmediate as nextTurn } from 'node:timers/promises';

/** No request waits longer than this for a computation, and for one step of it. */
const PIECE_MS = 3;

/** Computes between requests: after each piece whatever came in meanwhile is answered first. */
export async function inPieces<Result>(work: Generator<void, Result>): Promise<Result> {
  for (;;) {
    await nextTurn();
    const until = performance.now() + PIECE_MS;
    do {
      const step = work.next();
      if (step.done === true) return step.value;
    } while (performance.now() < until);
  }
}
