import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { readCheckpoint, recogniseNetwork } from '@sillage/fourdvarnet';
import { ownSeeds } from '../../packages/fourdvarnet/src/testing/checkpoint-seeds.ts';
import * as writer from '../../packages/fourdvarnet/src/testing/checkpoint-writer.ts';
import { mutated, type Mutation } from './checkpoint-mutations.ts';
import { verdictOf, type Reader } from './checkpoint-verdict.ts';
import { keptSeeds } from './corpus.ts';
import type { FuzzTarget, Seed } from './fuzz-target.ts';
import { pick } from './mutations.ts';

const LIMITS = { maxTensorBytes: 32 * 2 ** 20 };
const GOLDEN = new URL('../../../shared/golden/fourdvarnet/', import.meta.url);

/** Weights in every format; where checksums hold, nothing but the tensors of the seed may be read. */
export function checkpointsTarget(): FuzzTarget {
  const reader: Reader = { read: (bytes) => readCheckpoint(bytes, LIMITS), recognise: recogniseNetwork };
  const own = [...ownSeeds(writer), ...keptSeeds('checkpoints')];
  const seeds = [...own, ...goldenSeeds(reader)];
  const originals = new Map(seeds.map((seed) => [seed, reader.read(seed.bytes)]));
  return {
    name: 'checkpoints',
    seeds,
    // Every other case is one of our own: they hold as much structure in a hundredth of the bytes.
    mutate: (random) =>
      mutated(pick(random(2) === 0 ? own : seeds, random), seeds, random, writer.zipArchive),
    run: async (fuzzCase) => {
      const verdict = verdictOf(fuzzCase as Mutation, originals.get(fuzzCase.seed)!, reader);
      return verdict.startsWith('read') ? 'read' : 'refused';
    },
  };
}

/** Files that PyTorch wrote and that can be read; larger ones would only cost time. */
function goldenSeeds(reader: Reader): Seed[] {
  if (!existsSync(GOLDEN)) return [];
  return ['ckpt_formats', 'tiny_b2_15x24x24_nodown'].flatMap((folder) =>
    readdirSync(new URL(`${folder}/`, GOLDEN))
      .filter((name) => /[.](pt|ckpt|safetensors)$/.test(name))
      .map((name) => ({ name, bytes: new Uint8Array(readFileSync(new URL(`${folder}/${name}`, GOLDEN))) }))
      .filter(({ bytes }) => {
        try {
          return reader.read(bytes).tensors.size > 0;
        } catch {
          return false; // the files that must be refused
        }
      }),
  );
}
