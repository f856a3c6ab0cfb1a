import type { AlongTrack, AlongTrackReadOptions } from '../along-track.js';
import { decodeAlongTrack } from '../decoding/decode-along-track.js';
import { openNetcdf } from './open-netcdf.js';

/**
 * Reads altimeter observations: 1-D variables along one dimension, as in the 2020a challenge's nadir files. Wide swaths are
 * read by `openSwath`.
 *
 * @throws NetcdfError for everything that is wrong with the file.
 */
export async function openAlongTrack(path: string, options: AlongTrackReadOptions = {}): Promise<AlongTrack> {
  const file = await openNetcdf(path);
  try {
    return await decodeAlongTrack(file, options);
  } finally {
    file.close();
  }
}
