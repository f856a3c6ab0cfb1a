import { readdirSync, readFileSync } from 'node:fs';
import { isoDay } from '@sillage/science';
import { describe, expect, it } from 'vitest';
import { openGriddedField } from '../opening/open-gridded-field.js';
import { openNetcdf } from '../opening/open-netcdf.js';
import { fixturePath, hasSharedFolder, sharedPath } from '../testing/fixtures.js';
import { memoryByteSource, numbersOf } from '../testing/memory-files.js';
import { loadH5wasm } from './h5wasm-module.js';
import { readMetadataDirectly, readMetadataWithLibrary } from './hdf5-file.js';
import { scanHdf5Structure } from './structure-scan.js';

const FIXTURES = [
  'netcdf4-zoo.nc',
  'many-variables-old.h5',
  'many-variables-new.h5',
  'chunk-indexes.h5',
  'attributes.nc',
];
const files = FIXTURES.map(fixturePath);
if (hasSharedFolder) {
  for (const folder of ['golden/scores', 'data/real']) {
    for (const name of readdirSync(sharedPath(folder)))
      if (name.endsWith('.nc')) files.push(sharedPath(`${folder}/${name}`));
  }
}
const baseNames = files.map((path) => [path.split('/').at(-1)!, path] as const);

describe('times as strings', () => {
  it('are read from a file as netCDF4 of Python writes it', async () => {
    const field = await openGriddedField(fixturePath('text-times.nc'), {
      variable: 'gssh',
      acceptsTextTimes: true,
    });
    expect(Array.from(field.grid.timeDays, isoDay)).toEqual(['2012-10-22', '2012-10-23', '2012-10-24']);
    expect(Array.from(field.grid.latDeg)).toEqual([33, 33.5, 34, 34.5]);
    expect(Array.from(field.grid.lonDeg)).toEqual([-65, -64.5, -64, -63.5, -63]);
    expect((await field.readDays(2, 1))[7]).toBeCloseTo(0.47, 6);
    field.close();
  });

  it('are not read unless the caller asks for it: uploads have numbers', async () => {
    const opening = openGriddedField(fixturePath('text-times.nc'), { variable: 'gssh' });
    await expect(opening).rejects.toMatchObject({
      code: 'unknown-units',
      found: expect.stringMatching(/text/),
    });
  });
});

describe('reading without the HDF5 library', () => {
  it.each(baseNames)(
    'finds the attributes and dimensions of %s that the library finds',
    async (_name, path) => {
      const structure = scanHdf5Structure(memoryByteSource(readFileSync(path)));
      const direct = readMetadataDirectly(memoryByteSource(readFileSync(path)), structure);
      const library = await loadH5wasm();
      const file = new library.File(path, 'r');
      const expected = readMetadataWithLibrary({ library, file }, structure);
      file.close();
      expect(direct.fileAttributes).toEqual(expected.fileAttributes);
      for (const { path: name, shape } of structure.datasets) {
        expect(direct.attributes.get(name), name).toEqual(expected.attributes.get(name));
        const scales = shape.map((_, axis) => direct.scales.get(name)![axis]);
        expect(scales, name).toEqual(expected.scales.get(name));
      }
    },
  );

  it.each(baseNames)(
    'reads the same values from %s as the library, whole and in part',
    async (_name, path) => {
      const library = await loadH5wasm();
      const file = await openNetcdf(path);
      const other = new library.File(path, 'r');
      for (const variable of file.variables) {
        if (variable.type === 'string' || variable.type === 'char' || variable.shape.length === 0) continue;
        const dataset = other.get(variable.name);
        if (!(dataset instanceof library.Dataset)) throw new Error(`the library has no ${variable.name}`);
        for (const fraction of [0, 0.3]) {
          const start = variable.shape.map((size) => Math.floor(size * fraction));
          const count = variable.shape.map((size, d) =>
            Math.min(size - start[d]!, fraction === 0 ? size : Math.ceil(size / 2)),
          );
          const expected = dataset.slice(
            start.map((first, d): [number, number] => [first, first + count[d]!]),
          );
          expect(numbersOf(await file.readSlab(variable.name, start, count)), variable.name).toEqual(
            Array.from(expected as Float64Array, Number),
          );
        }
      }
      other.close();
      file.close();
    },
  );
});
