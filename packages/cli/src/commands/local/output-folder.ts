import { accessSync, constants } from 'node:fs';
import { dirname } from 'node:path';
import { CommandError } from '../../command-error.js';

/** Refuses an output path before minutes of work go into it. */
export function requireFolderOf(path: string): void {
  const folder = dirname(path);
  try {
    accessSync(folder, constants.W_OK | constants.X_OK);
  } catch (error) {
    const isAbsent = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    throw new CommandError(
      isAbsent
        ? `${path}: the folder ${folder} does not exist; make it first`
        : `${path}: files cannot be written to ${folder}`,
      { cause: error },
    );
  }
}
