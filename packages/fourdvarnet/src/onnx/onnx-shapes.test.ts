import { describe, expect, it, test } from 'vitest';
import { encodeOnnx } from './encode-onnx.js';
import { onnxMemory } from './onnx-memory.js';
import { onnxShapes, UnknownShapeError } from './onnx-shapes.js';
import type { OnnxAttribute, OnnxNode, OnnxTensor } from './onnx-graph.js';
import { readOnnxGraph } from './read-onnx-graph.js';

const node = (
  operator: string,
  inputs: string[],
  outputs: string[],
  attributes: Record<string, OnnxAttribute> = {},
): OnnxNode => ({ operator, inputs, outputs, attributes });
const integers = (name: string, ...values: number[]): OnnxTensor => ({
  name,
  dims: [values.length],
  data: BigInt64Array.from(values, BigInt),
});
const floats = (name: string, dims: number[]): OnnxTensor => ({
  name,
  dims,
  data: new Float32Array(dims.reduce((product, dim) => product * dim, 1)).fill(0.5),
});

function file(nodes: OnnxNode[], initializers: OnnxTensor[] = [], outputs: string[] = ['y']): Uint8Array {
  return encodeOnnx({
    name: 'test',
    inputs: [{ name: 'x', dims: [] }],
    outputs: outputs.map((name) => ({ name, dims: [] })),
    initializers,
    nodes,
  });
}

/** The shape of `y`, for `x` of a shape. */
function shapeOf(x: number[], nodes: OnnxNode[], initializers: OnnxTensor[] = []): readonly number[] {
  const shapes = onnxShapes(readOnnxGraph(file(nodes, initializers)), new Map([['x', x]]));
  return shapes.get('y')!.dims;
}

describe('the shape of a result', () => {
  test.each<{
    name: string;
    x: number[];
    nodes: OnnxNode[];
    initializers?: OnnxTensor[];
    y: number[];
  }>([
    {
      name: 'of a convolution with padding, stride and dilation',
      x: [2, 3, 20, 31],
      nodes: [
        node('Conv', ['x', 'w'], ['y'], {
          strides: { ints: [2, 3] },
          dilations: { ints: [2, 1] },
          pads: { ints: [1, 2, 0, 1] },
        }),
      ],
      initializers: [floats('w', [8, 3, 3, 5])],
      // (20 + 1 + 0 − 2·2 − 1)/2 + 1 = 9; (31 + 2 + 1 − 4 − 1)/3 + 1 = 10
      y: [2, 8, 9, 10],
    },
    {
      name: 'of a transposed convolution',
      x: [1, 6, 5, 7],
      nodes: [
        node('ConvTranspose', ['x', 'w'], ['y'], {
          strides: { ints: [2, 2] },
          pads: { ints: [1, 1, 1, 1] },
          output_padding: { ints: [1, 0] },
        }),
      ],
      initializers: [floats('w', [6, 4, 4, 4])],
      // 2·4 + 1 + 3 + 1 − 2 = 11; 2·6 + 3 + 1 − 2 = 14
      y: [1, 4, 11, 14],
    },
    {
      name: 'of a pool that rounds up',
      x: [1, 2, 7, 8],
      nodes: [
        node('MaxPool', ['x'], ['y'], {
          kernel_shape: { ints: [2, 2] },
          strides: { ints: [2, 2] },
          ceil_mode: { int: 1 },
        }),
      ],
      y: [1, 2, 4, 4],
    },
    {
      name: 'of side by side lengths that are repeated',
      x: [4, 1, 6],
      nodes: [node('Add', ['x', 'w'], ['y'])],
      initializers: [floats('w', [5, 1])],
      y: [4, 5, 6],
    },
    {
      name: 'of stacked matrices',
      x: [3, 2, 4],
      nodes: [node('MatMul', ['x', 'w'], ['y'])],
      initializers: [floats('w', [4, 7])],
      y: [3, 2, 7],
    },
    {
      name: 'that is computed from a shape, as exporters write it',
      x: [2, 3, 8, 5],
      nodes: [
        node('Shape', ['x'], ['s']),
        node('Gather', ['s', 'zero'], ['batch']),
        node('Gather', ['s', 'two'], ['lat']),
        node('Mul', ['lat', 'two'], ['twice']),
        node('Concat', ['batch', 'twice', 'rest'], ['target'], { axis: { int: 0 } }),
        node('Reshape', ['x', 'target'], ['y']),
      ],
      initializers: [integers('zero', 0), integers('two', 2), integers('rest', -1)],
      y: [2, 16, 7.5],
    },
    {
      name: 'of a slice from the end, backwards',
      x: [10, 4],
      nodes: [node('Slice', ['x', 'from', 'to', 'axes', 'steps'], ['y'])],
      initializers: [integers('from', -1), integers('to', -8), integers('axes', 0), integers('steps', -2)],
      y: [4, 4],
    },
    {
      name: 'of padding',
      x: [1, 1, 4, 4],
      nodes: [node('Pad', ['x', 'pads'], ['y'])],
      initializers: [integers('pads', 0, 0, 1, 2, 0, 0, 3, 4)],
      y: [1, 1, 8, 10],
    },
    {
      name: 'of a sum over axes that are dropped',
      x: [2, 3, 4],
      nodes: [node('ReduceSum', ['x', 'axes'], ['y'], { keepdims: { int: 0 } })],
      initializers: [integers('axes', -1, 0)],
      y: [3],
    },
    {
      name: 'of a resize to sizes',
      x: [1, 2, 6, 6],
      nodes: [node('Resize', ['x', '', '', 'sizes'], ['y'])],
      initializers: [integers('sizes', 1, 2, 12, 9)],
      y: [1, 2, 12, 9],
    },
    {
      name: 'of axes in another order, with one more',
      x: [2, 3, 4],
      nodes: [
        node('Transpose', ['x'], ['t'], { perm: { ints: [2, 0, 1] } }),
        node('Unsqueeze', ['t', 'axes'], ['y']),
      ],
      initializers: [integers('axes', -2)],
      y: [4, 2, 1, 3],
    },
  ])('$name', ({ x, nodes, initializers, y }) => {
    if (y.some((length) => !Number.isInteger(length)))
      // 240 values do not fill [2, 16, ?]: nothing is guessed.
      expect(() => shapeOf(x, nodes, initializers)).toThrow(UnknownShapeError);
    else expect(shapeOf(x, nodes, initializers)).toEqual(y);
  });

  it('is not guessed where it depends on values', () => {
    expect(() => shapeOf([4, 4], [node('NonZero', ['x'], ['n']), node('Gather', ['x', 'n'], ['y'])])).toThrow(
      /NonZero/,
    );
    expect(() =>
      shapeOf([4], [node('Cast', ['x'], ['s'], { to: { int: 7 } }), node('Reshape', ['x', 's'], ['y'])]),
    ).toThrow(/Reshape takes its input 1 from what the network computes/);
  });
});

