import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, expect, inject } from 'vitest';
import { isRunning } from '../../tools/processes.mjs';

/**
 * Files that share nothing with another: they start a platform of their own, or leave nothing on the shared one that anybody
 * looks at. They run beside the others, which take turns, since one may count what another adds.
 */
const ALONE = ['crashes', 'sign-in-elsewhere', 'start-command', 'starter-kit'];
const LOOK_AGAIN_MS = 100;

const file = path.basename(expect.getState().testPath ?? '', '.test.ts');
if (!ALONE.includes(file)) {
  const turn = path.join(inject('platform').workFolder, 'turn');
  while (!take(turn)) await sleep(LOOK_AGAIN_MS);
  afterAll(() => fs.rmSync(turn));
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
