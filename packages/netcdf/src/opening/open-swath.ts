import { decodeSwath } from '../decoding/decode-swath.js';
import { openNetcdf } from './open-netcdf.js';
import type { Swath, SwathReadOptions } from '../swath.js';

/**
 * Opens wide-swath observations: heights along time × cell with latitude and longitude of every cell, as in the 2020a
 * challenge's KaRIn file. Times are read and checked here, cells when they are asked for.
 *
 * @throws NetcdfError for everything that is wrong with the file.
 */
export async function openSwath(path: string, options: SwathReadOptions = {}): Promise<Swath> {
  const file = await openNetcdf(path);
  try {
    return await decodeSwath(file, options);
  } catch (error) {
    file.close();
    throw error;
  }
}
