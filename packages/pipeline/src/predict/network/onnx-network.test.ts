import type { OnnxSummary } from '@sillage/fourdvarnet';
import { RejectionError } from '@sillage/checking';
import { describe, expect, test } from 'vitest';
import { manifestOfOnnx } from './onnx-network.js';

const MANIFEST = `
architecture: onnx
inputs: {obs: [observations]}
output: {name: ssh, quantity: ssh}
normalisation: {mean: 0.2, std: 0.4}
patch: {time: 5, lat: 24, lon: 32}
strides: {time: 1, lat: 20, lon: 28}
reconstruction_weight: {time: uniform, crop: {lat: 2, lon: 2}}
batch_size: 4
spacing_deg: 0.2
`;

type Port = OnnxSummary['inputs'][number];

function reasonOf(input: Partial<Port>, output: Partial<Port>): string {
  const port = (name: string, over: Partial<Port>): Port => ({
    name,
    elementType: 'float32',
    dims: [4, 5, 24, 32],
    ...over,
  });
  const summary: OnnxSummary = {
    irVersion: 8,
    opset: 17,
    producer: 'pytorch 2.6.0',
    parameterCount: 743,
    inputs: [port('obs', input)],
    outputs: [port('ssh', output)],
    operators: new Map([['Conv', 2]]),
  };
  try {
    manifestOfOnnx({ bytes: new Uint8Array(), summary }, MANIFEST, {
      subject: 'net.onnx',
      limits: { maxParameters: 1e6 },
    });
    return 'taken';
  } catch (error) {
    if (!(error instanceof RejectionError)) throw error;
    const { code, where, found, expected } = error.reason;
    return `${code} at ${where}: ${found}, need ${expected}`;
  }
}

describe('the ports of an ONNX file', () => {
  test('may be of fixed and of free axes', () => {
    expect(reasonOf({}, {})).toBe('taken');
    expect(reasonOf({ dims: ['b', 5, 'h', 'w'] }, { dims: null })).toBe('taken');
  });

  test.each([
    {
      name: 'half precision going in',
      ports: [{ elementType: 'float16' }, {}],
      reason: "unsupported-onnx at the input 'obs' of the file: numbers of the type float16, need float32",
    },
    {
      name: 'double precision coming out',
      ports: [{}, { elementType: 'float64' }],
      reason: "unsupported-onnx at the output 'ssh' of the file: numbers of the type float64, need float32",
    },
    {
      name: 'one day coming out',
      ports: [{}, { dims: [4, 1, 24, 32] }],
      reason: "'ssh' of the file has the shape [4, 1, 24, 32]",
    },
  ])('are refused before anything runs: $name', ({ ports: [input, output], reason }) => {
    expect(reasonOf(input!, output!)).toContain(reason);
  });
});
