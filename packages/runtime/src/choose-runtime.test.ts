import { describe, expect, it } from 'vitest';
import { AUTOMATIC_ORDER, chooseRuntime, type CreateRuntime } from './choose-runtime.js';
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
