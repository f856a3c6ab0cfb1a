import { openFileByteSource } from '../file-byte-source.js';
import { nodeHdf5Platform } from '../hdf5/node-hdf5-platform.js';
import type { NetcdfFile } from '../netcdf-file.js';
import { assertSafeBytes, openNetcdfBytes } from '../open-netcdf-bytes.js';
import type { StructureLimits } from '../structure-limits.js';

/**
 * The structure gate: refuses a file that could read other files, run foreign filters or expand without bound. Only headers are
 * read, never a value, and no library is involved.
 *
 * @throws NetcdfError with the code of what is refused.
 */
export async function assertSafeStructure(path: string, limits?: Partial<StructureLimits>): Promise<void> {
  const source = openFileByteSource(path);
  try {
    assertSafeBytes(source, limits);
  } finally {
    source.close();
  }
}

/**
 * Opens a NetCDF file of any format (CDF-1, CDF-2, CDF-5, NetCDF-4) after the structure gate.
 *
 * @throws NetcdfError for everything that is wrong with the file.
 */
export async function openNetcdf(path: string, limits?: Partial<StructureLimits>): Promise<NetcdfFile> {
  return openNetcdfBytes(openFileByteSource(path), nodeHdf5Platform(path), limits);
}
