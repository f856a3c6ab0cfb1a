/**
 * `npm run bench:gpu`: everything that a first contact with a GPU must show, unattended, in less than ten minutes: which adapter and
 * driver, whether float32, float16 pairs and float16 products compute what they must, milliseconds a patch of both published
 * networks by patches in a pass, the fastest tiles, the time of every kernel, PyTorch on the same card. A step that fails says why, and the
 * others go on. Prints Markdown for docs/benchmarks.md; `--out FOLDER` also writes `gpu.md` and `gpu.json`.
 *
 * Options: `--networks base,larger`, `--patches 64`, `--points 240`, `--steps N` for fewer iterations, `--passes 1,2,4,8` patches in
 * a pass, `--minutes 9`, `--reference FOLDER` with `NETWORK.f32` as `--write-reference FOLDER` makes it on a machine with ONNX
 * Runtime (without it, that library is asked here, and where it is not there our own float32), `--software` for an adapter on
 * the CPU, `--no-torch`.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, loadavg } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { networkCost } from '@sillage/fourdvarnet';
import { driverEnvironment, driverHint } from '../dist/gpu-driver.js';
import { relativeDifference, requireAgreement } from '../dist/require-agreement.js';
import { PUBLISHED_SIZES, trialNetwork } from '../dist/trial-network.js';
import { markdownTable } from './print-table.mjs';

/** What a patch of 15 × 240 × 240 may take on an H100, ms. */
const TARGET_MS = { base: 2.6, larger: 7.7 };
/** Relative, L2, over the whole reconstruction. float16 keeps the 11 bits of TF32, which is 8e-4 off on these networks. */
const MODES = [
  { name: 'float32', options: { precision: 'float32' }, allowed: 1e-5 },
  { name: 'float16 pairs', options: { precision: 'float16-products', operandParts: 2 }, allowed: 2e-5 },
  { name: 'float16 products', options: { precision: 'float16-products' }, allowed: 2e-3 },
];
const TORCH_BATCHES = [1, 4, 32];

const { values: options } = parseArgs({
  allowNegative: true,
  options: {
    networks: { type: 'string', default: 'base,larger' },
    patches: { type: 'string', default: '64' },
    points: { type: 'string', default: '240' },
    steps: { type: 'string' },
    passes: { type: 'string', default: '1,2,4,8' },
    minutes: { type: 'string', default: '9' },
    reference: { type: 'string' },
    'write-reference': { type: 'string' },
    software: { type: 'boolean', default: false },
    torch: { type: 'boolean', default: true },
    out: { type: 'string' },
  },
});
const points = Number(options.points);
const patches = Number(options.patches);
const passes = options.passes.split(',').map(Number);
const networks = options.networks.split(',');
const isFullSize = points === 240 && options.steps === undefined;
const deadline = performance.now() + 60_000 * Number(options.minutes);

const result = {
  machine: {},
  adapters: [],
  accuracy: [],
  speed: [],
  tiles: [],
  kernels: {},
  torch: [],
  failures: [],
};
const sections = [];
const references = new Map();

function networkOf(name) {
  const sizes = PUBLISHED_SIZES[name];
  if (sizes === undefined) throw new Error(`no network '${name}': base or larger`);
  const steps = options.steps === undefined ? sizes.steps : Number(options.steps);
  const { graph, inputs } = trialNetwork({ ...sizes, steps }, { batch: 1, lat: points, lon: points });
  // In a single step every observation is still what the state began with: no mask then.
  const known = Object.fromEntries([...graph.inputs.keys()].map((input) => [input, inputs[input]]));
  return { sizes: { ...sizes, steps }, graph, inputs: known };
}

/** Does a step; what it fails of is written down, and the next one follows. */
async function step(name, act) {
  if (performance.now() > deadline) {
    result.failures.push({
      step: name,
      reason: `not begun: ${options.minutes} minutes are over (--minutes)`,
    });
    return;
  }
  const start = performance.now();
  process.stderr.write(`${name} …\n`);
  try {
    await act();
  } catch (error) {
    if (options.software && error?.code === 'unavailable') {
      process.stderr.write(`  left out: ${error.message}\n`);
      return;
    }
    result.failures.push({ step: name, reason: error instanceof Error ? error.message : String(error) });
    process.stderr.write(`  failed: ${result.failures.at(-1).reason}\n`);
  }
  process.stderr.write(`  ${((performance.now() - start) / 1000).toFixed(1)} s\n`);
}

