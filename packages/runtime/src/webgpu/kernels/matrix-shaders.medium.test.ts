import type { Graph } from '@sillage/fourdvarnet';
import { create } from 'webgpu';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SmallGraph, spreadValues } from '../../testing/small-graph.js';
import type { MatrixUnit } from './matrix-unit.js';
import { planKernels } from '../webgpu-network.js';

/** Dawn's null backend parses and checks shaders of every feature, and executes none: any machine can do it. */
const gpu = create(['backend=null', 'enable-dawn-features=allow_unsafe_apis']);
let device: GPUDevice;

beforeAll(async () => {
  const adapter = await gpu.requestAdapter();
  device = await adapter!.requestDevice({
    requiredFeatures: [
      'shader-f16',
      'subgroups',
      'chromium-experimental-subgroup-matrix',
    ] as unknown as GPUFeatureName[],
  });
});

afterAll(() => {
  device.destroy();
});

const H100 = {
  products: 'native',
  unit: { side: 16, lanes: 32 },
  workgroupStorage: 49152,
  maxThreads: 1024,
  wantedWorkgroups: 198,
  wantedSums: 64,
} as const;
const LIMITS = { gpu: { limits: { maxStorageBuffersPerShaderStage: 10 } } };

async function messagesOf(
  graph: Graph,
  operandFormat: 'float16' | 'float16-pair',
  unit: MatrixUnit = H100.unit,
): Promise<string[]> {
  const { kernels } = planKernels(LIMITS, graph, {
    operandFormat,
    convolutions: { kind: 'matrix', ...H100, unit },
  });
  const matrixKernels = kernels.filter(({ code }) => code.includes('subgroupMatrixMultiplyAccumulate'));
  expect(matrixKernels.length).toBeGreaterThan(0);
  const messages: string[] = [];
  for (const { code } of kernels) {
    device.pushErrorScope('validation');
    const info = await device.createShaderModule({ code }).getCompilationInfo();
    messages.push(
      ...info.messages.map(({ type, message, lineNum }) => `${type}, line ${lineNum}: ${message}`),
    );
    const error = await device.popErrorScope();
    if (error !== null) messages.push(error.message);
  }
  return messages;
}

/** The convolutions of one step of a network, each followed by what follows it there. */
function step(width: number, days: number) {
  const small = new SmallGraph();
  const x = small.input('x', [1, days, 240, 240]);
  const hidden = small.input('hidden', [1, width, 240, 240]);
  const cell = small.input('cell', [1, width, 240, 240]);
  let seed = 1;
  const weight = (outputs: number, inputs: number, side = 3) =>
    small.constant([outputs, inputs, side, side], spreadValues(outputs * inputs * side * side, seed++));
  const bias = (outputs: number) => small.constant([1, outputs, 1, 1], spreadValues(outputs, seed++));
  const both = small.concatenate(x, hidden);
  const gates = [0, 1, 2, 3].map(() =>
    small.convolution(both, weight(width, days + width), { bias: bias(width), padding: 1 }),
  );
  const sigmoid = (gate: number) => small.unary('sigmoid', gates[gate]!);
  const nextCell = small.binary(
    'add',
    small.binary('multiply', sigmoid(1), cell),
    small.binary('multiply', sigmoid(0), small.unary('tanh', gates[3]!)),
  );
  const nextHidden = small.binary('multiply', sigmoid(2), small.unary('tanh', nextCell));
  const update = small.convolution(nextHidden, weight(days, width, 5), { padding: 2 });
  const parts = [0, 1, 2].map(() => small.convolution(nextHidden, weight(32, width), { padding: 1 }));
  const product = small.binary('multiply', parts[1]!, parts[2]!);
  const prior = small.convolution(small.concatenate(parts[0]!, product), weight(days, 64), { padding: 1 });
  return small.graph({ x: small.binary('subtract', small.binary('subtract', x, update), prior), nextCell });
}

describe('the shaders with subgroup matrices', () => {
  it.each([
    { name: 'base', width: 48, operandFormat: 'float16' },
    { name: 'base, in pairs', width: 48, operandFormat: 'float16-pair' },
    { name: 'larger', width: 96, operandFormat: 'float16' },
    { name: 'core-sized', width: 50, operandFormat: 'float16' },
  ] as const)('are taken by the compiler without a word: $name', async ({ width, operandFormat }) => {
    expect(await messagesOf(step(width, 15), operandFormat)).toEqual([]);
  });

  it('are taken for matrices of 8 × 8, too', async () => {
    expect(await messagesOf(step(48, 15), 'float16', { side: 8, lanes: 32 })).toEqual([]);
  });

  it('are checked at all', async () => {
    device.pushErrorScope('validation');
    const code = 'enable chromium_experimental_subgroup_matrix; fn f() { let a = subgroupMatrixLoad(); }';
    const { messages } = await device.createShaderModule({ code }).getCompilationInfo();
    await device.popErrorScope();
    expect(messages.map(({ type }) => type)).toContain('error');
  });
});
