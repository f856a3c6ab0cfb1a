import { randomUUID } from 'node:crypto';
import { mkdir, readdir, rm, statfs } from 'node:fs/promises';
import { join } from 'node:path';

/** A folder of this process alone. Those of processes that are gone are removed: nothing in them is needed again. */
export async function claimWorkFolder(cacheFolder: string): Promise<string> {
  const parent = join(cacheFolder, 'work');
  await mkdir(parent, { recursive: true });
  for (const name of await readdir(parent)) {
    const processId = Number(name.split('-')[0]);
    if (processId !== process.pid && isRunning(processId)) continue;
    await rm(join(parent, name), { recursive: true, force: true });
  }
  const folder = join(parent, `${process.pid}-${randomUUID()}`);
  await mkdir(folder);
  return folder;
}

/** Bytes that this process may still write in the folder's file system. */
export async function freeBytesIn(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize;
}

function isRunning(processId: number): boolean {
  if (!Number.isInteger(processId) || processId <= 0) return false;
  try {
    process.kill(processId, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
