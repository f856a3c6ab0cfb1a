import type { GriddedField } from '@sillage/netcdf';
import { gaussSeidelFill, regridTrilinear, type RegularGrid } from '@sillage/science';
import { enclosingCrop, fileDays } from '@sillage/checking';
import type { BandSourceDescription } from '../files/band-files.js';

/**
 * The reconstruction as the challenge's notebooks prepare it: interpolated to the scored grid, then every point that
 * is left open, outside the map too, filled slice by slice. Holds the whole map in memory: it exists to reproduce
 * historical numbers.
 */
export async function gaussSeidelFilled(
  field: GriddedField,
  grid: RegularGrid,
): Promise<{ bands: BandSourceDescription; filledPointCount: number }> {
  const source = fileDays(field, enclosingCrop(field.grid, grid));
  const mapLength = source.grid.latDeg.length * source.grid.lonDeg.length;
  const values = new Float64Array(source.grid.timeDays.length * mapLength);
  for (let index = 0; index < source.grid.timeDays.length; index++) {
    values.set(await source.readDay(index), index * mapLength);
  }
  const regridded = regridTrilinear({ grid: source.grid, values }, grid, { coordinates: 'exact-as-2020a' });
  const filledPointCount = gaussSeidelFill(regridded, {
    latCount: grid.latDeg.length,
    lonCount: grid.lonDeg.length,
  });
  const buffer = new SharedArrayBuffer(regridded.byteLength);
  new Float64Array(buffer).set(regridded);
  return { bands: { kind: 'shared', buffer, grid, valueType: 'float64' }, filledPointCount };
}
