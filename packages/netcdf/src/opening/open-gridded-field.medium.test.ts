import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { openGriddedField } from './open-gridded-field.js';
import { openNetcdf } from './open-netcdf.js';
import { fixturePath, hasSharedFolder, sharedPath } from '../testing/fixtures.js';
import { numbersOf } from '../testing/memory-files.js';

describe('openNetcdf', () => {
  it.each([
    'single',
    'implicit',
    'fixed_array',
    'extensible_array',
    'btree2',
    'contiguous',
    'big_endian',
    'compact',
  ])('reads whole and partial slabs from the HDF5 layout "%s"', async (name) => {
    const file = await openNetcdf(fixturePath('chunk-indexes.h5'));
    const at = (t: number, y: number, x: number): number => Math.fround((t * 20 + y * 5 + x) / 100);
    expect(numbersOf(await file.readSlab(name, [0, 0, 0], [3, 4, 5]))).toEqual(
      Array.from({ length: 60 }, (_, i) => Math.fround(i / 100)),
    );
    expect(numbersOf(await file.readSlab(name, [1, 1, 2], [2, 2, 2]))).toEqual(
      [1, 2].flatMap((t) => [1, 2].flatMap((y) => [2, 3].map((x) => at(t, y, x)))),
    );
    file.close();
  });

  it('lists dimensions, groups and attributes of a netCDF-4 file, and gives the fill value where nothing was written', async () => {
    const file = await openNetcdf(fixturePath('netcdf4-zoo.nc'));
    const byName = new Map(file.variables.map((variable) => [variable.name, variable]));
    expect(byName.get('products/ssh')).toMatchObject({
      dimensions: ['time', 'lat', 'lon'],
      attributes: { units: 'm' },
    });
    expect(byName.has('nothing')).toBe(false); // a dimension without a variable
    expect(file.dimensions).toContainEqual({ name: 'nothing', size: 2 });
    expect(file.attributes).toEqual({
      title: 'every kind of thing that netCDF-4 offers',
      text_list: ['one', 'zwei'],
    });
    expect(numbersOf(await file.readSlab('count', [3], [1]))).toEqual([2 ** 40]);
    expect(numbersOf(await file.readSlab('unwritten', [0, 0], [1, 2]))).toEqual([-9, -9]);
    await expect(file.readSlab('label', [0], [2])).rejects.toMatchObject({ code: 'unsupported-type' });
    file.close();
  });
});

describe('openNetcdf, where only the HDF5 library can read the attributes', () => {
  it('asks the library', async () => {
    const file = await openNetcdf(fixturePath('long-attribute.nc'));
    expect(file.attributes['history']).toBe('x'.repeat(5000));
    expect(file.attributes['text_8']).toBe('short');
    file.close();
  });
});

describe('openGriddedField', () => {
  it('finds the height inside a group', async () => {
    const field = await openGriddedField(fixturePath('netcdf4-zoo.nc'));
    expect(field.variableName).toBe('products/ssh');
    expect((await field.readBand(1, 1))[0]).toBeCloseTo(0.05, 6);
    field.close();
  });

  it.each(['cdf1.nc', 'cdf2.nc', 'cdf5.nc'])('reads the classic file %s', async (name) => {
    const field = await openGriddedField(fixturePath(name));
    expect(Array.from(field.grid.lonDeg)).toEqual([-65, -64.5, -64, -63.5, -63]);
    expect((await field.readDays(2, 1))[19]).toBeCloseTo(0.59, 6);
    field.close();
  });

  it.skipIf(!hasSharedFolder)('opens every golden file, and bands agree with days', async () => {
    const names = readdirSync(sharedPath('golden/scores')).filter((name) => name.endsWith('.nc'));
    expect(names.length).toBeGreaterThan(10);
    for (const name of names) {
      const field = await openGriddedField(sharedPath(`golden/scores/${name}`));
      const { timeDays, latDeg, lonDeg } = field.grid;
      const all = await field.readDays(0, timeDays.length);
      const band = await field.readBand(1, 2);
      const fromDays = Array.from({ length: timeDays.length }, (_, t) => {
        const start = (t * latDeg.length + 1) * lonDeg.length;
        return Array.from(all.subarray(start, start + 2 * lonDeg.length));
      });
      expect(Array.from(band), name).toEqual(fromDays.flat());
      field.close();
    }
  });

  it.skipIf(!hasSharedFolder)(
    'reads the real Mediterranean maps: packed heights, land, 91 days',
    async () => {
      const field = await openGriddedField(sharedPath('data/real/dt_med_allsat_phy_l4_2005T2.nc'));
      const { timeDays, latDeg, lonDeg } = field.grid;
      expect([timeDays.length, latDeg.length, lonDeg.length]).toEqual([91, 128, 344]);
      expect([timeDays[0], timeDays[90]]).toEqual([20_179, 20_269]); // 2005-04-01 … 2005-06-30
      expect(field).toMatchObject({
        variableName: 'adt',
        sourceKind: 'adt',
        sourceUnits: 'm',
        sourceType: 'int16',
      });
      const values = await field.readDays(0, 91);
      const valid = Float64Array.from(values).filter((value) => !Number.isNaN(value));
      expect(valid.length / values.length).toBeCloseTo(0.380062, 6);
      // float(xarray.open_dataset(path).adt.mean()), xarray 2025.3.1 with netCDF4 1.7.2
      expect(valid.reduce((sum, value) => sum + value, 0) / valid.length).toBeCloseTo(-0.0918439, 6);
      field.close();
    },
  );

  it.skipIf(!hasSharedFolder)('rotates the real global map from 0–360', async () => {
    const path = sharedPath('data/real/dt_global_allsat_phy_l4_20190101_20190515.nc');
    const field = await openGriddedField(path);
    const { lonDeg, latDeg } = field.grid;
    expect([lonDeg[0], lonDeg[1439], latDeg[0], latDeg[719]]).toEqual([-179.875, 179.875, -89.875, 89.875]);
    const file = await openNetcdf(path);
    const row = 492; // 33.125° N
    const stored = numbersOf(await file.readSlab('adt', [0, row, 0], [1, 1, 1440]));
    const band = await field.readBand(row, 1);
    const gulfStream = 1440 - 260; // 295.125° E in the file is −64.875° here
    expect(band[lonDeg.indexOf(-64.875)]).toBeCloseTo(stored[gulfStream]! * 1e-4, 9);
    field.close();
    file.close();
  });
});
