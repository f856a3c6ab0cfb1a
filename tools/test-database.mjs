// A database of its own for whoever tests.
import crypto from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { ensurePostgres, runStatement } from './embedded-postgres.mjs';

/** Test data only, on the loopback interface only. */
export const TEST_DATABASE_PASSWORD = 'test';

/**
 * An empty database: on the server of SILLAGE_TEST_DATABASE_URL, else on an embedded PostgreSQL in a temporary folder.
 * @returns {Promise<{ url: string, drop: () => Promise<void> }>}
 */
export async function createTestDatabase() {
  const given = process.env.SILLAGE_TEST_DATABASE_URL;
  const server =
    given === undefined || given === '' ? await startEmbedded() : { url: given, stop: async () => undefined };
  const name = `sillage_test_${crypto.randomUUID().replaceAll('-', '')}`;
  await runStatement(server.url, `create database ${name}`);
  const url = new URL(server.url);
  url.pathname = `/${name}`;
  return {
    url: url.href,
    drop: async () => {
      await runStatement(server.url, `drop database ${name} with (force)`);
      await server.stop();
    },
  };
}

async function startEmbedded() {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'sillage-test-database-'));
  const server = await ensurePostgres({
    folder: path.join(folder, 'postgres'),
    password: TEST_DATABASE_PASSWORD,
    isDurable: false,
  });
  return {
    url: server.url,
    stop: async () => {
      await server.stop();
      fs.rmSync(folder, { recursive: true, force: true });
    },
  };
}
