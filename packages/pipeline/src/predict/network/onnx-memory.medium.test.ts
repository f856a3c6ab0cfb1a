import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import {
  buildNetwork,
  inspectOnnx,
  onnxMemory,
  onnxModel,
  type NetworkSettings,
  type WeightMap,
} from '@sillage/fourdvarnet';
import { afterAll, describe, expect, test } from 'vitest';
import { temporaryFolder } from '../../testing/sample-files.js';
import { cnnSolverWeights, coreWeights, scalingOnnx, starterWeights } from '../../testing/sample-networks.js';

const files = temporaryFolder();
afterAll(files.remove);

const RUNTIME_FOLDER = fileURLToPath(new URL('../../../../runtime', import.meta.url));

/**
 * A process of its own with the session options of `OnnxSession`: it prints by how many kB its largest resident set grew from a
 * lone number that it added up before to three runs of the network. That set is read from /proc: `maxRSS` starts with the
 * largest of the process that started this one.
 */
const MEASURE = `
const ort = require(require.resolve('onnxruntime-node', { paths: [${JSON.stringify(RUNTIME_FOLDER)}] }));
const fs = require('node:fs');
const [warmUp, file, shapes] = process.argv.slice(1);
const options = { executionProviders: ['cpu'], intraOpNumThreads: 2, interOpNumThreads: 1, executionMode: 'sequential',
  graphOptimizationLevel: 'all', enableCpuMemArena: true, enableMemPattern: true, logSeverityLevel: 4 };
const peakKb = () => Number(/^VmHWM:\\s+(\\d+)/m.exec(fs.readFileSync('/proc/self/status', 'utf8'))[1]);
const run = async (bytes, shapes, times) => {
  const session = await ort.InferenceSession.create(bytes, options);
  for (let time = 0; time < times; time++) {
    const feeds = Object.fromEntries(Object.entries(shapes).map(([name, dims]) =>
      [name, new ort.Tensor('float32', new Float32Array(dims.reduce((a, b) => a * b, 1)).fill(0.1), dims)]));
    const result = await session.run(feeds);
    for (const { data } of Object.values(result)) Float32Array.from(data);
  }
};
(async () => {
  await run(fs.readFileSync(warmUp), { x: [1, 1, 4, 4] }, 1);
  const before = peakKb();
  await run(fs.readFileSync(file), JSON.parse(shapes), 3);
  console.log(peakKb() - before);
})();
`;

function measuredBytes(file: string, shapes: Record<string, readonly number[]>): number {
  const printed = execFileSync(
    process.execPath,
    ['-e', MEASURE, files.path('warm-up.onnx'), file, JSON.stringify(shapes)],
    { encoding: 'utf8' },
  );
  return 1024 * Number(printed.trim());
}

const PRIOR = { priorDownsamp: 2, bilinQuad: false };
const DESCENT = {
  ...PRIOR,
  nStep: 3,
  lrGrad: 1000,
  obsWeight: 1,
  init: 'obs',
  inputFill: 'nan',
  finalProjection: true,
} as const;

function written(
  weights: WeightMap,
  settings: NetworkSettings,
  size: { batch: number; lat: number; lon: number },
) {
  return onnxModel(buildNetwork(weights, settings, size).graph);
}

describe('the memory that an ONNX network needs', () => {
  const size = { batch: 2, lat: 120, lon: 120 };
  test.each<{ name: string; bytes: () => Uint8Array; shapes?: Record<string, readonly number[]> }>([
    {
      name: 'a U-Net that PyTorch exported, a small batch',
      bytes: () =>
        readFileSync(new URL('../../../../runtime/test/golden/exported_unet.onnx', import.meta.url)),
      shapes: { observations: [2, 5, 120, 120] },
    },
    {
      name: 'a U-Net that PyTorch exported, a large batch',
      bytes: () =>
        readFileSync(new URL('../../../../runtime/test/golden/exported_unet.onnx', import.meta.url)),
      shapes: { observations: [16, 5, 240, 240] },
    },
    {
      name: 'a starter of 15 days, three steps',
      bytes: () =>
        written(
          starterWeights(15, 32, 48),
          { architecture: 'starter', ...DESCENT, gradDownsamp: null },
          size,
        ),
    },
    {
      name: 'a starter with a convolutional solver',
      bytes: () => written(cnnSolverWeights(15, 32, 48), { architecture: 'cnn-solver', ...DESCENT }, size),
    },
    {
      name: 'a core network with SST',
      bytes: () =>
        written(
          coreWeights(7, { isAugmented: true, hasSst: true }),
          {
            architecture: 'core',
            nGrad: 3,
            nFourdvarIter: 1,
            augState: true,
            normObs: 'l2',
            normPrior: 'l2',
            isPeriodic: false,
            medianWidth: 1,
          },
          size,
        ),
    },
  ])('is estimated from above, and not far above: $name', ({ name, bytes, shapes }) => {
    const network = bytes();
    writeFileSync(files.path('network.onnx'), network);
    writeFileSync(files.path('warm-up.onnx'), scalingOnnx([1, 1, 4, 4]));
    const summary = inspectOnnx(network);
    const inputShapes =
      shapes ??
      Object.fromEntries(summary.inputs.map((input) => [input.name, (input.dims ?? []).map(Number)]));
    const memory = onnxMemory(network, summary, new Map(Object.entries(inputShapes)));
    if ('unknown' in memory) throw new Error(memory.unknown);
    const measured = measuredBytes(files.path('network.onnx'), inputShapes);
    const mib = (value: number) => Math.round(value / 2 ** 20);
    console.log(
      `${name}: ${mib(measured)} MiB measured, ${mib(memory.peakBytes)} MiB estimated (${mib(memory.activationBytes)} of tensors)`,
    );
    expect(measured).toBeGreaterThan(memory.activationBytes / 2); // else nothing was measured
    expect(measured).toBeLessThanOrEqual(memory.peakBytes);
    // A process of some MiB says little; beyond, an estimate that is far too large would keep networks from evaluators.
    if (measured > 50 * 2 ** 20) expect(memory.peakBytes).toBeLessThan(6 * measured);
  });
});
