import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../testing/test-database.js';
import { findMigrationDrift } from './migration-drift.js';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database?.drop());

describe('the migrations', () => {
  it('say what the entities say, and leave nothing behind when undone', async () => {
    const report = await findMigrationDrift(database.url);
    expect(report.missing).toEqual([]);
    expect(report.tablesLeft).toEqual([]);
    expect(report.migrationCount).toBeGreaterThan(0);
  });

  it('are seen to be incomplete when they are', async () => {
    const report = await findMigrationDrift(database.url, { migrations: [] });
    expect(report.missing.join('\n')).toContain('CREATE TABLE "evaluations"');
  });
});
