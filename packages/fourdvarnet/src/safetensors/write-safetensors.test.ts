import { expect, test } from 'vitest';
import { floatingWeights, readCheckpoint } from '../checkpoint/index.js';
import { writeSafetensors } from './write-safetensors.js';

test('is read back with its metadata, float64 rounded to float32', () => {
  const weights = new Map([
    ['prior_cost.conv_in.bias', { shape: [3], data: Float64Array.of(0.1, -2, 1e-3) }],
    ['grad_mod.gates.weight', { shape: [2, 2], data: Float32Array.of(1, 2, 3, 4) }],
  ]);
  const checkpoint = readCheckpoint(writeSafetensors(weights, { note: 'ä "quoted"' }));
  expect(checkpoint.metadata).toEqual({ note: 'ä "quoted"' });
  const read = floatingWeights(checkpoint);
  expect([...read.keys()]).toEqual([...weights.keys()]);
  expect(read.get('prior_cost.conv_in.bias')).toEqual({ shape: [3], data: Float32Array.of(0.1, -2, 1e-3) });
  expect(read.get('grad_mod.gates.weight')!.shape).toEqual([2, 2]);
});
