import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import pg from 'pg';

/**
 * A database of its own for one test file: on the server of SILLAGE_TEST_DATABASE_URL, else on an embedded PostgreSQL
 * in a temporary folder.
 */
export type TestDatabase = { url: string; drop: () => Promise<void> };

async function administer(serverUrl: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: serverUrl });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

/** The starter is a plain module outside of this package. */
async function startEmbedded() {
  const starter = new URL('../../../tools/embedded-postgres.mjs', import.meta.url).href;
  const { ensurePostgres } = (await import(starter)) as typeof import('../../../tools/embedded-postgres.mjs');
  const folder = await mkdtemp(path.join(tmpdir(), 'sillage-backend-test-'));
  const server = await ensurePostgres({
    folder: path.join(folder, 'postgres'),
    password: 'test',
    isDurable: false,
  });
  return {
    url: server.url,
    stop: async () => {
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

export async function createTestDatabase(): Promise<TestDatabase> {
  const given = process.env.SILLAGE_TEST_DATABASE_URL;
  const server =
    given === undefined || given === '' ? await startEmbedded() : { url: given, stop: async () => undefined };
  const name = `sillage_test_${randomUUID().replaceAll('-', '')}`;
  await administer(server.url, `create database ${name}`);
  const url = new URL(server.url);
  url.pathname = `/${name}`;
  return {
    url: url.href,
    drop: async () => {
      await administer(server.url, `drop database ${name} with (force)`);
      await server.stop();
    },
  };
}