describe('the memory of a network', () => {
  const inputs = [{ name: 'x', elementType: 'float32', dims: null }];
  const memoryOf = (bytes: Uint8Array, shape: number[]) => {
    const memory = onnxMemory(bytes, { inputs }, new Map([['x', shape]]));
    if ('unknown' in memory) throw new Error(memory.unknown);
    return memory;
  };

  it('counts what lives at one moment, not everything that is ever computed', () => {
    const chain = (length: number) =>
      file([
        ...Array.from({ length }, (_, index) =>
          node('Relu', [index === 0 ? 'x' : `t${index - 1}`], [`t${index}`]),
        ),
        node('Neg', [`t${length - 1}`], ['y']),
      ]);
    const bytes = 4 * 1000;
    // Input and result twice, and two of the chain side by side.
    expect(memoryOf(chain(2), [1000]).activationBytes).toBe(6 * bytes);
    expect(memoryOf(chain(50), [1000]).activationBytes).toBe(6 * bytes);
    const wide = file([
      ...Array.from({ length: 50 }, (_, index) => node('Relu', ['x'], [`t${index}`])),
      node(
        'Max',
        Array.from({ length: 50 }, (_, index) => `t${index}`),
        ['y'],
      ),
    ]);
    expect(memoryOf(wide, [1000]).activationBytes).toBe(54 * bytes);
  });

  it('grows with the batch, and has whole blocks of channels', () => {
    const network = file(
      [node('Conv', ['x', 'w'], ['c'], { pads: { ints: [1, 1, 1, 1] } }), node('Relu', ['c'], ['y'])],
      [floats('w', [17, 3, 3, 3])],
    );
    const [one, four] = [1, 4].map((batch) => memoryOf(network, [batch, 3, 64, 64]).activationBytes);
    const plane = 4 * 64 * 64;
    // x twice, y twice in 32 channels, c in 32 channels, x once more in blocks, and 27 values of the kernel at 17 places.
    expect(one).toBe(plane * (2 * 3 + 2 * 32 + 32 + 3) + 4 * 17 * 27);
    expect(four! - one!).toBe(3 * plane * (2 * 3 + 2 * 32 + 32 + 3));
  });

  it('says why it is not known', () => {
    const network = file([node('NonZero', ['x'], ['y'])]);
    expect(onnxMemory(network, { inputs }, new Map([['x', [3]]]))).toEqual({
      unknown: expect.stringContaining('NonZero'),
    });
  });

  it('does not follow a file that asks for more than a shape needs', () => {
    const doubling = file([
      node('Shape', ['x'], ['s0']),
      ...Array.from({ length: 60 }, (_, index) =>
        node('Concat', [`s${index}`, `s${index}`], [`s${index + 1}`], { axis: { int: 0 } }),
      ),
      node('Reshape', ['x', 's60'], ['y']),
    ]);
    expect(onnxMemory(doubling, { inputs }, new Map([['x', [2, 2]]]))).toHaveProperty('unknown');
    const deep = file(
      [
        ...Array.from({ length: 40 }, (_, index) =>
          node(
            'Unsqueeze',
            [index === 0 ? 'x' : `u${index - 1}`, 'axes'],
            [index === 39 ? 'y' : `u${index}`],
          ),
        ),
      ],
      [integers('axes', 0)],
    );
    expect(onnxMemory(deep, { inputs }, new Map([['x', [2]]]))).toEqual({
      unknown: expect.stringContaining('axes'),
    });
  });
});
