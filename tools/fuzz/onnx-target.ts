import {
  GraphBuilder,
  inspectOnnx,
  onnxMemory,
  onnxMetadata,
  onnxModel,
  withOnnxMetadata,
} from '@sillage/fourdvarnet';
import { isTagged, keptSeeds } from './corpus.ts';
import type { FuzzTarget, Seed } from './fuzz-target.ts';
import { changedBytes, pick, replaced, type Random } from './mutations.ts';

/** The admission of ONNX files: structure, operators, shapes, memory. Nothing of a file is run. */
export function onnxTarget(): FuzzTarget {
  const seeds = [...ownSeeds(), ...keptSeeds('onnx')];
  return {
    name: 'onnx',
    seeds,
    mutate: (random) => {
      const seed = pick(seeds, random);
      return random(3) === 0 ? changedFields(seed, seeds, random) : changedBytes(seed, seeds, random, true);
    },
    run: async ({ bytes }) => {
      try {
        const summary = inspectOnnx(bytes);
        const shapes = summary.inputs.map(({ name, dims }) => [name, (dims ?? []).map(Number)] as const);
        const memory = onnxMemory(bytes, summary, new Map(shapes.map(([name, dims]) => [name, [...dims]])));
        if (!('unknown' in memory) && !(memory.peakBytes >= 0))
          throw new Error(`memory: ${memory.peakBytes}`);
        onnxMetadata(bytes);
        return 'read';
      } catch (error) {
        if (isTagged(error, 'onnx')) return 'refused';
        throw error;
      }
    },
  };
}

/** Fields of protocol buffers: a key, a varint of many bytes, a field within itself. */
function changedFields(seed: Seed, others: readonly Seed[], random: Random) {
  let { bytes } = seed;
  for (let i = random(3); i >= 0; i--) {
    const at = random(bytes.length);
    const donor = pick(others, random).bytes;
    const from = random(donor.length);
    const inner = donor.slice(from, from + random(120));
    const block = pick(
      [
        Uint8Array.of((random(16) << 3) | pick([0, 1, 2, 5], random)),
        Uint8Array.of(...new Array<number>(random(11)).fill(0xff), 1),
        Uint8Array.of((random(16) << 3) | 2, inner.length, ...inner),
        new Uint8Array(0),
      ],
      random,
    );
    bytes = replaced(bytes, at, random(2) === 0 ? block.length : random(8), block);
  }
  return { seed, kind: 'fields', bytes };
}

function ownSeeds(): Seed[] {
  const g = new GraphBuilder();
  const x = g.input('x', [1, 5, 24, 32]);
  const weight = g.constant('weight', [3, 5, 3, 3], new Float32Array(135).fill(0.1));
  const bias = g.constant('bias', [1, 3, 1, 1], Float32Array.of(1, 2, 3));
  const hidden = g.relu(g.convolution(x, { weight, bias, padding: 1 }));
  const pooled = g.upsample(g.averagePool(hidden, 2), 2);
  const joined = g.slice(g.concatenate(hidden, g.tanh(pooled)), 1, 6);
  const network = onnxModel(g.build({ y: g.add(g.scale(joined, 2), x), mean: g.mean(joined) }));
  const scaling = new GraphBuilder();
  const scaled = onnxModel(scaling.build({ y: scaling.scale(scaling.input('x', [4, 5, 24, 32]), 2) }));
  return [
    { name: 'network.onnx', bytes: network },
    { name: 'scaled.onnx', bytes: scaled },
    { name: 'described.onnx', bytes: withOnnxMetadata(scaled, 'sillage.manifest', 'architecture: onnx') },
  ];
}
