import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { CommandError } from '../../command-error.js';

/** Of the machine that the platform runs on: these commands need its database and its store, not its API. */
const TOOL = fileURLToPath(new URL('../../../../../tools/backup-command.mjs', import.meta.url));

export const adminBackup = (folder: string): Promise<void> => run('backup', folder);
export const adminRestore = (folder: string): Promise<void> => run('restore', folder);

/** The tool says itself what is wrong. */
async function run(action: 'backup' | 'restore', folder: string): Promise<void> {
  if (!existsSync(TOOL))
    throw new CommandError(
      `${TOOL} is not there: run this in the clone that the platform runs from; in a container, 'node backend/dist/backup/main.js ${action} FOLDER'`,
    );
  const child = spawn(process.execPath, [TOOL, action, folder], { stdio: ['ignore', 'inherit', 'inherit'] });
  const [status] = (await once(child, 'close')) as [number | null];
  process.exitCode = status ?? 1;
}
