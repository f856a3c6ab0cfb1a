/**
 * What each kernel of a network would take on a large GPU, by calculation: nothing here is measured, and nothing needs a GPU.
 * It shows which kernels cannot reach a target by design, and what a pass of several patches wins.
 */
import { PUBLISHED_SIZES, trialNetwork } from '../dist/trial-network.js';
import { stackRuns } from '../dist/webgpu/stack-runs.js';
import { planKernels } from '../dist/webgpu/webgpu-network.js';
import { printTable } from './print-table.mjs';

/**
 * An H100 (SXM), as far as the calculation needs it. `matrixFlop`: what a prototype of the same kind of kernel reached, of
 * the units' 990; `float32Flop`: 0.6 of the 67 that a plain kernel can hope for. `bytes`: what a copy reaches.
 * `sliceSeconds`: from one barrier to the next, where a processor waits for its operands: the latency of memory.
 */
const H100 = {
  name: 'H100',
  processors: 132,
  threads: 2048,
  registers: 65536,
  workgroupStorage: 49152,
  matrixFlop: 100e12,
  float32Flop: 40e12,
  bytes: 2.5e12,
  sliceSeconds: 0.7e-6,
};
/** From the end of a kernel to the start of the next that waits for it. */
const LAUNCH_SECONDS = [2e-6, 5e-6];
/** Registers of a thread of a kernel that multiplies, as compilers spend them on sums, operands on their way and addresses. */
const REGISTERS = 160;
const PASSES = [1, 2, 4, 8];

/** Lower bounds of one kernel, s: by its operations, by its bytes, by its waiting for slices. */
function bounds({ work, workgroups, threads, code }) {
  const groups = workgroups[0] * workgroups[1] * workgroups[2];
  if (work.flop === 0) return { seconds: work.bytes / H100.bytes, by: 'memory' };
  const resident = Math.max(
    1,
    Math.min(Math.floor(H100.threads / threads), Math.floor(H100.registers / (threads * REGISTERS))),
  );
  const waves = Math.ceil(groups / (H100.processors * resident));
  const fill = groups / (waves * H100.processors * resident);
  const rate = code.includes('subgroupMatrix') ? H100.matrixFlop : H100.float32Flop;
  const candidates = [
    { seconds: work.flop / (rate * fill), by: 'products' },
    { seconds: work.bytes / H100.bytes, by: 'memory' },
    { seconds: waves * work.slices * H100.sliceSeconds, by: 'latency' },
  ];
  return candidates.sort((a, b) => b.seconds - a.seconds)[0];
}

function kernelsOf(sizes, size, runs, precision) {
  const { graph } = trialNetwork(sizes, size);
  const stacked = stackRuns(graph, runs);
  if (stacked === null) return null;
  const isMatrix = precision !== 'float32';
  return planKernels({ gpu: { limits: { maxStorageBuffersPerShaderStage: 10 } } }, stacked, {
    operandFormat: isMatrix ? 'float16' : 'float32',
    convolutions: isMatrix
      ? {
          kind: 'matrix',
          products: 'native',
          unit: { side: 16, lanes: 32 },
          workgroupStorage: H100.workgroupStorage,
          maxThreads: 1024,
          wantedWorkgroups: 1.5 * H100.processors,
          wantedSums: 64,
        }
      : { kind: 'tiled', accumulators: 16 },
  }).kernels;
}

/** @returns rows for a report: one a network and number of patches in a pass. */
export function printBudget({ networks, size, precision, targets }) {
  console.log(
    `Calculated for an ${H100.name}, not measured: ${H100.matrixFlop / 1e12} TFLOP/s of matrix products (${H100.float32Flop / 1e12} in float32), ` +
      `${H100.bytes / 1e12} TB/s, ${H100.sliceSeconds * 1e6} µs a slice, ${LAUNCH_SECONDS.map((s) => s * 1e6).join(' or ')} µs between kernels; ms a patch.\n`,
  );
  const ms = (seconds) => (1000 * seconds).toFixed(2);
  const table = [
    [
      'network',
      'patches a pass',
      'kernels a pass',
      'products',
      'memory',
      'latency',
      'launches',
      'together',
      'target',
    ],
  ];
  for (const name of networks) {
    let slowest = [];
    for (const runs of PASSES) {
      const kernels = kernelsOf(PUBLISHED_SIZES[name], size, runs, precision);
      if (kernels === null) continue;
      const costs = kernels.map((kernel) => ({ label: kernel.label, ...bounds(kernel) }));
      const sum = (by) => costs.reduce((all, cost) => all + (cost.by === by ? cost.seconds : 0), 0) / runs;
      const parts = ['products', 'memory', 'latency'].map(sum);
      const launches = LAUNCH_SECONDS.map((seconds) => (kernels.length * seconds) / runs);
      const total = parts.reduce((all, part) => all + part, 0);
      table.push([
        name,
        String(runs),
        String(kernels.length),
        ...parts.map(ms),
        launches.map(ms).join('–'),
        launches.map((launch) => ms(total + launch)).join('–'),
        targets[name] === undefined || size.lat !== 240 ? '' : `≤ ${targets[name]}`,
      ]);
      if (runs === 4) slowest = costs.map((cost) => ({ ...cost, seconds: cost.seconds / runs }));
    }
    printKinds(name, slowest, ms);
  }
  printTable(table);
  return table;
}

function printKinds(name, costs, ms) {
  const kinds = new Map();
  for (const { label, seconds, by } of costs) {
    const kind = kinds.get(label) ?? { label, by, count: 0, seconds: 0 };
    kinds.set(label, { ...kind, count: kind.count + 1, seconds: kind.seconds + seconds });
  }
  const most = [...kinds.values()].sort((a, b) => b.seconds - a.seconds).slice(0, 12);
  printTable([
    [`${name}, 4 patches a pass`, 'times', 'bound by', 'µs each', 'ms together'],
    ...most.map(({ label, by, count, seconds }) => [
      label,
      String(count),
      by,
      ((1e6 * seconds) / count).toFixed(1),
      ms(seconds),
    ]),
  ]);
  console.log('');
}
