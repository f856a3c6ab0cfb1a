import { readFileSync } from 'node:fs';
import { NEWEST_OPSET, OLDEST_OPSET, onnxModel } from '@sillage/fourdvarnet';
import { describe, expect, it } from 'vitest';
import { SmallGraph, spreadValues } from '../testing/small-graph.js';
import { compileOnnx } from './compile-onnx.js';

/** y = 2x, z = max(x, 0), with `lat` and `lon` free where asked for. */
function model(): Uint8Array {
  const small = new SmallGraph();
  const x = small.input('x', [1, 2, 3, 4]);
  return onnxModel(small.graph({ y: small.scale(x, 2), z: small.unary('relu', x) }));
}

/** The same file with another version of the operators: the last byte of the file. */
function withOpset(opset: number): Uint8Array {
  const bytes = Uint8Array.from(model());
  expect(bytes.at(-1)).toBe(17);
  bytes[bytes.length - 1] = opset;
  return bytes;
}

describe('compileOnnx', () => {
  it('runs a file for inputs of a shape', async () => {
    const network = await compileOnnx(model(), { inputShapes: { x: [1, 2, 3, 4] } });
    const x = spreadValues(24, 1);
    const { y, z } = await network.run({ x });
    expect(y).toEqual({ data: x.map((value) => 2 * value), dims: [1, 2, 3, 4] });
    expect(z!.data).toEqual(x.map((value) => Math.max(value, 0)));
    expect(network.summary.operators).toEqual(
      new Map([
        ['Mul', 1],
        ['Relu', 1],
        ['Identity', 2],
      ]),
    );
    await network.release();
  });

  it.each([OLDEST_OPSET, 13, NEWEST_OPSET])(
    'finds operators of version %i in ONNX Runtime',
    async (opset) => {
      const network = await compileOnnx(withOpset(opset), { inputShapes: { x: [1, 2, 3, 4] } });
      expect((await network.run({ x: new Float32Array(24).fill(3) }))['y']!.data).toEqual(
        new Float32Array(24).fill(6),
      );
      await network.release();
    },
  );

  it('refuses shapes and names that are not those of the file', async () => {
    await expect(compileOnnx(model(), { inputShapes: { x: [1, 2, 3, 5] } })).rejects.toThrow(
      "input 'x' of the file has the shape [1, 2, 3, 4], which is not [1, 2, 3, 5]",
    );
    await expect(compileOnnx(model(), { inputShapes: {} })).rejects.toThrow(
      "an input 'x' that nothing is known for",
    );
    await expect(compileOnnx(model(), { inputShapes: { x: [1, 2, 3, 4], sst: [1] } })).rejects.toThrow(
      "no input 'sst'; it has 'x'",
    );
  });

  it('refuses a file before ONNX Runtime sees it', async () => {
    await expect(compileOnnx(new Uint8Array(10), { inputShapes: {} })).rejects.toMatchObject({
      tag: 'onnx',
      code: 'not-onnx',
    });
  });

  it('names the input that is too short', async () => {
    const network = await compileOnnx(model(), { inputShapes: { x: [1, 2, 3, 4] } });
    await expect(network.run({ x: new Float32Array(23) })).rejects.toThrow(
      "input 'x' has 23 values, need 24 for the shape [1, 2, 3, 4]",
    );
    await network.release();
  });

  it('computes what PyTorch does with a network that it exported', async () => {
    const golden = (name: string) => readFileSync(new URL(`../../test/golden/${name}`, import.meta.url));
    const values = JSON.parse(golden('exported_unet.json').toString()) as {
      observations: (number | null)[];
      ssh: number[];
    };
    const shape = [1, 5, 6, 8];
    const network = await compileOnnx(golden('exported_unet.onnx'), { inputShapes: { observations: shape } });
    expect(network.summary).toMatchObject({
      producer: 'pytorch 2.6.0',
      inputs: [{ name: 'observations', elementType: 'float32', dims: ['batch', 5, 'lat', 'lon'] }],
    });
    const observations = Float32Array.from(values.observations, (value) => value ?? NaN);
    const { ssh } = await network.run({ observations });
    expect(ssh!.dims).toEqual(shape);
    // both in float32, sums in another order
    ssh!.data.forEach((value, i) => expect(Math.abs(value - values.ssh[i]!)).toBeLessThan(2e-6));
    await network.release();
    await expect(
      compileOnnx(golden('exported_unet.onnx'), { inputShapes: { observations: [1, 6, 6, 8] } }),
    ).rejects.toThrow(
      "input 'observations' of the file has the shape [batch, 5, lat, lon], which is not [1, 6, 6, 8]",
    );
  });
});
