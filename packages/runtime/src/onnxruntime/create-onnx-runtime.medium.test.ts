import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { RuntimeError, type NetworkRuntime } from '../network-runtime.js';
import { expectOperation } from '../testing/expect-operation.js';
import { OPERATION_CASES } from '../testing/operation-cases.js';
import { SmallGraph, spreadValues } from '../testing/small-graph.js';
import { createOnnxRuntime } from './create-onnx-runtime.js';

let runtime: NetworkRuntime;

beforeAll(async () => {
  runtime = await createOnnxRuntime({ threads: 2 });
});

afterAll(async () => {
  await runtime.close();
});

describe('ONNX Runtime on the CPU', () => {
  test.each(OPERATION_CASES)('computes $name as the interpreter does', async (operationCase) => {
    await expectOperation(runtime, operationCase);
  });

  it('says what it is', () => {
    expect(runtime.description).toEqual({
      name: 'onnxruntime-cpu',
      version: expect.stringMatching(/^onnxruntime-node \d+\.\d+\.\d+/) as string,
      device: 'CPU, 2 threads',
      precision: 'float32',
    });
  });

  it('names the input that is missing, too long or unknown', async () => {
    const network = await runtime.compile(doubled());
    await expect(network.run({})).rejects.toThrow("input 'x' is missing; it has the shape [1, 2, 3, 4]");
    await expect(network.run({ x: new Float32Array(25) })).rejects.toThrow(
      "input 'x' has 25 values, need 24 for the shape [1, 2, 3, 4]",
    );
    const failed = network.run({ x: new Float32Array(24), mask: new Float32Array(24) });
    await expect(failed).rejects.toThrow("no input 'mask'; it has 'x'");
    await expect(failed).rejects.toMatchObject({ tag: 'runtime', code: 'wrong-input' });
    await network.release();
  });

  it('answers calls that overlap in order, each with its own arrays', async () => {
    const network = await runtime.compile(doubled());
    const inputs = [1, 2, 3].map((seed) => spreadValues(24, seed));
    const results = await Promise.all(inputs.map((x) => network.run({ x })));
    for (const [k, { y }] of results.entries()) expect(y).toEqual(inputs[k]!.map((value) => value * 2));
    await network.release();
  });

  it('does not run what has been released', async () => {
    const network = await runtime.compile(doubled());
    await network.release();
    await network.release();
    await expect(network.run({ x: new Float32Array(24) })).rejects.toThrow(RuntimeError);
  });

  it('leaves the small numbers of JavaScript alone', async () => {
    const network = await runtime.compile(doubled());
    await network.run({ x: new Float32Array(24) });
    const smallest = Float64Array.of(Number.MIN_VALUE);
    expect(smallest[0]! > 0).toBe(true);
    await network.release();
  });

  it('says what is missing where there is no CUDA', async () => {
    await expect(createOnnxRuntime({ name: 'onnxruntime-cuda' })).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringContaining('onnxruntime-cuda') as string,
    });
  });
});

function doubled() {
  const small = new SmallGraph();
  return small.graph({ y: small.scale(small.input('x', [1, 2, 3, 4]), 2) });
}
