import { decodeGriddedObservations } from '../decoding/decode-gridded-observations.js';
import type { GriddedObservations, GriddedObservationsOptions } from '../gridded-observations.js';
import { openNetcdf } from './open-netcdf.js';
import type { StructureLimits } from '../structure-limits.js';

/**
 * Opens daily pseudo-observations on a grid: `ssh_mod`, `ssh_obs`, `lag` and `flag` along (time, lat, lon) and `mask` along
 * (lat, lon), as in 4DVarNet's `dataset_nadir_0d_swot.nc`. Coordinates and the mask are read here, days when they are asked for.
 *
 * @throws NetcdfError for everything that is wrong with the file.
 */
export async function openGriddedObservations(
  path: string,
  options: GriddedObservationsOptions & { limits?: Partial<StructureLimits> } = {},
): Promise<GriddedObservations> {
  const file = await openNetcdf(path, options.limits);
  try {
    return await decodeGriddedObservations(file, options);
  } catch (error) {
    file.close();
    throw error;
  }
}
