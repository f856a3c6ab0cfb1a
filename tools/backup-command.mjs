#!/usr/bin/env node
// sillage admin backup FOLDER | restore FOLDER: on the machine of the platform, with SILLAGE_HOME and DATABASE_URL as `npm start` has them.
import { backUp, restore } from './backup.mjs';
import { STATE_FOLDER } from './clone.mjs';

const [action, folder = ''] = process.argv.slice(2);
try {
  process.exitCode = await (action === 'restore' ? restore : backUp)(folder, {
    stateFolder: STATE_FOLDER,
    databaseUrl: process.env.DATABASE_URL || undefined,
  });
} catch (error) {
  const isPlain =
    error instanceof Error &&
    ['PlainError', 'AlreadyRunningError', 'EmbeddedPostgresError'].includes(error.name);
  console.error(`sillage: ${isPlain ? error.message : error instanceof Error ? error.stack : String(error)}`);
  process.exitCode = 1;
}
