import { AsyncLocalStorage } from 'node:async_hooks';
import type { DataSource, EntityManager, QueryRunner } from 'typeorm';
import { Transactions } from '../transactions/transactions.js';

type OpenTransaction = { manager: EntityManager; queryRunner: QueryRunner; effects: (() => void)[] };

/** A query outside of TypeORM's classes, as pg-boss wants it. */
export type SqlExecutor = { executeSql: (text: string, values?: unknown[]) => Promise<{ rows: unknown[] }> };

/** The data source, aware of the transaction that is open in the current call chain. */
export class Database extends Transactions {
  readonly #open = new AsyncLocalStorage<OpenTransaction>();

  constructor(readonly dataSource: DataSource) {
    super();
  }

  /** Of the open transaction, or of the pool. */
  get manager(): EntityManager {
    return this.#open.getStore()?.manager ?? this.dataSource.manager;
  }

  /** Every row that a statement returns, `returning` clauses included. */
  async query<Row>(text: string, values: unknown[] = []): Promise<Row[]> {
    const { rows } = await this.executor().executeSql(text, values);
    return rows as Row[];
  }

  /** Runs statements inside the open transaction, or on a connection of the pool. */
  executor(): SqlExecutor {
    const open = this.#open.getStore();
    return {
      executeSql: async (text, values) => {
        if (open !== undefined) return { rows: await recordsOf(open.queryRunner, text, values) };
        const queryRunner = this.dataSource.createQueryRunner();
        try {
          return { rows: await recordsOf(queryRunner, text, values) };
        } finally {
          await queryRunner.release();
        }
      },
    };
  }

  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.#open.getStore() !== undefined) return work();
    const effects: (() => void)[] = [];
    const queryRunner = this.dataSource.createQueryRunner();
    let result: T;
    try {
      await queryRunner.startTransaction();
      try {
        result = await this.#open.run({ manager: queryRunner.manager, queryRunner, effects }, work);
        await queryRunner.commitTransaction();
      } catch (error) {
        // The first error is the one to report; a connection that died cannot be rolled back.
        await queryRunner.rollbackTransaction().catch(() => undefined);
        throw error;
      }
    } finally {
      await queryRunner.release();
    }
    for (const effect of effects) effect();
    return result;
  }

  /** For what means nothing outside of one, like a lock until its end. */
  requireTransaction(): void {
    if (this.#open.getStore() === undefined) throw new Error('no transaction is open');
  }

  afterCommit(effect: () => void): void {
    const open = this.#open.getStore();
    if (open === undefined) effect();
    else open.effects.push(effect);
  }
}

async function recordsOf(queryRunner: QueryRunner, text: string, values: unknown[] = []): Promise<unknown[]> {
  const result = await queryRunner.query(text, values, true);
  return result.records ?? [];
}
