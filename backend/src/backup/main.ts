import 'reflect-metadata';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { configFromEnvironment, InvalidConfigError } from '../config/config.js';
import { createObjectStore } from '../object-store/object-store.module.js';
import { BackupError } from './backup-manifest.js';
import { restoreBackup } from './restore-backup.js';
import { writeBackup } from './write-backup.js';

const USAGE =
  'give what to do and where: backup FOLDER [FILE …], or restore FOLDER. FILEs are small ones that go with it, like secrets.json';
const say = (line: string): void => void process.stderr.write(`${line}\n`);

/** `node backup/main.js backup FOLDER [FILE …] | restore FOLDER`, with the environment of the backend. */
async function run([action, place, ...files]: readonly string[]): Promise<void> {
  if (place === undefined || (action !== 'backup' && action !== 'restore')) throw new BackupError(USAGE);
  const config = configFromEnvironment();
  const { databaseUrl } = config;
  const store = createObjectStore(config);
  const folder = path.resolve(place);
  if (action === 'restore') {
    const { createdAt, version } = await restoreBackup(folder, { databaseUrl, store }, say);
    process.stdout.write(`restored the backup of ${createdAt}, written by version ${version}\n`);
    return;
  }
  const contents = await Promise.all(
    files.map(async (file) => ({ name: path.basename(file), content: await readFile(file) })),
  );
  const { lost } = await writeBackup(
    folder,
    { databaseUrl, store, files: contents },
    { now: new Date(), say },
  );
  process.stdout.write(`${folder}\n`);
  if (lost.length > 0)
    throw new BackupError(
      `the backup is whole but for ${lost.length} objects that the store itself does not have, or not as they were: ${lost.slice(0, 3).join(', ')}; 'sillage admin storage' says what they are`,
    );
}

try {
  await run(process.argv.slice(2));
} catch (error) {
  const isPlain = error instanceof BackupError || error instanceof InvalidConfigError;
  const text = error instanceof Error ? (isPlain ? error.message : error.stack) : String(error);
  say(`sillage: ${text}`);
  process.exitCode = 1;
}
