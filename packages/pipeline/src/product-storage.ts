import type { GriddedStorage } from '@sillage/netcdf';

/** Light compression: time matters more here than the last percent. */
const DEFLATE_LEVEL = 1;
/**
 * Bytes of values beyond which a file is written as it is. The 660 MB of a basin (42 days at 1/20°) took 19 s to compress by a
 * quarter, and 4 s to write plain.
 */
const COMPRESSED_LIMIT_BYTES = 128 * 2 ** 20;

export function productStorage(valueCount: number): GriddedStorage {
  return valueCount * Float32Array.BYTES_PER_ELEMENT <= COMPRESSED_LIMIT_BYTES
    ? { kind: 'deflate', level: DEFLATE_LEVEL }
    : { kind: 'contiguous' };
}
