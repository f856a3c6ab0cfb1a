import type { Random } from './mutations.ts';

/** A good or a hostile input, by the name of its file. */
export type Seed = { name: string; bytes: Uint8Array };

/** An input to be tried: a seed, changed in one way. */
export type FuzzCase = { seed: Seed; kind: string; bytes: Uint8Array };

/** What became of a case: `read`, or `refused` in the words of the reader. Everything else is thrown. */
export type Outcome = 'read' | 'refused';

/** A reader of what strangers send, and inputs to begin with. */
export type FuzzTarget = {
  name: string;
  seeds: readonly Seed[];
  mutate: (random: Random) => FuzzCase;
  /**
   * Reads a case to its end.
   *
   * @throws Error where the reader neither reads nor refuses: another exception, a wrong result.
   * @throws RestartError where the process has to be started anew before the next case, although this one was refused.
   */
  run: (fuzzCase: FuzzCase) => Promise<Outcome>;
};

/** A native or WebAssembly library has given up: refused, but it reads nothing more in this process. */
export class RestartError extends Error {}
