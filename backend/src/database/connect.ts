import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import type { DataSource } from 'typeorm';
import { isDatabaseUnavailable } from '../errors/error-reply.js';
import { createDataSource } from './data-source.js';

const RETRY_EVERY_MS = 2_000;
/** Any number that nobody else uses on this database. */
const MIGRATION_LOCK = 7_235_401;

export type ConnectedDatabase = DataSource;

export class DatabaseUnreachableError extends Error {
  readonly tag = 'database-unreachable';
}

function reasonOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return reasonOf(error.errors[0]);
  return error instanceof Error ? error.message || error.name : String(error);
}

/** Waits for the database and says so. @throws DatabaseUnreachableError after `waitMs`, with what to check. */
export async function connectDatabase(
  databaseUrl: string,
  options: { waitMs: number; say: (line: string) => void; onPoolError?: (error: Error) => void },
): Promise<DataSource> {
  const { hostname, port, pathname } = new URL(databaseUrl);
  const where = `${hostname}:${port === '' ? '5432' : port}${pathname}`;
  const giveUpAt = performance.now() + options.waitMs;
  for (let attempt = 1; ; attempt += 1) {
    const dataSource = createDataSource(databaseUrl, options.onPoolError);
    try {
      return await dataSource.initialize();
    } catch (error) {
      const leftMs = giveUpAt - performance.now();
      if (!isDatabaseUnavailable(error) || leftMs <= 0) {
        throw new DatabaseUnreachableError(
          `cannot use the database at ${where}: ${reasonOf(error)}. Is PostgreSQL running there, and are the user and password in DATABASE_URL right?`,
          { cause: error },
        );
      }
      options.say(
        `the database at ${where} does not answer (${reasonOf(error)}); attempt ${attempt}, trying again for another ${Math.ceil(leftMs / 1000)} s`,
      );
      await sleep(Math.min(RETRY_EVERY_MS, Math.max(leftMs, 0)));
    }
  }
}

/** One process at a time: several may start together on one database. */
export async function withMigrationLock<T>(databaseUrl: string, work: () => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: databaseUrl, application_name: 'sillage-start' });
  await client.connect();
  try {
    await client.query('select pg_advisory_lock($1)', [MIGRATION_LOCK]);
    return await work();
  } finally {
    await client.end();
  }
}
