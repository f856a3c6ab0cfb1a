import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { diagnosticsSchema, mapManifestSchema } from '@sillage/contracts';
import type { JobOutcome, ObjectReference, TaskExtent } from '@sillage/contracts';
import { writeAlongTrack, writeGriddedField } from '@sillage/netcdf';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
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
/** One evaluator for all of them, as it runs for weeks elsewhere; the last test ends it. */
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sillage-main-'));
  backend = new FakeBackend();
  await backend.start();
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
afterAll(async () => {
  evaluator.kill('SIGKILL');
  await backend.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** A travelling wave. */
function waveM(timeDays: number, latDeg: number, lonDeg: number): number {
  return 0.5 + 0.3 * Math.sin(4 * (lonDeg + 65) - (timeDays - 22940) / 4 + (20 * (latDeg - 33)) / 7);
}

/** One satellite at 1 Hz: ten passes a day from south to north, each 0.7° east of the last, around and around. */
async function makeTrack(name: string): Promise<Buffer> {
  const perPass = 36;
  const count = 26 * 10 * perPass;
  const times = Float64Array.from({ length: count }, (_, index) => {
    const pass = Math.floor(index / perPass);
    return 22939 + pass / 10 + ((index % perPass) * 0.9434) / 86_400;
  });
  const timeDays = times.map((time) => time + 0.01);
  const latDeg = timeDays.map((_, index) => 32.9 + (2.2 * (index % perPass)) / perPass);
  const lonDeg = timeDays.map((_, index) => -65.1 + ((Math.floor(index / perPass) * 0.7) % 2.2));
  const sshM = timeDays.map((time, index) => waveM(time, latDeg[index]!, lonDeg[index]!));
  const path = join(folder, name);
  await writeAlongTrack(path, { timeDays, latDeg, lonDeg, sshM });
  return readFileSync(path);
}

/** A travelling wave, and the same with a smaller one on top that a score must notice. */
async function makeMap(name: string, errorM: number, factor = 1): Promise<Buffer> {
  const values = new Float32Array(DAY_COUNT * NODE_COUNT * NODE_COUNT);
  let index = 0;
  for (let day = 0; day < DAY_COUNT; day += 1) {
    for (let lat = 0; lat < NODE_COUNT; lat += 1) {
      for (let lon = 0; lon < NODE_COUNT; lon += 1) {
        const error = errorM * Math.sin(1.9 * lon + 1.3 * day + lat);
        values[index] = factor * (waveM(22940 + day, 33 + lat * 0.05, -65 + lon * 0.05) + error);
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
    evaluationId: null,
    network: null,
    tasks: [task],
  });
}

async function outcomeOf(job: { outcome: JobOutcome | null }): Promise<JobOutcome> {
  await waitFor('the outcome', () => job.outcome !== null);
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

    const scored = await outcomeOf(backend.addJob({ kind: 'score', ...inputs, oi: null }));
    if (scored.status !== 'done' || scored.result.kind !== 'score') throw new Error(JSON.stringify(scored));
    const { scores, artefacts } = scored.result;
    expect(scores.rmseM).toBeCloseTo(0.03 / Math.SQRT2, 3); // RMS of a sine of 3 cm
    expect(scores.mu).toBeGreaterThan(0.9);
    const names = artefacts.map(({ name }) => name).sort();
    expect(names).toEqual(['boxes.json', 'diagnostics.json', 'spectra.json', 'statistics.json']);

    const provenance = {
      challenge: 'demo-osse',
      challengeName: 'Demo',
      datasetVersion: '1.0.0',
      method: 'wave',
      author: 'Ada',
      licence: 'CC-BY-4.0',
      synthetic: true,
      submissionId: randomUUID(),
      submissionUrl: 'http://sillage.test/submissions/1',
      platformUrl: 'http://sillage.test',
      submittedAt: '2026-11-20T08:30:00.000Z',
      datasetCitation: 'A wave.',
      datasetLicence: 'CC0-1.0',
      namesFile: true,
    };
    const written = (name: string): ObjectReference | null =>
      artefacts.find((artefact) => artefact.name === name)?.object ?? null;
    const made = await outcomeOf(
      backend.addJob({
        kind: 'products',
        ...inputs,
        scores,
        diagnostics: written('diagnostics.json'),
        statistics: written('statistics.json'),
        resolution: written('resolution.json'),
        observations: [],
        provenance,
        includeTruth: true,
      }),
    );
    if (made.status !== 'done' || made.result.kind !== 'products') throw new Error(JSON.stringify(made));
    const byName = new Map(
      made.result.artefacts.map(({ name, object }) => [name, backend.objects.get(object.sha256)]),
    );
    expect([...byName.values()].every((bytes) => bytes !== undefined && bytes.length > 0)).toBe(true);
    expect(byName.get('figures.zip')?.subarray(0, 2).toString()).toBe('PK');
    const manifest = mapManifestSchema.parse(JSON.parse(byName.get('maps.json')?.toString() ?? ''));
    expect(byName.get('reconstruction.i16')).toHaveLength(2 * DAY_COUNT * NODE_COUNT * NODE_COUNT);
    expect(manifest.timeDays).toHaveLength(DAY_COUNT);
    expect(output).toContain('"permissionModel":true');
  });

  test('doubts a map by the public OI, in the same words whatever the truth is', async () => {
    const canonical = canonicalOf(await outcomeOf(addCheck(await makeMap('map.nc', 0.03, -1), 'map.nc')));
    const oi = { object: backend.put(await makeMap('oi.nc', 0.05)), fileName: 'oi-gf.nc', variable: 'ssh' };
    const warningsWith = async (truth: Buffer): Promise<unknown> => {
      const scored = await outcomeOf(
        backend.addJob({
          kind: 'score',
          evaluationId: randomUUID(),
          canonical,
          truth: backend.put(truth),
          truthVariable: null,
          task,
          protocol: 'osse-2020a',
          oi,
        }),
      );
      if (scored.status !== 'done' || scored.result.kind !== 'score') throw new Error(JSON.stringify(scored));
      return scored.result.warnings;
    };
    const warnings = await warningsWith(await makeMap('truth.nc', 0));
    expect(warnings).toEqual([
      { code: 'usual-mistake', message: expect.stringMatching(/^The sign is flipped\..*the map by OI/) },
    ]);
    // The truth of this world has the map's sign: a doubt that looked at it would be gone.
    expect(await warningsWith(await makeMap('other-truth.nc', 0.2, -1))).toEqual(warnings);
  });

  test('maps observations in its sandbox, and what it mapped passes check and score', async () => {
    const mapped = await outcomeOf(
      backend.addJob({
        kind: 'map',
        submissionId: randomUUID(),
        task,
        observations: [
          {
            role: 'observations',
            object: backend.put(await makeTrack('track.nc')),
            fileName: 'observations/gf nadir1.nc',
            variable: null,
          },
        ],
        method: 'oi',
        parameters: {
          lengthLonDeg: 0.3,
          lengthLatDeg: 0.3,
          lengthTimeDays: 3,
          noise: 0.05,
          spacingDeg: 0.1,
        },
      }),
    );
    if (mapped.status !== 'done' || mapped.result.kind !== 'map') throw new Error(JSON.stringify(mapped));
    const { map, variable, fileName } = mapped.result;
    expect({ variable, fileName }).toEqual({ variable: 'gssh', fileName: 'oi-gf-nadir4.nc' });
    const canonical = canonicalOf(
      await outcomeOf(
        backend.addJob({
          kind: 'check',
          submissionId: randomUUID(),
          upload: map,
          fileName,
          variable,
          tasks: [task],
          onlyCovered: false,
          evaluationId: null,
          network: null,
        }),
      ),
    );
    const scored = await outcomeOf(
      backend.addJob({
        kind: 'score',
        evaluationId: randomUUID(),
        canonical,
        truth: backend.put(await makeMap('truth.nc', 0)),
        truthVariable: null,
        task,
        protocol: 'osse-2020a',
        oi: null,
      }),
    );
    if (scored.status !== 'done' || scored.result.kind !== 'score') throw new Error(JSON.stringify(scored));
    expect(scored.result.scores.mu).toBeGreaterThan(0.9);
  });

  test('scores a map along the track of a withheld altimeter', async () => {
    const canonical = canonicalOf(await outcomeOf(addCheck(await makeMap('map.nc', 0.03), 'map.nc')));
    const scored = await outcomeOf(
      backend.addJob({
        kind: 'score',
        evaluationId: randomUUID(),
        canonical,
        truth: backend.put(await makeTrack('withheld.nc')),
        truthVariable: null,
        task,
        protocol: 'ose-along-track',
        oi: null,
      }),
    );
    if (scored.status !== 'done' || scored.result.kind !== 'score') throw new Error(JSON.stringify(scored));
    const { scores, artefacts } = scored.result;
    expect(scores.rmseM).toBeCloseTo(0.03 / Math.SQRT2, 2);
    expect(scores).toMatchObject({ lambdaXDeg: null, lambdaTDays: null });
    const diagnostics = artefacts.find(({ name }) => name === 'diagnostics.json');
    const bytes = backend.objects.get(diagnostics?.object.sha256 ?? '')?.toString() ?? '';
    expect(diagnosticsSchema.parse(JSON.parse(bytes)).alongTrack?.dayCount).toBeGreaterThan(20);
  });

  test('says once, and as a fault of the challenge, that observations cannot be mapped', async () => {
    const job = backend.addJob({
      kind: 'map',
      submissionId: randomUUID(),
      task,
      observations: [
        { role: 'observations', object: backend.put('no file'), fileName: 'gf.nc', variable: null },
      ],
      method: 'oi',
      parameters: { lengthLonDeg: 1, lengthLatDeg: 1, lengthTimeDays: 7, noise: 0.05, spacingDeg: 0.2 },
    });
    expect(await outcomeOf(job)).toMatchObject({
      status: 'failed',
      retryable: false,
      message: expect.stringContaining('mapped. gf.nc,'),
    });
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

  test('runs the steps from their bundle, which is of the code that is built', async () => {
    await waitFor('the start', () => output.includes('evaluator-started'));
    expect(output, 'run npm run build:node').toContain('"bundledSteps":true');
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