function section(title, rows) {
  if (rows.length > 1) sections.push(`${title}\n\n${markdownTable(rows)}`);
}

function output(command, parameters) {
  const { status, stdout } = spawnSync(command, parameters, { encoding: 'utf8', timeout: 20_000 });
  return status === 0 ? stdout.trim() : null;
}

async function withRuntime(overrides, act) {
  const { createWebGpuRuntime } = await import('../dist/webgpu/index.js');
  const runtime = await createWebGpuRuntime({ allowSoftware: options.software, ...overrides });
  try {
    return await act(runtime);
  } finally {
    await runtime.close();
  }
}

/** From the folder, from ONNX Runtime on the CPU, or from our own float32, whichever there is first. */
async function referenceOf(name) {
  const known = references.get(name);
  if (known !== undefined) return known;
  const { graph, inputs } = networkOf(name);
  const path = options.reference === undefined ? null : join(options.reference, `${name}.f32`);
  let found = null;
  if (path !== null && isFullSize && existsSync(path)) {
    const bytes = Uint8Array.from(readFileSync(path));
    found = { by: 'a file that ONNX Runtime computed elsewhere', values: new Float32Array(bytes.buffer) };
  }
  found ??= await onnxReference(graph, inputs).catch((error) => {
    process.stderr.write(
      `  no ONNX Runtime (${String(error.message ?? error).split('\n')[0]}): held against our own float32\n`,
    );
    return null;
  });
  found ??= {
    by: 'our own float32',
    values: await withRuntime({ precision: 'float32', runsPerPass: 1 }, (runtime) =>
      reconstruct(runtime, graph, inputs),
    ),
  };
  references.set(name, found);
  return found;
}

async function onnxReference(graph, inputs) {
  const { createOnnxRuntime } = await import('../dist/onnxruntime/index.js');
  const runtime = await createOnnxRuntime({ name: 'onnxruntime-cpu' });
  try {
    return { by: 'ONNX Runtime on the CPU', values: await reconstruct(runtime, graph, inputs) };
  } finally {
    await runtime.close();
  }
}

async function reconstruct(runtime, graph, inputs) {
  const network = await runtime.compile(graph);
  const { reconstruction } = await network.run(inputs);
  await network.release();
  return reconstruction;
}

/** ms a patch with as many runs under way as are useful, and the share of a core that the host spends. */
async function timed(network, inputs, count) {
  const workers = network.usefulRunsInFlight;
  await Promise.all(Array.from({ length: workers }, () => network.run(inputs)));
  const cpu = process.cpuUsage();
  const start = performance.now();
  let left = Math.max(count, 2 * workers);
  const total = left;
  const worker = async () => {
    while (left-- > 0) await network.run(inputs);
  };
  await Promise.all(Array.from({ length: workers }, worker));
  const ms = (performance.now() - start) / total;
  const { user, system } = process.cpuUsage(cpu);
  return { ms, hostMs: (user + system) / 1000 / total };
}

if (options['write-reference'] !== undefined) {
  mkdirSync(options['write-reference'], { recursive: true });
  for (const name of networks) {
    const { graph, inputs } = networkOf(name);
    const { values } = await onnxReference(graph, inputs);
    writeFileSync(join(options['write-reference'], `${name}.f32`), new Uint8Array(values.buffer));
    console.log(`${name}.f32: ${values.length} values`);
  }
  process.exit(0);
}

result.machine = {
  node: process.version,
  processor: `${cpus()[0]?.model ?? 'unknown'}, ${availableParallelism()} cores`,
  load: Number(loadavg()[0].toFixed(1)),
  nvidia: output('nvidia-smi', [
    '--query-gpu=name,driver_version,memory.total,clocks.max.sm',
    '--format=csv,noheader',
  ]),
  driverVariables: driverEnvironment(),
};
process.stderr.write(`${JSON.stringify(result.machine, null, 1)}\n`);

