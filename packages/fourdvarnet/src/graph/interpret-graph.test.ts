import { describe, expect, it, test } from 'vitest';
import { largestDifference } from '../testing/differences.js';
import { naiveConvolution } from '../testing/naive-convolution.js';
import { noise } from '../testing/noise.js';
import { adjointMap, averageMap, axisMapRows, bilinearMap } from './axis-map.js';
import { elementCount, GraphBuilder } from './graph-builder.js';
import type { NodeId, Shape } from './graph.js';
import { interpretGraph } from './interpret-graph.js';

function run(
  make: (g: GraphBuilder, x: NodeId) => NodeId,
  shape: Shape,
  values: Float32Array | Float64Array = noise(elementCount(shape), 1),
): Float64Array {
  const g = new GraphBuilder();
  return interpretGraph(g.build({ result: make(g, g.input('x', shape)) }), { x: values })['result']!;
}

describe('interpretGraph', () => {
  test.each<{ shape: Shape; kernel: Shape; stride: number; padding: number; hasBias: boolean }>([
    { shape: [2, 3, 5, 7], kernel: [4, 3, 3, 3], stride: 1, padding: 1, hasBias: true },
    { shape: [1, 2, 8, 8], kernel: [3, 2, 4, 4], stride: 4, padding: 0, hasBias: false },
    { shape: [1, 1, 6, 5], kernel: [1, 1, 1, 1], stride: 1, padding: 0, hasBias: true },
    { shape: [2, 2, 9, 4], kernel: [2, 2, 7, 7], stride: 1, padding: 3, hasBias: false },
    { shape: [1, 2, 7, 9], kernel: [2, 2, 3, 3], stride: 2, padding: 1, hasBias: true },
    { shape: [1, 2, 4, 5], kernel: [2, 2, 2, 3], stride: 1, padding: 0, hasBias: false },
  ])('convolves by the defining sum: $shape with $kernel, stride $stride', (options) => {
    const { shape, kernel, stride, padding, hasBias } = options;
    const [values, weights] = [noise(elementCount(shape), 1), noise(elementCount(kernel), 2)];
    const biases = hasBias ? noise(kernel[0], 3) : null;
    const found = run(
      (g, x) =>
        g.convolution(x, {
          weight: g.constant('w', kernel, weights),
          bias: biases && g.constant('b', [1, kernel[0], 1, 1], biases),
          stride,
          padding,
        }),
      shape,
      values,
    );
    const expected = naiveConvolution(
      { values, shape },
      { values: weights, shape: kernel },
      { stride, padding, bias: biases },
    );
    expect(largestDifference(found, expected)).toBeLessThan(1e-14);
  });

  it('turns every point into a block in a transposed convolution', () => {
    const weight = Float32Array.of(1, 2, 3, 4, 10, 20, 30, 40); // [1, 2, 2, 2]
    const found = run(
      (g, x) => g.transposedConvolution(x, g.constant('w', [1, 2, 2, 2], weight)),
      [1, 1, 1, 2],
      Float32Array.of(1, 5),
    );
    expect([...found]).toEqual([1, 2, 5, 10, 3, 4, 15, 20, 10, 20, 50, 100, 30, 40, 150, 200]);
  });

  it('resamples along both axes with the rows of the maps', () => {
    const [lat, lon] = [bilinearMap(3, 2), adjointMap(averageMap(10, 2))];
    const values = noise(15, 4);
    const dense = ([map, size]: readonly [typeof lat, number]) => {
      const { offsets, indices, weights } = axisMapRows(map);
      return Array.from({ length: map.to }, (_, row) =>
        Array.from({ length: size }, (_, column) => {
          const at = indices.subarray(offsets[row], offsets[row + 1]).indexOf(column);
          return at < 0 ? 0 : weights[offsets[row]! + at]!;
        }),
      );
    };
    const [rows, columns] = [dense([lat, 3]), dense([lon, 5])];
    const expected = rows.flatMap((row) =>
      columns.map((column) =>
        row.reduce(
          (sum, a, y) => sum + column.reduce((inner, b, x) => inner + a * b * values[y * 5 + x]!, 0),
          0,
        ),
      ),
    );
    const found = run((g, x) => g.resample(x, lat, lon), [1, 1, 3, 5], values);
    expect(largestDifference(found, expected)).toBeLessThan(1e-15);
    // the corners are kept, and the first block of two is the first of five points, halved
    expect(found[0]).toBeCloseTo(values[0]! / 2, 15);
  });

  test.each([
    { name: 'relu', make: (g: GraphBuilder, x: NodeId) => g.relu(x), expected: [0, 0, 3] },
    { name: 'step', make: (g: GraphBuilder, x: NodeId) => g.step(x), expected: [0, 0, 1] },
    {
      name: 'sigmoid',
      make: (g: GraphBuilder, x: NodeId) => g.sigmoid(x),
      expected: [1 / (1 + Math.E ** 2), 0.5, 1 / (1 + Math.E ** -3)],
    },
    {
      name: 'tanh',
      make: (g: GraphBuilder, x: NodeId) => g.tanh(x),
      expected: [Math.tanh(-2), 0, Math.tanh(3)],
    },
    {
      name: 'square root',
      make: (g: GraphBuilder, x: NodeId) => g.squareRoot(g.square(x)),
      expected: [2, 0, 3],
    },
    {
      name: 'maximum',
      make: (g: GraphBuilder, x: NodeId) => g.maximum(x, g.scalar(1)),
      expected: [1, 1, 3],
    },
  ])('applies $name to each element', ({ make, expected }) => {
    expect(largestDifference(run(make, [1, 1, 1, 3], Float64Array.of(-2, 0, 3)), expected)).toBeLessThan(
      1e-15,
    );
  });

  it('repeats an axis of length 1 along the axis of the other operand', () => {
    const found = run(
      (g, x) => g.subtract(g.constant('w', [1, 2, 1, 1], Float32Array.of(10, 20)), x),
      [2, 1, 1, 2],
      Float32Array.of(1, 2, 3, 4),
    );
    expect([...found]).toEqual([9, 8, 19, 18, 7, 6, 17, 16]);
  });

  it('concatenates and slices channels of every batch element', () => {
    const values = Float32Array.from({ length: 12 }, (_, i) => i); // [2, 3, 1, 2]
    const found = run((g, x) => g.concatenate(g.slice(x, 2, 3), g.slice(x, 0, 1)), [2, 3, 1, 2], values);
    expect([...found]).toEqual([4, 5, 0, 1, 10, 11, 6, 7]);
  });

  it.each<{ to: Shape; expected: number[] }>([
    { to: [1, 1, 1, 1], expected: [66] },
    { to: [2, 1, 1, 1], expected: [15, 51] },
    { to: [1, 3, 1, 1], expected: [14, 22, 30] },
    { to: [1, 1, 1, 2], expected: [30, 36] },
    { to: [2, 1, 1, 2], expected: [6, 9, 24, 27] },
  ])('sums over the axes that end as 1: $to', ({ to, expected }) => {
    const values = Float32Array.from({ length: 12 }, (_, i) => i); // [2, 3, 1, 2]
    expect([...run((g, x) => g.sumTo(x, to), [2, 3, 1, 2], values)]).toEqual(expected);
  });

  it('rounds every result to float32 when asked, and none otherwise', () => {
    const g = new GraphBuilder();
    const x = g.input('x', [1, 1, 1, 1]);
    const graph = g.build({ third: g.scale(x, 1 / 3), back: g.scale(g.tanh(g.scale(x, 1 / 3)), 3) });
    const [exact, rounded] = (['float64', 'float32'] as const).map((precision) =>
      interpretGraph(graph, { x: Float32Array.of(1) }, { precision }),
    );
    expect(exact!['third']![0]).toBe(1 / 3);
    expect(rounded!['third']![0]).toBe(Math.fround(1 / 3));
    expect(rounded!['back']![0]).toBe(Math.fround(3 * Math.fround(Math.tanh(Math.fround(1 / 3)))));
  });

  test.each<{ name: string; inputs: Record<string, Float32Array>; message: RegExp }>([
    { name: 'a missing input', inputs: {}, message: /input 'x' is missing, needs 4 values/ },
    {
      name: 'an input of another length',
      inputs: { x: new Float32Array(5) },
      message: /5 values long, needs 4/,
    },
  ])('refuses $name', ({ inputs, message }) => {
    const g = new GraphBuilder();
    const graph = g.build({ result: g.relu(g.input('x', [1, 1, 2, 2])) });
    expect(() => interpretGraph(graph, inputs)).toThrow(message);
  });
});
