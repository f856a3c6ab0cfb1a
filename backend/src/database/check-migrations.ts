import { configFromEnvironment } from '../config/config.js';
import { findMigrationDrift } from './migration-drift.js';

/** `npm run migration:check -w backend`: fails when the entities and the migrations describe different tables. */
async function checkMigrations(): Promise<number> {
  const { migrationCount, missing, tablesLeft } = await findMigrationDrift(
    configFromEnvironment().databaseUrl,
  );
  for (const statement of missing) console.error(`missing in the migrations: ${statement}`);
  for (const table of tablesLeft) console.error(`left behind when the migrations are undone: ${table}`);
  if (missing.length > 0 || tablesLeft.length > 0) return 1;
  console.log(`${migrationCount} migrations say what the entities say, and can be undone`);
  return 0;
}

process.exitCode = await checkMigrations();
