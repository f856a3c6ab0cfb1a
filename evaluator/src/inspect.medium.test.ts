import { spawn, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { challengeDefinitionSchema, type ChallengeDefinition, type JobOutcome } from '@sillage/contracts';
import { writeAlongTrack } from '@sillage/netcdf';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { FakeBackend } from './testing/fake-backend.js';
import { waitFor } from './testing/wait-for.js';

const mainFile = fileURLToPath(new URL('../dist/main.js', import.meta.url));
const demo = fileURLToPath(new URL('../../datasets/demo-osse/', import.meta.url));

let folder = '';
let backend: FakeBackend;
const evaluators: ChildProcess[] = [];
let output = '';
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sillage-inspect-'));
  backend = new FakeBackend();
  await backend.start();
  output = '';
});
afterEach(async () => {
  for (const evaluator of evaluators.splice(0)) evaluator.kill('SIGKILL');
  await backend.stop();
  rmSync(folder, { recursive: true, force: true });
});

function startEvaluator(environment: Record<string, string> = {}): void {
  const evaluator = spawn(process.execPath, [mainFile], {
    env: {
      SILLAGE_API_URL: backend.url,
      SILLAGE_WORKER_TOKEN: backend.token,
      SILLAGE_CACHE_DIR: join(folder, 'cache'),
      SILLAGE_WORKER_NAME: 'test',
      SILLAGE_RUNTIME: 'none',
      ...environment,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  evaluator.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  evaluators.push(evaluator);
}

/** The Gulf Stream with four nadirs, blind. */
function definition(): ChallengeDefinition {
  const whole = challengeDefinitionSchema.parse(parse(readFileSync(join(demo, 'challenge.yaml'), 'utf8')));
  const names = new Set(['truth-gf.nc', 'observations-gf-nadir4.nc', 'oi-gf-nadir4.nc']);
  return {
    ...whole,
    disclosure: 'blind',
    tasks: [{ area: 'gf', scenario: 'nadir4' }],
    references: [],
    files: whole.files
      .filter(({ path, scenario }) => names.has(path) && (scenario ?? 'nadir4') === 'nadir4')
      .map(({ role, area, scenario, path, variable, description }) => ({
        role,
        area,
        path,
        description,
        ...(scenario === undefined ? {} : { scenario }),
        ...(variable === undefined ? {} : { variable }),
      })),
  };
}

type Job = { outcome: JobOutcome | null; heartbeats: { activity: string | undefined }[] };

function addInspection(contents: Record<string, Buffer> = {}): Job {
  const draft = definition();
  const paths = [...new Set(draft.files.map(({ path }) => path))];
  return backend.addJob({
    kind: 'inspect',
    draftId: randomUUID(),
    revision: 3,
    definition: draft,
    files: paths.map((path) => ({
      path,
      object: backend.put(contents[path] ?? readFileSync(join(demo, path))),
    })),
  });
}

async function reportOf(job: Job) {
  await waitFor('the report', () => job.outcome !== null);
  if (job.outcome?.status !== 'done' || job.outcome.result.kind !== 'inspect')
    throw new Error(`${JSON.stringify(job.outcome)}\n${output}`);
  return job.outcome.result.report;
}

describe('an evaluator that inspects a draft', () => {
  test('offers the step, reads every file in the sandbox and reports', async () => {
    startEvaluator();
    const job = addInspection();
    const report = await reportOf(job);
    expect(report.findings).toEqual([]);
    expect(report.files.map(({ path }) => path)).toEqual([
      'truth-gf.nc',
      'observations-gf-nadir4.nc',
      'oi-gf-nadir4.nc',
    ]);
    expect(report.evaluatorVersion).toMatch(/^\d+\.\d+\.\d+/);
    expect(report.agreements.map(({ path }) => path)).toEqual([
      'observations-gf-nadir4.nc',
      'oi-gf-nadir4.nc',
    ]);
    expect(report.leaks.every(({ verdict }) => verdict !== 'leak')).toBe(true);
    expect(job.heartbeats.some(({ activity }) => /reading|comparing|fetching/.test(activity ?? ''))).toBe(
      true,
    );
    const offered = backend.claims.flatMap(({ capabilities }) => capabilities);
    expect(offered).toContain('inspect');
  });

  test('says of a file that cannot be read that it cannot, and reads the others', async () => {
    startEvaluator();
    const report = await reportOf(addInspection({ 'oi-gf-nadir4.nc': Buffer.from('<html>404</html>') }));
    expect(report.findings).toMatchObject([
      {
        severity: 'error',
        code: 'unreadable',
        path: 'oi-gf-nadir4.nc',
        found: expect.stringContaining('page of the web'),
      },
    ]);
    expect(report.files.find(({ path }) => path === 'truth-gf.nc')!.statistics!.count).toBe(42 * 220 * 220);
  });

  test('leaves out a file that needs more memory than a child has, and reads the others', async () => {
    const count = 6_000_000;
    const path = join(folder, 'large.nc');
    await writeAlongTrack(path, {
      timeDays: Float64Array.from({ length: count }, (_value, index) => 22_940 + index / 1e6),
      latDeg: new Float64Array(count).fill(35),
      lonDeg: new Float64Array(count).fill(-60),
      sshM: new Float64Array(count),
    });
    startEvaluator({ SILLAGE_INSPECT_MEMORY_MIB: '300' });
    const job = addInspection({ 'observations-gf-nadir4.nc': readFileSync(path) });
    const report = await reportOf(job);
    expect(report.findings.find((item) => item.path === 'observations-gf-nadir4.nc')).toMatchObject({
      severity: 'error',
      code: 'unreadable',
      found: 'reading it needed more than 300 MiB of memory',
    });
    expect(report.files.find((file) => file.path === 'oi-gf-nadir4.nc')!.statistics).not.toBeNull();
    expect(report.agreements.map((row) => row.path)).toEqual(['oi-gf-nadir4.nc']);
  });

  test('gives up an inspection that was cancelled', async () => {
    // It cannot be done before it is cancelled.
    const release = backend.holdObjects();
    startEvaluator();
    const job = addInspection();
    await waitFor('the start', () => job.heartbeats.length > 0);
    Object.assign(job, { isCancelled: true });
    const told = job.heartbeats.length;
    await waitFor('the news', () => job.heartbeats.length > told);
    release();
    // The slot is free again: the next one is done, and nothing was said of the first.
    const next = addInspection();
    expect((await reportOf(next)).findings).toEqual([]);
    expect(job.outcome).toBeNull();
  });
});
