import { setTimeout } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { spreadValues, SmallGraph } from '../testing/small-graph.js';
import { createOnnxRuntime } from './create-onnx-runtime.js';

const VALUES = 15 * 200 * 200;

/** Three layers: a run returns 2.4 MB and holds three tensors of 2.5 MB on the way. */
function layers() {
  const small = new SmallGraph();
  const x = small.input('x', [1, 15, 200, 200]);
  const weight = (outputs: number, inputs: number) =>
    small.constant([outputs, inputs, 3, 3], spreadValues(outputs * inputs * 9, outputs));
  const first = small.unary('tanh', small.convolution(x, weight(16, 15), { padding: 1 }));
  const second = small.unary('tanh', small.convolution(first, weight(16, 16), { padding: 1 }));
  return small.graph({ y: small.convolution(second, weight(15, 16), { padding: 1 }) });
}

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** What is in use: without what a garbage collection frees, which takes a moment on a thread of its own. */
async function residentMegabytes(): Promise<number> {
  let smallest = Infinity;
  for (let sample = 0; sample < 5; sample++) {
    collectGarbage();
    await setTimeout(20);
    smallest = Math.min(smallest, process.memoryUsage.rss() / 2 ** 20);
  }
  return smallest;
}

describe('the memory of ONNX Runtime', () => {
  it('stays flat over a hundred patches', async () => {
    const runtime = await createOnnxRuntime({ threads: 2 });
    const network = await runtime.compile(layers());
    const x = spreadValues(VALUES, 1);
    for (let patch = 0; patch < 20; patch++) await network.run({ x });
    const before = await residentMegabytes();
    for (let patch = 0; patch < 100; patch++) await network.run({ x });
    // a leak of one result a run would be 240 MB; the allocator itself keeps some tens of MB
    expect((await residentMegabytes()) - before).toBeLessThan(120);
    await runtime.close();
  });

  it('is given back with the network, over and over', async () => {
    const runtime = await createOnnxRuntime({ threads: 2 });
    const x = spreadValues(VALUES, 1);
    const graph = layers();
    const once = async () => {
      const network = await runtime.compile(graph);
      await network.run({ x });
      await network.release();
    };
    for (let k = 0; k < 5; k++) await once();
    const before = await residentMegabytes();
    for (let k = 0; k < 30; k++) await once();
    // a network that stayed would keep the memory of its run: 30 × 7 MB and more; the allocator itself keeps some tens of MB
    expect((await residentMegabytes()) - before).toBeLessThan(120);
    await runtime.close();
  });
});
