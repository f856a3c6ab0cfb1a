import { onnxModel } from '@sillage/fourdvarnet';

/** The smallest network: y = max(x, 0) of one number. Whether it runs says whether the provider has a device. */
export function probeModel(): Uint8Array {
  return onnxModel({
    nodes: [
      { id: 0, shape: [1, 1, 1, 1], operation: { kind: 'input', name: 'x' } },
      { id: 1, shape: [1, 1, 1, 1], operation: { kind: 'unary', function: 'relu', input: 0 } },
    ],
    inputs: new Map([['x', 0]]),
    outputs: new Map([['y', 1]]),
  });
}
