import type { Shape } from '../graph/graph.js';

/** The defining sum of a convolution, point by point. */
export function naiveConvolution(
  input: { values: Float32Array; shape: Shape },
  weight: { values: Float32Array; shape: Shape },
  { stride, padding, bias }: { stride: number; padding: number; bias: Float32Array | null },
): number[] {
  const [batches, inputs, lat, lon] = input.shape;
  const [outputs, , kernelLat, kernelLon] = weight.shape;
  const at = (b: number, c: number, y: number, x: number) =>
    y < 0 || y >= lat || x < 0 || x >= lon ? 0 : input.values[((b * inputs + c) * lat + y) * lon + x]!;
  const result: number[] = [];
  for (let b = 0; b < batches; b++)
    for (let o = 0; o < outputs; o++)
      for (let y = 0; y * stride + kernelLat <= lat + 2 * padding; y++)
        for (let x = 0; x * stride + kernelLon <= lon + 2 * padding; x++) {
          let sum = bias?.[o] ?? 0;
          for (let i = 0; i < inputs; i++)
            for (let u = 0; u < kernelLat; u++)
              for (let v = 0; v < kernelLon; v++)
                sum +=
                  weight.values[((o * inputs + i) * kernelLat + u) * kernelLon + v]! *
                  at(b, i, y * stride + u - padding, x * stride + v - padding);
          result.push(sum);
        }
  return result;
}
