import { readCheckpoint, recogniseNetwork } from '@sillage/fourdvarnet';
import { expect, test } from 'vitest';
import { ownSeeds } from '../../packages/fourdvarnet/src/testing/checkpoint-seeds.ts';
import * as writer from '../../packages/fourdvarnet/src/testing/checkpoint-writer.ts';
import { areSame, verdictOf } from './checkpoint-verdict.ts';

const seed = ownSeeds(writer)[0]!;
const original = readCheckpoint(seed.bytes);
const tensor = original.tensors.get('a.weight')!;
const data = Float32Array.from(tensor.data as Float32Array, (value) => value + 1);
const changed = { ...original, tensors: new Map(original.tensors).set('a.weight', { ...tensor, data }) };

test('other tensors are noticed', () => {
  expect(areSame(original, original)).toBe(true);
  expect(areSame(original, changed)).toBe(false);
  const mutation = {
    ...{ seed, kind: 'truncate' as const, bytes: seed.bytes },
    ...{ expectation: 'same' as const, mustRead: true },
  };
  const verdict = (read: typeof readCheckpoint) =>
    verdictOf(mutation, original, { read: (bytes) => read(bytes), recognise: recogniseNetwork });
  expect(verdict(readCheckpoint)).toBe('read, tensors as before');
  expect(() => verdict(() => changed)).toThrow('other tensors, although the checksums are right');
});
