import { createReadStream, createWriteStream } from 'node:fs';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';
import { migrations } from '@sillage/migrations';
import pg from 'pg';
import copyStreams from 'pg-copy-streams';
import { createDataSource } from '../database/data-source.js';
import { COLLECTION_LOCK, OBJECT_REFERENCES } from '../object-store/object-references.js';
import { HashingStream } from '../object-store/hashing-stream.js';
import { BackupError, type BackupManifest, type SequenceCopy, type TableCopy } from './backup-manifest.js';

type Table = { name: string; columns: string[] };

/** Of the schema `public`; the tickets of pg-boss are made again from the jobs. Columns that are computed are not copied. */
const TABLES = `
  select c.relname as name, array_agg(a.attname::text order by a.attnum) as columns
  from pg_class c join pg_attribute a on a.attrelid = c.oid
  where c.relnamespace = 'public'::regnamespace and c.relkind = 'r'
    and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
  group by c.relname order by c.relname`;
const FOREIGN_KEYS = `
  select conrelid::regclass::text as "table", conname as name, pg_get_constraintdef(oid) as definition
  from pg_constraint where contype = 'f' and connamespace = 'public'::regnamespace`;

const quoted = (name: string): string => pg.escapeIdentifier(name);
const columnList = ({ columns }: Table): string => columns.map(quoted).join(', ');

async function connected(databaseUrl: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: databaseUrl, application_name: 'sillage-backup' });
  client.on('error', () => undefined); // whatever runs on it fails too, and says so
  try {
    await client.connect();
  } catch (error) {
    const { hostname, port, pathname } = new URL(databaseUrl);
    const reason = error instanceof Error ? error.message || error.name : String(error);
    throw new BackupError(
      `the database at ${hostname}:${port || '5432'}${pathname} does not answer: ${reason}. Start it, or set DATABASE_URL right`,
      { cause: error },
    );
  }
  return client;
}

/** The database as it was at one instant, while others go on writing. No object that it refers to is collected meanwhile. */
export class DatabaseSnapshot {
  private constructor(private readonly client: pg.Client) {}

  static async open(databaseUrl: string): Promise<DatabaseSnapshot> {
    const client = await connected(databaseUrl);
    // Before the snapshot: removals under way come to their end, and none begins until the connection ends.
    await client.query('select pg_advisory_lock($1)', [COLLECTION_LOCK]);
    await client.query('begin isolation level repeatable read read only');
    return new DatabaseSnapshot(client);
  }

  async listMigrations(): Promise<string[]> {
    const { rows } = await this.client.query<{ name: string }>('select name from migrations order by id');
    return rows.map(({ name }) => name);
  }

  /** @param usedSince - uploads that were used before need no object of their own. */
  async listObjects(usedSince: Date): Promise<string[]> {
    const { rows } = await this.client.query<{ sha256: string }>(
      `select distinct sha256 from (${OBJECT_REFERENCES}) r where sha256 is not null order by sha256`,
      [usedSince],
    );
    return rows.map(({ sha256 }) => sha256);
  }

  async copyTables(folder: string): Promise<TableCopy[]> {
    const { rows: tables } = await this.client.query<Table>(TABLES);
    const copies: TableCopy[] = [];
    for (const table of tables) {
      const source = this.client.query(
        copyStreams.to(`copy (select ${columnList(table)} from ${quoted(table.name)}) to stdout`),
      );
      const hashing = new HashingStream(Infinity);
      const file = `${table.name}.copy.gz`;
      const target = createWriteStream(path.join(folder, file), { flags: 'wx', flush: true, mode: 0o600 });
      await pipeline(source, createGzip(), hashing, target);
      const { sizeBytes } = hashing;
      copies.push({ ...table, path: file, rowCount: source.rowCount, sizeBytes, sha256: hashing.sha256() });
    }
    return copies;
  }

  /** Later values than those of the snapshot do no harm: a sequence only must not give a number twice. */
  async listSequences(): Promise<SequenceCopy[]> {
    const { rows } = await this.client.query<SequenceCopy>(
      `select sequencename as name, last_value::text as "lastValue" from pg_sequences where schemaname = 'public'
       order by 1`,
    );
    return rows;
  }

