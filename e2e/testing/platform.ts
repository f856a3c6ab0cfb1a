import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { startPlatform, type Platform } from '../../tools/platform.mjs';

export const ROOT = path.resolve(import.meta.dirname, '../..');

/** A folder that every user may enter: the system user `postgres` keeps its data in it when the tests run as root. */
export function temporaryFolder(name: string): string {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), `sillage-${name}-`));
  fs.chmodSync(folder, 0o755);
  return folder;
}

/** For a platform without challenges: scoring the references of those that are shipped would take minutes from other tests. */
function emptyFolder(stateFolder: string): string {
  const folder = path.join(stateFolder, 'no-datasets');
  fs.mkdirSync(folder, { recursive: true });
  return folder;
}

export type TestPlatform = Platform & { stateFolder: string; said: string[]; remove: () => Promise<void> };

/** The same code as `npm start`, on free ports, with a state folder of its own. */
export async function startTestPlatform(
  name: string,
  options: { datasetsFolder?: string; env?: NodeJS.ProcessEnv; stateFolder?: string } = {},
): Promise<TestPlatform> {
  const stateFolder = options.stateFolder ?? temporaryFolder(name);
  const said: string[] = [];
  const platform = await startPlatform({
    stateFolder,
    port: 0,
    // Tests sign in more often in a minute than people do.
    env: {
      ...process.env,
      SILLAGE_AUTH_RATE_PER_MINUTE: '1000',
      // A machine that runs several browsers may keep a page waiting for longer than a visitor would.
      SILLAGE_API_WAIT_S: '120',
      ...options.env,
    },
    progress: { say: (line: string) => said.push(line), step: (_name, work) => work() },
    datasetsFolder: options.datasetsFolder ?? emptyFolder(stateFolder),
  });
  return {
    ...platform,
    stateFolder,
    said,
    remove: async () => {
      await platform.stop();
      fs.rmSync(stateFolder, { recursive: true, force: true });
    },
  };
}
