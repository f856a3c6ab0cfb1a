/**
 * `npm run bench:webgpu`: milliseconds a patch of 15 × 240 × 240 points through the starter network on our own kernels, with
 * one and more runs under way at a time, and how much of it the device is busy with. `npm run bench:gpu` does all of it at once.
 *
 * Options: `--networks base,larger`, `--in-flight 1,4,8` runs, `--per-pass N` patches in a pass, `--tune S` seconds to try tiles,
 * `--patches 64`, `--precision float32|float16-products`, `--parts 1|2`, `--points 240`, `--software` to take an adapter that
 * computes on the CPU, `--profile` for the time of every kernel (by time stamps: with a pass of its own each, so their sum is
 * more than a run takes), `--budget` for what each kernel would take by calculation, which needs no GPU.
 */
import { cpus, loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { networkCost } from '@sillage/fourdvarnet';
import { PUBLISHED_SIZES, trialNetwork } from '../dist/trial-network.js';
import { createWebGpuRuntime } from '../dist/webgpu/index.js';
import { printBudget } from './budget.mjs';

/** What a patch may take on an H100, milliseconds. */
const TARGET_MS = { base: 2.6, larger: 7.7 };

const { values: options } = parseArgs({
  options: {
    networks: { type: 'string', default: 'base,larger' },
    'in-flight': { type: 'string', default: '1,4,8' },
    'per-pass': { type: 'string' },
    tune: { type: 'string', default: '0' },
    patches: { type: 'string', default: '64' },
    precision: { type: 'string' },
    parts: { type: 'string', default: '1' },
    points: { type: 'string', default: '240' },
    software: { type: 'boolean', default: false },
    profile: { type: 'boolean', default: false },
    budget: { type: 'boolean', default: false },
  },
});
const size = { batch: 1, lat: Number(options.points), lon: Number(options.points) };
const patches = Number(options.patches);
const inFlight = options['in-flight'].split(',').map(Number);

if (options.budget) {
  const networks = options.networks.split(',');
  printBudget({ networks, size, precision: options.precision, targets: TARGET_MS });
  process.exit(0);
}

const runtime = await createWebGpuRuntime({
  allowSoftware: options.software,
  operandParts: Number(options.parts),
  passesInFlight: 2,
  ...(options['per-pass'] === undefined ? {} : { runsPerPass: Number(options['per-pass']) }),
  tuneSeconds: Number(options.tune),
  ...(options.precision === undefined ? {} : { precision: options.precision }),
});
const { device, version, precision } = runtime.description;
console.log(`${device}, ${version}, ${precision}, operands of ${options.parts} part(s)`);
console.log(`${cpus()[0]?.model}, Node ${process.version}, load ${loadavg()[0].toFixed(1)}`);

for (const name of options.networks.split(',')) {
  const { graph, inputs } = trialNetwork(PUBLISHED_SIZES[name], size);
  const { flopPerRun } = networkCost(graph);
  const start = performance.now();
  const network = await runtime.compile(graph);
  const mebibytes = (network.peakBytes / 2 ** 20).toFixed(0);
  console.log(
    `\n${name}: ${network.kernelCount} kernels and ${network.runsPerPass} patches a pass, ${mebibytes} MiB, compiled in ${(performance.now() - start).toFixed(0)} ms`,
  );
  await network.run(inputs);
  for (const count of inFlight) {
    await Promise.all(Array.from({ length: count }, () => network.run(inputs)));
    const begin = performance.now();
    let left = patches;
    const worker = async () => {
      while (left-- > 0) await network.run(inputs);
    };
    await Promise.all(Array.from({ length: count }, worker));
    const ms = (performance.now() - begin) / patches;
    const target = size.lat === 240 ? `, target ${TARGET_MS[name]}` : '';
    console.log(
      `  ${count} under way: ${ms.toFixed(2)} ms a patch, ${(flopPerRun / ms / 1e9).toFixed(1)} TFLOP/s${target}`,
    );
  }
  if (options.profile) printProfile(await network.profile(inputs));
  await network.release();
}
await runtime.close();

/** Kernels that do the same are one line: their number, their time together, the share of the whole. */
function printProfile(times) {
  const groups = new Map();
  for (const { label, microseconds } of times) {
    const group = groups.get(label) ?? { count: 0, microseconds: 0 };
    groups.set(label, { count: group.count + 1, microseconds: group.microseconds + microseconds });
  }
  const total = times.reduce((sum, { microseconds }) => sum + microseconds, 0);
  console.log(`  ${times.length} kernels, ${(total / 1000).toFixed(2)} ms between their time stamps`);
  for (const [label, { count, microseconds }] of [...groups].sort(
    (a, b) => b[1].microseconds - a[1].microseconds,
  )) {
    const share = ((100 * microseconds) / total).toFixed(1).padStart(5);
    const each = (microseconds / count).toFixed(1).padStart(8);
    console.log(`  ${share} %  ${String(count).padStart(3)} × ${each} µs  ${label}`);
  }
}
