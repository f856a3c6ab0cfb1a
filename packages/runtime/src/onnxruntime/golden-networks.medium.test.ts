import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import type { NetworkRuntime } from '../network-runtime.js';
import {
  baseNetwork,
  CORE_NETWORKS,
  coreNetwork,
  hasGoldenNetworks,
  TINY_NETWORKS,
  tinyNetwork,
  type GoldenNetwork,
} from '../testing/golden-networks.js';
import { createOnnxRuntime } from './create-onnx-runtime.js';

let runtime: NetworkRuntime;

beforeAll(async () => {
  runtime = await createOnnxRuntime();
});

afterAll(async () => {
  await runtime.close();
});

async function largestError({ graph, inputs, reconstruction }: GoldenNetwork): Promise<number> {
  const network = await runtime.compile(graph);
  const found = (await network.run(inputs))['reconstruction']!;
  await network.release();
  expect(found).toHaveLength(reconstruction.length);
  return found.reduce((largest, value, i) => {
    const error = Math.abs(value - reconstruction[i]!);
    return error <= largest ? largest : error;
  }, 0);
}

describe.skipIf(!hasGoldenNetworks)('ONNX Runtime, beside the networks of their authors in PyTorch', () => {
  test.each(TINY_NETWORKS)('reconstructs %s', async (name) => {
    expect(await largestError(tinyNetwork(name))).toBeLessThan(1e-6);
  });

  test.each(CORE_NETWORKS)('reconstructs %s', async (name) => {
    expect(await largestError(coreNetwork(name))).toBeLessThan(1e-6);
  });

  it('reconstructs a patch of 15 × 240 × 240 points', async () => {
    // beside PyTorch's float32, which is 1e-6 from its float64
    expect(await largestError(baseNetwork())).toBeLessThan(3e-6);
  });
});
