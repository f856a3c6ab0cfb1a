import { spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { becomesTrue, isRunning } from './processes.mjs';
import { endProcessesOfFolder, processesOfFolder } from './processes-of-folder.mjs';

const PATIENCE_MS = 120_000;

/** Ignores SIGTERM and has a child in a group of its own, which outlives it. */
const STUBBORN = `
  process.on('SIGTERM', () => {});
  const child = require('child_process').spawn('sleep', ['600'], { detached: true, stdio: 'ignore' });
  require('fs').writeFileSync(process.env.TMPDIR + '/child', String(child.pid));
  setInterval(() => {}, 1000);`;

test('ends all that inherited the folder, stubborn ones and their children too, and nobody else', async () => {
  const [folder, other] = ['ours', 'theirs'].map((name) =>
    fs.mkdtempSync(path.join(os.tmpdir(), `sillage-${name}-`)),
  ) as [string, string];
  const start = (place: string) =>
    spawn(process.execPath, ['-e', STUBBORN], {
      env: { ...process.env, TMPDIR: place },
      stdio: 'ignore',
      detached: true,
    });
  const [ours, theirs] = [start(folder), start(other)];
  const childOf = (place: string) => Number(fs.readFileSync(path.join(place, 'child'), 'utf8'));
  const hasChild = (place: string) => fs.existsSync(path.join(place, 'child')) && childOf(place) > 0;
  try {
    expect(await becomesTrue(() => hasChild(folder) && hasChild(other), PATIENCE_MS)).toBe(true);
    expect(processesOfFolder(folder).sort()).toEqual([ours.pid!, childOf(folder)].sort());
    await endProcessesOfFolder(folder, 500);
    expect(processesOfFolder(folder)).toEqual([]);
    expect([ours.pid!, childOf(folder)].some(isRunning)).toBe(false);
    expect([theirs.pid!, childOf(other)].every(isRunning)).toBe(true);
  } finally {
    for (const place of [folder, other]) {
      await endProcessesOfFolder(place, 100);
      fs.rmSync(place, { recursive: true, force: true });
    }
  }
});
