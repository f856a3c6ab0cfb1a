import type { Checkpoint, CheckpointTensor } from '../checkpoint.js';
import { CheckpointError, listed, quoted } from '../checkpoint-error.js';
import { isFloating } from '../tensor-dtype.js';
import { elementCount } from '../tensor-elements.js';

const MAX_SIZE = 20_000; // channels or points along an axis

/** The tensors of a checkpoint while a family claims them one by one; what nobody claims remains. */
export class TensorShapes {
  private readonly claimed = new Set<string>();

  constructor(private readonly checkpoint: Checkpoint) {}

  has(name: string): boolean {
    return this.checkpoint.tensors.has(name);
  }

  names(): string[] {
    return [...this.checkpoint.tensors.keys()];
  }

  /** A tensor that must be there, with as many axes. */
  need(name: string, rank: number): readonly number[] {
    const tensor = this.checkpoint.tensors.get(name);
    if (tensor === undefined) {
      throw new CheckpointError({
        code: 'inconsistent-network',
        where: `tensor ${quoted(name)}`,
        found: `it is missing beside ${listed(this.names().slice(0, 4).map(quoted))}`,
        expected: 'all tensors of the network',
        fix: 'Save the whole state_dict of the solver.',
      });
    }
    if (tensor.shape.length !== rank || !isFloating(tensor.dtype)) {
      throw this.mismatch(
        name,
        `${tensor.dtype} ${shapeText(tensor.shape)}`,
        `a floating-point tensor with ${rank} axes`,
      );
    }
    if (tensor.shape.some((size) => size < 1 || size > MAX_SIZE))
      throw this.mismatch(name, `of the shape ${shapeText(tensor.shape)}`, `sizes from 1 to ${MAX_SIZE}`);
    this.claimed.add(name);
    return tensor.shape;
  }

  /** A tensor that must be there with exactly this shape. */
  needShape(name: string, shape: readonly number[], meaning: string): void {
    const found = this.need(name, shape.length);
    if (found.some((size, axis) => size !== shape[axis]))
      throw this.mismatch(name, shapeText(found), `${shapeText(shape)}, ${meaning}`);
  }

  /** Weight and bias of a square convolution, padded with zeros to keep its size. */
  needConvolution(name: string, outputs: number, inputs: number, kernel: number, meaning: string): void {
    this.needShape(`${name}.weight`, [outputs, inputs, kernel, kernel], meaning);
    const part = name.split('.', 1)[0]!;
    if (!this.names().some((other) => other.startsWith(`${part}.`) && other.endsWith('.bias')))
      throw new CheckpointError({
        code: 'inconsistent-network',
        where: `tensor ${quoted(`${name}.bias`)}`,
        found: `it is missing, as are all biases of ${quoted(part)}`,
        expected: 'convolutions with biases',
        fix: 'If the network was trained without them (bias=False), save zeros under their names, or export it to ONNX.',
      });
    this.needShape(`${name}.bias`, [outputs], meaning);
  }

  /** The size of a square kernel, which must be odd. */
  kernelOf(name: string): number {
    const [, , height, width] = this.need(name, 4);
    if (height === width && height! % 2 === 1) return height!;
    throw this.mismatch(name, `a kernel of ${height} × ${width} points`, 'a square kernel of odd size');
  }

  values(name: string): CheckpointTensor | undefined {
    return this.checkpoint.tensors.get(name);
  }

  claim(name: string): void {
    if (this.has(name)) this.claimed.add(name);
  }

  unclaimed(): string[] {
    return this.names().filter((name) => !this.claimed.has(name));
  }

  /** Elements of all tensors below some prefixes. */
  countParameters(prefixes: readonly string[]): number {
    let count = 0;
    for (const [name, tensor] of this.checkpoint.tensors)
      if (prefixes.some((prefix) => name.startsWith(prefix))) count += elementCount(tensor.shape);
    return count;
  }

  mismatch(name: string, found: string, expected: string): CheckpointError {
    return new CheckpointError({
      code: 'inconsistent-network',
      where: `tensor ${quoted(name)}`,
      found: `it is ${found}`,
      expected,
      fix: 'Upload the weights of one unchanged network; variants of it need support of their own.',
    });
  }

  /**
   * Tensors inside the network that its family does not have change what it computes: those of its parts, and those that lie
   * beside its parts in a module `solver`, such as a learned step size.
   */
  refuseUnclaimed(prefixes: readonly string[], family: string): void {
    const isInside = (name: string): boolean =>
      prefixes.some((prefix) => name.startsWith(prefix)) ||
      /(^|\.)solver\./.test(this.checkpoint.tensors.get(name)!.sourceName.slice(0, -name.length));
    const strangers = this.unclaimed().filter(isInside);
    if (strangers.length === 0) return;
    throw new CheckpointError({
      code: 'unrecognised-network',
      where: 'the network',
      found: `it looks like ${family}, but also has ${listed(strangers.map((name) => this.describe(name)))}`,
      expected: `the tensors of ${family} only`,
      fix: 'This variant would be computed wrongly without these tensors: export it to ONNX.',
    });
  }

  describe(name: string): string {
    const tensor = this.checkpoint.tensors.get(name);
    return `${quoted(name)} ${tensor === undefined ? '' : shapeText(tensor.shape)}`.trim();
  }
}

export function shapeText(shape: readonly number[]): string {
  return `[${shape.join(', ')}]`;
}
