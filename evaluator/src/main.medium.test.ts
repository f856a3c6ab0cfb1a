import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { mapManifestSchema } from '@sillage/contracts';
import type { JobOutcome, ObjectReference, TaskExtent } from '@sillage/contracts';
import { writeGriddedField } from '@sillage/netcdf';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { FakeBackend } from './testing/fake-backend.js';
import { waitFor } from './testing/wait-for.js';

const mainFile = fileURLToPath(new URL('../dist/main.js', import.meta.url));
const fixtures = fileURLToPath(new URL('../../packages/netcdf/test/fixtures/', import.meta.url));
const DAY_COUNT = 24;
const NODE_COUNT = 40;

const task: TaskExtent = {
  area: 'gf',
  scenario: 'nadir4',
  scoredBox: { west: -65, east: -63.05, south: 33, north: 34.95 },
  period: { start: '2012-10-22', end: '2012-11-14' },
};

let folder = '';
let backend: FakeBackend;
let evaluator: ChildProcess;
let output = '';
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sillage-main-'));
  backend = new FakeBackend(5_000);
  await backend.start();
  output = '';
  evaluator = spawn(process.execPath, [mainFile], {
    env: {
      SILLAGE_API_URL: backend.url,
      SILLAGE_WORKER_TOKEN: backend.token,
      SILLAGE_CACHE_DIR: join(folder, 'cache'),
      SILLAGE_WORKER_NAME: 'test',
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  evaluator.stdout?.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
});
afterEach(async () => {
  evaluator.kill('SIGKILL');
  await backend.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** A travelling wave, and the same with a smaller one on top that a score must notice. */
async function makeMap(name: string, errorM: number): Promise<Buffer> {
  const values = new Float32Array(DAY_COUNT * NODE_COUNT * NODE_COUNT);
  let index = 0;
  for (let day = 0; day < DAY_COUNT; day += 1) {
    for (let lat = 0; lat < NODE_COUNT; lat += 1) {
      for (let lon = 0; lon < NODE_COUNT; lon += 1) {
        const wave = 0.3 * Math.sin(lon / 5 - day / 4 + lat / 7);
        values[index] = 0.5 + wave + errorM * Math.sin(1.9 * lon + 1.3 * day + lat);
        index += 1;
      }
    }
  }
  const path = join(folder, name);
  await writeGriddedField(path, {
    grid: {
      timeDays: Float64Array.from({ length: DAY_COUNT }, (_, day) => 22940 + day),
      latDeg: Float64Array.from({ length: NODE_COUNT }, (_, row) => 33 + row * 0.05),
      lonDeg: Float64Array.from({ length: NODE_COUNT }, (_, column) => -65 + column * 0.05),
    },
    variables: [{ name: 'ssh', type: 'float32', values, attributes: { units: 'm' } }],
  });
  return readFileSync(path);
}

function addCheck(upload: Buffer, fileName: string): { outcome: JobOutcome | null } {
  return backend.addJob({
    kind: 'check',
    submissionId: randomUUID(),
    upload: backend.put(upload),
    fileName,
    variable: null,
    onlyCovered: false,
    tasks: [task],
  });
}

async function outcomeOf(job: { outcome: JobOutcome | null }): Promise<JobOutcome> {
  await waitFor('the outcome', () => job.outcome !== null, 60_000);
  if (job.outcome === null) throw new Error('no outcome');
  return job.outcome;
}

function canonicalOf(outcome: JobOutcome): ObjectReference {
  if (outcome.status === 'done' && outcome.result.kind === 'check') return outcome.result.canonical;
  throw new Error(`the check ended otherwise: ${JSON.stringify(outcome)}`);
}

describe('the evaluator process', () => {
  test('takes a map through check, score and products in its sandbox', async () => {
    const truth = backend.put(await makeMap('truth.nc', 0));
    const canonical = canonicalOf(await outcomeOf(addCheck(await makeMap('map.nc', 0.03), 'map.nc')));
    const inputs = {
      evaluationId: randomUUID(),
      canonical,
      truth,
      truthVariable: null,
      task,
      protocol: 'osse-2020a',
    } as const;

    const scored = await outcomeOf(backend.addJob({ kind: 'score', ...inputs }));
    if (scored.status !== 'done' || scored.result.kind !== 'score') throw new Error(JSON.stringify(scored));
    const { scores, artefacts } = scored.result;
    expect(scores.rmseM).toBeCloseTo(0.03 / Math.SQRT2, 3); // RMS of a sine of 3 cm
    expect(scores.mu).toBeGreaterThan(0.9);
    expect(artefacts.map(({ name }) => name).sort()).toEqual(['diagnostics.json', 'statistics.json']);

    const provenance = {
      challenge: 'demo-osse',
      challengeName: 'Demo',
      datasetVersion: '1.0.0',
      method: 'wave',
      author: 'Ada',
      licence: 'CC-BY-4.0',
      synthetic: true,
      submissionId: randomUUID(),
    };
    const made = await outcomeOf(
      backend.addJob({ kind: 'products', ...inputs, scores, provenance, includeTruth: true }),
    );
    if (made.status !== 'done' || made.result.kind !== 'products') throw new Error(JSON.stringify(made));
    const byName = new Map(
      made.result.artefacts.map(({ name, object }) => [name, backend.objects.get(object.sha256)]),
    );
    expect([...byName.values()].every((bytes) => bytes !== undefined && bytes.length > 0)).toBe(true);
    const manifest = mapManifestSchema.parse(JSON.parse(byName.get('maps.json')?.toString() ?? ''));
    expect(byName.get('reconstruction.i16')).toHaveLength(2 * DAY_COUNT * NODE_COUNT * NODE_COUNT);
    expect(manifest.timeDays).toHaveLength(DAY_COUNT);
    expect(output).toContain('permissionModel=true');
  });

  test.each([
    { fixture: 'external-storage.h5', code: 'external-storage' },
    { fixture: 'virtual-dataset.h5', code: 'virtual-dataset' },
    { fixture: 'external-link.h5', code: 'external-link' },
    { fixture: 'declares-200-gib.h5', code: 'declared-size-too-large' },
  ])('refuses $fixture with its reason', async ({ fixture, code }) => {
    const outcome = await outcomeOf(addCheck(readFileSync(join(fixtures, fixture)), fixture));
    expect(outcome).toMatchObject({ status: 'rejected', reason: { code } });
  });

  test('refuses what is not NetCDF', async () => {
    const outcome = await outcomeOf(addCheck(Buffer.from('time,lat,lon,ssh\n'), 'map.csv'));
    expect(outcome).toMatchObject({ status: 'rejected', reason: { code: 'unsupported-format' } });
  });

  test('stops on SIGTERM with status 0 and leaves only its cache', async () => {
    await waitFor('the start', () => output.includes('isolation'));
    const ended = once(evaluator, 'exit');
    evaluator.kill('SIGTERM');
    expect(await ended).toEqual([0, null]);
    expect(output).toContain('evaluator-stopped');
    expect(readdirSync(join(folder, 'cache', 'work'))).toEqual([]);
  });
});

test('without its environment the evaluator says what is missing and ends with status 1', async () => {
  const child = spawn(process.execPath, [mainFile], { env: {}, stdio: ['ignore', 'ignore', 'pipe'] });
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors += text;
  });
  expect(await once(child, 'close')).toEqual([1, null]);
  expect(errors).toContain('SILLAGE_WORKER_TOKEN');
  expect(errors).not.toContain('    at ');
});
