import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { logLimits, readableLine, rotateLog, rotateLogsIn } from './rotate-logs.mjs';

let folder: string;
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'sillage-logs-'));
});
afterEach(() => fs.rmSync(folder, { recursive: true, force: true }));

const inFolder = (name: string) => path.join(folder, name);
const contents = () =>
  Object.fromEntries(
    fs
      .readdirSync(folder)
      .sort()
      .map((name) => [name, fs.readFileSync(inFolder(name), 'utf8')]),
  );
const LIMITS = { maxBytes: 4, oldCount: 2 };

test('a log that is too large is put aside under a number, and the oldest goes', () => {
  const file = inFolder('a.log');
  expect(rotateLog(file, LIMITS)).toBe(false);
  fs.writeFileSync(file, '1234');
  expect(rotateLog(file, LIMITS)).toBe(false);
  for (const content of ['first', 'second', 'third']) {
    fs.writeFileSync(file, content);
    expect(rotateLog(file, LIMITS)).toBe(true);
  }
  expect(contents()).toEqual({ 'a.log': '', 'a.log.1': 'third', 'a.log.2': 'second' });
});

test('a process goes on writing into the file that was emptied, without a hole', async () => {
  const file = inFolder('a.log');
  const log = fs.openSync(file, 'a');
  const code = `process.stdout.write('before'); process.stdin.once('data', () => { process.stdout.write('after'); process.exit(); })`;
  const child = spawn(process.execPath, ['-e', code], { stdio: ['pipe', log, 'inherit'] });
  const ended = once(child, 'exit');
  await expect.poll(() => contents()).toEqual({ 'a.log': 'before' });
  expect(rotateLog(file, LIMITS)).toBe(true);
  child.stdin?.end('go on');
  await ended;
  fs.closeSync(log);
  expect(contents()).toEqual({ 'a.log': 'after', 'a.log.1': 'before' });
});

test('the logs of a folder are looked at again and again, whatever happens to it, until told to stop', () => {
  vi.useFakeTimers();
  for (const name of ['a.log', 'b.log', 'notes.txt']) fs.writeFileSync(inFolder(name), `large ${name}`);
  const stop = rotateLogsIn(folder, LIMITS);
  try {
    const first = { 'a.log': '', 'a.log.1': 'large a.log', 'b.log': '', 'b.log.1': 'large b.log' };
    expect(contents()).toEqual({ ...first, 'notes.txt': 'large notes.txt' });
    fs.renameSync(folder, `${folder}-away`);
    vi.advanceTimersByTime(10_000);
    fs.renameSync(`${folder}-away`, folder);
    fs.writeFileSync(inFolder('b.log'), 'again');
    vi.advanceTimersByTime(10_000);
    expect(contents()).toMatchObject({ 'a.log.1': 'large a.log', 'b.log': '', 'b.log.1': 'again' });
    stop();
    fs.writeFileSync(inFolder('b.log'), 'after the stop');
    vi.advanceTimersByTime(10_000);
    expect(contents()).toMatchObject({ 'b.log': 'after the stop' });
  } finally {
    stop();
    vi.useRealTimers();
  }
});

test('the bounds come from the environment, and nonsense there is none', () => {
  expect(logLimits({})).toEqual({ maxBytes: 10 * 2 ** 20, oldCount: 5 });
  expect(logLimits({ SILLAGE_LOG_MIB: '0.5', SILLAGE_LOG_FILES: '2' })).toEqual({
    maxBytes: 2 ** 19,
    oldCount: 2,
  });
  expect(logLimits({ SILLAGE_LOG_MIB: 'much', SILLAGE_LOG_FILES: '0' })).toEqual(logLimits({}));
});

test.each([
  { line: '{"at":"T","level":"warn","process":"backend","message":"no disk"}', read: 'T warn no disk' },
  {
    line: '{"at":"T","level":"warn","event":"no-runtime","reason":"no GPU"}',
    read: 'T warn no-runtime (no GPU)',
  },
  { line: 'Error: a stack', read: 'Error: a stack' },
  { line: '42', read: '42' },
  { line: 'null', read: 'null' },
])('a person reads $line as $read', ({ line, read }) => {
  expect(readableLine(line)).toBe(read);
});

test('what the pages print becomes JSON', async () => {
  const preload = path.join(import.meta.dirname, 'json-console.mjs');
  const code = `console.log('\\u001b[32mReady\\u001b[0m in %dms', 5); console.error(new Error('a page broke')); console.log('');`;
  const child = spawn(process.execPath, ['--import', preload, '-e', code], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  child.stdout.on('data', (chunk) => (output += chunk));
  await once(child, 'close');
  const lines = output
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(lines).toMatchObject([
    { level: 'info', process: 'frontend', message: 'Ready in 5ms' },
    { level: 'error', process: 'frontend', message: expect.stringContaining('Error: a page broke\n    at ') },
  ]);
});
