import type { GriddedField, GriddedFieldOptions } from '../gridded-field.js';
import { decodeGriddedField } from '../decoding/decode-gridded-field.js';
import { openNetcdf } from './open-netcdf.js';
import type { StructureLimits } from '../structure-limits.js';

/**
 * Opens the sea surface height of a NetCDF file in the canonical form. The structure gate runs first; coordinates are read and
 * checked here, heights when they are asked for.
 *
 * @throws NetcdfError for everything that is wrong with the file.
 */
export async function openGriddedField(
  path: string,
  options: GriddedFieldOptions & { limits?: Partial<StructureLimits> } = {},
): Promise<GriddedField> {
  const file = await openNetcdf(path, options.limits);
  try {
    return await decodeGriddedField(file, options);
  } catch (error) {
    file.close();
    throw error;
  }
}
