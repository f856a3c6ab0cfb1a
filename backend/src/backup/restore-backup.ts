import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { FolderObjectStore } from '../object-store/folder-object-store.js';
import { hashFile } from '../object-store/hash-file.js';
import { ObjectHashError, ObjectMissingError, type ObjectStore } from '../object-store/object-store.js';
import { BackupError, backupManifestSchema, MANIFEST_FILE, type BackupManifest } from './backup-manifest.js';
import { countRelations, loadDatabase, unknownMigrations } from './database-copy.repository.js';
import { entriesOf } from './folder-entries.js';

export type RestoreTarget = { databaseUrl: string; store: ObjectStore };

/**
 * Puts a backup into an empty database and an empty store. Every hash is compared; the database comes last, in one
 * transaction, so that a platform never starts on half of a backup.
 */
export async function restoreBackup(
  folder: string,
  { databaseUrl, store }: RestoreTarget,
  say: (line: string) => void,
): Promise<BackupManifest> {
  const manifest = await readManifest(folder);
  const databaseFolder = path.join(folder, 'database');
  for (const table of manifest.tables) await requireIntact(databaseFolder, table);
  for (const file of manifest.files) await requireIntact(path.join(folder, 'files'), file);
  await store.prepare(); // a bucket that is not there cannot be seen to be empty
  await requireEmpty({ databaseUrl, store }, manifest);
  await restoreObjects(folder, store, manifest);
  say(`objects: ${manifest.objects.length}, each with the hash that it has to have`);
  await loadDatabase(databaseUrl, databaseFolder, manifest);
  say(`database: ${manifest.tables.length} tables`);
  return manifest;
}

async function readManifest(folder: string): Promise<BackupManifest> {
  const file = path.join(folder, MANIFEST_FILE);
  let content: unknown;
  try {
    content = JSON.parse(await readFile(file, 'utf8'));
  } catch (error) {
    const names = await entriesOf(folder);
    throw new BackupError(
      `${folder} is no whole backup: it holds ${names.length === 0 ? 'nothing' : names.slice(0, 3).join(', ')} and no readable ${MANIFEST_FILE}, which is written last; take another backup`,
      { cause: error },
    );
  }
  const parsed = backupManifestSchema.safeParse(content);
  if (!parsed.success)
    throw new BackupError(
      `${file} is not the list of a backup that this version reads: ${parsed.error.issues[0]?.path.join('.') ?? ''} is wrong; restore with the version that wrote it`,
    );
  const unknown = unknownMigrations(parsed.data.migrations);
  if (unknown.length > 0)
    throw new BackupError(
      `the backup was written by a newer version (${parsed.data.version}, with ${unknown.join(', ')}): restore with that version or a later one`,
    );
  return parsed.data;
}

async function requireIntact(
  folder: string,
  { path: name, sha256 }: { path: string; sha256: string },
): Promise<void> {
  const file = path.join(folder, name);
  const found = (await hashFile(file)).sha256;
  if (found === sha256) return;
  throw new BackupError(
    `${file} hashes to ${found}, and to ${sha256} when it was written: it was damaged; take another backup`,
  );
}

/** Objects of this very backup may be there: an interrupted restore goes on. */
async function requireEmpty({ databaseUrl, store }: RestoreTarget, manifest: BackupManifest): Promise<void> {
  const count = await countRelations(databaseUrl);
  if (count > 0)
    throw new BackupError(
      `the database of DATABASE_URL holds ${count} tables and views: a restore needs an empty one; make a new database, and give its address`,
    );
  const expected = new Set(manifest.objects.map(({ sha256 }) => sha256));
  for await (const objects of store.list()) {
    const other = objects.find(({ sha256 }) => !expected.has(sha256));
    if (other !== undefined)
      throw new BackupError(
        `the object store holds ${other.sha256}, which is not in the backup: a restore needs an empty store; give another folder or bucket`,
      );
  }
}

async function restoreObjects(
  folder: string,
  store: ObjectStore,
  { objects }: BackupManifest,
): Promise<void> {
  const copies = new FolderObjectStore(path.join(folder, 'objects'));
  for (const { sha256, sizeBytes } of objects) {
    try {
      await store.putStream(await copies.open(sha256), { sha256, maxBytes: sizeBytes });
    } catch (error) {
      if (!(error instanceof ObjectMissingError || error instanceof ObjectHashError)) throw error;
      throw new BackupError(
        `object ${sha256} of the backup is ${error instanceof ObjectMissingError ? 'missing' : `damaged: ${error.message}`}; take another backup`,
        { cause: error },
      );
    }
  }
}
