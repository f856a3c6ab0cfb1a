import pg from 'pg';
import type { DataSourceOptions } from 'typeorm';
import { createDataSource } from './data-source.js';

export type DriftReport = {
  migrationCount: number;
  /** Statements that would make the tables of the migrations those of the entities. */
  missing: string[];
  /** Tables that are still there when every migration has been undone. */
  tablesLeft: string[];
};

const MIGRATIONS_TABLE = 'migrations';

/**
 * Compares entities and migrations in a schema of its own, so that it neither needs nor touches the data of the
 * database it is given.
 */
export async function findMigrationDrift(
  databaseUrl: string,
  overrides: Pick<DataSourceOptions, 'migrations'> = {},
): Promise<DriftReport> {
  const schema = `migration_check_${process.pid}`;
  const url = new URL(databaseUrl);
  url.searchParams.set('options', `-c search_path=${schema}`);
  // The schema must be there before TypeORM connects, or it takes 'public' for the current one.
  const administrator = new pg.Client({ connectionString: databaseUrl });
  await administrator.connect();
  await administrator.query(`create schema ${schema}`);
  const dataSource = createDataSource(url.href).setOptions(overrides);
  try {
    await dataSource.initialize();
    const applied = await dataSource.runMigrations({ transaction: 'each' });
    const drift = await dataSource.driver.createSchemaBuilder().log();
    for (let undone = 0; undone < applied.length; undone += 1) {
      await dataSource.undoLastMigration({ transaction: 'each' });
    }
    const tables = await administrator.query<{ table_name: string }>(
      'select table_name from information_schema.tables where table_schema = $1',
      [schema],
    );
    return {
      migrationCount: applied.length,
      missing: drift.upQueries.map(({ query }) => query),
      tablesLeft: tables.rows.map((row) => row.table_name).filter((name) => name !== MIGRATIONS_TABLE),
    };
  } finally {
    if (dataSource.isInitialized) await dataSource.destroy();
    await administrator.query(`drop schema ${schema} cascade`);
    await administrator.end();
  }
}
