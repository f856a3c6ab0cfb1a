import { describe, expect, it } from 'vitest';
import { chooseRuntime } from './choose-runtime.js';

describe('chooseRuntime on this machine', () => {
  it('finds a runtime that is not the slow oracle', async () => {
    const runtime = await chooseRuntime();
    expect(runtime.description.name).not.toBe('tfjs');
    await runtime.close();
  });

  it('gives the one that was asked for', async () => {
    const runtime = await chooseRuntime({ preferred: 'onnxruntime-cpu', threads: 1 });
    expect(runtime.description).toMatchObject({ name: 'onnxruntime-cpu', device: 'CPU, 1 thread' });
    await runtime.close();
  });
});
