import { NO_STAND, StandCounts, type Stand, type StandRow } from './domain/board-stand.js';
import type { BoardResampling } from './domain/board-uncertainty.js';
import { inPieces } from './in-pieces.js';

/** Replicates of a thousand resamplings are 8 kB: 8000 rows are 64 MB. */
const MAX_ROWS = 8_000;

/** The last known stand of each board, and what the next one is computed from, between requests and one after the other. */
export class BoardStands {
  readonly #known = new Map<string, Stand>();
  /** The ones that were updated last come last. */
  readonly #counts = new Map<string, StandCounts>();
  #last: Promise<unknown> = Promise.resolve();

  constructor(private readonly maxRows = MAX_ROWS) {}

  known(key: string): Stand {
    return this.#known.get(key) ?? NO_STAND;
  }

  /** The stand of these rows, once it is computed. */
  update(key: string, rows: readonly StandRow[], resampling: BoardResampling): Promise<Stand> {
    const update = this.#last.then(async () => {
      const counts = this.#counts.get(key) ?? new StandCounts();
      this.#counts.delete(key);
      const stand = await inPieces(counts.update(rows, resampling));
      this.#counts.set(key, counts);
      this.#known.set(key, stand);
      this.#forgetOldest();
      return stand;
    });
    this.#last = update.catch(() => undefined);
    return update;
  }

  /** Of a board that is forgotten every pair is compared again when it changes; its stand stays known. */
  #forgetOldest(): void {
    let rowCount = [...this.#counts.values()].reduce((sum, { size }) => sum + size, 0);
    for (const [key, { size }] of this.#counts) {
      if (rowCount <= this.maxRows || this.#counts.size === 1) return;
      this.#counts.delete(key);
      rowCount -= size;
    }
  }
}
