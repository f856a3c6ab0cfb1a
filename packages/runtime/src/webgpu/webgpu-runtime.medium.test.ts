import { afterAll, describe, expect, it } from 'vitest';
import { RuntimeError } from '../network-runtime.js';
import { expectOperation } from '../testing/expect-operation.js';
import { SmallGraph, spreadValues } from '../testing/small-graph.js';
import { openSoftware } from '../testing/webgpu-adapters.js';
import { createWebGpuRuntime } from './index.js';

const software = await openSoftware();

function doubled() {
  const small = new SmallGraph();
  return small.graph({ y: small.scale(small.input('x', [1, 2, 3, 4]), 2) });
}

/** Two convolutions with a sum between them: every kind of kernel. */
function layers() {
  const small = new SmallGraph();
  const x = small.input('x', [1, 3, 8, 8]);
  const weight = (seed: number) => small.constant([3, 3, 3, 3], spreadValues(81, seed));
  const first = small.unary('tanh', small.convolution(x, weight(1), { padding: 1 }));
  const size = small.sum(small.binary('multiply', first, first), [1, 1, 1, 1]);
  const y = small.convolution(small.binary('divide', first, size), weight(2), { padding: 1 });
  return small.graph({ y });
}

describe.skipIf(software === null)('the WebGPU runtime', () => {
  it('names the input that is missing, too long or unknown', async () => {
    const network = await software!.compile(doubled());
    await expect(network.run({})).rejects.toThrow("input 'x' is missing, the network takes 24");
    await expect(network.run({ x: new Float32Array(25) })).rejects.toThrow("input 'x' has 25 values");
    const failed = network.run({ x: new Float32Array(24), mask: new Float32Array(24) });
    await expect(failed).rejects.toMatchObject({ tag: 'runtime', code: 'wrong-input' });
    await network.release();
  });

  it('answers calls that overlap, each with its own values', async () => {
    const runtime = (await openSoftware({ passesInFlight: 3 }))!;
    const network = await runtime.compile(doubled());
    expect(network.usefulRunsInFlight).toBe(3);
    const inputs = [1, 2, 3, 4, 5, 6, 7, 8].map((seed) => spreadValues(24, seed));
    const results = await Promise.all(inputs.map((x) => network.run({ x })));
    for (const [k, { y }] of results.entries()) expect(y).toEqual(inputs[k]!.map((value) => value * 2));
    await runtime.close();
  });

  it('gives runs that share a pass what each alone would get, to the bit, and fills no pass by waiting', async () => {
    const runtime = (await openSoftware({ runsPerPass: 3, passesInFlight: 2 }))!;
    const network = await runtime.compile(layers());
    expect(network).toMatchObject({ runsPerPass: 3, usefulRunsInFlight: 6 });
    const single = await software!.compile(layers());
    const inputs = [1, 2, 3, 4, 5, 6, 7].map((seed) => spreadValues(192, seed));
    const results = await Promise.all(inputs.map((x) => network.run({ x })));
    for (const [k, { y }] of results.entries()) {
      expect(y).toEqual((await single.run({ x: inputs[k]! }))['y']);
    }
    const [first] = await Promise.all([network.run({ x: inputs[4]! }), network.release()]);
    expect(first['y']).toEqual(results[4]!['y']);
    expect(network.bufferCount).toBe(0);
    await expect(network.run({ x: inputs[0]! })).rejects.toThrow(RuntimeError);
    await runtime.close();
  });

  it('gives the same result over and over, and allocates nothing for it', async () => {
    const network = await software!.compile(layers());
    const x = spreadValues(192, 3);
    const { y: expected } = await network.run({ x });
    const before = network.bufferCount;
    for (let k = 0; k < 100; k++) expect((await network.run({ x }))['y']).toEqual(expected);
    expect(network.bufferCount).toBe(before);
    expect(before).toBeGreaterThan(0);
    await network.release();
    expect(network.bufferCount).toBe(0);
  });

  it('does not run what has been released, nor on a device that is closed', async () => {
    const network = await software!.compile(doubled());
    await network.release();
    await network.release();
    await expect(network.run({ x: new Float32Array(24) })).rejects.toThrow(RuntimeError);
    const runtime = (await openSoftware())!;
    const other = await runtime.compile(doubled());
    await runtime.close();
    await expect(other.run({ x: new Float32Array(24) })).rejects.toMatchObject({ code: 'device-lost' });
    await expect(runtime.compile(doubled())).rejects.toMatchObject({ code: 'device-lost' });
  });

  it('finishes what is under way before it releases', async () => {
    const network = await software!.compile(doubled());
    const x = spreadValues(24, 1);
    const running = network.run({ x });
    await network.release();
    expect((await running)['y']).toEqual(x.map((value) => value * 2));
  });

  it('says how much memory a tensor would take that no buffer can hold', async () => {
    const small = new SmallGraph();
    const x = small.input('x', [1, 1, 4096, 4096]);
    const wide = small.convolution(x, small.constant([256, 1, 1, 1], spreadValues(256, 1)));
    const y = small.convolution(wide, small.constant([1, 256, 1, 1], spreadValues(256, 2)));
    const failed = software!.compile(small.graph({ y }));
    await expect(failed).rejects.toMatchObject({ tag: 'runtime', code: 'out-of-memory' });
    await expect(failed).rejects.toThrow(/needs a tensor of \d+\.\d MiB .*4096 × 4096.* takes \d+\.\d MiB/);
  });

  it('reads more tensors in one operation than a kernel can, or says so', async () => {
    const small = new SmallGraph();
    const inputs = Array.from({ length: 40 }, (_, i) => small.input(`x${i}`, [1, 4, 3, 3]));
    const sum = inputs.reduce((all, x) => small.binary('add', all, small.unary('tanh', x)));
    const network = await software!.compile(small.graph({ sum }));
    const values = Object.fromEntries(inputs.map((_, i) => [`x${i}`, spreadValues(36, i)]));
    const { sum: found } = await network.run(values);
    found!.forEach((value, k) => {
      const expected = inputs.reduce(
        (all, _, i) => (i === 0 ? values['x0']![k]! : all + Math.tanh(values[`x${i}`]![k]!)),
        0,
      );
      expect(value).toBeCloseTo(expected, 5);
    });
    await network.release();
  });

  it('keeps apart a convolution and its transpose, which share their weights', async () => {
    const small = new SmallGraph();
    const x = small.input('x', [1, 3, 8, 8]);
    const weight = small.constant([3, 3, 4, 4], spreadValues(144, 1));
    const blocks = small.convolution(x, weight, { stride: 4 });
    const graph = small.graph({ y: small.transposedConvolution(blocks, weight) });
    await expectOperation(software!, {
      name: 'there and back',
      graph,
      inputs: { x: spreadValues(192, 2) },
      tolerance: 1e-5,
    });
  });

  it('says that products of float16 need matrix units', async () => {
    await expect(
      createWebGpuRuntime({ allowSoftware: true, precision: 'float16-products' }).then((runtime) =>
        // a GPU with matrix units may be here
        runtime.close().then(() => Promise.reject(new RuntimeError('unavailable', 'matrix units'))),
      ),
    ).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringContaining('matrix units') as string,
    });
  });

  it('times every kernel', async () => {
    const network = await software!.compile(layers());
    const times = await network.profile({ x: spreadValues(192, 3) });
    expect(times).toHaveLength(network.kernelCount);
    for (const { microseconds } of times) expect(microseconds).toBeGreaterThanOrEqual(0);
    await network.release();
  });
});

afterAll(async () => {
  await software?.close();
});
