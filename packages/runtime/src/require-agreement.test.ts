import { interpretGraph, type Graph } from '@sillage/fourdvarnet';
import { describe, expect, it } from 'vitest';
import type { NetworkRuntime, Tensors } from './network-runtime.js';
import { requireAgreement } from './require-agreement.js';

/** A runtime on the interpreter itself that adds `error` to every value, and `drift` more to those of each further run. */
function runtimeThatErrs(error: number, drift = 0): { runtime: NetworkRuntime; isClosed: () => boolean } {
  let closed = false;
  let runs = 0;
  const runtime: NetworkRuntime = {
    description: { name: 'webgpu', version: '1', device: 'a card', precision: 'float32' },
    compile: (graph: Graph) =>
      Promise.resolve({
        peakBytes: null,
        usefulRunsInFlight: 1,
        run: (inputs: Tensors) => {
          const { reconstruction } = interpretGraph(graph, inputs);
          runs++;
          return Promise.resolve({
            reconstruction: Float32Array.from(reconstruction!, (value) => value + error + drift * runs),
          });
        },
        release: () => Promise.resolve(),
      }),
    close: () => {
      closed = true;
      return Promise.resolve();
    },
  };
  return { runtime, isClosed: () => closed };
}

describe('requireAgreement', () => {
  it('lets a runtime pass that only rounds', async () => {
    const { runtime, isClosed } = runtimeThatErrs(0);
    await requireAgreement(runtime);
    expect(isClosed()).toBe(false);
  });

  it.each([{ error: 1e-3 }, { error: Number.NaN }])(
    'closes a runtime that is $error off',
    async ({ error }) => {
      const { runtime, isClosed } = runtimeThatErrs(error);
      await expect(requireAgreement(runtime)).rejects.toMatchObject({
        code: 'unavailable',
        message: expect.stringMatching(
          /^webgpu computes wrongly on a card: .* take onnxruntime-cpu$/,
        ) as string,
      });
      expect(isClosed()).toBe(true);
    },
  );

  it('closes a runtime that does not give the same result twice', async () => {
    const { runtime, isClosed } = runtimeThatErrs(0, 1e-7);
    await expect(requireAgreement(runtime)).rejects.toThrow('another result every time on a card');
    expect(isClosed()).toBe(true);
  });
});