const available = [];
for (const { name, options: mode } of MODES) {
  await step(`open the adapter: ${name}`, async () => {
    await withRuntime(mode, async (runtime) => {
      const { device, version, precision } = runtime.description;
      process.stderr.write(`  ${device}, ${version}${runtime.isSoftware ? ', ON THE CPU' : ''}\n`);
      result.adapters.push({ mode: name, device, version, precision, isSoftware: runtime.isSoftware });
      await requireAgreement(runtime);
      available.push(name);
    });
  });
}
const modes = MODES.filter(({ name }) => available.includes(name));
if (modes.length === 0) {
  process.stderr.write(
    `\nNo GPU can be used here: ${driverHint()}.\nnvidia-smi says: ${result.machine.nvidia ?? 'it is not there'}\n`,
  );
}

for (const name of networks) {
  for (const { name: mode, options: overrides, allowed } of modes) {
    await step(`accuracy: ${name}, ${mode}`, async () => {
      const { by, values } = await referenceOf(name);
      const { graph, inputs } = networkOf(name);
      const found = await withRuntime({ ...overrides, runsPerPass: 1 }, (runtime) =>
        reconstruct(runtime, graph, inputs),
      );
      const error = relativeDifference(found, values);
      let largest = 0;
      for (const [k, value] of found.entries()) largest = Math.max(largest, Math.abs(value - values[k]));
      result.accuracy.push({ network: name, mode, error, largest, allowed, reference: by });
      if (!(error <= allowed)) throw new Error(`${error.toExponential(2)} off, ${allowed} is allowed`);
    });
  }
}
section('Accuracy: relative error (L2) of the reconstruction of one patch.', [
  ['network', 'products', 'relative error', 'largest difference', 'allowed', 'held against'],
  ...result.accuracy.map(({ network, mode, error, largest, allowed, reference }) => [
    network,
    mode,
    error.toExponential(2),
    largest.toExponential(2),
    `≤ ${allowed}`,
    reference,
  ]),
]);

for (const name of networks) {
  const { graph, inputs } = networkOf(name);
  const { flopPerRun } = networkCost(graph);
  const measure = async (mode, overrides, isTuned) => {
    await withRuntime({ ...overrides, ...(isTuned ? { tuneSeconds: 2 } : {}) }, async (runtime) => {
      const start = performance.now();
      const network = await runtime.compile(graph);
      const compileMs = performance.now() - start;
      const { ms, hostMs } = await timed(network, inputs, patches);
      const { runsPerPass, kernelCount, peakBytes } = network;
      result.speed.push({
        network: name,
        mode,
        isTuned,
        runsPerPass,
        kernelCount,
        peakBytes,
        compileMs,
        ms,
        hostMs,
        teraflops: flopPerRun / ms / 1e9,
      });
      if (isTuned) result.tiles.push(...network.tileTrials.map((trial) => ({ network: name, ...trial })));
      if (runsPerPass === passes.at(-1) || passes.length === 1) {
        result.kernels[`${name}, ${mode}`] = await network.profile(inputs).catch(() => []);
      }
      await network.release();
    });
  };
  for (const { name: mode, options: overrides } of [...modes].reverse()) {
    const wanted = mode === 'float16 products' || mode === 'float32' ? passes : [passes.at(-1)];
    for (const runsPerPass of wanted) {
      await step(`speed: ${name}, ${mode}, ${runsPerPass} in a pass`, () =>
        measure(mode, { ...overrides, runsPerPass }, false),
      );
    }
    if (mode !== 'float16 products') continue;
    await step(`speed: ${name}, ${mode}, tiles tried for 2 s`, () =>
      measure(mode, { ...overrides, runsPerPass: 4 }, true),
    );
  }
}
const target = (name) => (isFullSize ? `≤ ${TARGET_MS[name]}` : '');
section('Speed: milliseconds of one patch of the batch of one, two passes under way.', [
  [
    'network',
    'products',
    'patches a pass',
    'tiles',
    'ms',
    'target on an H100',
    'TFLOP/s',
    'host ms',
    'compiled in ms',
    'MiB',
  ],
  ...result.speed.map(
    ({ network, mode, runsPerPass, isTuned, ms, teraflops, hostMs, compileMs, peakBytes }) => [
      network,
      mode,
      String(runsPerPass),
      isTuned ? 'tried' : 'chosen',
      ms.toFixed(2),
      target(network),
      teraflops.toFixed(1),
      hostMs.toFixed(2),
      compileMs.toFixed(0),
      (peakBytes / 2 ** 20).toFixed(0),
    ],
  ),
]);
section('Tiles that were tried: µs of one kernel.', [
  ['network', 'product', 'rows × columns of a subgroup', 'subgroups', 'stages', 'µs'],
  ...result.tiles.map(({ network, product, tile, microseconds }) => [
    network,
    product,
    `${tile.subgroupRows} × ${tile.subgroupColumns}`,
    `${tile.rowSubgroups} × ${tile.columnSubgroups}`,
    String(tile.stages),
    microseconds === null ? 'refused' : microseconds.toFixed(1),
  ]),
]);
for (const [title, times] of Object.entries(result.kernels)) {
  const groups = new Map();
  for (const { label, microseconds, work } of times) {
    const group = groups.get(label) ?? { count: 0, microseconds: 0, flop: 0, bytes: 0 };
    groups.set(label, {
      count: group.count + 1,
      microseconds: group.microseconds + microseconds,
      flop: group.flop + work.flop,
      bytes: group.bytes + work.bytes,
    });
  }
  const total = times.reduce((sum, { microseconds }) => sum + microseconds, 0);
  section(
    `Kernels of one pass, ${title}: ${times.length}, ${(total / 1000).toFixed(2)} ms between their time stamps.`,
    [
      ['kernel', 'times', 'µs each', 'share', 'TFLOP/s', 'GB/s'],
      ...[...groups]
        .sort((a, b) => b[1].microseconds - a[1].microseconds)
        .slice(0, 16)
        .map(([label, group]) => [
          label,
          String(group.count),
          (group.microseconds / group.count).toFixed(1),
          `${((100 * group.microseconds) / total).toFixed(1)} %`,
          group.flop === 0 ? '' : (group.flop / group.microseconds / 1e6).toFixed(1),
          (group.bytes / group.microseconds / 1e3).toFixed(0),
        ]),
    ],
  );
}

