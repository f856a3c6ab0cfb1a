import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { expectOperation } from '../testing/expect-operation.js';
import { OPERATION_CASES } from '../testing/operation-cases.js';
import { NVIDIA_UNIT, openSoftware, SMALL_UNIT } from '../testing/webgpu-adapters.js';
import { isTiledConvolution } from './execution-plan.js';
import type { WebGpuRuntime } from './index.js';

/** The other kernels do not know how convolutions multiply. */
const CONVOLUTIONS = OPERATION_CASES.filter(({ graph }) =>
  graph.nodes.some((node) => isTiledConvolution(graph, node)),
);

const software = await openSoftware();

describe.skipIf(software === null)('our kernels in float32, on the CPU', () => {
  test.each(OPERATION_CASES)('compute $name as the interpreter does', async (operationCase) => {
    await expectOperation(software!, operationCase);
  });

  it('say what they are', () => {
    expect(software!.description).toMatchObject({
      name: 'webgpu',
      version: expect.stringMatching(/^webgpu \d+\.\d+\.\d+/) as string,
      precision: 'float32',
    });
    expect(software!.description.device).not.toBe('');
  });
});

describe.skipIf(software === null)('our kernels with products of float16 pairs, emulated on the CPU', () => {
  let pairs: WebGpuRuntime;
  beforeAll(async () => {
    pairs = (await openSoftware({
      precision: 'float16-products',
      operandParts: 2,
      emulateMatrices: NVIDIA_UNIT,
    }))!;
  });
  afterAll(async () => {
    await pairs.close();
  });

  test.each(CONVOLUTIONS)('compute $name as the interpreter does', async (operationCase) => {
    // Two float16 hold 22 bits of a number near 1, and nothing below 6e-8.
    await expectOperation(pairs, { ...operationCase, tolerance: operationCase.tolerance + 4e-6 });
  });
});

describe.skipIf(software === null)('our kernels with float16 products, emulated on the CPU', () => {
  let halves: WebGpuRuntime;
  beforeAll(async () => {
    halves = (await openSoftware({ precision: 'float16-products', emulateMatrices: NVIDIA_UNIT }))!;
  });
  afterAll(async () => {
    await halves.close();
  });

  test.each(CONVOLUTIONS)('compute $name nearly as the interpreter does', async (operationCase) => {
    // 11 bits of every operand: 2e-3 is usual for 567 products of numbers up to 1.
    await expectOperation(halves, { ...operationCase, tolerance: 1e-2 });
  });
});

describe.skipIf(software === null)('our kernels for matrices of 8 × 8, emulated on the CPU', () => {
  let small: WebGpuRuntime;
  beforeAll(async () => {
    small = (await openSoftware({
      precision: 'float16-products',
      operandParts: 2,
      emulateMatrices: SMALL_UNIT,
      tile: { subgroupRows: 1, subgroupColumns: 1, rowSubgroups: 2, columnSubgroups: 4, stages: 2 },
    }))!;
  });
  afterAll(async () => {
    await small.close();
  });

  // One convolution and four siblings, few channels and many: each takes seconds, and the unit's side changes nothing else.
  test.each(CONVOLUTIONS.filter(({ name }) => /without bias|gated/.test(name)))(
    'compute $name as the interpreter does',
    async (operationCase) => {
      await expectOperation(small, { ...operationCase, tolerance: operationCase.tolerance + 4e-6 });
    },
  );
});

describe.skipIf(software === null)('our kernels with several subgroups in a workgroup', () => {
  const cases = CONVOLUTIONS.filter(({ name }) => /63 channels|without bias|gated/.test(name));
  it('are tried on convolutions with one and with four siblings', () => {
    expect(cases.length).toBeGreaterThanOrEqual(3);
  });

  const found = new Map<string, Record<string, Float32Array>[]>();
  describe.each([1, 2] as const)('and %i places for a slice', (stages) => {
    let wide: WebGpuRuntime;
    beforeAll(async () => {
      wide = (await openSoftware({
        precision: 'float16-products',
        operandParts: 2,
        emulateMatrices: NVIDIA_UNIT,
        tile: { subgroupRows: 2, subgroupColumns: 2, rowSubgroups: 2, columnSubgroups: 2, stages },
      }))!;
    });
    afterAll(async () => {
      await wide.close();
    });

    // One case is enough to see that the number of places changes no bit.
    const tried = stages === 2 ? cases : cases.filter(({ name }) => name.includes('gated'));
    test.each(tried)('compute $name as the interpreter does', async (operationCase) => {
      const { name, graph, inputs, tolerance } = operationCase;
      await expectOperation(wide, { ...operationCase, tolerance: tolerance + 4e-6 });
      const network = await wide.compile(graph);
      found.set(name, [...(found.get(name) ?? []), await network.run(inputs)]);
      await network.release();
      for (const values of found.get(name)!) expect(values).toEqual(found.get(name)![0]);
    });
  });
});

afterAll(async () => {
  await software?.close();
});
