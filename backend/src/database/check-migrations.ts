import pg from 'pg';
import { configFromEnvironment } from '../config/config.js';
import { createDataSource } from './data-source.js';

/**
 * Fails when the entities and the migrations describe different tables. Runs the migrations in a schema of its own,
 * so that it neither needs nor touches the data of the database it is given.
 */
async function checkMigrations(): Promise<number> {
  const { databaseUrl } = configFromEnvironment();
  const schema = `migration_check_${process.pid}`;
  const url = new URL(databaseUrl);
  url.searchParams.set('options', `-c search_path=${schema}`);
  // The schema must be there before TypeORM connects, or it takes 'public' for the current one.
  const administrator = new pg.Client({ connectionString: databaseUrl });
  await administrator.connect();
  await administrator.query(`create schema ${schema}`);
  const dataSource = createDataSource(url.href);
  try {
    await dataSource.initialize();
    const applied = await dataSource.runMigrations({ transaction: 'each' });
    const drift = await dataSource.driver.createSchemaBuilder().log();
    for (const { query } of drift.upQueries) console.error(`missing in the migrations: ${query}`);
    const before = await countTables(dataSource, schema);
    for (let undone = 0; undone < applied.length; undone += 1)
      await dataSource.undoLastMigration({ transaction: 'each' });
    const left = (await countTables(dataSource, schema)) - 1; // the list of migrations itself stays
    if (left > 0) console.error(`down leaves ${left} of ${before} tables behind`);
    if (drift.upQueries.length > 0 || left > 0) return 1;
    console.log(`${applied.length} migrations say what the entities say, and can be undone`);
    return 0;
  } finally {
    if (dataSource.isInitialized) await dataSource.destroy();
    await administrator.query(`drop schema ${schema} cascade`);
    await administrator.end();
  }
}

async function countTables(dataSource: ReturnType<typeof createDataSource>, schema: string): Promise<number> {
  const rows: { count: number }[] = await dataSource.query(
    'select count(*)::int as count from information_schema.tables where table_schema = $1',
    [schema],
  );
  return rows[0]?.count ?? 0;
}

process.exitCode = await checkMigrations();
