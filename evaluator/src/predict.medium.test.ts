import { spawn, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { JobOutcome, ObjectReference, TaskExtent } from '@sillage/contracts';
import { writeSafetensors } from '@sillage/fourdvarnet';
import { openGriddedField, writeAlongTrack } from '@sillage/netcdf';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { FakeBackend } from './testing/fake-backend.js';
import { waitFor } from './testing/wait-for.js';

const mainFile = fileURLToPath(new URL('../dist/main.js', import.meta.url));
const DAY_COUNT = 10;
const DAYS = 5;
/** Of the network that is killed in the middle: it takes seconds, where others are done between two heartbeats. */
const LONG = { steps: 80, width: 16 };

const task: TaskExtent = {
  area: 'gf',
  scenario: 'nadir4',
  scoredBox: { west: -65, east: -61, south: 33, north: 37 },
  period: { start: '2012-10-22', end: '2012-10-31' },
};
const manifest = (steps: number): string => `architecture: starter
n_step: ${steps}
lr_grad: 1
normalisation: {from: observations}
patch: {time: ${DAYS}, lat: 16, lon: 16}
strides: {time: 1, lat: 4, lon: 4}
reconstruction_weight: {crop: {lat: 2, lon: 2}}
spacing_deg: 0.2
`;

let folder = '';
let backend: FakeBackend;
const evaluators: ChildProcess[] = [];
let output = '';
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sillage-predict-'));
  backend = new FakeBackend();
  await backend.start();
  output = '';
});
afterEach(async () => {
  for (const evaluator of evaluators.splice(0)) evaluator.kill('SIGKILL');
  await backend.stop();
  rmSync(folder, { recursive: true, force: true });
});

