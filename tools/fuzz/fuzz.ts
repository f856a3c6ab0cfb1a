/**
 * `npm run fuzz -- [--target NAME,NAME|all] [--cases 100000] [--seed 1] [--first 0]`: gives broken and hostile inputs to the readers
 * of what strangers send. Each must be read or refused, in 2 s of the processor and bounded memory. Prints a table; ends with 1, and says how to
 * repeat it, when a case is neither. `--save FILE` keeps the bytes of the first case.
 */
import { fork } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { Tally } from './run-cases.ts';
import { TARGET_NAMES } from './target-names.ts';

const WORKER = fileURLToPath(new URL('fuzz-worker.ts', import.meta.url));
const MAX_HEAP_MIB = 256;
/** On the clock, without a new case: the machine may be busy with something else. */
const STUCK_MS = 120_000;

const LONGEST_REASON = 3_000;
const MAX_CRASHES = 20;

type WorkerTally = Tally & { peakBytes: number };
type Row = {
  target: string;
  cases: number;
  read: number;
  refused: number;
  crashes: number;
  slowestMs: number;
  peakBytes: number;
};

const { values } = parseArgs({
  options: {
    target: { type: 'string', default: 'all' },
    cases: { type: 'string', default: '100000' },
    seed: { type: 'string', default: '1' },
    first: { type: 'string', default: '0' },
    save: { type: 'string' },
  },
});
const targets = values.target === 'all' ? TARGET_NAMES : values.target.split(',');
const unknown = targets.find((name) => !TARGET_NAMES.some((known) => known === name));
if (unknown !== undefined)
  throw new Error(`no target '${unknown}': there are ${TARGET_NAMES.join(', ')} and all`);
const seed = Number(values.seed);
const first = Number(values.first);
const end = first + Number(values.cases);
const folder = mkdtempSync(join(tmpdir(), 'sillage-fuzz-'));
try {
  const rows: Row[] = [];
  for (const target of targets) rows.push(await fuzzed(target));
  printTable(rows);
  if (rows.some(({ crashes }) => crashes > 0)) process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** All cases of a target; after a crash a new process goes on behind it. */
async function fuzzed(target: string): Promise<Row> {
  const row: Row = {
    target,
    cases: end - first,
    read: 0,
    refused: 0,
    crashes: 0,
    slowestMs: 0,
    peakBytes: 0,
  };
  for (let next = first; next < end;) {
    const found = await runWorker(target, next);
    if ('crashed' in found) {
      row.crashes += 1;
      console.error(
        `${target}: case ${found.crashed} of seed ${seed}: ${found.reason.slice(0, LONGEST_REASON)}`,
      );
      console.error(`  npm run fuzz -- --target ${target} --seed ${seed} --first ${found.crashed} --cases 1`);
      if (row.crashes >= MAX_CRASHES) return { ...row, cases: found.crashed + 1 - first };
      // Those before it are tried again: their tally went with the process.
      if (found.crashed > next) addTally(row, await runWorker(target, next, found.crashed));
      next = found.crashed + 1;
      continue;
    }
    addTally(row, found);
    next = found.next;
  }
  return row;
}

function addTally(row: Row, found: WorkerTally | { crashed: number }): void {
  if ('crashed' in found) return;
  row.read += found.outcomes.read;
  row.refused += found.outcomes.refused;
  row.slowestMs = Math.max(row.slowestMs, found.slowestMs);
  row.peakBytes = Math.max(row.peakBytes, found.peakBytes);
}

function runWorker(
  target: string,
  from: number,
  to = end,
): Promise<WorkerTally | { crashed: number; reason: string }> {
  const progressPath = join(folder, 'progress');
  const save = values.save === undefined ? [] : [values.save];
  const child = fork(WORKER, [target, String(seed), String(from), String(to), progressPath, ...save], {
    execArgv: ['--no-warnings', `--max-old-space-size=${MAX_HEAP_MIB}`],
    env: { ...process.env, TMPDIR: folder },
    stdio: ['ignore', 'inherit', 'pipe', 'ipc'],
  });
  let errors = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    errors = (errors + text).slice(-20_000);
  });
  const caseNow = (): number => {
    const note = readFileSync(progressPath);
    return note.length < 8 ? from : note.readDoubleBE(0);
  };
  let [last, isStuck] = [-1, false];
  const watchdog = setInterval(() => {
    const current = caseNow();
    isStuck = current === last;
    if (isStuck) child.kill('SIGKILL');
    last = current;
  }, STUCK_MS);
  let tally: WorkerTally | null = null;
  child.on('message', (message) => {
    tally = message as WorkerTally;
  });
  return new Promise((resolve) => {
    child.on('close', (code, signal) => {
      clearInterval(watchdog);
      if (tally !== null) return resolve(tally);
      const ending = isStuck ? `no end after ${STUCK_MS / 1000} s` : `ended with ${signal ?? code}`;
      return resolve({ crashed: caseNow(), reason: `${ending}\n${errors.trim()}` });
    });
  });
}

function printTable(rows: readonly Row[]): void {
  const count = (value: number): string => value.toLocaleString('en');
  console.log('| target | cases | read | refused | crashes | slowest, ms | peak memory, MiB |');
  console.log('|---|---:|---:|---:|---:|---:|---:|');
  for (const { target, cases, read, refused, crashes, slowestMs, peakBytes } of rows)
    console.log(
      `| ${target} | ${[cases, read, refused, crashes, Math.round(slowestMs), Math.round(peakBytes / 2 ** 20)].map(count).join(' | ')} |`,
    );
}
