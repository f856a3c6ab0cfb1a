import { interpretGraph } from '@sillage/fourdvarnet';
import { afterAll, describe, expect, it, test } from 'vitest';
import { expectOperation } from '../testing/expect-operation.js';
import {
  baseNetwork,
  CORE_NETWORKS,
  coreNetwork,
  hasGoldenNetworks,
  TINY_NETWORKS,
  tinyNetwork,
} from '../testing/golden-networks.js';
import { OPERATION_CASES } from '../testing/operation-cases.js';
import { PUBLISHED_SIZES, trialNetwork } from '../trial-network.js';
import { relativeError } from '../testing/relative-error.js';
import { spreadValues } from '../testing/small-graph.js';
import { allowsSoftwareGpu, openGpu } from '../testing/webgpu-adapters.js';
import { isTiledConvolution } from './execution-plan.js';
import type { WebGpuRuntime } from './index.js';

/**
 * How convolutions multiply; the largest error of one operation beside the interpreter; the largest relative error of a
 * small network and of the base network on a full patch beside the authors' classes. 11 bits are what TF32 keeps: it is
 * 8e-4 from float64 on these networks.
 */
const PRECISIONS = [
  { name: 'float32', options: { precision: 'float32' }, operation: 1e-6, small: 1e-6, base: 1e-5 },
  {
    name: 'float16 pairs',
    options: { precision: 'float16-products', operandParts: 2 },
    operation: 5e-6,
    small: 1e-5,
    base: 2e-5,
  },
  {
    name: 'float16 products',
    options: { precision: 'float16-products' },
    operation: 1e-2,
    small: 2e-3,
    base: 2e-3,
  },
] as const;

const opened: WebGpuRuntime[] = [];

/** A software adapter compiles each of a network's thirty kernels for seconds, and computes at a thousandth of a GPU's speed. */
const PATIENCE = allowsSoftwareGpu ? { timeout: 1_200_000 } : {};
const PATCHES = allowsSoftwareGpu ? 5 : 100;
let hasMatrices = false;

for (const { name, options, operation, small, base } of PRECISIONS) {
  const runtime = await openGpu(options);
  if (runtime !== null) {
    opened.push(runtime);
    hasMatrices ||= runtime.description.precision === 'float16-products';
  }

  describe.skipIf(runtime === null)(`our kernels on a GPU, ${name}`, PATIENCE, () => {
    test.each(OPERATION_CASES)('compute $name as the interpreter does', async (operationCase) => {
      const tolerance = Math.max(operationCase.tolerance, operation);
      await expectOperation(runtime!, { ...operationCase, tolerance });
    });

    test.skipIf(!hasGoldenNetworks).each(TINY_NETWORKS)('reconstruct %s', async (network) => {
      expect(await report(runtime!, network, tinyNetwork(network))).toBeLessThan(small);
    });

    test.skipIf(!hasGoldenNetworks).each(CORE_NETWORKS)('reconstruct %s', async (network) => {
      expect(await report(runtime!, network, coreNetwork(network))).toBeLessThan(small);
    });

    it.each(['base', 'larger'] as const)(
      'take two steps of a network as wide as the %s one',
      async (size) => {
        const { graph, inputs } = trialNetwork(
          { ...PUBLISHED_SIZES[size], steps: 2 },
          { batch: 1, lat: 12, lon: 16 },
        );
        const { reconstruction } = interpretGraph(graph, inputs);
        const golden = { graph, inputs, reconstruction: reconstruction! };
        expect(await report(runtime!, `two steps of ${size}`, golden)).toBeLessThan(small);
      },
    );

    it.skipIf(!hasGoldenNetworks)('reconstruct a patch of 15 × 240 × 240 points', async () => {
      expect(await report(runtime!, 'base', baseNetwork())).toBeLessThan(base);
    });

    it(`give the same result over ${PATCHES} patches, and allocate nothing for it`, async () => {
      const { graph, inputs } = hasGoldenNetworks ? tinyNetwork(TINY_NETWORKS[0]) : OPERATION_CASES[0]!;
      const network = await runtime!.compile(graph);
      const expected = await network.run(inputs);
      await Promise.all(Array.from({ length: network.usefulRunsInFlight }, () => network.run(inputs)));
      const before = network.bufferCount;
      for (let patch = 0; patch < PATCHES; patch++) expect(await network.run(inputs)).toEqual(expected);
      expect(network.bufferCount).toBe(before);
      await network.release();
      expect(network.bufferCount).toBe(0);
    });

    it('keep runs that overlap apart', async () => {
      const { graph, inputs } = OPERATION_CASES[0]!;
      const network = await runtime!.compile(graph);
      const variants = Array.from({ length: 16 }, (_, seed) =>
        Object.fromEntries(
          Object.entries(inputs).map(([input, { length }]) => [input, spreadValues(length, seed)]),
        ),
      );
      const alone = [];
      for (const variant of variants) alone.push(await network.run(variant));
      expect(await Promise.all(variants.map((variant) => network.run(variant)))).toEqual(alone);
      await network.release();
    });
  });
}

