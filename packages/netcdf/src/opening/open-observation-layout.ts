import { observationLayoutIn, type ObservationLayout } from '../decoding/observation-layout.js';
import { openNetcdf } from './open-netcdf.js';

/**
 * Which of the three layouts of observations a file has.
 *
 * @throws NetcdfError when it is none of them, or no NetCDF file.
 */
export async function observationLayoutOf(path: string): Promise<ObservationLayout> {
  const file = await openNetcdf(path);
  try {
    return observationLayoutIn(file);
  } finally {
    file.close();
  }
}
