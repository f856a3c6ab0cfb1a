import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { openNetcdf } from './opening/open-netcdf.js';
import { openNetcdfBytes, portableHdf5Platform, type ByteSource } from './portable.js';
import { bytesOf } from './decoding/slab.js';
import { fixturePath, hasSharedFolder, sharedPath } from './testing/fixtures.js';
import { memoryByteSource } from './testing/memory-files.js';

const DEMO = new URL('../../../datasets/demo-osse/', import.meta.url).pathname;
const paths = [
  'netcdf4-zoo.nc',
  'many-variables-old.h5',
  'many-variables-new.h5',
  'chunk-indexes.h5',
  'attributes.nc',
  'text-times.nc',
]
  .map(fixturePath)
  .concat(`${DEMO}oi-gf-nadir4.nc`, `${DEMO}truth-osmosis.nc`);
if (hasSharedFolder) {
  for (const folder of ['golden/scores', 'data/real']) {
    for (const name of readdirSync(sharedPath(folder)))
      if (name.endsWith('.nc')) paths.push(sharedPath(`${folder}/${name}`));
  }
}

it.each(paths.map((path) => [path.split('/').at(-1)!, path] as const))(
  'reads %s through its bytes as through the file system: variables, attributes and values',
  async (_name, path) => {
    const byPath = await openNetcdf(path);
    const byBytes = await openNetcdfBytes(memoryByteSource(readFileSync(path)), portableHdf5Platform);
    expect(byBytes.variables).toEqual(byPath.variables);
    expect(byBytes.attributes).toEqual(byPath.attributes);
    expect(byBytes.dimensions).toEqual(byPath.dimensions);
    for (const { name, type, shape } of byPath.variables) {
      if (type === 'unsupported' || type === 'char' || shape.some((size) => size === 0)) continue;
      if (type === 'string') {
        if (shape.length === 1) expect(await byBytes.readTexts!(name)).toEqual(await byPath.readTexts!(name));
        continue;
      }
      const start = shape.map(() => 0);
      const values = bytesOf(await byBytes.readSlab(name, start, shape));
      expect(Buffer.compare(values, bytesOf(await byPath.readSlab(name, start, shape))), name).toBe(0);
    }
    byBytes.close();
    byPath.close();
  },
);

it('refuses a file of the structure gate in the words of the server', async () => {
  const path = fixturePath('virtual-dataset.h5');
  const byPath: unknown = await openNetcdf(path).catch((error: unknown) => error);
  const opening = openNetcdfBytes(memoryByteSource(readFileSync(path)), portableHdf5Platform);
  await expect(opening).rejects.toThrow((byPath as Error).message);
});

it('asks for the bytes of a large file in pieces, never for all of them', async () => {
  const bytes = readFileSync(`${DEMO}truth-gf.nc`);
  const whole = memoryByteSource(bytes);
  let largest = 0;
  const watched: ByteSource = {
    ...whole,
    readInto(target, offset) {
      largest = Math.max(largest, target.length);
      whole.readInto(target, offset);
    },
  };
  const file = await openNetcdfBytes(watched, portableHdf5Platform);
  const field = file.variables.find(({ shape }) => shape.length === 3)!;
  await file.readSlab(field.name, [5, 0, 0], [1, field.shape[1]!, field.shape[2]!]);
  file.close();
  expect(largest).toBeGreaterThan(0);
  expect(largest).toBeLessThan(bytes.length / 4);
});
