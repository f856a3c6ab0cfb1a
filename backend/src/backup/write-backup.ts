import { mkdir, open, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { VERSION } from '../health/health.service.js';
import { FolderObjectStore } from '../object-store/folder-object-store.js';
import { hashFile } from '../object-store/hash-file.js';
import {
  ObjectHashError,
  ObjectMissingError,
  ObjectTooLargeError,
  type ObjectStore,
  type StoredObject,
} from '../object-store/object-store.js';
import { BACKUP_FORMAT, BackupError, MANIFEST_FILE, type BackupManifest } from './backup-manifest.js';
import { DatabaseSnapshot } from './database-copy.repository.js';
import { entriesOf } from './folder-entries.js';

export type BackupSource = {
  databaseUrl: string;
  store: ObjectStore;
  /** Small files that belong to the platform, by the name that they get. */
  files: readonly { name: string; content: Buffer }[];
};

/**
 * Writes all of a platform into a new folder, while it runs. Under a temporary name until the manifest, the last file, is on
 * the disk: what has the name that was asked for is whole.
 */
export async function writeBackup(
  folder: string,
  source: BackupSource,
  { now, say }: { now: Date; say: (line: string) => void },
): Promise<BackupManifest> {
  const found = await entriesOf(folder);
  if (found.length > 0)
    throw new BackupError(
      `${folder} is not empty (it holds ${found.slice(0, 3).join(', ')}): a backup goes into a new folder; give another name`,
    );
  const half = `${folder}.half-${process.pid}`;
  await mkdir(half, { recursive: true, mode: 0o700 });
  try {
    const manifest = await fill(half, source, { now, say });
    await rename(half, folder);
    await syncFolder(path.dirname(folder));
    return manifest;
  } catch (error) {
    await rm(half, { recursive: true, force: true });
    throw error;
  }
}

async function fill(
  half: string,
  { databaseUrl, store, files }: BackupSource,
  { now, say }: { now: Date; say: (line: string) => void },
): Promise<BackupManifest> {
  for (const name of ['database', 'files']) await mkdir(path.join(half, name), { mode: 0o700 });
  const snapshot = await DatabaseSnapshot.open(databaseUrl);
  try {
    const tables = await snapshot.copyTables(path.join(half, 'database'));
    say(`database: ${tables.length} tables, ${tables.reduce((sum, { rowCount }) => sum + rowCount, 0)} rows`);
    const wanted = await snapshot.listObjects(now);
    const { objects, lost } = await copyObjects(wanted, store, path.join(half, 'objects'));
    say(`objects: ${objects.length}, ${objects.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)} bytes`);
    const manifest: BackupManifest = {
      format: BACKUP_FORMAT,
      createdAt: now.toISOString(),
      version: VERSION,
      migrations: await snapshot.listMigrations(),
      tables,
      sequences: await snapshot.listSequences(),
      objects,
      lost,
      files: await Promise.all(files.map((file) => copyFile(half, file))),
    };
    await writeFile(path.join(half, MANIFEST_FILE), `${JSON.stringify(manifest, null, 1)}\n`, {
      flag: 'wx',
      flush: true,
      mode: 0o600,
    });
    await syncFolder(half);
    return manifest;
  } finally {
    await snapshot.close();
  }
}

/** Each object is hashed while it is copied; one that the store itself has lost or broken is named, and does not stop the rest. */
async function copyObjects(
  wanted: readonly string[],
  store: ObjectStore,
  folder: string,
): Promise<{ objects: StoredObject[]; lost: string[] }> {
  const copies = new FolderObjectStore(folder);
  await copies.prepare();
  const objects: StoredObject[] = [];
  const lost: string[] = [];
  for (const sha256 of wanted) {
    try {
      const maxBytes = (await store.sizeOf(sha256)) ?? 0;
      objects.push(await copies.putStream(await store.open(sha256), { sha256, maxBytes }));
    } catch (error) {
      const isLost =
        error instanceof ObjectMissingError ||
        error instanceof ObjectHashError ||
        error instanceof ObjectTooLargeError;
      if (!isLost) throw error;
      lost.push(sha256);
    }
  }
  await rm(path.join(folder, 'incoming'), { recursive: true });
  return { objects, lost };
}

async function copyFile(half: string, { name, content }: BackupSource['files'][number]) {
  const file = path.join(half, 'files', name);
  await writeFile(file, content, { flag: 'wx', flush: true, mode: 0o600 });
  return { path: name, ...(await hashFile(file)) };
}

/** The names in a folder must survive a power cut too. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
