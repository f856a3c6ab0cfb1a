import { describe, expect, test } from 'vitest';
import { GraphBuilder } from '../graph/index.js';
import { onnxModel } from '../onnx/index.js';
import { writeSafetensors } from '../safetensors/write-safetensors.js';
import { FORMAT_START_BYTES, networkFileFormat } from './network-file-format.js';

const WEIGHTS = new Map([['prior_cost.conv_in.bias', { shape: [1], data: Float32Array.of(1) }]]);

function onnxFile(): Uint8Array {
  const g = new GraphBuilder();
  return onnxModel(g.build({ y: g.scale(g.input('x', [1, 5, 24, 32]), 2) }));
}

const formatOf = (file: Uint8Array) => networkFileFormat(file.subarray(0, FORMAT_START_BYTES));

describe('the format of a network', () => {
  test('is safetensors whatever the length of its header is, also where that begins as ONNX does', () => {
    const firstBytes = new Set<number>();
    for (let length = 0; length < 256; length += 8) {
      const file = writeSafetensors(WEIGHTS, { note: 'x'.repeat(length) });
      firstBytes.add(file[0]!);
      expect(formatOf(file)).toBe('safetensors');
    }
    expect(firstBytes).toContain(0x08);
  });

  test.each([
    { name: 'an ONNX graph', file: onnxFile(), format: 'onnx' },
    { name: 'an archive of torch.save', file: Uint8Array.of(0x50, 0x4b, 3, 4), format: 'zip' },
    { name: 'a bare pickle', file: Uint8Array.of(0x80, 2, 0x7d), format: null },
    { name: 'nothing', file: new Uint8Array(0), format: null },
    { name: 'one byte', file: Uint8Array.of(8), format: null },
    { name: 'an HDF5 file', file: Uint8Array.of(0x89, 0x48, 0x44, 0x46, 13, 10, 26, 10), format: null },
  ])('of $name is $format', ({ file, format }) => expect(formatOf(file)).toBe(format));
});
