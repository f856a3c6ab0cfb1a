import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { serviceNode } from '../clone.mjs';
import { endProcessesOfFolder, processesOfFolder } from '../processes-of-folder.mjs';

const ROUNDS = 10;
const LIMIT_MS = 900_000;
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'sillage-faults-test-'));
fs.chmodSync(folder, 0o755); // the system user `postgres` enters it
afterAll(async () => {
  await endProcessesOfFolder(folder);
  fs.rmSync(folder, { recursive: true, force: true });
});

const mounts = () => fs.readFileSync('/proc/mounts', 'utf8').split('\n');

test(
  'ten faults lose nothing, and an interrupted run leaves nothing behind',
  async () => {
    const harness = spawn(
      serviceNode(),
      [path.join(import.meta.dirname, 'run.mjs'), '--quick', '--rounds', String(2 * ROUNDS), '--seed', '1'],
      {
        env: { ...process.env, TMPDIR: folder, SILLAGE_AS_BUILT: '1' },
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    );
    let said = '';
    const ended = once(harness, 'exit');
    for (const output of [harness.stdout, harness.stderr])
      output.setEncoding('utf8').on('data', (text: string) => {
        said += text;
        if (said.includes(`round ${ROUNDS} of`)) harness.kill('SIGINT');
      });
    const [status] = await ended;
    const rounds = said.split('\n').filter((line) => line.startsWith('round '));
    expect(
      rounds.slice(0, ROUNDS).every((line) => line.includes(': ok, ')),
      said,
    ).toBe(true);
    expect(rounds.length, said).toBeGreaterThanOrEqual(ROUNDS);
    expect(status, said).toBe(128 + os.constants.signals.SIGINT);
    expect(processesOfFolder(folder)).toEqual([]);
    expect(mounts().filter((line) => line.includes(folder))).toEqual([]);
    // Node keeps compiled modules there for the next run.
    expect(fs.readdirSync(folder).filter((name) => name.startsWith('sillage-'))).toEqual([]);
  },
  LIMIT_MS,
);
