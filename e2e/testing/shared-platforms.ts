import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, inject } from 'vitest';
import { isRunning } from '../../tools/processes.mjs';

/**
 * The platforms that journeys share. `demo` has the shipped challenges (with the networks
 * of one area, see `shipped-challenges.ts`) and the small sea: for what looks at real boards, and its
 * evaluator is busy with their references at first. `small` has the small sea alone: for everything else.
 */
export type PlatformName = 'demo' | 'small';

export type SharedPlatform = {
  url: string;
  apiUrl: string;
  databaseUrl: string;
  organiserToken: string;
  /** For files of the journeys on this platform. */
  workFolder: string;
};

declare module 'vitest' {
  // vitest's own type is an interface, and only an interface can be added to.
  // oxlint-disable-next-line typescript/consistent-type-definitions
  export interface ProvidedContext {
    platforms: Record<PlatformName, SharedPlatform>;
  }
}

const LOOK_AGAIN_MS = 100;

/**
 * A platform for a whole test file, once it is its turn: files on one platform follow one another, since one may count what
 * another adds. Called while the file is read.
 */
export async function takePlatform(name: PlatformName): Promise<SharedPlatform> {
  const platform = sharedPlatform(name);
  const turn = path.join(platform.workFolder, 'turn');
  while (!take(turn)) await sleep(LOOK_AGAIN_MS);
  afterAll(() => fs.rmSync(turn));
  return platform;
}

/** A platform beside whoever has its turn: for files that leave nothing on it that anybody counts. */
export function sharedPlatform(name: PlatformName): SharedPlatform {
  return inject('platforms')[name];
}

/** False while another file has it. A turn whose process was killed is nobody's. */
function take(turn: string): boolean {
  try {
    fs.writeFileSync(turn, String(process.pid), { flag: 'wx' });
    return true;
  } catch {
    const holder = Number(readOr(turn, ''));
    if (holder > 0 && !isRunning(holder)) fs.rmSync(turn, { force: true });
    return false;
  }
}

function readOr(place: string, otherwise: string): string {
  try {
    return fs.readFileSync(place, 'utf8');
  } catch {
    return otherwise;
  }
}