function startEvaluator(environment: Record<string, string> = {}): ChildProcess {
  const evaluator = spawn(process.execPath, [mainFile], {
    env: {
      SILLAGE_API_URL: backend.url,
      SILLAGE_WORKER_TOKEN: backend.token,
      SILLAGE_CACHE_DIR: join(folder, 'cache'),
      SILLAGE_WORKER_NAME: 'test',
      SILLAGE_RUNTIME: 'onnxruntime-cpu',
      ...environment,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  evaluator.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  evaluators.push(evaluator);
  return evaluator;
}

type Tensor = { shape: number[]; data: Float32Array };

/** Small weights that nobody has trained. */
function untrainedNetwork(width: number): Buffer {
  const convolution = (name: string, outputs: number, inputs: number): [string, Tensor][] => {
    const values = (length: number) =>
      Float32Array.from({ length }, (_, index) => Math.sin(7 * index + outputs) / (3 * inputs));
    return [
      [`${name}.weight`, { shape: [outputs, inputs, 3, 3], data: values(outputs * inputs * 9) }],
      [`${name}.bias`, { shape: [outputs], data: values(outputs) }],
    ];
  };
  return Buffer.from(
    writeSafetensors(
      new Map([
        ...convolution('prior_cost.conv_in', width, DAYS),
        ...convolution('prior_cost.conv_hidden', width, width),
        ...convolution('prior_cost.bilin_1', width, width),
        ...convolution('prior_cost.bilin_21', width, width),
        ...convolution('prior_cost.bilin_22', width, width),
        ...convolution('prior_cost.conv_out', DAYS, 2 * width),
        ...convolution('grad_mod.gates', 4 * width, DAYS + width),
        ...convolution('grad_mod.conv_out', DAYS, width),
      ]),
      {},
    ),
  );
}

/** Passes over the box, ten a day, by two satellites in turn; `only` one of them, if it is given. */
async function makeTrack(only: number | null = null): Promise<ObjectReference> {
  const perPass = 40;
  const count = (DAY_COUNT + 2) * 10 * perPass;
  const pass = (index: number) => Math.floor(index / perPass);
  const timeDays = Float64Array.from(
    { length: count },
    (_, index) => 22_939 + pass(index) / 10 + ((index % perPass) * 0.9) / 86_400,
  );
  const latDeg = timeDays.map((_, index) => 32.9 + (4.2 * (index % perPass)) / perPass);
  const lonDeg = timeDays.map((_, index) => -65.1 + ((pass(index) * 0.7) % 4.2));
  const sshM = timeDays.map(
    (time, index) => 0.5 + 0.3 * Math.sin(lonDeg[index]! - time / 4 + latDeg[index]!),
  );
  const satelliteIndex = Uint8Array.from(timeDays, (_, index) => pass(index) % 2);
  const chosen = <Values extends Float64Array | Uint8Array>(values: Values): Values =>
    values.filter((_, index) => only === null || satelliteIndex[index] === only) as Values;
  const path = join(folder, `track-${only}.nc`);
  await writeAlongTrack(path, {
    timeDays: chosen(timeDays),
    latDeg: chosen(latDeg),
    lonDeg: chosen(lonDeg),
    sshM: chosen(sshM),
    satelliteIndex: chosen(satelliteIndex),
    satellites: ['even', 'odd'],
  });
  return backend.put(readFileSync(path));
}

type NetworkSize = { steps: number; width: number; keys?: string };

type Outcome = { outcome: JobOutcome | null };
async function resultOf<Kind extends 'check-network' | 'predict'>(job: Outcome, kind: Kind) {
  await waitFor(`the outcome of ${kind}`, () => job.outcome !== null);
  if (job.outcome?.status !== 'done') throw new Error(`${JSON.stringify(job.outcome)}\n${output}`);
  const { result } = job.outcome;
  if (result.kind !== kind) throw new Error(result.kind);
  return result as Extract<typeof result, { kind: Kind }>;
}

async function checkedNetwork({ steps, width, keys = '' }: NetworkSize = { steps: 2, width: 4 }) {
  const check = backend.addJob({
    kind: 'check',
    submissionId: randomUUID(),
    evaluationId: null,
    network: { manifest: `${manifest(steps)}${keys}` },
    upload: backend.put(untrainedNetwork(width)),
    fileName: 'net.safetensors',
    variable: null,
    onlyCovered: false,
    tasks: [task],
  });
  return resultOf(check, 'check-network');
}

async function addPredict(
  network: ObjectReference,
  { without = null, track }: { without?: string | null; track?: ObjectReference } = {},
) {
  return backend.addJob({
    kind: 'predict',
    submissionId: randomUUID(),
    evaluationId: randomUUID(),
    network,
    memoryBytes: 0,
    task,
    observations: [
      { role: 'observations', object: track ?? (await makeTrack()), fileName: 'track.nc', variable: null },
    ],
    oi: null,
    sst: null,
    without,
  });
}

async function mapOf(job: Outcome): Promise<Float32Array> {
  const { map } = await resultOf(job, 'predict');
  const path = join(folder, `map-${randomUUID()}.nc`);
  writeFileSync(path, backend.objects.get(map.sha256) ?? '');
  const field = await openGriddedField(path);
  const values = Float32Array.from(await field.readDays(0, DAY_COUNT));
  field.close();
  return values;
}

describe('an evaluator that runs networks', () => {
  test('says where, checks weights, maps the task, and shows each day once', async () => {
    startEvaluator({ SILLAGE_PREDICT_MEMORY_MIB: '1500' });
    const { network, summary } = await checkedNetwork();
    expect(summary).toMatchObject({
      architecture: 'starter',
      format: 'safetensors',
      days: DAYS,
      spacingDeg: 0.2,
    });
    const job = await addPredict(network);
    const { map, variable, run } = await resultOf(job, 'predict');
    expect(run.runtime.name).toBe('onnxruntime-cpu');
    expect(run.patchCount).toBeGreaterThan(10);
    expect(run.wallSeconds).toBeGreaterThan(0);
    const path = join(folder, 'map.nc');
    writeFileSync(path, backend.objects.get(map.sha256) ?? '');
    const field = await openGriddedField(path);
    expect(variable).toBe('gssh');
    expect(field.grid.timeDays.length).toBeGreaterThanOrEqual(DAY_COUNT);
    expect((await field.readDays(0, 1)).every(Number.isFinite)).toBe(true);
    field.close();
    expect(job.days).toEqual([...new Set(job.days)]);
    expect(job.days).toContain('2012-10-22');
    expect(job.days).toContain('2012-10-31');
    const claim = backend.claims.find(({ runtime }) => runtime !== undefined);
    expect(claim).toMatchObject({
      capabilities: ['predict'],
      runtime: { name: 'onnxruntime-cpu', memoryBytes: 1500 * 2 ** 20 },
    });
  });

  test('computes the OI under a network inside of its sandbox', async () => {
    startEvaluator();
    const { network, summary } = await checkedNetwork({ steps: 1, width: 4, keys: 'background: oi\n' });
    expect(summary.extraInputs).toEqual([]);
    const values = await mapOf(await addPredict(network));
    expect(values.every(Number.isFinite)).toBe(true);
    // an untrained network of anomalies stays near OI, and that near a sea of 0.5 m ± 0.3 m
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    expect(mean).toBeCloseTo(0.5, 0);
    expect(Math.max(...values) - Math.min(...values)).toBeGreaterThan(0.2);
  });

  test('leaves out the satellite that it is told to, and says so where there is none of that name', async () => {
    startEvaluator();
    const { network } = await checkedNetwork();
    const whole = await mapOf(await addPredict(network));
    const reduced = await mapOf(await addPredict(network, { without: 'odd' }));
    const even = await mapOf(await addPredict(network, { track: await makeTrack(0) }));
    expect(reduced).toEqual(even); // the same numbers as if it had never flown
    expect(reduced).not.toEqual(whole);
    const absent = await addPredict(network, { without: 'swot' });
    await waitFor('the outcome', () => absent.outcome !== null);
    expect(absent.outcome).toMatchObject({
      status: 'rejected',
      reason: { code: 'inputs-missing', found: 'observations of: even, odd' },
    });
    const alone = await addPredict(network, { without: 'even', track: await makeTrack(0) });
    await waitFor('the outcome', () => alone.outcome !== null);
    expect(alone.outcome).toMatchObject({
      status: 'rejected',
      reason: { code: 'inputs-missing', found: 'observations of even alone' },
    });
  }, 300_000);

  test('that is killed with -9 in the middle of a network leaves it to the next attempt', async () => {
    const first = startEvaluator();
    const { network } = await checkedNetwork(LONG);
    const job = await addPredict(network);
    await waitFor('a finished day', () => job.days.length > 0);
    expect(job.outcome).toBeNull();
    first.kill('SIGKILL');
    await backend.endLease(job);
    startEvaluator();
    await resultOf(job, 'predict');
    expect(job.attempt).toBe(2);
    expect(readdirSync(join(folder, 'cache/work'))).toHaveLength(1);
  }, 300_000);

  test('that is told to run none takes none, and scores on', async () => {
    startEvaluator({ SILLAGE_RUNTIME: 'none' });
    await checkedNetwork();
    const job = await addPredict(backend.put('network'));
    await waitFor('claims of every slot', () => backend.claims.length >= 3);
    expect(backend.claims.some(({ capabilities }) => capabilities.includes('predict'))).toBe(false);
    expect(job.attempt).toBe(0);
  });
});
