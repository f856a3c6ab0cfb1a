/**
 * `npm run bench:network`: milliseconds of one patch of 15 × 240 × 240 points through the starter network, on every runtime
 * of this machine and, where a python3 has torch, in PyTorch on the CPU. The runs take turns, so that what else the machine does
 * weighs on all of them alike; the table has the fastest and the middle one of each, and how many times faster than
 * PyTorch the middle one is.
 *
 * Options: `--rounds 5`, `--threads 2`, `--networks base,larger`, `--runtimes onnxruntime-cpu,webgpu`, `--software` to let
 * the GPU runtimes use an adapter that computes on the CPU.
 */
import { availableParallelism, cpus, loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { networkCost } from '@sillage/fourdvarnet';
import { AUTOMATIC_ORDER, chooseRuntime, RuntimeError } from '@sillage/runtime';
import { PUBLISHED_SIZES, trialNetwork } from '../dist/trial-network.js';
import { printTable } from './print-table.mjs';
import { torchRunner } from './torch-runner.mjs';

const SIZE = { batch: 1, lat: 240, lon: 240 };
/** Where the base network shall be in two cores' time. */
const TARGET_MS = { base: { 'onnxruntime-cpu': 650 } };

const { values: options } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    threads: { type: 'string', default: String(availableParallelism()) },
    networks: { type: 'string', default: 'base' },
    runtimes: { type: 'string', default: AUTOMATIC_ORDER.join() },
    software: { type: 'boolean', default: false },
  },
});
const rounds = Number(options.rounds);
const threads = Number(options.threads);

/** A runtime that takes turns: `time` runs one patch and returns its milliseconds. */
async function runner(name, { graph, inputs }) {
  const runtime = await chooseRuntime({ preferred: name, threads, allowSoftware: options.software });
  const network = await runtime.compile(graph);
  const { version, device, precision } = runtime.description;
  return {
    name,
    label: `${version}, ${device}, ${precision}`,
    time: async () => {
      const start = performance.now();
      await network.run(inputs);
      return performance.now() - start;
    },
    close: async () => {
      await network.release();
      await runtime.close();
    },
  };
}

function median(values) {
  return [...values].sort((a, b) => a - b)[values.length >> 1];
}

console.log(
  `${cpus()[0]?.model}, ${availableParallelism()} cores, Node ${process.version}; ${rounds} rounds; load ${loadavg()[0].toFixed(1)}`,
);
const rows = [['network', 'runtime', 'ms', 'median', 'GFLOP/s', '× PyTorch', 'target', 'on']];
for (const networkName of options.networks.split(',')) {
  const sizes = PUBLISHED_SIZES[networkName];
  const network = trialNetwork(sizes, SIZE);
  const { flopPerRun } = networkCost(network.graph);
  const runners = [];
  for (const name of options.runtimes.split(',')) {
    try {
      runners.push(await runner(name, network));
    } catch (error) {
      if (!(error instanceof RuntimeError) || error.code !== 'unavailable') throw error;
      console.log(`${name} is left out: ${error.message}`);
    }
  }
  const torch = await torchRunner(sizes, SIZE, { threads });
  if (torch === null) console.log('PyTorch is left out: no python3 with torch (SILLAGE_PYTHON names one)');
  else runners.push(torch);
  const times = runners.map(() => []);
  for (const { time } of runners) await time();
  for (let round = 0; round < rounds; round++) {
    for (const [k, { time }] of runners.entries()) times[k].push(await time());
  }
  const torchMs = torch === null ? null : median(times.at(-1));
  for (const [k, { name, label, close }] of runners.entries()) {
    const ms = Math.min(...times[k]);
    const target = TARGET_MS[networkName]?.[name];
    rows.push([
      networkName,
      name,
      ms.toFixed(0),
      median(times[k]).toFixed(0),
      (flopPerRun / ms / 1e6).toFixed(0),
      torchMs === null ? '' : (torchMs / median(times[k])).toFixed(2),
      target === undefined ? '' : `≤ ${target}: ${ms <= target ? 'met' : 'missed'}`,
      label,
    ]);
    await close();
  }
}
printTable(rows);