/** Convolutions of one operand: alone, with 15 days, with all gates of a cell. */
const TILED_CASES = OPERATION_CASES.filter(
  ({ name, graph }) =>
    graph.nodes.some((node) => isTiledConvolution(graph, node)) && /3×3 without bias|gated/.test(name),
);
const TILES = [
  { subgroupRows: 1, subgroupColumns: 1, rowSubgroups: 2, columnSubgroups: 4, stages: 1 },
  { subgroupRows: 2, subgroupColumns: 2, rowSubgroups: 2, columnSubgroups: 2, stages: 2 },
  { subgroupRows: 2, subgroupColumns: 4, rowSubgroups: 1, columnSubgroups: 1, stages: 1 },
] as const;

describe.skipIf(!hasMatrices)('matrix units', PATIENCE, () => {
  const found = new Map<string, Record<string, Float32Array>>();

  describe.each(TILES)(
    'with $subgroupRows × $subgroupColumns matrices in each of $rowSubgroups × $columnSubgroups subgroups',
    (tile) => {
      test.each(TILED_CASES)('compute $name, every tile to the same bits', async (operationCase) => {
        const { name, graph, inputs, tolerance } = operationCase;
        const runtime = (await openGpu({ precision: 'float16-products', operandParts: 2, tile }))!;
        await expectOperation(runtime, { ...operationCase, tolerance: Math.max(tolerance, 5e-6) });
        const network = await runtime.compile(graph);
        const values = await network.run(inputs);
        found.set(name, found.get(name) ?? values);
        expect(values).toEqual(found.get(name));
        await runtime.close();
      });
    },
  );

  test.each(TILED_CASES)(
    'are tuned for $name: no tile is refused, and no bit changes',
    async ({ graph, inputs }) => {
      const tuned = (await openGpu({ precision: 'float16-products', tuneSeconds: 1 }))!;
      const plain = (await openGpu({ precision: 'float16-products' }))!;
      const network = await tuned.compile(graph);
      expect(network.tileTrials.length).toBeGreaterThan(1);
      for (const { microseconds, tile } of network.tileTrials) {
        expect(microseconds, JSON.stringify(tile)).toBeGreaterThan(0);
      }
      expect(await network.run(inputs)).toEqual(await (await plain.compile(graph)).run(inputs));
      await tuned.close();
      await plain.close();
    },
  );

  it('give runs that share a pass what each alone would get, to the bit', async () => {
    const { graph, inputs } = trialNetwork({ prior: 8, solver: 6, steps: 2 }, { batch: 1, lat: 16, lon: 12 });
    const others = Object.fromEntries(
      Object.entries(inputs).map(([input, values]) => [input, values.map((value) => value / 2)]),
    );
    const runs = [inputs, others, inputs];
    const together = (await openGpu({ precision: 'float16-products', runsPerPass: 3 }))!;
    const stacked = await together.compile(graph);
    expect(stacked.runsPerPass).toBe(3);
    const results = await Promise.all(runs.map((run) => stacked.run(run)));
    const apart = (await openGpu({ precision: 'float16-products', runsPerPass: 1 }))!;
    const single = await apart.compile(graph);
    for (const [k, run] of runs.entries()) expect(results[k]).toEqual(await single.run(run));
    await together.close();
    await apart.close();
  });
});

async function report(runtime: WebGpuRuntime, name: string, golden: ReturnType<typeof baseNetwork>) {
  const error = await relativeError(runtime, golden);
  console.log(`${runtime.description.device}, ${name}: relative error ${error.toExponential(2)}`);
  return error;
}

afterAll(async () => {
  for (const runtime of opened) await runtime.close();
});