if (options.torch) {
  const { pythonThat, torchRunner } = await import('./torch-runner.mjs');
  const hasTorch = pythonThat('import torch; torch.zeros(1).cuda()') !== null;
  if (!hasTorch)
    process.stderr.write(
      'PyTorch is left out: no python3 whose torch sees a GPU (SILLAGE_PYTHON names one)\n',
    );
  for (const name of hasTorch ? networks : []) {
    for (const batch of TORCH_BATCHES) {
      await step(`PyTorch: ${name}, batch ${batch}`, async () => {
        const runner = await torchRunner(
          networkOf(name).sizes,
          { lat: points, lon: points },
          { threads: availableParallelism(), device: 'cuda', batch },
        );
        if (runner === null) return;
        try {
          for (let round = 0; round < 3; round++) await runner.time();
          const times = [];
          for (let round = 0; round < 10; round++) times.push((await runner.time()) / batch);
          result.torch.push({
            network: name,
            batch,
            ms: times.sort((a, b) => a - b)[5],
            label: runner.label,
          });
        } finally {
          await runner.close();
        }
      });
    }
  }
}
section('PyTorch on the same card: milliseconds a patch.', [
  ['network', 'batch', 'ms', 'on'],
  ...result.torch.map(({ network, batch, ms, label }) => [network, String(batch), ms.toFixed(2), label]),
]);
section('What failed.', [
  ['step', 'reason'],
  ...result.failures.map(({ step: name, reason }) => [
    name,
    reason.replaceAll('\n', ' ').replaceAll('|', '/'),
  ]),
]);

const card = result.adapters[0];
const title = `${card === undefined ? 'No adapter' : `${card.device}, ${card.version}${card.isSoftware ? ', computing on the CPU' : ''}`}; ${result.machine.processor}, Node ${result.machine.node}; patches of 15 × ${points} × ${points}${options.steps === undefined ? '' : `, ${options.steps} steps`}.`;
const markdown = [title, ...sections].join('\n\n');
console.log(`\n${markdown}`);
if (options.out !== undefined) {
  mkdirSync(options.out, { recursive: true });
  writeFileSync(join(options.out, 'gpu.md'), `${markdown}\n`);
  writeFileSync(join(options.out, 'gpu.json'), JSON.stringify(result, null, 1));
}
process.exit(result.failures.length === 0 ? 0 : 1);
