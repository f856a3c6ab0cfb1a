import { describe, expect, it } from 'vitest';
import { mutated, type MutationKind, seededRandom } from '../testing/checkpoint-mutations.js';
import { ownSeeds } from '../testing/checkpoint-seeds.js';
import { areSame, verdictOf } from '../testing/checkpoint-verdict.js';
import * as writer from '../testing/checkpoint-writer.js';
import { readCheckpoint } from './read-checkpoint.js';
import { recogniseNetwork } from './recognition/recognise-network.js';

const CASES = 300; // per format; npm run fuzz:checkpoints does more, and mutates files of PyTorch too
const SEED = 2_012_1022;
const LIMITS = { maxTensorBytes: 2 ** 24 };
const reader = {
  read: (bytes: Uint8Array) => readCheckpoint(bytes, LIMITS),
  recognise: recogniseNetwork,
};

describe('a mutated checkpoint', () => {
  const seeds = ownSeeds(writer);

  it.each(seeds)('made from $name is refused or read rightly, 300 times', (seed) => {
    const original = reader.read(seed.bytes);
    expect(original.tensors.size).toBeGreaterThan(2);
    const random = seededRandom(SEED);
    const verdicts = new Set<string>();
    const kinds = new Set<MutationKind>();
    for (let i = 0; i < CASES; i++) {
      const mutation = mutated(seed, seeds, random, writer.zipArchive);
      kinds.add(mutation.kind);
      verdicts.add(verdictOf(mutation, original, reader));
    }
    // The mutations reach what lies behind the checksums: both ways out are seen, and several refusals.
    expect([...verdicts].some((verdict) => verdict.startsWith('read'))).toBe(true);
    expect(verdicts.size).toBeGreaterThan(4);
    expect(kinds.size).toBeGreaterThan(3);
  });

  it('would be noticed if it gave other tensors', () => {
    const { tensors, ...rest } = reader.read(seeds[0]!.bytes);
    const changed = new Map(tensors);
    const tensor = changed.get('a.weight')!;
    changed.set('a.weight', {
      ...tensor,
      data: Float32Array.from(tensor.data as Float32Array, (value) => value + 1),
    });
    expect(areSame({ ...rest, tensors }, { ...rest, tensors })).toBe(true);
    expect(areSame({ ...rest, tensors }, { ...rest, tensors: changed })).toBe(false);
  });
});
