import type { Checkpoint } from './checkpoint.js';

/** A tensor that a network can compute with. */
export type FloatingWeight = {
  readonly shape: readonly number[];
  readonly data: Float32Array<ArrayBuffer> | Float64Array<ArrayBuffer>;
};

/** The floating-point tensors of a checkpoint by name: what networks are built from. Counters and masks are left out. */
export function floatingWeights(checkpoint: Checkpoint): ReadonlyMap<string, FloatingWeight> {
  const weights = new Map<string, FloatingWeight>();
  for (const [name, { shape, data }] of checkpoint.tensors)
    if (data instanceof Float32Array || data instanceof Float64Array) weights.set(name, { shape, data });
  return weights;
}
