/** Port to the database's transactions: everything awaited inside `run` is committed together or not at all. */
export abstract class Transactions {
  /** Joins the transaction that is already open in this call chain, if there is one. */
  abstract run<T>(work: () => Promise<T>): Promise<T>;

  /** Runs `effect` once the open transaction has been committed; at once when there is none. */
  abstract afterCommit(effect: () => void): void;
}
