import { afterAll, describe, expect, it } from 'vitest';
import { SmallGraph, spreadValues } from '../testing/small-graph.js';
import { NVIDIA_UNIT, openSoftware } from '../testing/webgpu-adapters.js';
import { Device } from './device.js';
import { matrixConvolutionKernel } from './kernels/matrix-convolution.js';
import { tuneTiles } from './tune-tiles.js';
import { planKernels } from './webgpu-network.js';

const SUPPORT = {
  kind: 'matrix',
  products: 'emulated',
  unit: NVIDIA_UNIT,
  workgroupStorage: 16384,
  maxThreads: 256,
  wantedWorkgroups: 1,
  wantedSums: 64,
} as const;

function convolution() {
  const small = new SmallGraph();
  const x = small.input('x', [1, 5, 9, 8]);
  const weight = small.constant([7, 5, 3, 3], spreadValues(315, 1));
  return small.graph({ y: small.unary('tanh', small.convolution(x, weight, { padding: 1 })) });
}

const plain = await openSoftware({ precision: 'float16-products', emulateMatrices: NVIDIA_UNIT });

describe.skipIf(plain === null)('tuning of tiles', () => {
  it('tries every tile of a product once, and changes no bit of the result', async () => {
    const tuned = (await openSoftware({
      precision: 'float16-products',
      emulateMatrices: NVIDIA_UNIT,
      tuneSeconds: 60,
    }))!;
    const network = await tuned.compile(convolution());
    expect(network.tileTrials).toHaveLength(2);
    for (const { microseconds } of network.tileTrials) expect(microseconds).toBeGreaterThan(0);
    const x = spreadValues(360, 2);
    const untuned = await plain!.compile(convolution());
    expect(untuned.tileTrials).toEqual([]);
    expect(await network.run({ x })).toEqual(await untuned.run({ x }));
    const again = await tuned.compile(convolution());
    expect(again.tileTrials).toEqual(network.tileTrials);
    await tuned.close();
  });

  it('refuses a tile that computes something else', async () => {
    const device = await Device.open({ allowSoftware: true });
    const { plan } = planKernels(device, convolution(), {
      operandFormat: 'float16',
      convolutions: SUPPORT,
    });
    const trials = await tuneTiles(device, plan, {
      seconds: 60,
      support: SUPPORT,
      make: (...parameters) => {
        const kernel = matrixConvolutionKernel(...parameters);
        if (parameters[2].tile?.stages === 1) return kernel;
        return { ...kernel, code: kernel.code.replace('result[e] +=', 'result[e] -=') };
      },
    });
    expect(trials.map(({ microseconds }) => microseconds === null)).toEqual([false, true]);
    device.close();
  });
});

afterAll(async () => {
  await plain?.close();
});
