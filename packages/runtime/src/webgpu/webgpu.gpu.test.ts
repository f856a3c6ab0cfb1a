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
import { relativeError } from '../testing/relative-error.js';
import { spreadValues } from '../testing/small-graph.js';
import { openGpu } from '../testing/webgpu-adapters.js';
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

for (const { name, options, operation, small, base } of PRECISIONS) {
  const runtime = await openGpu(options);
  if (runtime !== null) opened.push(runtime);

  describe.skipIf(runtime === null)(`our kernels on a GPU, ${name}`, () => {
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

    it.skipIf(!hasGoldenNetworks)('reconstruct a patch of 15 × 240 × 240 points', async () => {
      expect(await report(runtime!, 'base', baseNetwork())).toBeLessThan(base);
    });

    it('give the same result over a hundred patches, and allocate nothing for it', async () => {
      const { graph, inputs } = hasGoldenNetworks ? tinyNetwork(TINY_NETWORKS[0]) : OPERATION_CASES[0]!;
      const network = await runtime!.compile(graph);
      const expected = await network.run(inputs);
      await Promise.all(Array.from({ length: network.usefulRunsInFlight }, () => network.run(inputs)));
      const before = network.bufferCount;
      for (let patch = 0; patch < 100; patch++) expect(await network.run(inputs)).toEqual(expected);
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

async function report(runtime: WebGpuRuntime, name: string, golden: ReturnType<typeof baseNetwork>) {
  const error = await relativeError(runtime, golden);
  console.log(`${runtime.description.device}, ${name}: relative error ${error.toExponential(2)}`);
  return error;
}

afterAll(async () => {
  for (const runtime of opened) await runtime.close();
});
