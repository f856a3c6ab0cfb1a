import type { NetworkRun, NetworkSummary } from '@sillage/contracts';
import { describe, expect, test } from 'vitest';
import { runFacts, summaryFacts } from './network-texts';

const summary: NetworkSummary = {
  architecture: 'starter',
  format: 'pytorch-zip',
  parameterCount: 363_000,
  days: 15,
  spacingDeg: 0.05,
  gflopPerPatch: 220.46,
  peakMemoryBytes: 3e9,
  extraInputs: [],
};
const run: NetworkRun = {
  runtime: {
    name: 'onnxruntime-cpu',
    version: 'onnxruntime-node 1.30.0',
    device: 'CPU, 2 threads',
    precision: 'float32',
  },
  patchCount: 42,
  batchCount: 11,
  wallSeconds: 75,
  deviceSeconds: null,
  energyJoules: null,
  gflop: 9261,
};
const texts = (facts: { term: string; text: string }[]) => facts.map(({ term, text }) => `${term}: ${text}`);

describe('the facts of a network', () => {
  test('say what it is and what it needs', () => {
    expect(texts(summaryFacts(summary))).toEqual([
      'Kind: 4DVarNet, ConvLSTM solver with a bilinear prior, 363\u202f000 parameters (PyTorch checkpoint)',
      'Patches: 15 days at once on a grid of 0.05°, 220 GFLOP each, about 3.0 GB of memory',
    ]);
  });

  test.each([
    { extraInputs: ['sst' as const], kind: 'SST' },
    { extraInputs: [], kind: 'OI' },
  ])('tell the second field of a multimodal network: $kind', ({ extraInputs, kind }) => {
    const [fact] = summaryFacts({ ...summary, architecture: 'starter-multimodal', extraInputs });
    expect(fact!.text).toContain(`4DVarNet, ConvLSTM solver with ${kind}, 363`);
  });

  test('leave out what an ONNX file does not tell, and name what else it reads', () => {
    const onnx = {
      ...summary,
      architecture: 'onnx',
      format: 'onnx',
      gflopPerPatch: null,
      peakMemoryBytes: null,
    };
    expect(texts(summaryFacts({ ...onnx, extraInputs: ['oi', 'sst'] })).slice(1)).toEqual([
      'Patches: 15 days at once on a grid of 0.05°',
      "Also reads: the dataset's maps by OI, the dataset's sea surface temperature",
    ]);
  });

  test('say that OI is computed here where the network reads it from no file', () => {
    const fact = summaryFacts({ ...summary, computesOi: true }).at(-1);
    expect(fact).toMatchObject({ term: 'Also reads', text: expect.stringContaining('computed here before') });
  });

  test('say where it ran and what that took, as far as the device tells', () => {
    expect(texts(runFacts(run))).toEqual([
      'Run by: onnxruntime-cpu (onnxruntime-node 1.30.0) on CPU, 2 threads, float32',
      'Work: 42 patches in 11 batches, 9\u202f261 GFLOP',
      'Took: 1 min 15 s',
    ]);
    expect(texts(runFacts({ ...run, oiSeconds: 20 }))[2]).toBe(
      'Took: 1 min 35 s, 20 s of them for OI before the network ran',
    );
    expect(texts(runFacts({ ...run, oiSeconds: null }))[2]).toBe('Took: 1 min 15 s');
    const gpu = {
      ...run,
      patchCount: 1,
      batchCount: 1,
      gflop: null,
      wallSeconds: 2.345,
      deviceSeconds: 1.9,
      energyJoules: 512.3,
    };
    expect(texts(runFacts(gpu)).slice(1)).toEqual([
      'Work: 1 patch in 1 batch',
      'Took: 2.3 s, 1.9 s of the device, 0.512 kJ',
    ]);
  });
});
