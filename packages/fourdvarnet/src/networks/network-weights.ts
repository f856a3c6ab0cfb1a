import type { GraphBuilder } from '../graph/graph-builder.js';
import { GraphError, shapeText } from '../graph/graph-error.js';
import type { NodeId } from '../graph/graph.js';

/** A tensor of a checkpoint, in C order. */
export type WeightTensor = {
  readonly shape: readonly number[];
  readonly data: Float32Array | Float64Array;
};

/** Name → tensor. Names begin where the family's own begin: without `solver.`, `model.` or `module.` before them. */
export type WeightMap = ReadonlyMap<string, WeightTensor>;

/** A wildcard in a wanted shape: any length. */
const ANY = null;
type Length = number | null;

/** The weights of a checkpoint as constants of one graph. Float64 weights are rounded to float32, once. */
export class NetworkWeights {
  readonly #g: GraphBuilder;
  readonly #weights: WeightMap;
  readonly #rounded = new Map<string, Float32Array>();

  constructor(g: GraphBuilder, weights: WeightMap) {
    this.#g = g;
    this.#weights = weights;
  }

  has(name: string): boolean {
    return this.#weights.has(name);
  }

  /** @throws {@link GraphError} if the tensor is missing or has another shape; null stands for any length. */
  shape(name: string, wanted: readonly Length[]): readonly number[] {
    const { shape, data } = this.#tensor(name);
    const isFitting =
      shape.length === wanted.length &&
      shape.every((length, axis) => wanted[axis] === ANY || length === wanted[axis]);
    if (!isFitting || data.length !== shape.reduce((product, length) => product * length, 1)) {
      throw new GraphError({
        where: `tensor '${name}'`,
        found: `of shape ${shapeText(shape)} with ${data.length} values`,
        needed: `shape [${wanted.map((length) => length ?? 'any').join(', ')}]`,
      });
    }
    return shape;
  }

  /** The values of a tensor. */
  values(name: string): Float32Array {
    const known = this.#rounded.get(name);
    if (known !== undefined) return known;
    const { data } = this.#tensor(name);
    const values = data instanceof Float32Array ? data : Float32Array.from(data);
    this.#rounded.set(name, values);
    return values;
  }

  /** The one value of a tensor. */
  value(name: string, index = 0): number {
    const value = this.values(name)[index];
    if (value === undefined) {
      throw new GraphError({
        where: `tensor '${name}'`,
        found: `${this.values(name).length} values long`,
        needed: `${index + 1} or more`,
      });
    }
    return value;
  }

  /** A kernel `[outputs, inputs, k, k]` with odd k as a constant. */
  kernel(name: string, outputs: Length, inputs: Length): NodeId {
    const [o, i, lat, lon] = this.shape(name, [outputs, inputs, ANY, ANY]);
    if (lat !== lon || lat! % 2 === 0) {
      throw new GraphError({
        where: `tensor '${name}'`,
        found: `a ${lat} × ${lon} kernel`,
        needed: 'a square kernel of odd length',
      });
    }
    return this.#g.constant(name, [o!, i!, lat!, lon!], this.values(name));
  }

  /** The kernel `[inputs, outputs, stride, stride]` of a transposed convolution as a constant. */
  patchKernel(name: string, [inputs, outputs, stride]: readonly [number, number, number]): NodeId {
    this.shape(name, [inputs, outputs, stride, stride]);
    return this.#g.constant(name, [inputs, outputs, stride, stride], this.values(name));
  }

  bias(name: string, outputs: number): NodeId {
    this.shape(name, [outputs]);
    return this.#g.constant(name, [1, outputs, 1, 1], this.values(name));
  }

  /** Convolution with `<layer>.weight` and `<layer>.bias` that keeps lat and lon. */
  layer(x: NodeId, layer: string, outputs: Length): NodeId {
    const weight = this.kernel(`${layer}.weight`, outputs, this.#g.shape(x)[1]);
    const bias = this.bias(`${layer}.bias`, this.#g.shape(weight)[0]);
    return this.#g.convolution(x, { weight, bias, padding: this.#samePadding(weight) });
  }

  /** As {@link layer}, without bias. */
  layerWithoutBias(x: NodeId, layer: string, outputs: Length): NodeId {
    const weight = this.kernel(`${layer}.weight`, outputs, this.#g.shape(x)[1]);
    return this.#g.convolution(x, { weight, padding: this.#samePadding(weight) });
  }

  /**
   * A layer that is part of a stored one: `outputs` rows from row `first` on, and the first channels of its input, as
   * many as x has. Without `isPadded`, lat and lon shrink by what the kernel reaches.
   */
  partOfLayer(
    x: NodeId,
    layer: string,
    part: { name: string; first: number; outputs: number; isPadded: boolean },
  ): NodeId {
    const [names, g] = [[`${layer}.weight`, `${layer}.bias`] as const, this.#g];
    const whole = g.shape(this.kernel(names[0], ANY, ANY));
    this.shape(names[1], [whole[0]]);
    const [inputs, size] = [g.shape(x)[1], whole[2] * whole[3]];
    const { first, outputs } = part;
    const weight = g.derivedConstant(`${names[0]} ${part.name} ${inputs}`, () => {
      const data = new Float32Array(outputs * inputs * size);
      for (let row = 0; row < outputs; row++) {
        const start = (first + row) * whole[1] * size;
        data.set(this.values(names[0]).subarray(start, start + inputs * size), row * inputs * size);
      }
      return { name: `${names[0]} (${part.name})`, shape: [outputs, inputs, whole[2], whole[3]], data };
    });
    const bias = g.derivedConstant(`${names[1]} ${part.name}`, () => ({
      name: `${names[1]} (${part.name})`,
      shape: [1, outputs, 1, 1],
      data: this.values(names[1]).slice(first, first + outputs),
    }));
    return g.convolution(x, { weight, bias, padding: part.isPadded ? this.#samePadding(weight) : 0 });
  }

  #samePadding(kernel: NodeId): number {
    return (this.#g.shape(kernel)[2] - 1) / 2;
  }

  #tensor(name: string): WeightTensor {
    const tensor = this.#weights.get(name);
    if (tensor !== undefined) return tensor;
    const names = [...this.#weights.keys()];
    throw new GraphError({
      where: `tensor '${name}'`,
      found: `missing among ${names.length} tensors (${names.slice(0, 4).join(', ')}${names.length > 4 ? ', …' : ''})`,
      needed: 'in the checkpoint for this architecture',
    });
  }
}
