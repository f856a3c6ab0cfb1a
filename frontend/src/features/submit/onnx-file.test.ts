import { GraphBuilder, onnxModel, writeSafetensors } from '@sillage/fourdvarnet';
import { describe, expect, test } from 'vitest';
import { readOnnxFile } from './onnx-file';

function smallNetwork(): Uint8Array<ArrayBuffer> {
  const g = new GraphBuilder();
  return Uint8Array.from(onnxModel(g.build({ y: g.scale(g.input('x', [4, 5, 24, 32]), 2) })));
}

describe('a file that may be ONNX', () => {
  test('tells its inputs and outputs', async () => {
    expect(await readOnnxFile(new Blob([smallNetwork()]))).toEqual({
      state: 'read',
      facts: {
        inputs: [{ name: 'x', elementType: 'float32', dims: [4, 5, 24, 32] }],
        outputs: [{ name: 'y', elementType: 'float32', dims: [4, 5, 24, 32] }],
      },
    });
  });

  test('that is cut short is refused with the words of the check', async () => {
    const reading = await readOnnxFile(new Blob([smallNetwork().slice(0, 60)]));
    expect(reading).toMatchObject({ state: 'refused', message: expect.stringContaining('cut short') });
  });

  test('that is a checkpoint is left to the check', async () => {
    expect(await readOnnxFile(new Blob(['PK\u0003\u0004 and more']))).toEqual({ state: 'not-read' });
    expect(await readOnnxFile(new Blob([]))).toEqual({ state: 'not-read' });
    // its header is 0x108 bytes long: it begins with the byte of an ONNX file
    const weights = new Map([['weight', { shape: [1], data: Float32Array.of(1) }]]);
    const safetensors = writeSafetensors(weights, { note: 'x'.repeat(0x108 - 90) });
    expect(safetensors[0]).toBe(0x08);
    expect(await readOnnxFile(new Blob([Uint8Array.from(safetensors)]))).toEqual({ state: 'not-read' });
  });
});
