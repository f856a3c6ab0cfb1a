import type { Graph } from '@sillage/fourdvarnet';

const INPUTS = 15;
const OUTPUTS = 32;
const LENGTH = 4;

/** A small network and what it gives, to the last bit, since every sum is a whole number. */
export type Probe = { readonly graph: Graph; readonly x: Float32Array; readonly y: Float32Array };

/**
 * One convolution of 15 channels to 32 without padding. Whether it runs says whether a provider has a device; whether it is
 * right says whether its results can be used: this very size is one that a WebGPU kernel adds up wrongly, and the inputs
 * need 13 bits, of which the tensor cores of a GPU keep 11 unless they are told otherwise.
 */
export function probe(): Probe {
  const x = Float32Array.from({ length: INPUTS * LENGTH * LENGTH }, (_, i) => 4097 + ((i * 7) % 11));
  const weight = Float32Array.from({ length: OUTPUTS * INPUTS * 9 }, (_, i) => ((i * 5) % 13) - 6);
  const size = LENGTH - 2;
  const y = Float32Array.from({ length: OUTPUTS * size * size }, (_, i) => {
    const [output, lat, lon] = [Math.floor(i / (size * size)), Math.floor(i / size) % size, i % size];
    let sum = 0;
    for (let channel = 0; channel < INPUTS; channel++) {
      for (let k = 0; k < 9; k++) {
        const at = (channel * LENGTH + lat + Math.floor(k / 3)) * LENGTH + lon + (k % 3);
        sum += weight[(output * INPUTS + channel) * 9 + k]! * x[at]!;
      }
    }
    return sum;
  });
  const graph: Graph = {
    nodes: [
      { id: 0, shape: [1, INPUTS, LENGTH, LENGTH], operation: { kind: 'input', name: 'x' } },
      {
        id: 1,
        shape: [OUTPUTS, INPUTS, 3, 3],
        operation: { kind: 'constant', name: 'probe', data: weight },
      },
      {
        id: 2,
        shape: [1, OUTPUTS, size, size],
        operation: { kind: 'convolution', input: 0, weight: 1, bias: null, stride: 1, padding: 0 },
      },
    ],
    inputs: new Map([['x', 0]]),
    outputs: new Map([['y', 2]]),
  };
  return { graph, x, y };
}
