import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { RuntimeError, type NetworkRuntime } from '../network-runtime.js';
import { expectOperation } from '../testing/expect-operation.js';
import { hasGoldenNetworks, TINY_NETWORKS, tinyNetwork } from '../testing/golden-networks.js';
import { OPERATION_CASES } from '../testing/operation-cases.js';
import { allowsSoftwareGpu } from '../testing/webgpu-adapters.js';
import { createOnnxRuntime } from './create-onnx-runtime.js';

/** With SILLAGE_SOFTWARE_GPU=1 also on an adapter that computes on the CPU: some minutes. */
const options = {
  name: 'onnxruntime-webgpu',
  allowSoftware: allowsSoftwareGpu,
} as const;
const reason = await createOnnxRuntime(options).then(
  async (runtime) => {
    await runtime.close();
    return null;
  },
  (error: unknown) => {
    if (error instanceof RuntimeError && error.code === 'unavailable') return error.message;
    throw error;
  },
);
if (reason !== null) console.warn(`Tests of ONNX Runtime on WebGPU are skipped: ${reason}`);

describe.skipIf(reason !== null)('ONNX Runtime on WebGPU', () => {
  let runtime: NetworkRuntime;

  beforeAll(async () => {
    runtime = await createOnnxRuntime(options);
  });

  afterAll(async () => {
    await runtime.close();
  });

  it('names the adapter', () => {
    expect(runtime.description.name).toBe('onnxruntime-webgpu');
    expect(runtime.description.device.length).toBeGreaterThan(3);
  });

  test.each(OPERATION_CASES)('computes $name as the interpreter does', async (operationCase) => {
    await expectOperation(runtime, operationCase);
  });

  test.skipIf(!hasGoldenNetworks)('reconstructs a tiny network', async () => {
    const { graph, inputs, reconstruction } = tinyNetwork(TINY_NETWORKS[0]);
    const network = await runtime.compile(graph);
    const found = (await network.run(inputs))['reconstruction']!;
    expect(Math.max(...found.map((value, i) => Math.abs(value - reconstruction[i]!)))).toBeLessThan(2e-6);
    await network.release();
  });
});
