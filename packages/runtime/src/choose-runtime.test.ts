import { interpretGraph } from '@sillage/fourdvarnet';
import { describe, expect, it, vi } from 'vitest';
import { AUTOMATIC_ORDER, chooseRuntime, firstThatAgrees, type CreateRuntime } from './choose-runtime.js';
import { RuntimeError, type NetworkRuntime, type RuntimeName } from './network-runtime.js';

/** Makes runtimes of the names in `works`; the others are unavailable. Writes down what was tried. */
function machine(works: readonly RuntimeName[]) {
  const tried: RuntimeName[] = [];
  const maker =
    (name: RuntimeName): CreateRuntime =>
    ({ threads }) => {
      tried.push(name);
      if (!works.includes(name)) throw new RuntimeError('unavailable', `no ${name} here`);
      const runtime: NetworkRuntime = {
        description: { name, version: '1', device: `${threads} threads`, precision: 'float32' },
        compile: () => Promise.reject(new Error('nothing is compiled here')),
        close: () => Promise.resolve(),
      };
      return Promise.resolve(runtime);
    };
  const create: Record<RuntimeName, CreateRuntime> = {
    webgpu: maker('webgpu'),
    'onnxruntime-cuda': maker('onnxruntime-cuda'),
    'onnxruntime-webgpu': maker('onnxruntime-webgpu'),
    'onnxruntime-cpu': maker('onnxruntime-cpu'),
    tfjs: maker('tfjs'),
  };
  return { create, tried };
}

describe('chooseRuntime', () => {
  it.each(AUTOMATIC_ORDER.map((name, k) => ({ name, slower: AUTOMATIC_ORDER.slice(k) })))(
    'takes $name where it is the fastest that works',
    async ({ name, slower }) => {
      const { create } = machine(slower);
      expect((await chooseRuntime({}, create)).description.name).toBe(name);
    },
  );

  it('never takes tfjs by itself, and says why each of the others is not there', async () => {
    const { create, tried } = machine(['tfjs']);
    await expect(chooseRuntime({ preferred: 'auto' }, create)).rejects.toMatchObject({
      code: 'unavailable',
      message: `no runtime works on this machine\n${AUTOMATIC_ORDER.map((name) => `${name}: no ${name} here`).join('\n')}`,
    });
    expect(tried).toEqual(AUTOMATIC_ORDER);
  });

  it('tries only the one that was asked for, with the threads that were asked for', async () => {
    const { create, tried } = machine(['webgpu', 'onnxruntime-cpu']);
    const { description } = await chooseRuntime({ preferred: 'onnxruntime-cpu', threads: 3 }, create);
    expect(description.device).toBe('3 threads');
    await expect(chooseRuntime({ preferred: 'onnxruntime-cuda' }, create)).rejects.toThrow(
      'no onnxruntime-cuda here',
    );
    expect(tried).toEqual(['onnxruntime-cpu', 'onnxruntime-cuda']);
  });

  it('does not hide an error behind the next runtime', async () => {
    const { create } = machine(['onnxruntime-cpu']);
    const broken = {
      ...create,
      webgpu: () => Promise.reject(new RuntimeError('device-lost', 'the device fell off')),
    };
    await expect(chooseRuntime({}, broken)).rejects.toThrow('the device fell off');
  });
});

/** A GPU whose matrix units, or the code for them, fail in one way, and its float32 in the same way or not at all. */
function card(failure: 'compile' | 'wrong', isFloat32Right: boolean) {
  const closed: string[] = [];
  const open = (forced: 'float32' | null) => {
    const precision = forced ?? 'float16-products';
    const isRight = precision === 'float32' && isFloat32Right;
    return Promise.resolve({
      description: { name: 'webgpu', version: '1', device: 'a card', precision } as const,
      isSoftware: false,
      compile: (graph: Parameters<NetworkRuntime['compile']>[0]) =>
        !isRight && failure === 'compile'
          ? Promise.reject(new RuntimeError('unsupported-operation', 'the driver does not take the shader'))
          : Promise.resolve({
              peakBytes: null,
              usefulRunsInFlight: 1,
              run: (inputs: Record<string, Float32Array>) => {
                const { reconstruction } = interpretGraph(graph, inputs);
                return Promise.resolve({
                  reconstruction: Float32Array.from(reconstruction!, (value) =>
                    isRight ? value : 2 * value,
                  ),
                });
              },
              release: () => Promise.resolve(),
            }),
      close: () => Promise.resolve(void closed.push(precision)),
    });
  };
  return { open, closed };
}

describe('firstThatAgrees', () => {
  it.each(['compile', 'wrong'] as const)(
    'takes float32 where matrix units fail (%s), and says so',
    async (failure) => {
      const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
      const { open, closed } = card(failure, true);
      const runtime = await firstThatAgrees(open);
      expect(runtime.description.precision).toBe('float32');
      expect(closed).toContain('float16-products');
      expect(closed).not.toContain('float32');
      expect(warn).toHaveBeenCalledWith(expect.stringContaining('in float16-products:'));
      warn.mockRestore();
    },
  );

  it('leaves the machine to another runtime where both fail, with both reasons', async () => {
    const { open, closed } = card('compile', false);
    await expect(firstThatAgrees(open)).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringMatching(/in float16-products: .*; in float32: the driver does not/) as string,
    });
    expect(closed).toEqual(['float16-products', 'float32']);
  });
});
