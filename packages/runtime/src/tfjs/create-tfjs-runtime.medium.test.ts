import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import type { NetworkRuntime } from '../network-runtime.js';
import { expectOperation } from '../testing/expect-operation.js';
import { hasGoldenNetworks, TINY_NETWORKS, tinyNetwork } from '../testing/golden-networks.js';
import { OPERATION_CASES } from '../testing/operation-cases.js';
import { createTfjsRuntime } from './create-tfjs-runtime.js';

let runtime: NetworkRuntime;

beforeAll(async () => {
  runtime = await createTfjsRuntime();
});

afterAll(async () => {
  await runtime.close();
});

describe('tfjs', () => {
  test.each(OPERATION_CASES)('computes $name as the interpreter does', async (operationCase) => {
    await expectOperation(runtime, operationCase);
  });

  it('says what it is', () => {
    expect(runtime.description).toMatchObject({ name: 'tfjs', precision: 'float32' });
    expect(runtime.description.version).toMatch(/^@tensorflow\/tfjs-(core|node-gpu) 4\./);
  });

  it('names the input that is missing', async () => {
    const network = await runtime.compile(OPERATION_CASES[0]!.graph);
    await expect(network.run({})).rejects.toThrow("input 'x' is missing; it has the shape [2, 5, 9, 11]");
  });
});

describe.skipIf(!hasGoldenNetworks)('tfjs, beside the networks of their authors in PyTorch', () => {
  test.each(TINY_NETWORKS)('reconstructs %s', async (name) => {
    const { graph, inputs, reconstruction } = tinyNetwork(name);
    const network = await runtime.compile(graph);
    const found = (await network.run(inputs))['reconstruction']!;
    const errors = found.map((value, i) => Math.abs(value - reconstruction[i]!));
    expect(Math.max(...errors)).toBeLessThan(1e-6);
  });
});
