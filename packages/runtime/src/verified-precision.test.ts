import { interpretGraph, type Graph } from '@sillage/fourdvarnet';
import { describe, expect, it, vi } from 'vitest';
import { RuntimeError, type NetworkRuntime, type Tensors } from './network-runtime.js';
import { SmallGraph, spreadValues } from './testing/small-graph.js';
import { verifiedInFloat32 } from './verified-precision.js';

/** A runtime on the interpreter whose results are bent. */
function runtime(
  precision: 'float32' | 'float16-products',
  bend: (value: number) => number = (value) => value,
  failure: RuntimeError | null = null,
) {
  const events: string[] = [];
  const made: NetworkRuntime = {
    description: { name: 'webgpu', version: '1', device: 'a card', precision },
    compile: (graph: Graph) =>
      failure !== null
        ? Promise.reject(failure)
        : Promise.resolve({
            peakBytes: 7,
            usefulRunsInFlight: 4,
            run: (inputs: Tensors) => {
              events.push('run');
              const { y } = interpretGraph(graph, inputs);
              return Promise.resolve({ y: Float32Array.from(y!, bend) });
            },
            release: () => Promise.resolve(void events.push('release')),
          }),
    close: () => Promise.resolve(void events.push('close')),
  };
  return { made, events };
}

function doubled() {
  const small = new SmallGraph();
  return small.graph({ y: small.scale(small.input('x', [1, 2, 3, 4]), 2) });
}

const x = spreadValues(24, 1);
const expected = x.map((value) => 2 * value);

describe('verifiedInFloat32', () => {
  it('goes on with float16 where a first batch agrees, and asks no more', async () => {
    const fast = runtime('float16-products', (value) => value * 1.001);
    const exact = runtime('float32');
    const verified = verifiedInFloat32(fast.made, () => Promise.resolve(exact.made));
    const network = await verified.compile(doubled());
    expect(network).toMatchObject({ peakBytes: 7, usefulRunsInFlight: 4 });
    const results = await Promise.all([network.run({ x }), network.run({ x }), network.run({ x })]);
    for (const { y } of results) expect(y).toEqual(expected.map((value) => value * 1.001));
    expect(fast.events).toEqual(['run', 'run', 'run']);
    expect(exact.events).toEqual(['run', 'release', 'close']);
    expect(verified.description.precision).toBe('float16-products');
    await network.release();
    await verified.close();
    expect(fast.events.slice(3)).toEqual(['release', 'close']);
  });

  it.each([
    { name: 'is off', bend: (value: number) => value * 1.01 },
    { name: 'overflows', bend: () => Infinity },
    { name: 'is no number', bend: () => Number.NaN },
  ])('goes on in float32 where float16 $name, the first batch included, and says so', async ({ bend }) => {
    const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
    const fast = runtime('float16-products', bend);
    const exact = runtime('float32');
    const verified = verifiedInFloat32(fast.made, () => Promise.resolve(exact.made));
    const network = await verified.compile(doubled());
    for (const { y } of await Promise.all([network.run({ x }), network.run({ x })])) {
      expect(y).toEqual(expected);
    }
    expect(verified.description.precision).toBe('float32');
    expect(warn).toHaveBeenCalledWith(expect.stringContaining('goes on in float32'));
    expect(fast.events).toEqual(['run', 'release']);
    const shorter = await verified.compile(doubled());
    expect((await shorter.run({ x }))['y']).toEqual(expected);
    expect(fast.events).toEqual(['run', 'release']);
    await network.release();
    await shorter.release();
    await verified.close();
    expect(exact.events).toEqual(['run', 'run', 'run', 'release', 'release', 'close']);
    warn.mockRestore();
  });

  it('leaves it to the caller that a network computes no numbers in float32 either', async () => {
    const fast = runtime('float16-products', () => Number.NaN);
    const exact = runtime('float32', () => Number.NaN);
    const verified = verifiedInFloat32(fast.made, () => Promise.resolve(exact.made));
    const { y } = await (await verified.compile(doubled())).run({ x });
    expect(y!.every(Number.isNaN)).toBe(true);
    expect(exact.events).toEqual(['run', 'release', 'close']);
  });

  it('takes float16 where float32 has no room, and throws what else goes wrong', async () => {
    const attempt = async (failure: RuntimeError) => {
      const exact = runtime('float32', undefined, failure);
      const fast = runtime('float16-products');
      const verified = verifiedInFloat32(fast.made, () => Promise.resolve(exact.made));
      const found = (await verified.compile(doubled())).run({ x });
      await found.catch(() => undefined);
      expect(exact.events).toEqual(['close']);
      return found;
    };
    expect((await attempt(new RuntimeError('out-of-memory', 'full')))['y']).toEqual(expected);
    await expect(attempt(new RuntimeError('device-lost', 'gone'))).rejects.toThrow('gone');
  });
});
