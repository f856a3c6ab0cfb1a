import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { FakeBackend } from '../testing/fake-backend.js';
import { waitFor } from '../testing/wait-for.js';
import type { ChildLimits } from '../config.js';
import { createLog } from '../log.js';
import { codeFolders, probeIsolation } from '../sandbox/isolation.js';
import { WarmChildren } from '../sandbox/warm-children.js';
import { runClaimLoop } from './claim-loop.js';
import { HttpBackend } from './http-backend.js';
import { ObjectCache } from './object-cache.js';
import { claimWorkFolder, freeBytesIn } from './work-folder.js';

const installationFolder = fileURLToPath(new URL('../../../', import.meta.url));
const childrenFolder = fileURLToPath(new URL('../../test/children/', import.meta.url));
const workerProcess = fileURLToPath(new URL('../../test/worker-process.mjs', import.meta.url));
const entryFile = join(childrenFolder, 'hostile.mjs');
const isolation = probeIsolation();
const limits: ChildLimits = { memoryBytes: 512 * 2 ** 20, outputBytes: 64 * 2 ** 20, wallClockMs: 200_000 };
/** Short, so that there are heartbeats to see. */
const LEASE_MS = 1200;
/** Where an evaluator must not give up, however long the machine is away. */
const LONG_LEASE_MS = 60_000;

let cacheFolder = '';
let backend: FakeBackend;
let stopper: AbortController;
let lines: string[] = [];
let stops: (() => Promise<unknown>)[] = [];

beforeEach(async () => {
  cacheFolder = mkdtempSync(join(tmpdir(), 'sillage-worker-'));
  backend = new FakeBackend(LEASE_MS);
  await backend.start();
  stopper = new AbortController();
  lines = [];
  stops = [];
});
afterEach(async () => {
  stopper.abort();
  for (const stop of stops.reverse()) await stop();
  await backend.stop();
  rmSync(cacheFolder, { recursive: true, force: true });
});

async function startEvaluator(
  options: { slots?: number; token?: string; freeBytes?: () => Promise<number>; wallClockMs?: number } = {},
): Promise<{ running: Promise<unknown>; workFolder: string }> {
  const workFolder = await claimWorkFolder(cacheFolder);
  const http = new HttpBackend(backend.url, options.token ?? backend.token);
  const cache = await ObjectCache.open({
    folder: join(cacheFolder, 'objects'),
    incomingFolder: join(workFolder, 'incoming'),
    maxBytes: 2 ** 30,
    backend: http,
  });
  const limit = { ...limits, wallClockMs: options.wallClockMs ?? limits.wallClockMs };
  const children = new WarmChildren({
    folder: join(workFolder, 'children'),
    entryFile,
    codeFolders: [...codeFolders(installationFolder), childrenFolder],
    limits: { check: limit, score: limit, map: limit, predict: limit, inspect: limit },
    isolation,
  });
  const loops = Array.from({ length: options.slots ?? 1 }, (_, slot) =>
    runClaimLoop({
      slot,
      workerName: 'test',
      evaluatorVersion: '0.0.0',
      capabilities: ['check', 'score'],
      scoreThreads: 1,
      backend: http,
      cache,
      children,
      log: createLog((line) => lines.push(line)),
      freeBytes: options.freeBytes ?? (() => freeBytesIn(workFolder)),
      minFreeBytes: 1000,
      signal: stopper.signal,
    }),
  );
  const running = Promise.all(loops);
  stops.push(async () => {
    await running;
    await children.close();
  });
  return { running, workFolder };
}

const logged = (event: string): boolean => lines.some((line) => line.includes(`"event":"${event}"`));

