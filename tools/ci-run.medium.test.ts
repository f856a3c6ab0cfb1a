import { spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ROOT } from './clone.mjs';
import { isRunning } from './processes.mjs';

/** The script of this clone over a project whose `npm test` and `npm run check` do what a test says. */
let folder: string;
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'sillage-ci-run-'));
  fs.mkdirSync(path.join(folder, '.ci'));
  fs.copyFileSync(path.join(ROOT, '.ci/run'), path.join(folder, '.ci/run'));
  fs.mkdirSync(path.join(folder, 'node_modules'));
  fs.writeFileSync(path.join(folder, 'node_modules/.package-lock.json'), '{}');
});
afterEach(() => fs.rmSync(folder, { recursive: true, force: true }));

function start({ tests, check = '' }: { tests: string; check?: string }) {
  fs.writeFileSync(path.join(folder, 'tests.mjs'), tests);
  fs.writeFileSync(path.join(folder, 'check.mjs'), check);
  const scripts = { test: 'node tests.mjs', check: 'node check.mjs' };
  fs.writeFileSync(path.join(folder, 'package.json'), JSON.stringify({ scripts }));
  const child = spawn('bash', ['.ci/run'], { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  child.stdout.on('data', (chunk) => (output += chunk));
  child.stderr.on('data', (chunk) => (output += chunk));
  const ended = new Promise<{ status: number | null; output: string }>((resolve) =>
    child.on('close', (status) => resolve({ status, output })),
  );
  return { child, ended, soFar: () => output };
}

const lastLine = (output: string) => output.trim().split('\n').at(-1);

test('adds the checks to the tests, and says which part began and ended when', async () => {
  const { status, output } = await start({ tests: `console.log('3 passed, 0 failed, 1 skipped')` }).ended;
  expect([status, lastLine(output)]).toEqual([0, '4 passed, 0 failed, 1 skipped']);
  expect(output).toMatch(/^\[0:0\d\] npm test$[^]*^\[0:0\d\] npm test ended with status 0$/m);
  expect(output).toMatch(/^\[0:0\d\] npm run check$/m);
});

test.each([
  ['tests', { tests: `console.log('3 passed, 1 failed, 0 skipped'); process.exit(1)` }, '4 passed, 1 failed'],
  [
    'a check',
    { tests: `console.log('3 passed, 0 failed, 0 skipped')`, check: 'process.exit(1)' },
    '3 passed, 1 failed',
  ],
  ['what no test has counted', { tests: 'process.exit(7)' }, '1 passed, 1 failed'],
])('fails with %s', async (_what, scripts, counts) => {
  const { status, output } = await start(scripts).ended;
  expect([status, lastLine(output)]).toEqual([1, `${counts}, 0 skipped`]);
});

test.each(['SIGTERM', 'SIGHUP', 'SIGINT'] as const)(
  'ended by %s says so at once, in which part, and leaves nothing running',
  async (signal) => {
    const running = start({
      tests: `
        process.on('${signal}', () => { console.log('the tests heard it'); process.exit(1); });
        console.log('pid', process.pid);
        setTimeout(() => {}, 60_000);`,
    });
    await expect.poll(running.soFar).toMatch(/pid \d+\n/);
    const pid = Number(/pid (\d+)/.exec(running.soFar())?.[1]);
    running.child.kill(signal);
    const { status, output } = await running.ended;
    expect(output).toContain('the tests heard it');
    expect(output).toMatch(new RegExp(`^\\[0:0\\d\\] ended by ${signal} in: npm test$`, 'm'));
    expect(status).toBe(128 + os.constants.signals[signal]);
    expect(lastLine(output)).toBe('0 passed, 1 failed, 0 skipped');
    expect(isRunning(pid)).toBe(false);
  },
);
