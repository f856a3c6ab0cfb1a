import { spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { becomesTrue, isRunning, processIdentity } from './processes.mjs';
import { SupervisedProcess } from './supervised-process.mjs';

let folder: string;
let said: string[];
const running: SupervisedProcess[] = [];
/** The machine may be busy: whatever is to come has come by then. */
const PATIENCE_MS = 120_000;

beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'sillage-supervised-'));
  said = [];
});
afterEach(async () => {
  await Promise.all(running.splice(0).map((supervised) => supervised.stop()));
  fs.rmSync(folder, { recursive: true, force: true });
});

const inFolder = (name: string) => path.join(folder, name);
const READY = `require('fs').writeFileSync('ready-' + process.pid, '');`;

function supervise(code: string, change: Partial<ConstructorParameters<typeof SupervisedProcess>[0]> = {}) {
  fs.writeFileSync(inFolder('child.cjs'), code);
  const supervised: SupervisedProcess = new SupervisedProcess({
    name: 'child',
    command: process.execPath,
    args: [inFolder('child.cjs')],
    cwd: folder,
    env: process.env,
    logFile: inFolder('logs/child.log'),
    runFile: inFolder('child.json'),
    isReady: async () => supervised.pid !== null && fs.existsSync(inFolder(`ready-${supervised.pid}`)),
    readyTimeoutMs: PATIENCE_MS,
    say: (line) => said.push(line),
    ...change,
  });
  running.push(supervised);
  return supervised;
}

test('waits until it is ready, and ends it when told', async () => {
  const supervised = supervise(`setTimeout(() => { ${READY} }, 200); setInterval(() => {}, 1000);`);
  await supervised.start();
  const pid = supervised.pid!;
  expect(fs.existsSync(inFolder(`ready-${pid}`))).toBe(true);
  await supervised.stop();
  expect(isRunning(pid)).toBe(false);
  expect(fs.existsSync(inFolder('child.json'))).toBe(false);
});

test('starts it again after kill -9, and says so', async () => {
  const supervised = supervise(`${READY} setInterval(() => {}, 1000);`);
  await supervised.start();
  const first = supervised.pid!;
  supervised.kill();
  expect(await becomesTrue(() => supervised.pid !== null && supervised.pid !== first, PATIENCE_MS)).toBe(
    true,
  );
  expect(said.join()).toContain('ended (signal SIGKILL); starting it again in 0.2 s');
});

test('gives up on one that cannot start, with its last words', async () => {
  const supervised = supervise(`console.error('no configuration'); process.exit(3);`);
  await expect(supervised.start()).rejects.toThrow('the child ends at once (status 3)');
  expect(fs.readFileSync(inFolder('logs/child.log'), 'utf8')).toContain('no configuration');
  expect(said.join()).toContain('no configuration');
});

test('gives up on one that never becomes ready, and leaves nothing running', async () => {
  const pids: (number | null)[] = [];
  const supervised: SupervisedProcess = supervise(`setInterval(() => {}, 1000);`, {
    readyTimeoutMs: 700,
    isReady: async () => {
      pids.push(supervised.pid);
      return false;
    },
  });
  await expect(supervised.start()).rejects.toThrow('not ready after 0.7 s');
  const [pid] = pids;
  expect(pid).toBeGreaterThan(0);
  expect(isRunning(pid!)).toBe(false);
});

test('insists with one that ignores SIGTERM, and ends what it started itself', async () => {
  const supervised = supervise(`
    process.on('SIGTERM', () => process.exit(0));
    const grandchild = require('child_process').spawn('sleep', ['60']);
    require('fs').writeFileSync('grandchild', String(grandchild.pid));
    ${READY} setInterval(() => {}, 1000);`);
  await supervised.start();
  const grandchild = Number(fs.readFileSync(inFolder('grandchild'), 'utf8'));
  await supervised.stop();
  expect(await becomesTrue(() => !isRunning(grandchild), PATIENCE_MS)).toBe(true);
});

test('replaces what an earlier start left running', async () => {
  const code = `${READY} setInterval(() => {}, 1000);`;
  fs.writeFileSync(inFolder('child.cjs'), code);
  const orphan = spawn(process.execPath, [inFolder('child.cjs')], {
    cwd: folder,
    stdio: 'ignore',
    detached: true,
  });
  expect(await becomesTrue(() => fs.existsSync(inFolder(`ready-${orphan.pid}`)), PATIENCE_MS)).toBe(true);
  fs.writeFileSync(inFolder('child.json'), JSON.stringify(processIdentity(orphan.pid!)));
  const supervised = supervise(code);
  await supervised.start();
  expect(isRunning(orphan.pid!)).toBe(false);
  expect(supervised.pid).not.toBe(orphan.pid);
  expect(said.join()).toContain('replacing the child');
});

test('replaces one that gave itself another name, as the server of Next.js does', async () => {
  const code = `process.title = 'another name'; ${READY} setInterval(() => {}, 1000);`;
  fs.writeFileSync(inFolder('child.cjs'), code);
  const orphan = spawn(process.execPath, [inFolder('child.cjs')], {
    cwd: folder,
    stdio: 'ignore',
    detached: true,
  });
  expect(await becomesTrue(() => fs.existsSync(inFolder(`ready-${orphan.pid}`)), PATIENCE_MS)).toBe(true);
  fs.writeFileSync(inFolder('child.json'), JSON.stringify(processIdentity(orphan.pid!)));
  await supervise(code).start();
  expect(isRunning(orphan.pid!)).toBe(false);
});

test('leaves a stranger alone that got the number of ours', async () => {
  const stranger = spawn('sleep', ['60'], { stdio: 'ignore' });
  // The number is right, the start time is not; then both are right, and it works in another folder.
  for (const identity of [{ pid: stranger.pid!, startTime: '1' }, processIdentity(stranger.pid!)]) {
    fs.writeFileSync(inFolder('child.json'), JSON.stringify(identity));
    const supervised = supervise(`${READY} setInterval(() => {}, 1000);`);
    await supervised.start();
    await supervised.stop();
    expect(isRunning(stranger.pid!)).toBe(true);
  }
  stranger.kill();
});