describe('an evaluator', () => {
  test('claims a job, runs it, stores what it made and finishes', async () => {
    const job = backend.addCheck('copy', 'heights');
    await startEvaluator();
    await waitFor('the outcome', () => job.outcome !== null);
    const { sha256, sizeBytes } = backend.put('heights');
    expect(job.outcome).toEqual({
      status: 'done',
      result: { kind: 'check', canonical: { sha256, sizeBytes }, warnings: [], uncovered: [] },
    });
    expect(backend.objects.get(sha256)?.toString()).toBe('heights');
    expect(backend.downloadCount).toBe(1);
  });

  test('takes no job while the disk is full, and goes on when there is space again', async () => {
    const job = backend.addCheck('copy', 'heights');
    let looks = 0;
    await startEvaluator({ freeBytes: async () => (++looks === 1 ? 999 : 1000) });
    await waitFor('the outcome', () => job.outcome !== null);
    expect(logged('disk-full')).toBe(true);
    expect(job.outcome).toMatchObject({ status: 'done' });
  });

  test('runs as many jobs at once as it has slots, and downloads what they share once', async () => {
    const jobs = [1, 2, 3].map(() => backend.addCheck('sleep|700'));
    await startEvaluator({ slots: 3 });
    await waitFor('all to run', () => jobs.every((job) => job.leaseToken !== null));
    await waitFor('all outcomes', () => jobs.every((job) => job.outcome?.status === 'done'));
    expect(backend.downloadCount).toBe(1);
  });

  test('keeps the lease of a job that takes longer than it, and reports progress', async () => {
    const job = backend.addCheck(`sleep|60000`);
    await startEvaluator();
    const spanMs = () => (job.heartbeats.at(-1)?.atMs ?? 0) - (job.heartbeats[0]?.atMs ?? 0);
    await waitFor('heartbeats through three leases', () => spanMs() > 3 * LEASE_MS);
    expect(job).toMatchObject({ attempt: 1, outcome: null });
    const gapsMs = job.heartbeats.slice(1).map(({ atMs }, index) => atMs - job.heartbeats[index]!.atMs);
    // The machine may hold some of them up, not half of them.
    expect(gapsMs.toSorted((a, b) => a - b)[gapsMs.length >> 1]).toBeLessThan(LEASE_MS / 2);
    expect(job.heartbeats.at(-1)).toMatchObject({
      progress: expect.any(Number),
      activity: expect.stringMatching(/./),
    });
  });

  test('shows every day that is finished, in order, before the outcome', async () => {
    backend.leaseMs = LONG_LEASE_MS;
    const job = backend.addCheck('days|100');
    await startEvaluator();
    await waitFor('the outcome', () => job.outcome !== null);
    // A report that was under way as the job ended is sent again: the backend keeps each day once.
    const days = [...new Set(job.days)];
    expect(days).toHaveLength(100);
    expect(days).toEqual(days.toSorted());
    expect(days.at(-1)).toBe('2012-04-09');
  });

  test.each([
    // The next job, too, has that long only.
    { name: 'never ends', deed: 'spin', wallClockMs: 6_000 },
    { name: 'eats all memory', deed: 'arrays' },
    { name: 'breaks its reader', deed: 'kill|SIGSEGV' },
  ])('rejects a file that $name, with a reason, and goes on', async ({ deed, wallClockMs }) => {
    const hostile = backend.addCheck(deed);
    await startEvaluator({ wallClockMs });
    await waitFor('the rejection', () => hostile.outcome !== null);
    expect(hostile.outcome).toMatchObject({
      status: 'rejected',
      reason: { code: 'decoding-limit-exceeded', where: deed },
    });
    const next = backend.addCheck('copy');
    await waitFor('the next job', () => next.outcome?.status === 'done');
  });

  test('reports a fault of ours as failed, so that it is tried again', async () => {
    const job = backend.addCheck('read|/etc/passwd'); // the test child reports the denied read as an error of ours
    await startEvaluator();
    await waitFor('the last attempt', () => job.outcome !== null);
    expect(job.outcome).toMatchObject({
      status: 'failed',
      message: expect.stringContaining('ERR_ACCESS_DENIED'),
    });
    expect(job.attempt).toBe(3);
  });

  test('stops work that was cancelled and writes nothing more', async () => {
    const job = backend.addCheck('sleep|60000');
    await startEvaluator();
    await waitFor('a heartbeat', () => job.heartbeats.length > 0);
    job.isCancelled = true;
    await waitFor('the drop', () => logged('job-dropped'));
    expect(job.outcome).toBeNull();
    const next = backend.addCheck('copy');
    await waitFor('the next job', () => next.outcome?.status === 'done');
  });

  test('drops a job whose lease went to another', async () => {
    const job = backend.addCheck('sleep|60000');
    await startEvaluator();
    await waitFor('a heartbeat', () => job.heartbeats.length > 0);
    job.attempt += 1;
    job.leaseToken = 'of another evaluator';
    await waitFor('the drop', () => logged('job-dropped'));
    expect(lines.some((line) => line.includes('"reason":"stale-lease"'))).toBe(true);
    expect(job.outcome).toBeNull();
  });

  test('outlives a backend that is away for a while, before and during a job', async () => {
    backend.leaseMs = LONG_LEASE_MS;
    await backend.stop();
    await startEvaluator();
    await waitFor('the first failure', () => logged('backend-away'));
    await backend.start();
    const job = backend.addCheck('sleep|800');
    await waitFor('the start', () => job.leaseToken !== null);
    await backend.stop();
    await new Promise((resolve) => setTimeout(resolve, 400));
    await backend.start();
    await waitFor('the outcome', () => job.outcome !== null);
    expect(job.outcome).toMatchObject({ status: 'done' });
    expect(logged('backend-back')).toBe(true);
  });

  test('waits with a wrong token instead of hammering, and says so', async () => {
    await startEvaluator({ token: 'wrong' });
    await waitFor('the refusal', () => logged('claim-refused'));
    expect(lines.filter((line) => line.includes('claim-refused'))).toHaveLength(1);
    expect(lines[0]).toContain('no such worker token');
  });

  test('fetches a damaged download again', async () => {
    backend.damageNextDownload = true;
    const job = backend.addCheck('copy');
    await startEvaluator();
    await waitFor('the outcome', () => job.outcome !== null);
    expect(job.outcome).toMatchObject({ status: 'done' });
    expect(backend.downloadCount).toBe(2);
  });

  test('hands its job back when it is stopped, and leaves no child behind', async () => {
    const job = backend.addCheck('sleep|60000');
    const { running, workFolder } = await startEvaluator();
    await waitFor('a heartbeat', () => job.heartbeats.length > 0);
    stopper.abort();
    await running;
    expect(logged('job-handed-back')).toBe(true);
    expect(job.leaseToken).toBeNull();
    expect(job.attempt).toBe(0); // it does not count
    await waitFor('an empty folder', () => readdirSync(join(workFolder, 'children')).length <= 1); // the spare child
  });

  test('that is killed with -9 loses nothing: the job runs again, the leftovers go, no child survives', async () => {
    const job = backend.addCheck('sleep|5000');
    const start = (): ReturnType<typeof spawn> =>
      spawn(process.execPath, [workerProcess, backend.url, backend.token, cacheFolder, entryFile], {
        stdio: 'ignore',
      });
    const first = start();
    stops.push(async () => first.kill('SIGKILL'));
    await waitFor('a heartbeat', () => job.heartbeats.length > 0);
    const children = childrenOf(first.pid ?? 0);
    expect(children.length).toBeGreaterThan(0);
    first.kill('SIGKILL');
    if (isolation.hasSetpriv)
      await waitFor('its children to die', () => children.every((processId) => !isAlive(processId)));
    expect(readdirSync(join(cacheFolder, 'work'))).toHaveLength(1);
    await backend.endLease(job);

    const second = start();
    stops.push(async () => second.kill('SIGKILL'));
    await waitFor('the outcome', () => job.outcome !== null);
    expect(job.outcome).toMatchObject({ status: 'done' });
    expect(job.attempt).toBe(2);
    const leftovers = readdirSync(join(cacheFolder, 'work')).filter(
      (name) => !name.startsWith(`${second.pid}-`),
    );
    expect(leftovers).toEqual([]);
  });
});

function childrenOf(processId: number): number[] {
  return readFileSync(`/proc/${processId}/task/${processId}/children`, 'utf8')
    .trim()
    .split(/\s+/)
    .map(Number);
}

/** A zombie has a /proc entry but no memory any more. */
function isAlive(processId: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${processId}/status`, 'utf8'));
  } catch {
    return false;
  }
}