  async close(): Promise<void> {
    await this.client.end();
  }
}

/** How many tables and views lie in the schema `public`. */
export async function countRelations(databaseUrl: string): Promise<number> {
  const client = await connected(databaseUrl);
  try {
    const { rows } = await client.query<{ count: number }>(
      `select count(*)::int as count from pg_class
       where relnamespace = 'public'::regnamespace and relkind in ('r', 'p', 'v', 'm')`,
    );
    return rows[0]?.count ?? 0;
  } finally {
    await client.end();
  }
}

const nameOf = (Migration: (typeof migrations)[number]): string => new Migration().name;

/** Those that this version does not have. */
export function unknownMigrations(names: readonly string[]): string[] {
  const known = new Set(migrations.map(nameOf));
  return names.filter((name) => !known.has(name));
}

/** The tables as they were when the backup was written: later migrations come at the next start. */
async function makeTables(databaseUrl: string, migrationNames: readonly string[]): Promise<void> {
  const wanted = migrations.filter((migration) => migrationNames.includes(nameOf(migration)));
  const dataSource = createDataSource(databaseUrl).setOptions({ migrations: wanted });
  await dataSource.initialize();
  try {
    await dataSource.runMigrations({ transaction: 'each' });
  } finally {
    await dataSource.destroy();
  }
}

/** Fills an empty database, in one transaction: afterwards it holds all of the backup, or nothing but empty tables. */
export async function loadDatabase(
  databaseUrl: string,
  folder: string,
  { migrations: names, tables, sequences }: Pick<BackupManifest, 'migrations' | 'tables' | 'sequences'>,
): Promise<void> {
  await makeTables(databaseUrl, names);
  const client = await connected(databaseUrl);
  try {
    await client.query('begin');
    const { rows: found } = await client.query<Table>(TABLES);
    requireSameTables(found, tables);
    // Rows come in no order that references could follow: they are compared at the end, all of them.
    const { rows: keys } = await client.query<{ table: string; name: string; definition: string }>(
      FOREIGN_KEYS,
    );
    for (const { table, name } of keys)
      await client.query(`alter table ${table} drop constraint ${quoted(name)}`);
    await client.query(`truncate ${tables.map(({ name }) => quoted(name)).join(', ')}`);
    for (const table of tables) await loadTable(client, folder, table);
    for (const { table, name, definition } of keys)
      await client.query(`alter table ${table} add constraint ${quoted(name)} ${definition}`);
    for (const { name, lastValue } of sequences)
      if (lastValue !== null)
        await client.query('select setval($1::regclass, $2)', [quoted(name), lastValue]);
    await client.query('commit');
    await client.query('analyze');
  } finally {
    await client.end();
  }
}

async function loadTable(client: pg.Client, folder: string, table: TableCopy): Promise<void> {
  const target = client.query(
    copyStreams.from(`copy ${quoted(table.name)} (${columnList(table)}) from stdin`),
  );
  await pipeline(createReadStream(path.join(folder, table.path)), createGunzip(), target);
  if (target.rowCount !== table.rowCount)
    throw new BackupError(
      `the table ${table.name} got ${target.rowCount} rows, the backup has ${table.rowCount}: take another backup`,
    );
}

function requireSameTables(found: readonly Table[], needed: readonly Table[]): void {
  const namesOf = (tables: readonly Table[]) =>
    new Set(tables.flatMap(({ name, columns }) => columns.map((column) => `${name}.${column}`)));
  const [ours, theirs] = [namesOf(found), namesOf(needed)];
  const differences = [
    ...[...theirs].filter((name) => !ours.has(name)),
    ...[...ours].filter((name) => !theirs.has(name)),
  ];
  if (differences.length > 0)
    throw new BackupError(
      `the tables of the backup are not those that this version makes: ${differences.slice(0, 5).join(', ')}. Restore with the version that wrote it`,
    );
}
